"""Custom fields that Regie knows: its own, and those of widespread plugins."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from connector.model.attribute import Attribute, AttributeType
from connector.model.care import (
    AgeRestriction,
    Contact,
    HumanValue,
    Safety,
    Seo,
    TemperatureClass,
)
from connector.model.publication import Withheld
from connector.platforms.woocommerce.errors import BadFact
from connector.platforms.woocommerce.payload import Meta

FIELDS: Mapping[str, str] = {
    "_regie_optin": "yes or no: no never shows the product to agents",
    "_regie_gpsr_manufacturer": "name, then the postal address after the first comma",
    "_regie_gpsr_contact": "the manufacturer's e-mail address or web page",
    "_regie_gpsr_responsible": "the responsible person in the EU, as the manufacturer",
    "_regie_gpsr_responsible_contact": "that person's e-mail address or web page",
    "_regie_safety_warnings": "one warning per line",
    "_regie_ingredients": "text",
    "_regie_allergens": "words with commas between them",
    "_regie_minimum_age": "whole years",
    "_regie_alcohol_percentage": "percent by volume; also the reason for the minimum age",
    "_regie_storage": "AMBIENT, CHILLED or FROZEN, or a text with a temperature in °C",
    "_regie_origin": "ISO 3166-1 country code, or a text",
    "_regie_store_advice": "text",
    "_regie_expert": "text",
    "_regie_repair_service": "text",
    "_regie_try_in_store": "text",
    "_regie_local_story": "text",
    "_wc_gla_brand": "Google for WooCommerce: brand, where the shop has no brands",
    "_wc_gla_gtin": "Google for WooCommerce: barcode, where the shop's own field is empty",
    "_wc_gla_mpn": "Google for WooCommerce: the manufacturer's part number",
    "_yoast_wpseo_title": "Yoast SEO: title, unless it is a template",
    "_yoast_wpseo_metadesc": "Yoast SEO: description, unless it is a template",
    "rank_math_title": "Rank Math: title, unless it is a template",
    "rank_math_description": "Rank Math: description, unless it is a template",
}
"""Every custom field that Regie reads, and how it is written; it asks the shop for no others."""

Fields = Mapping[str, str]
_MINUS = "\u2212"
_NUMBER = rf"[-{_MINUS}]?\d+"
_UNTIL = "(?:\u2013|-|to|tot|à|bis)"
_DEGREES = re.compile(
    rf"(?<![\d.,])({_NUMBER})\s*(?:(?:°\s*C?\s*)?{_UNTIL}\s*({_NUMBER}))?\s*°\s*C"
)
_COLD, _FROST = 10, -10
_COLD_WORDS: Mapping[str, TemperatureClass] = {
    word: kind
    for kind, words in {
        TemperatureClass.CHILLED: "chilled refrigerated gekoeld réfrigéré frais gekühlt מקורר",
        TemperatureClass.FROZEN: "frozen diepvries bevroren surgelé congelé tiefgekühlt קפוא",
    }.items()
    for word in words.split()
}
_NO_SAFETY = Safety(None, None, (), None, ())
_NO_VALUE = HumanValue(None, None, None, None, None)


def fields(meta: Iterable[Meta]) -> Fields:
    """Return the known fields that hold something, as text."""
    known = {each.key: _text(each.value) for each in meta if each.key in FIELDS}
    return {key: text for key, text in known.items() if text}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return "\n".join(filter(None, map(_text, value)))
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{value:g}" if is_number else ""


def objection(found: Fields) -> Withheld | None:
    """Return why the shop's word on agents keeps the product in; an odd word restricts."""
    word = found.get("_regie_optin", "yes").lower()
    if word in {"yes", "1", "true"}:
        return None
    return Withheld.AGENT_POLICY if word in {"no", "0", "false"} else Withheld.BAD_AGENT_POLICY


def safety(found: Fields) -> Safety | None:
    """Return the product safety block; None where the shop keeps none."""
    made = Safety(
        _contact(found.get("_regie_gpsr_manufacturer"), found.get("_regie_gpsr_contact")),
        _contact(
            found.get("_regie_gpsr_responsible"), found.get("_regie_gpsr_responsible_contact")
        ),
        _parts(found.get("_regie_safety_warnings", ""), "\n"),
        found.get("_regie_ingredients"),
        _parts(found.get("_regie_allergens", ""), ",\n"),
    )
    return None if made == _NO_SAFETY else made


def _contact(named: str | None, electronic: str | None) -> Contact | None:
    if named is None:
        return None
    name, _, postal = named.partition(",")
    return Contact(name.strip(), postal.strip() or None, electronic)


def _parts(text: str, separators: str) -> tuple[str, ...]:
    parts = re.split(f"[{separators}]", text)
    return tuple(part.strip() for part in parts if part.strip())


def age_restriction(found: Fields, owner: str) -> AgeRestriction | None:
    """Return the minimum age; a text that is no age is an error, never "no limit"."""
    text = found.get("_regie_minimum_age")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 150):
        raise BadFact("_regie_minimum_age", owner, "is not an age")
    return AgeRestriction(int(text), "alcohol" if "_regie_alcohol_percentage" in found else None)


def temperature_class(found: Fields, shipping_class: str = "") -> TemperatureClass | None:
    """Return how the goods travel: the class itself, or by the warmest degree of the text.

    Where the field is silent, a shipping class by the name of Chilled or Frozen tells.
    """
    text = found.get("_regie_storage", "")
    if not text:
        return _COLD_WORDS.get(shipping_class.casefold())
    if text.upper() in TemperatureClass.__members__:
        return TemperatureClass(text.upper())
    told = _DEGREES.search(text)
    if told is None:
        return None
    degrees = (int(each.replace(_MINUS, "-")) for each in told.groups() if each)
    warmest = max(degrees)
    if warmest <= _FROST:
        return TemperatureClass.FROZEN
    return TemperatureClass.CHILLED if warmest <= _COLD else TemperatureClass.AMBIENT


def human_value(found: Fields) -> HumanValue | None:
    """Return what only this shop can say or do."""
    made = HumanValue(
        found.get("_regie_store_advice"),
        found.get("_regie_expert"),
        found.get("_regie_repair_service"),
        found.get("_regie_try_in_store"),
        found.get("_regie_local_story"),
    )
    return None if made == _NO_VALUE else made


def seo(found: Fields) -> Seo:
    """Return what was written for search engines; templates (%%title%%) say nothing."""
    return Seo(
        _written(found, "_yoast_wpseo_title", "rank_math_title"),
        _written(found, "_yoast_wpseo_metadesc", "rank_math_description"),
    )


def _written(found: Fields, *keys: str) -> str | None:
    texts = (found[key] for key in keys if key in found)
    return next((text for text in texts if "%" not in text), None)


def country_of_origin(found: Fields) -> str | None:
    """Return where the goods come from, where the shop names a country by its code."""
    text = found.get("_regie_origin", "")
    return text.upper() if len(text) == 2 and text.isascii() and text.isalpha() else None


def attributes(found: Fields) -> Iterable[Attribute]:
    """Return the fields of our own that are facts about the goods without a place of their own."""
    alcohol = found.get("_regie_alcohol_percentage")
    if alcohol:
        measure = AttributeType.MEASURE
        key = "regie.alcohol_percentage"
        yield Attribute(key, "Alcohol", measure, (alcohol,), "%", "_regie_alcohol_percentage")
    for key, name in (("storage", "Storage"), ("origin", "Origin")):
        text = found.get(f"_regie_{key}")
        if text and not (key == "origin" and country_of_origin(found)):
            kind = AttributeType.TEXT
            yield Attribute(f"regie.{key}", name, kind, (text,), None, f"_regie_{key}")

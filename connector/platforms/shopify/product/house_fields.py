"""The `regie.*` metafields: what a merchant may tell Regie beside Shopify's own fields."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from connector.model.care import (
    AgeRestriction,
    Contact,
    HumanValue,
    Policies,
    Safety,
    TemperatureClass,
)
from connector.model.publication import Withheld
from connector.platforms.shopify.faults import BadFact
from connector.platforms.shopify.product.payload import MetafieldLine

NAMESPACE = "regie"
FIELDS: Mapping[str, str] = {
    "agent_policy": 'json: {"expose": true} shows the product to agents, false never does',
    "delivery_restrictions": "list: how it may travel, e.g. pickup_only, lithium_battery",
    "shipping_policy": "text: name or URL of the shipping policy; before delivery_restrictions",
    "return_policy": "text: name or URL of the return policy",
    "safety_manufacturer": "json: name, postal_address, electronic_address; or a mere name",
    "safety_responsible_person": "as safety_manufacturer: the responsible person in the EU",
    "safety_warnings": "list or text: warnings of the product safety block",
    "ingredients": "text",
    "allergens": "list or text",
    "minimum_age": "number_integer: the buyer is at least so many years old",
    "age_reason": "text: why",
    "temperature_class": "text: AMBIENT, CHILLED or FROZEN",
    "store_advice": "text",
    "expert": "text",
    "repair_service": "text",
    "try_in_store": "text",
    "local_story": "text",
    "opening_hours": "of a location, json: raw text, read by the store's own calendar",
}
"""Every key that Regie knows, and how it is written. Other keys are not read."""

EXPOSE_KEYS = ("expose", "agents")
Fields = Mapping[str, MetafieldLine]


class _Contact(Struct):
    name: str
    postal_address: str | None = None
    electronic_address: str | None = None


def policy_objection(fields: Fields) -> Withheld | None:
    """Return why the shop's word on agents keeps the product in; None where it lets it out.

    The word must say `expose` (or `agents`) as true or false: a policy that cannot be read, or
    that says neither, was surely meant to restrict something.
    """
    found = fields.get("agent_policy")
    if found is None:
        return None
    try:
        policy = msgspec.json.decode(found.value)
    except (msgspec.DecodeError, UnicodeError):
        return Withheld.BAD_AGENT_POLICY
    words = [policy[key] for key in EXPOSE_KEYS if key in policy] if type(policy) is dict else []
    if not words or not all(type(word) is bool for word in words):
        return Withheld.BAD_AGENT_POLICY
    return None if all(words) else Withheld.AGENT_POLICY


def policies(fields: Fields) -> Policies:
    """Return which policies hold."""
    shipping = _text(fields, "shipping_policy")
    if shipping is None:
        shipping = ", ".join(_texts(fields, "delivery_restrictions")) or None
    return Policies(shipping, _text(fields, "return_policy"))


def safety(fields: Fields) -> Safety | None:
    """Return the product safety block; None where the shop keeps none."""
    found = Safety(
        _contact(fields, "safety_manufacturer"),
        _contact(fields, "safety_responsible_person"),
        _texts(fields, "safety_warnings"),
        _text(fields, "ingredients"),
        _texts(fields, "allergens"),
    )
    return None if found == _NO_SAFETY else found


_NO_SAFETY = Safety(None, None, (), None, ())
_NO_VALUE = HumanValue(None, None, None, None, None)


def age_restriction(fields: Fields) -> AgeRestriction | None:
    """Return the minimum age; a text that is no age is an error, never "no limit"."""
    text = _text(fields, "minimum_age")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 150):
        raise _bad(fields, "minimum_age", "is not an age")
    return AgeRestriction(int(text), _text(fields, "age_reason"))


def temperature_class(fields: Fields) -> TemperatureClass | None:
    """Return how the goods travel."""
    text = _text(fields, "temperature_class")
    if text is None:
        return None
    try:
        return TemperatureClass(text.upper())
    except ValueError:
        raise _bad(fields, "temperature_class", "is not a temperature class") from None


def human_value(fields: Fields) -> HumanValue | None:
    """Return what only this shop can say or do."""
    found = HumanValue(
        _text(fields, "store_advice"),
        _text(fields, "expert"),
        _text(fields, "repair_service"),
        _text(fields, "try_in_store"),
        _text(fields, "local_story"),
    )
    return None if found == _NO_VALUE else found


def _text(fields: Fields, key: str) -> str | None:
    found = fields.get(key)
    return found.value.strip() or None if found else None


def _texts(fields: Fields, key: str) -> tuple[str, ...]:
    """Return a list's entries, or a text's lines."""
    found = fields.get(key)
    if found is None:
        return ()
    if not found.type.startswith("list."):
        return tuple(line.strip() for line in found.value.splitlines() if line.strip())
    read: list[str] = _read(fields, key, lambda text: msgspec.json.decode(text, type=list[str]))
    return tuple(read)


def _contact(fields: Fields, key: str) -> Contact | None:
    text = _text(fields, key)
    if text is None:
        return None
    if not text.startswith("{"):
        return Contact(text, None, None)
    read: _Contact = _read(fields, key, lambda text: msgspec.json.decode(text, type=_Contact))
    return Contact(read.name, read.postal_address, read.electronic_address)


def _read(fields: Fields, key: str, reader: Callable[[str], Any]) -> Any:
    try:
        return reader(fields[key].value)
    except (msgspec.DecodeError, UnicodeError):
        raise _bad(fields, key, "has another form") from None


def _bad(fields: Fields, key: str, reason: str) -> BadFact:
    return BadFact(f"metafield {NAMESPACE}.{key}", fields[key].parent, reason)

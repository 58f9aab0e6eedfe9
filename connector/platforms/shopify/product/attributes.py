"""Metafields as facts with a name, a type and readable values."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from connector.model.attribute import Attribute, AttributeType
from connector.platforms.shopify.product.house_fields import NAMESPACE
from connector.platforms.shopify.product.payload import MetafieldLine

TYPES: Mapping[str, AttributeType] = {
    "single_line_text_field": AttributeType.TEXT,
    "multi_line_text_field": AttributeType.TEXT,
    "rich_text_field": AttributeType.TEXT,
    "number_integer": AttributeType.NUMBER,
    "number_decimal": AttributeType.NUMBER,
    "boolean": AttributeType.BOOLEAN,
    "date": AttributeType.DATE,
    "date_time": AttributeType.DATE,
    "dimension": AttributeType.MEASURE,
    "volume": AttributeType.MEASURE,
    "weight": AttributeType.MEASURE,
    "url": AttributeType.URL,
    "link": AttributeType.URL,
    "color": AttributeType.COLOR,
    "money": AttributeType.MONEY,
    "rating": AttributeType.RATING,
    "json": AttributeType.JSON,
}
_WRITTEN = frozenset(
    {"dimension", "volume", "weight", "link", "money", "rating", "rich_text_field"}
)
"""Types whose value is itself JSON that a reader should not have to know."""
_LONGEST_KEPT = 200


def attributes(lines: Iterable[MetafieldLine]) -> tuple[Attribute, ...]:
    """Return the shop's own metafields by key; those of Regie are facts of their own."""
    shown = [_attribute(line) for line in lines if line.namespace != NAMESPACE]
    return tuple(sorted(shown, key=_key)) if len(shown) > 1 else tuple(shown)


def _key(attribute: Attribute) -> str:
    return attribute.key


def _attribute(line: MetafieldLine) -> Attribute:
    read = attribute if len(line.value) > _LONGEST_KEPT else _known
    return read(line.namespace, line.key, line.type, line.value)


def attribute(namespace: str, key: str, raw_type: str, value: str) -> Attribute:
    """Read one metafield; a value that does not fit its type stays as the text it is."""
    kind = _type(raw_type)
    try:
        values, unit = _values(raw_type, value)
    except (ValueError, KeyError, TypeError, AttributeError):
        kind, values, unit = AttributeType.TEXT, (value,), None
    return Attribute(f"{namespace}.{key}", _name(key), kind, values, unit, raw_type)


_known = lru_cache(maxsize=16384)(attribute)


def _type(raw_type: str) -> AttributeType:
    if raw_type.startswith("list."):
        return AttributeType.LIST
    if raw_type.endswith("_reference"):
        return AttributeType.REFERENCE
    return TYPES.get(raw_type, AttributeType.TEXT)


def _name(key: str) -> str:
    words = key.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _values(raw_type: str, value: str) -> tuple[tuple[str, ...], str | None]:
    if raw_type.startswith("list."):
        inner = raw_type.removeprefix("list.")
        return tuple(_entry(inner, entry) for entry in _list(value)), None
    if raw_type not in _WRITTEN:
        return (value,), None
    told = msgspec.json.decode(value)
    if _type(raw_type) is AttributeType.MEASURE:
        return (_plain(told["value"]),), str(told["unit"]).lower()
    return (_told(raw_type, told),), None


def _list(value: str) -> list[Any]:
    found = msgspec.json.decode(value)
    if type(found) is not list:
        raise TypeError
    return found


def _entry(raw_type: str, entry: Any) -> str:
    """Return one entry of a list; measures carry their unit, since a list has no single one."""
    if _type(raw_type) is AttributeType.MEASURE:
        return f"{_plain(entry['value'])} {str(entry['unit']).lower()}"
    return _told(raw_type, entry) if raw_type in _WRITTEN else _plain(entry)


def _told(raw_type: str, told: Any) -> str:
    """Return what a structured value says: 0.15 EUR, 4.5/5, a link's address, a text."""
    if raw_type == "money":
        return f"{told['amount']} {told['currency_code']}"
    if raw_type == "rating":
        return f"{_plain(told['value'])}/{_plain(told['scale_max'])}"
    if raw_type == "link":
        return str(told["url"])
    return "\n".join(filter(None, (_words(block) for block in told["children"])))


def _words(node: Mapping[str, Any]) -> str:
    """Return the words of a rich text node."""
    if "value" in node:
        return str(node["value"])
    between = "\n" if node.get("type") == "list" else ""
    return between.join(_words(child) for child in node.get("children", ()))


def _plain(value: Any) -> str:
    """Write a number as people do: 2.0 is 2."""
    if type(value) is str:
        return value
    if type(value) is float:
        return repr(value).removesuffix(".0")
    return msgspec.json.encode(value).decode()

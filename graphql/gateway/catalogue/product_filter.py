"""What a list of products can be narrowed to."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import graphene
import orjson

from connector.store.clock import ms
from connector.store.listing.page import Filter
from connector.store.product import rows
from connector.store.search.query import Query
from connector.store.search.query import read as read_query
from gateway.catalogue.given import searchable
from gateway.catalogue.scalars import BigInt, DateTime
from gateway.errors import BadFilter

_MOST = 20
_CURRENCY = re.compile("[A-Z]{3}")
_FACETS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "category": ("category", rows.category_key),
    "brand": ("brand", rows.brand_key),
    "in_stock_at": ("inStockAt", rows.store_key),
}


class AttributeFilter(graphene.InputObjectType):
    """One attribute or option with one of some values; upper and lower case are one."""

    key = graphene.String(required=True, description="Attribute key or option name.")
    values = graphene.NonNull(
        graphene.List(graphene.NonNull(graphene.String)), description="Any of these (1 to 20)."
    )


class PriceFilter(graphene.InputObjectType):
    """A range of the product's lowest price, bounds included."""

    currency = graphene.String(required=True, description="ISO 4217 code.")
    min = graphene.InputField(BigInt, description="Minor units, such as cents.")
    max = graphene.InputField(BigInt, description="Minor units, such as cents.")


class ProductFilter(graphene.InputObjectType):
    """All given parts must hold."""

    text = graphene.String(
        description="What a shopper would type; the last word may be cut. See sort RELEVANCE."
    )
    category = graphene.String(description="Key of a category.")
    brand = graphene.String(description="Brand; upper and lower case are one.")
    price = graphene.InputField(PriceFilter, description="Range of the lowest price.")
    attributes = graphene.List(
        graphene.NonNull(AttributeFilter), description="All of these must hold (at most 20)."
    )
    in_stock = graphene.Boolean(description="Whether online shoppers can have it at once.")
    in_stock_at = graphene.ID(description="Id of a store that has it now.")
    updated_since = graphene.InputField(
        DateTime, description="Changed here at or after this instant."
    )
    publishable = graphene.Boolean(description="Whether nothing speaks against showing it.")
    connection = graphene.ID(description="Only products of this connected shop.")


def read(given: dict[str, Any] | None) -> Filter:
    """Turn the input into a filter of the store, or raise BadFilter."""
    try:
        return _read_before(orjson.dumps(given or {}))
    except TypeError:  # a text that is no Unicode
        return _read(given or {})


@lru_cache(maxsize=512)
def _read_before(given: bytes) -> Filter:
    """Read an input once for all who send it."""
    return _read(orjson.loads(given))


def _read(given: dict[str, Any]) -> Filter:
    price = _price(given.get("price") or {})
    return Filter(
        query=_query(given),
        facets=tuple(_facets(given)),
        price_min=price.get("min"),
        price_max=price.get("max"),
        currency=price.get("currency"),
        in_stock=given.get("in_stock"),
        changed_since=_instant(given.get("updated_since")),
        publishable=given.get("publishable"),
        connection_id=_text(given, "connection"),
    )


def _text(given: Mapping[str, Any], name: str, field: str = "") -> str | None:
    """Return a text of the input that may be searched for; None where none was given."""
    text = given.get(name)
    return None if text is None else searchable(text, BadFilter, field or name)


def _price(given: Mapping[str, Any]) -> Mapping[str, Any]:
    if given and not _CURRENCY.fullmatch(given["currency"]):
        raise BadFilter("A currency is written as three capitals.", field="price.currency")
    lowest, highest = given.get("min"), given.get("max")
    if lowest is not None and highest is not None and lowest > highest:
        raise BadFilter("`min` is above `max`.", field="price.min")
    return given


def _query(given: Mapping[str, Any]) -> Query | None:
    text = _text(given, "text")
    if text is None:
        return None
    found = read_query(text)
    if not found.terms:
        raise BadFilter("`text` holds no word to search for.", field="text")
    return found


def _facets(given: dict[str, Any]) -> list[tuple[str, ...]]:
    facets: list[tuple[str, ...]] = [
        (facet(text),)
        for name, (field, facet) in _FACETS.items()
        if (text := _text(given, name, field)) is not None
    ]
    attributes = given.get("attributes") or []
    if len(attributes) > _MOST:
        raise BadFilter("At most 20 attributes can be asked for.", field="attributes")
    return facets + [_attribute(wanted) for wanted in attributes]


def _attribute(wanted: dict[str, Any]) -> tuple[str, ...]:
    if not 1 <= len(wanted["values"]) <= _MOST:
        raise BadFilter("An attribute takes 1 to 20 values.", field="attributes.values")
    key = searchable(wanted["key"], BadFilter, "attributes.key")
    values = [searchable(value, BadFilter, "attributes.values") for value in wanted["values"]]
    return tuple(rows.attribute_key(key, value) for value in values)


def _instant(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadFilter("`updatedSince` must be RFC 3339 with an offset.", field="updatedSince")
    return ms(moment)

"""What a list of products can be narrowed to."""

from datetime import datetime
from typing import Any

import graphene

from connector.model.words import words
from connector.store import rows
from connector.store.page import Filter
from gateway.errors import BadFilter
from gateway.scalars import BigInt, DateTime

_MOST = 20


class AttributeFilter(graphene.InputObjectType):
    """One attribute or option with one of some values; upper and lower case are one."""

    key = graphene.String(required=True, description="Attribute key or option name.")
    values = graphene.NonNull(
        graphene.List(graphene.NonNull(graphene.String)), description="Any of these (1 to 20)."
    )


class PriceFilter(graphene.InputObjectType):
    """A range of the product's lowest price, bounds included."""

    currency = graphene.String(required=True, description="ISO 4217 code.")
    min = graphene.InputField(BigInt, description="Minor units.")
    max = graphene.InputField(BigInt, description="Minor units.")


class ProductFilter(graphene.InputObjectType):
    """All given parts must hold."""

    text = graphene.String(
        description="Words of title, brand, kind, tags, options or SKU; the last may be cut."
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
    given = given or {}
    price = given.get("price") or {}
    return Filter(
        words=_words(given.get("text")),
        facets=tuple(_facets(given)),
        price_min=price.get("min"),
        price_max=price.get("max"),
        currency=price.get("currency"),
        in_stock=given.get("in_stock"),
        changed_since=_instant(given.get("updated_since")),
        publishable=given.get("publishable"),
        connection_id=given.get("connection"),
    )


def _words(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    found = words(text)
    if not found or len(found) > _MOST:
        raise BadFilter("`text` must hold 1 to 20 words.", field="text")
    return found


def _facets(given: dict[str, Any]) -> list[tuple[str, ...]]:
    facets: list[tuple[str, ...]] = []
    if given.get("category") is not None:
        facets.append((rows.category_key(given["category"]),))
    if given.get("brand") is not None:
        facets.append((rows.brand_key(given["brand"]),))
    if given.get("in_stock_at") is not None:
        facets.append((rows.store_key(given["in_stock_at"]),))
    attributes = given.get("attributes") or []
    if len(attributes) > _MOST:
        raise BadFilter("At most 20 attributes can be asked for.", field="attributes")
    return facets + [_attribute(wanted) for wanted in attributes]


def _attribute(wanted: dict[str, Any]) -> tuple[str, ...]:
    if not 1 <= len(wanted["values"]) <= _MOST:
        raise BadFilter("An attribute takes 1 to 20 values.", field="attributes.values")
    return tuple(rows.attribute_key(wanted["key"], value) for value in wanted["values"])


def _instant(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadFilter("`updatedSince` must be RFC 3339 with an offset.", field="updatedSince")
    return rows.ms(moment)

"""What a basket is made of, and how much of it lies in which place."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Select, Table, select, union

from connector.model.attribute import Attribute, Category, Media
from connector.model.care import AgeRestriction, TemperatureClass
from connector.model.errors import NotFound
from connector.model.gtin import Gtin
from connector.model.inventory import StockPolicy
from connector.model.measure import Dimensions, Weight
from connector.model.money import Money
from connector.store import tables as catalog
from connector.store.product.rows import category_key

_product = catalog.product
_level = catalog.inventory_level
_key = catalog.variant_key
_offer = catalog.offer
_facet = catalog.facet
PREP_POINTS = "regie.prep_points"


class GoodNotFound(NotFound):
    """The shop has no such variant."""

    code = "good_not_found"
    remedy = "Ask the catalogue for the variants that there are."


class Shelf(Struct, frozen=True, rename="camel"):
    """What the platform says of one variant at one place; None is unknown, which is not zero.

    Variants with the same `pool` are sold from one heap.
    """

    location_id: str
    tracked: bool
    active: bool
    available: int | None
    policy: StockPolicy
    pool: str | None


class _Variant(Struct, frozen=True, rename="camel"):
    id: str
    external_id: str
    stock_item: str | None
    title: str
    enabled: bool
    sku: str | None
    gtin: Gtin | None
    attributes: tuple[Attribute, ...]
    media: tuple[Media, ...]
    weight: Weight | None
    dimensions: Dimensions | None
    inventory: tuple[Shelf, ...]
    price: Money | None


class _Source(Struct, frozen=True, rename="camel"):
    external_id: str


class _Product(Struct, frozen=True, rename="camel"):
    id: str
    title: str
    tags: tuple[str, ...]
    categories: tuple[Category, ...]
    attributes: tuple[Attribute, ...]
    media: tuple[Media, ...]
    variants: tuple[_Variant, ...]
    age_restriction: AgeRestriction | None
    temperature_class: TemperatureClass | None
    source: _Source


class Good(Struct, frozen=True):
    """One variant as the shop floor needs it: weight in grams, volume in millilitres."""

    variant_id: str
    product_id: str
    connection_id: str
    external_id: str
    stock_item: str | None
    title: str
    variant_title: str
    sku: str | None
    barcode: str | None
    picture: str | None
    price: Money | None
    weight_g: int
    volume_ml: int
    prep_points: int
    minimum_age: int | None
    temperature: TemperatureClass
    category: str | None
    tags: tuple[str, ...]
    shelves: Mapping[str, Shelf]
    read_at: int

    def stock_key(self, location_id: str) -> str:
        """Return what is counted at the place: the variant, or the heap that it shares."""
        shelf = self.shelves.get(location_id)
        return shelf.pool if shelf and shelf.pool else self.variant_id


_decode = msgspec.json.Decoder(_Product).decode


def goods(
    connection: Connection, merchant_id: str, variant_ids: Sequence[str]
) -> Mapping[str, Good]:
    """Return the variants by id; one that is unknown, deleted or disabled is missing."""
    wanted = frozenset(variant_ids)
    ids = union(*(_products_in(table, merchant_id, wanted) for table in (_level, _offer)))
    found = _of_products(connection, merchant_id, ids)
    return {good.variant_id: good for good in found if good.variant_id in wanted}


def _products_in(table: Table, merchant_id: str, variant_ids: Collection[str]) -> Select[Any]:
    """Find the products of variants by what is kept per variant."""
    return select(table.c.product_id).where(
        table.c.merchant_id == merchant_id, table.c.variant_id.in_(list(variant_ids))
    )


def by_external(
    connection: Connection, merchant_id: str, connection_id: str, external_ids: Sequence[str]
) -> Mapping[str, Good]:
    """Return the variants of one shop by the platform's own ids, variants or simple products."""
    wanted = frozenset(external_ids)
    query = select(_key.c.product_id).where(
        _key.c.merchant_id == merchant_id,
        _key.c.kind.in_(["v", "p"]),
        _key.c.value.in_(list(wanted)),
    )
    found = _of_products(connection, merchant_id, query.distinct())
    return {it.external_id: it for it in found if it.connection_id == connection_id}


def _of_products(connection: Connection, merchant_id: str, ids: object) -> list[Good]:
    query = select(_product.c.connection_id, _product.c.read_at, _product.c.document).where(
        _product.c.merchant_id == merchant_id,
        _product.c.id.in_(ids),  # type: ignore[arg-type]  # a list or a statement
        _product.c.deleted.is_(False),
    )
    rows = connection.execute(query).all()
    return [good for row in rows for good in _goods(row[0], row[1], _decode(row[2]))]


def _goods(connection_id: str, read_at: int, product: _Product) -> list[Good]:
    return [_good(connection_id, read_at, product, it) for it in product.variants if it.enabled]


def _good(connection_id: str, read_at: int, product: _Product, variant: _Variant) -> Good:
    media = variant.media or product.media
    age = product.age_restriction
    return Good(
        variant_id=variant.id,
        product_id=product.id,
        connection_id=connection_id,
        external_id=variant.external_id,
        stock_item=variant.stock_item,
        title=product.title,
        variant_title=variant.title,
        sku=variant.sku,
        barcode=variant.gtin.raw if variant.gtin else None,
        picture=media[0].url if media else None,
        price=variant.price,
        weight_g=round(variant.weight.grams) if variant.weight else 0,
        volume_ml=_volume(variant.dimensions),
        prep_points=_prep_points(product),
        minimum_age=age.minimum_age if age else None,
        temperature=product.temperature_class or TemperatureClass.AMBIENT,
        category=product.categories[0].name if product.categories else None,
        tags=product.tags,
        shelves={shelf.location_id: shelf for shelf in variant.inventory},
        read_at=read_at,
    )


def _volume(size: Dimensions | None) -> int:
    """Return millilitres of the box around it, 0 where a side is unknown."""
    if size is None or None in (size.length_mm, size.width_mm, size.height_mm):
        return 0
    sides = (size.length_mm or 0) * (size.width_mm or 0) * (size.height_mm or 0)
    return math.ceil(sides / 1000)


def _prep_points(product: _Product) -> int:
    """Return how much work it is to prepare one piece: an attribute of the shop, else 1."""
    for attribute in product.attributes:
        if attribute.key == PREP_POINTS and attribute.values and attribute.values[0].isdecimal():
            return min(int(attribute.values[0]), 1000)
    return 1


def alike(
    connection: Connection, merchant_id: str, variant_id: str | None, query: str, limit: int
) -> Mapping[str, Good]:
    """Return variants of the same category, or with `query` those whose product is called so."""
    ids = _called(merchant_id, query) if query.strip() else _beside(merchant_id, variant_id)
    return {it.variant_id: it for it in _of_products(connection, merchant_id, ids.limit(limit))}


def _beside(merchant_id: str, variant_id: str | None) -> Select[Any]:
    """Find products that share a category with the variant's own."""
    mine = select(_facet.c.key).where(
        _facet.c.merchant_id == merchant_id,
        _facet.c.product_id.in_(_products_in(_offer, merchant_id, [variant_id or ""])),
        _facet.c.key.startswith(category_key(""), autoescape=True),
    )
    return (
        select(_facet.c.product_id)
        .where(_facet.c.merchant_id == merchant_id, _facet.c.key.in_(mine))
        .distinct()
    )


def _called(merchant_id: str, query: str) -> Select[Any]:
    """Find products whose title begins with what was typed."""
    return select(_product.c.id).where(
        _product.c.merchant_id == merchant_id,
        _product.c.deleted.is_(False),
        _product.c.title_key.startswith(query.strip().casefold(), autoescape=True),
    )

"""A document taken apart into the rows by which it is found and proven."""

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from connector.model.document import OfferDocument, ProductDocument, VariantDocument
from connector.model.inventory import Availability, StockPolicy
from connector.store.clock import maybe_ms

Row = tuple[object, ...]
# Postgres refuses index rows of some 2,700 bytes; nobody looks for more than this anyway.
_LONGEST = 500


class Rows(Struct, frozen=True, gc=False):
    """All rows of one product beside its document, by table; offers and levels are facts by key."""

    variant_keys: list[Row]
    facets: list[Row]
    priced_facets: list[Row]
    offers: list[Row]
    levels: list[Row]


def rows_of(merchant: str, document: ProductDocument) -> Rows:
    """Take a document apart."""
    return Rows(
        _variant_keys(merchant, document),
        facets(merchant, document),
        _priced_facets(merchant, document),
        _offers(merchant, document),
        _levels(merchant, document),
    )


def _variant_keys(merchant: str, document: ProductDocument) -> list[Row]:
    """Return (merchant, kind, value, product, variant) of every exact name of the product."""
    product_id, variants = document.id, document.variants
    return [
        (merchant, "p", document.source.external_id, product_id, ""),
        *[(merchant, "v", it.external_id, product_id, it.id) for it in variants],
        *[(merchant, "i", it.stock_item, product_id, it.id) for it in variants if it.stock_item],
        *[(merchant, "s", it.sku[:_LONGEST], product_id, it.id) for it in variants if it.sku],
        *[
            (merchant, "g", it.gtin.value, product_id, it.id)
            for it in variants
            if it.gtin and it.gtin.value
        ],
    ]


def facet_keys(document: ProductDocument) -> set[str]:
    """Return what a product can be filtered by, as `kind:value` keys."""
    keys = {category_key(category.key) for category in document.categories}
    if document.brand:
        keys.add(brand_key(document.brand))
    keys.update(tag_key(tag) for tag in document.tags)
    for attribute in document.attributes:
        keys.update(attribute_key(attribute.key, value) for value in attribute.values)
    enabled = [variant for variant in document.variants if variant.enabled]
    for variant in enabled:
        for option in variant.options:
            if option.value is not None:
                keys.add(attribute_key(option.name, option.value))
    keys.update(map(store_key, _stocked(enabled)))
    return keys


def _stocked(variants: Iterable[VariantDocument]) -> set[str]:
    """Return the places that have any of these variants in stock."""
    here = Availability.IN_STOCK
    return {it.location_id for each in variants for it in each.inventory if it.availability is here}


def category_key(key: str) -> str:
    """Return the facet of a category."""
    return f"c:{key[:_LONGEST]}"


def brand_key(brand: str) -> str:
    """Return the facet of a brand; upper and lower case are one."""
    return f"b:{brand.casefold()[:_LONGEST]}"


def tag_key(tag: str) -> str:
    """Return the facet of a tag; upper and lower case are one."""
    return f"t:{tag.casefold()[:_LONGEST]}"


@lru_cache(maxsize=16384)
def attribute_key(name: str, value: str) -> str:
    """Return the facet of one attribute or option value; upper and lower case are one."""
    return f"a:{name.casefold()[:200]}={value.casefold()[:200]}"


@lru_cache(maxsize=1024)
def store_key(location_id: str) -> str:
    """Return the facet of a place that has at least one variant in stock."""
    return f"s:{location_id}"


def facets(merchant: str, document: ProductDocument) -> list[Row]:
    """Return (merchant, key, product)."""
    product_id = document.id
    return [(merchant, key, product_id) for key in facet_keys(document)]


def _priced_facets(merchant: str, document: ProductDocument) -> list[Row]:
    """Return (merchant, key, lowest price, product) of category and brand; no price, no row."""
    if document.price_range is None:
        return []
    lowest = document.price_range.min.amount
    keys = {category_key(category.key) for category in document.categories}
    if document.brand:
        keys.add(brand_key(document.brand))
    return [(merchant, key, lowest, document.id) for key in keys]


def is_priced(key: str) -> bool:
    """Tell whether a facet can be leafed through by price."""
    return key.startswith(("c:", "b:"))


def _offers(merchant: str, document: ProductDocument) -> list[Row]:
    """Return (merchant, variant, channel, market, product, price...) of each offer."""
    product_id = document.id
    return [
        (merchant, variant.id, offer.channel, offer.market, product_id, *_offer_values(offer))
        for variant in document.variants
        for offer in variant.offers
    ]


def _offer_values(offer: OfferDocument) -> Row:
    strike, sale, price = offer.compare_at_price, offer.sale, offer.price
    return (
        price.amount,
        strike.amount if strike else None,
        price.currency,
        offer.sellable,
        offer.base_price.amount,
        sale.price.amount if sale else None,
        maybe_ms(sale.starts_at) if sale else None,
        maybe_ms(sale.ends_at) if sale else None,
    )


def _levels(merchant: str, document: ProductDocument) -> list[Row]:
    """Return (merchant, variant, location, product, counts...) of each level."""
    product_id = document.id
    return [
        (
            merchant,
            variant.id,
            level.location_id,
            product_id,
            level.tracked,
            level.active,
            level.on_hand,
            level.available,
            level.committed,
            level.reserved,
            level.incoming,
            _POLICIES[level.policy is StockPolicy.CONTINUE],
        )
        for variant in document.variants
        for level in variant.inventory
    ]


_POLICIES = (StockPolicy.DENY.value, StockPolicy.CONTINUE.value)


def prices(offers: Iterable[Row]) -> dict[Row, Row]:
    """Return (price, strike price, currency) by (merchant, variant, channel, market)."""
    return {row[:4]: row[5:8] for row in offers}


def columns(document: ProductDocument) -> Row:
    """Return what stands beside a document to find and to sort it, in table order."""
    span = document.price_range
    return (
        document.publication.publishable,
        document.availability is Availability.IN_STOCK,
        document.handle[:_LONGEST] if document.handle else None,
        document.title.casefold()[:200],
        span.min.amount if span else None,
        span.max.amount if span else None,
        span.min.currency if span else None,
        maybe_ms(document.source.as_of),
    )


def gone(before: Iterable[Row], after: Iterable[Row]) -> list[Row]:
    """Return what stood before and no longer does."""
    return sorted(set(before) - set(after), key=str)

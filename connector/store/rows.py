"""A document taken apart into the rows by which it is found and proven."""

from collections.abc import Iterable
from datetime import datetime

from connector.model.document import LevelDocument, OfferDocument, ProductDocument
from connector.model.inventory import Availability
from connector.model.words import words_of

Row = tuple[object, ...]
# Postgres refuses index rows of some 2,700 bytes; nobody looks for more than this anyway.
_LONGEST = 500


def ms(moment: datetime) -> int:
    """Return epoch milliseconds UTC, the form of all times in tables."""
    return round(moment.timestamp() * 1000)


def maybe_ms(moment: datetime | None) -> int | None:
    """Return epoch milliseconds UTC, or None for an unknown time."""
    return None if moment is None else ms(moment)


def variant_keys(merchant: str, document: ProductDocument) -> set[Row]:
    """Return (merchant, kind, value, product, variant) of every exact name of the product."""
    rows: set[Row] = {(merchant, "p", document.source.external_id, document.id, "")}
    for variant in document.variants:
        tail = (document.id, variant.id)
        rows.add((merchant, "v", variant.external_id, *tail))
        if variant.stock_item:
            rows.add((merchant, "i", variant.stock_item, *tail))
        if variant.sku:
            rows.add((merchant, "s", variant.sku[:_LONGEST], *tail))
        if variant.gtin and variant.gtin.value:
            rows.add((merchant, "g", variant.gtin.value, *tail))
    return rows


def facet_keys(document: ProductDocument) -> set[str]:
    """Return what a product can be filtered by, as `kind:value` keys."""
    keys = {category_key(category.key) for category in document.categories}
    if document.brand:
        keys.add(brand_key(document.brand))
    for attribute in document.attributes:
        keys.update(attribute_key(attribute.key, value) for value in attribute.values)
    for variant in document.variants:
        if variant.enabled:
            for option in variant.options:
                if option.value is not None:
                    keys.add(attribute_key(option.name, option.value))
            keys.update(store_key(level.location_id) for level in variant.inventory if _has(level))
    return keys


def _has(level: LevelDocument) -> bool:
    return level.availability is Availability.IN_STOCK


def category_key(key: str) -> str:
    """Return the facet of a category."""
    return f"c:{key[:_LONGEST]}"


def brand_key(brand: str) -> str:
    """Return the facet of a brand; upper and lower case are one."""
    return f"b:{brand.casefold()[:_LONGEST]}"


def attribute_key(name: str, value: str) -> str:
    """Return the facet of one attribute or option value; upper and lower case are one."""
    return f"a:{name.casefold()[:200]}={value.casefold()[:200]}"


def store_key(location_id: str) -> str:
    """Return the facet of a place that has at least one variant in stock."""
    return f"s:{location_id}"


def facets(merchant: str, document: ProductDocument) -> set[Row]:
    """Return (merchant, key, product)."""
    return {(merchant, key, document.id) for key in facet_keys(document)}


def priced_facets(merchant: str, document: ProductDocument) -> set[Row]:
    """Return (merchant, key, lowest price, product) of category and brand; no price, no row."""
    if document.price_range is None:
        return set()
    lowest = document.price_range.min.amount
    keys = {category_key(category.key) for category in document.categories}
    if document.brand:
        keys.add(brand_key(document.brand))
    return {(merchant, key, lowest, document.id) for key in keys}


def is_priced(key: str) -> bool:
    """Tell whether a facet can be leafed through by price."""
    return key.startswith(("c:", "b:"))


def word_rows(merchant: str, document: ProductDocument) -> set[Row]:
    """Return (merchant, word, product)."""
    return {(merchant, word, document.id) for word in words_of(document)}


def offers(merchant: str, document: ProductDocument) -> dict[Row, Row]:
    """Return each offer's row by its key (merchant, variant, channel, market)."""
    return {
        key: (*key, document.id, *_offer_values(offer))
        for variant in document.variants
        for offer in variant.offers
        if (key := (merchant, variant.id, offer.channel, offer.market))
    }


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


def levels(merchant: str, document: ProductDocument) -> dict[Row, Row]:
    """Return each level's row by its key (merchant, variant, location)."""
    return {
        key: (*key, document.id, *_level_values(level))
        for variant in document.variants
        for level in variant.inventory
        if (key := (merchant, variant.id, level.location_id))
    }


def _level_values(level: LevelDocument) -> Row:
    return (
        level.tracked,
        level.active,
        level.on_hand,
        level.available,
        level.committed,
        level.reserved,
        level.incoming,
        level.policy.value,
    )


def prices(merchant: str, document: ProductDocument) -> dict[Row, Row]:
    """Return (price, strike price, currency) by (merchant, variant, channel, market)."""
    return {
        (merchant, variant.id, offer.channel, offer.market): (
            offer.price.amount,
            offer.compare_at_price.amount if offer.compare_at_price else None,
            offer.price.currency,
        )
        for variant in document.variants
        for offer in variant.offers
    }


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

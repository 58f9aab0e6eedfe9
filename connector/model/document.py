"""The serving document: all that a reader needs of one product, composed when a fact changes."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import cast

import msgspec
from msgspec import Struct, structs

from connector.model.inventory import Availability, InventoryLevel, best
from connector.model.location import Location
from connector.model.money import Money
from connector.model.offer import Offer, UnitPrice
from connector.model.product import Product, Variant
from connector.model.publication import Publication, Withheld, judge, lasting


class PriceRange(Struct, frozen=True):
    """Lowest and highest price of the variants on offer."""

    min: Money
    max: Money


class OfferDocument(Offer, frozen=True, rename="camel"):
    """An offer with what holds at the moment of composing."""

    price: Money
    compare_at_price: Money | None
    unit_price: UnitPrice | None


class LevelDocument(InventoryLevel, frozen=True, rename="camel"):
    """A level with its promise; `promised_online` says whether an online shopper may have it."""

    availability: Availability
    promised_online: bool


class VariantDocument(Variant, frozen=True, rename="camel"):
    """A variant with its first offer's price and its online availability on top."""

    offers: tuple[OfferDocument, ...]
    inventory: tuple[LevelDocument, ...]
    price: Money | None
    compare_at_price: Money | None
    availability: Availability


class ProductDocument(Product, frozen=True, rename="camel"):
    """What is stored, encoded once as JSON; every key is present, in this order."""

    variants: tuple[VariantDocument, ...]
    price_range: PriceRange | None
    availability: Availability
    publication: Publication


class Composed(Struct, frozen=True):
    """A document with when it goes out of date by itself: a sale's edge, a day of publication."""

    document: ProductDocument
    next_change: datetime | None


# The constructors take the facts as they stand plus what is computed: positional, for speed.
_new_product = cast("Callable[..., ProductDocument]", ProductDocument)
_new_variant = cast("Callable[..., VariantDocument]", VariantDocument)
_new_offer = cast("Callable[..., OfferDocument]", OfferDocument)
_new_level = cast("Callable[..., LevelDocument]", LevelDocument)
_encoder = msgspec.json.Encoder()
_product_decoder = msgspec.json.Decoder(Product)
_document_decoder = msgspec.json.Decoder(ProductDocument)


def compose(product: Product, locations: Mapping[str, Location], now: datetime) -> Composed:
    """Put facts together as a reader at `now` needs them; `locations` by id."""
    online = frozenset([place.id for place in locations.values() if place.sells_online])
    variants = tuple([_variant(variant, online, now) for variant in product.variants])
    enabled = [variant for variant in variants if variant.enabled]
    values = structs.astuple(product)
    document = _new_product(
        *values[:_VARIANTS],
        variants,
        *values[_VARIANTS + 1 :],
        _price_range(enabled),
        best([variant.availability for variant in enabled]),
        judge(product.status, product.visibility, _withheld(product, enabled, now)),
    )
    return Composed(document, _next_change(product, now))


def encode(document: ProductDocument) -> bytes:
    """Return the canonical JSON bytes: GraphQL names, schema order, every key."""
    return _encoder.encode(document)


def decode(data: bytes) -> ProductDocument:
    """Read stored bytes back."""
    return _document_decoder.decode(data)


def facts(data: bytes) -> Product:
    """Read only the facts of a stored document, to compose it anew."""
    return _product_decoder.decode(data)


_VARIANTS = Product.__struct_fields__.index("variants")
_OFFERS = Variant.__struct_fields__.index("offers")


def _variant(variant: Variant, online: frozenset[str], now: datetime) -> VariantDocument:
    values = structs.astuple(variant)
    offers = tuple([_offer(offer, now) for offer in variant.offers])
    levels = tuple(
        [
            _new_level(
                *structs.astuple(level),
                level.availability_here(),
                level.active and level.location_id in online,
            )
            for level in variant.inventory
        ]
    )
    first = offers[0] if offers else None
    return _new_variant(
        *values[:_OFFERS],
        offers,
        levels,
        *values[_OFFERS + 2 :],
        first.price if first else None,
        first.compare_at_price if first else None,
        _online(variant, first, levels),
    )


def _offer(offer: Offer, now: datetime) -> OfferDocument:
    return _new_offer(
        *structs.astuple(offer),
        offer.price_at(now),
        offer.strike_price_at(now),
        offer.unit_price_at(now),
    )


def _online(
    variant: Variant, offer: OfferDocument | None, levels: Iterable[LevelDocument]
) -> Availability:
    if not variant.enabled or not (offer and offer.sellable):
        return Availability.OUT_OF_STOCK
    if not variant.inventory:  # a gift card lies nowhere and is always there
        return Availability.UNKNOWN if variant.requires_shipping else Availability.IN_STOCK
    return best([level.availability for level in levels if level.promised_online])


def _price_range(variants: Iterable[VariantDocument]) -> PriceRange | None:
    prices = [variant.price for variant in variants if variant.price]
    if not prices:
        return None
    return PriceRange(min(prices, key=_amount), max(prices, key=_amount))


def _amount(money: Money) -> int:
    return money.amount


def _withheld(
    product: Product, enabled: list[VariantDocument], now: datetime
) -> frozenset[Withheld]:
    found = lasting(product.withheld, product.published_at, now)
    if not enabled:
        found.add(Withheld.NO_VARIANT)
    elif not any(variant.offers for variant in enabled):
        found.add(Withheld.NO_PRICE)
    return frozenset(found)


def _next_change(product: Product, now: datetime) -> datetime | None:
    sales = [offer for variant in product.variants for offer in variant.offers if offer.sale]
    changes = [offer.next_change(now) for offer in sales]
    if Withheld.SCHEDULED in product.withheld:
        comes_at = product.published_at
        changes.append(comes_at if comes_at and comes_at > now else None)
    return min((change for change in changes if change), default=None)

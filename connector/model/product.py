"""The canonical product: what a shopper names, with its variants, offers and stock."""

from datetime import datetime

from msgspec import Struct

from connector.model.attribute import Attribute, Category, Media, Option, SelectedOption
from connector.model.care import (
    AgeRestriction,
    HumanValue,
    Policies,
    Safety,
    Seo,
    TemperatureClass,
)
from connector.model.gtin import Gtin
from connector.model.inventory import InventoryLevel
from connector.model.measure import Dimensions, Weight
from connector.model.offer import Offer
from connector.model.publication import Status, Visibility, Withheld
from connector.model.text import Text


class Source(Struct, frozen=True, rename="camel"):
    """Where a fact comes from and when it was true there (`as_of`, UTC)."""

    platform: str
    shop: str
    external_id: str
    as_of: datetime | None


class Variant(Struct, frozen=True, rename="camel"):
    """The sellable thing; a simple product has exactly one.

    `stock_item` is the platform's id of what is counted (Shopify InventoryItem), where it differs
    from the variant's own. A disabled variant is kept but never offered.
    """

    id: str
    external_id: str
    stock_item: str | None
    title: str
    position: int
    enabled: bool
    sku: str | None
    gtin: Gtin | None
    mpn: str | None
    options: tuple[SelectedOption, ...]
    attributes: tuple[Attribute, ...]
    media: tuple[Media, ...]
    weight: Weight | None
    dimensions: Dimensions | None
    requires_shipping: bool
    country_of_origin: str | None
    customs_code: str | None
    offers: tuple[Offer, ...]
    inventory: tuple[InventoryLevel, ...]
    as_of: datetime | None


class Product(Struct, frozen=True, rename="camel"):
    """Everything one shop says about one product, in canonical form.

    `withheld` holds only the adapter's own reasons against showing it, of which SCHEDULED ends at
    `published_at`; the full judgement is `connector.model.document.compose`. Lists are in
    canonical order: the same facts give the same bytes, in whatever order the platform told them.
    Times are UTC.
    """

    id: str
    handle: str
    url: str | None
    title: str
    description: Text | None
    summary: Text | None
    language: str | None
    brand: str | None
    product_type: str | None
    tags: tuple[str, ...]
    categories: tuple[Category, ...]
    options: tuple[Option, ...]
    attributes: tuple[Attribute, ...]
    media: tuple[Media, ...]
    variants: tuple[Variant, ...]
    status: Status
    visibility: Visibility
    withheld: tuple[Withheld, ...]
    gift_card: bool
    subscription_only: bool
    policies: Policies
    safety: Safety | None
    age_restriction: AgeRestriction | None
    temperature_class: TemperatureClass | None
    human_value: HumanValue | None
    seo: Seo
    created_at: datetime | None
    updated_at: datetime | None
    published_at: datetime | None
    source: Source

"""Shopify's own words for a product and its parts, as they stand on the lines of an export."""

from datetime import datetime

from msgspec import Struct, field


class Line(Struct, rename="camel", gc=False):
    """One object; what Shopify tells beyond these fields is not read."""


class Ref(Line):
    """Points at another object."""

    id: str


class Amount(Line):
    """MoneyV2."""

    amount: str
    currency_code: str


class SeoPart(Line):
    """What the shop tells search engines."""

    title: str | None = None
    description: str | None = None


class TaxonomyPart(Line):
    """A class of Shopify's own product taxonomy."""

    id: str
    name: str
    full_name: str


class OptionPart(Line):
    """What a shopper chooses."""

    name: str
    values: list[str]
    position: int = 0


class ProductLine(Line):
    """A Product."""

    id: str
    handle: str
    title: str
    status: str
    updated_at: datetime
    description_html: str = ""
    vendor: str = ""
    product_type: str = ""
    tags: list[str] = []
    created_at: datetime | None = None
    published_at: datetime | None = None
    online_store_url: str | None = None
    is_gift_card: bool = False
    has_only_default_variant: bool = False
    requires_selling_plan: bool = False
    seo: SeoPart | None = None
    category: TaxonomyPart | None = None
    options: list[OptionPart] = []
    featured_media: Ref | None = None


class WeightPart(Line):
    """A weight in Shopify's own unit."""

    unit: str
    value: float


class MeasurementPart(Line):
    """What an inventory item measures."""

    weight: WeightPart | None = None


class ItemPart(Line):
    """The InventoryItem of a variant."""

    id: str
    tracked: bool = True
    requires_shipping: bool = True
    country_code_of_origin: str | None = None
    harmonized_system_code: str | None = None
    measurement: MeasurementPart | None = None


class UnitPart(Line):
    """UnitPriceMeasurement."""

    quantity_value: float
    reference_value: float
    quantity_unit: str | None = None
    reference_unit: str | None = None


class ChoicePart(Line):
    """SelectedOption."""

    name: str
    value: str


class VariantLine(Line):
    """A ProductVariant."""

    id: str
    price: str
    inventory_item: ItemPart
    title: str = ""
    position: int = 0
    sku: str | None = None
    barcode: str | None = None
    compare_at_price: str | None = None
    inventory_policy: str = "DENY"
    show_unit_price: bool = False
    unit_price: Amount | None = None
    unit_price_measurement: UnitPart | None = None
    selected_options: list[ChoicePart] = []
    updated_at: datetime | None = None


class ImagePart(Line):
    """The file behind a MediaImage."""

    url: str
    width: int | None = None
    height: int | None = None
    alt_text: str | None = None


class VideoPart(Line):
    """One encoding of a Video."""

    url: str
    mime_type: str = ""


class MediaLine(Line):
    """A MediaImage, Video, ExternalVideo or Model3d."""

    id: str
    media_content_type: str
    alt: str | None = None
    image: ImagePart | None = None
    sources: list[VideoPart] = []
    embed_url: str | None = None


class MetafieldLine(Line):
    """A Metafield of a product or a variant; `parent` says whose."""

    namespace: str
    key: str
    type: str
    value: str
    parent: str = field(default="", name="__parentId")


class CollectionLine(Line):
    """A Collection that holds the product."""

    id: str
    handle: str
    title: str


class PlacementLine(Line):
    """ResourcePublicationV2: the product in one channel; the only line without an id."""

    is_published: bool
    publish_date: datetime | None = None


class QuantityPart(Line):
    """One named count of a level."""

    name: str
    quantity: int
    updated_at: datetime | None = None


class LevelLine(Line):
    """An InventoryLevel: one item at one location."""

    item: Ref
    location: Ref
    is_active: bool = True
    updated_at: datetime | None = None
    quantities: list[QuantityPart] = []


class Bundle(Struct):
    """Everything Shopify tells about one product, in any order."""

    product: ProductLine
    variants: list[VariantLine]
    media: list[MediaLine]
    metafields: list[MetafieldLine]
    collections: list[CollectionLine]
    placements: list[PlacementLine]
    levels: list[LevelLine]


def number(gid: str) -> int:
    """Return the number at the end of an id: gid://shopify/Product/7 gives 7."""
    return int(gid.rpartition("/")[2].partition("?")[0])


def tail(gid: str) -> str:
    """Return what stands behind the kind: gid://shopify/TaxonomyCategory/aa-1 gives aa-1."""
    return gid.rpartition("/")[2]

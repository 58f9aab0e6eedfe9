"""Facts about a product that have a name, a type and a value."""

from enum import Enum

from msgspec import Struct


class AttributeType(Enum):
    """How to read an attribute's `value` text."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    MEASURE = "MEASURE"
    URL = "URL"
    COLOR = "COLOR"
    MONEY = "MONEY"
    RATING = "RATING"
    REFERENCE = "REFERENCE"
    LIST = "LIST"
    JSON = "JSON"


class Attribute(Struct, frozen=True, rename="camel"):
    """`key` is stable ("custom.roast", "pa_color"), `name` is for people.

    `values` are the readable values one by one; `unit` belongs to a MEASURE; `raw_type` is the
    platform's own type name.
    """

    key: str
    name: str
    type: AttributeType
    values: tuple[str, ...]
    unit: str | None
    raw_type: str


class Option(Struct, frozen=True, rename="camel"):
    """What a shopper chooses between variants: a size, a color; `values` in the shop's order."""

    name: str
    values: tuple[str, ...]


class SelectedOption(Struct, frozen=True, rename="camel"):
    """The choice that one variant is; `value` None means that any value fits."""

    name: str
    value: str | None


class CategoryKind(Enum):
    """Whose classification it is."""

    SHOP = "SHOP"
    COLLECTION = "COLLECTION"
    SHOPIFY_TAXONOMY = "SHOPIFY_TAXONOMY"
    GOOGLE = "GOOGLE"


class Category(Struct, frozen=True, rename="camel"):
    """A class of goods: `key` is stable within its kind, `path` goes from root to leaf."""

    kind: CategoryKind
    key: str
    name: str
    path: tuple[str, ...]
    google_id: int | None


class MediaKind(Enum):
    """What a medium shows."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    EXTERNAL_VIDEO = "EXTERNAL_VIDEO"
    MODEL = "MODEL"


class Media(Struct, frozen=True, rename="camel"):
    """A picture or a film; sizes in pixels where known."""

    external_id: str
    kind: MediaKind
    url: str
    alt: str | None
    width: int | None
    height: int | None

"""The words of WooCommerce: exactly those fields of products and variations that Regie reads."""

from typing import Any

import msgspec
from msgspec import Raw, Struct


class Term(Struct, frozen=True):
    """A category, tag or brand as a product carries it."""

    id: int = 0
    name: str = ""
    slug: str = ""


class Image(Struct, frozen=True):
    """A picture; `src` is its full size."""

    id: int = 0
    src: str = ""
    alt: str = ""


class ProductAttribute(Struct, frozen=True):
    """An attribute of a product; `id` 0 is one of its own, others are shared by the shop."""

    id: int = 0
    name: str = ""
    slug: str = ""
    position: int = 0
    visible: bool = True
    variation: bool = False
    options: tuple[str, ...] = ()


class Choice(Struct, frozen=True):
    """What a variation is; an attribute that is absent or empty means any value."""

    id: int = 0
    name: str = ""
    slug: str = ""
    option: str = ""


class Sizes(Struct, frozen=True):
    """Length, width and height in the shop's unit; empty where unknown."""

    length: str = ""
    width: str = ""
    height: str = ""


class Meta(Struct, frozen=True):
    """A custom field."""

    key: str = ""
    value: Any = None


class Sellable(Struct, frozen=True):
    """What a product and a variation have in common."""

    id: int
    type: str = "simple"
    status: str = ""
    parent_id: int = 0
    name: str = ""
    description: str | None = ""
    permalink: str | None = ""
    sku: str | None = ""
    global_unique_id: str | None = ""
    price: str | None = ""
    regular_price: str | None = ""
    sale_price: str | None = ""
    date_on_sale_from_gmt: str | None = None
    date_on_sale_to_gmt: str | None = None
    date_modified_gmt: str | None = None
    purchasable: bool = False
    virtual: bool = False
    downloadable: bool = False
    tax_status: str = "taxable"
    tax_class: str = ""
    manage_stock: bool | str = False
    stock_quantity: int | float | None = None
    stock_status: str = ""
    backorders: str = "no"
    weight: str | None = ""
    dimensions: Sizes | None = None
    shipping_class: str = ""
    meta_data: tuple[Meta, ...] = ()
    menu_order: int = 0


class WooProduct(Sellable, frozen=True):
    """A product; a variable one is sold through its variations."""

    slug: str = ""
    date_created_gmt: str | None = None
    catalog_visibility: str = "visible"
    post_password: str | None = ""
    short_description: str | None = ""
    external_url: str = ""
    categories: tuple[Term, ...] = ()
    brands: tuple[Term, ...] = ()
    tags: tuple[Term, ...] = ()
    images: tuple[Image, ...] = ()
    attributes: tuple[ProductAttribute, ...] = ()
    variations: tuple[int, ...] = ()

    @property
    def has_variations(self) -> bool:
        """Whether its prices and stock are those of variations."""
        return _is_variable(self.type, self.variations)


class WooVariation(Sellable, frozen=True):
    """One variation of a variable product."""

    image: Image | None = None
    gallery_image_ids: tuple[int, ...] = ()
    attributes: tuple[Choice, ...] = ()


class Glance(Struct, frozen=True):
    """What a list must tell of an item before it is read in full."""

    id: int
    type: str = ""
    status: str = ""
    parent_id: int = 0
    date_modified_gmt: str | None = None
    variations: tuple[int, ...] = ()

    @property
    def has_variations(self) -> bool:
        """Whether its prices and stock are those of variations."""
        return _is_variable(self.type, self.variations)


def _is_variable(type: str, variations: tuple[int, ...]) -> bool:  # noqa: A002 - the shop's word
    return bool(variations) or type.startswith("variable")


PRODUCT_FIELDS = WooProduct.__struct_fields__
VARIATION_FIELDS = WooVariation.__struct_fields__
_NOT_ASKED_FOR = b'"_links":'
products = msgspec.json.Decoder(WooProduct, strict=False)
variations = msgspec.json.Decoder(WooVariation, strict=False)
glance = msgspec.json.Decoder(Glance, strict=False).decode


def facts(items: list[Raw], decoder: msgspec.json.Decoder[Any]) -> list[bytes]:
    """Return the told facts alone; an old shop that ignores `_fields` shuffles others into them.

    In JSON the bytes of `"_links":` stand for nothing but that key: a quote within a text has a
    backslash before it.
    """
    told = [bytes(item) for item in items]
    if told and _NOT_ASKED_FOR in told[0]:
        return [msgspec.json.encode(decoder.decode(item)) for item in told]
    return told

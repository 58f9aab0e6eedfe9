"""One sellable thing of a WooCommerce product: a variation, or a simple product itself."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from connector.model.attribute import Media, MediaKind, SelectedOption
from connector.model.gtin import Gtin, parse_gtin
from connector.model.ids import source_id
from connector.model.measure import BadMeasure, Dimensions, Weight, dimensions, weight
from connector.model.product import Variant
from connector.model.text import one_line
from connector.platforms.woocommerce import house_fields
from connector.platforms.woocommerce.errors import BadFact
from connector.platforms.woocommerce.moment import past
from connector.platforms.woocommerce.offers import PARENT, inventory, offers
from connector.platforms.woocommerce.options import selected
from connector.platforms.woocommerce.payload import Image, Sellable, WooProduct, WooVariation
from connector.platforms.woocommerce.terms import PLATFORM, Terms

_read_weight = lru_cache(maxsize=4096)(weight)
_read_dimensions = lru_cache(maxsize=4096)(dimensions)


def only_variant(product: WooProduct, terms: Terms, read_at: datetime) -> Variant:
    """Return the one variant that a product without variations is."""
    return _variant(product, product, 1, terms, read_at)


def variants(
    product: WooProduct, variations: Iterable[WooVariation], terms: Terms, read_at: datetime
) -> tuple[Variant, ...]:
    """Return the variations as the shop arranged them."""
    once = {each.id: each for each in variations}
    in_order = sorted(once.values(), key=lambda each: (each.menu_order, each.id))
    return tuple(
        _variation(each, product, position, terms, read_at)
        for position, each in enumerate(in_order, 1)
    )


def _variation(
    variation: WooVariation, product: WooProduct, position: int, terms: Terms, read_at: datetime
) -> Variant:
    return _variant(
        variation,
        product,
        position,
        terms,
        read_at,
        choices=selected(product.attributes, variation.attributes),
        pictures=_pictures(variation, product.images),
    )


def _variant(
    item: WooProduct | WooVariation,
    product: WooProduct,
    position: int,
    terms: Terms,
    read_at: datetime,
    *,
    choices: tuple[SelectedOption, ...] = (),
    pictures: tuple[Media, ...] = (),
) -> Variant:
    as_of = past(item.date_modified_gmt, read_at)
    fields = house_fields.fields(item.meta_data)
    tax_class = product.tax_class if item.tax_class == PARENT else item.tax_class
    return Variant(
        id=source_id("var", PLATFORM, terms.shop, str(item.id)),
        external_id=str(item.id),
        stock_item=None,
        title=_title(item, choices),
        position=position,
        enabled=item is product or item.status == "publish",
        sku=item.sku or None,
        gtin=_gtin(item, fields),
        mpn=fields.get("_wc_gla_mpn"),
        options=choices,
        attributes=(),
        media=pictures,
        weight=_weight(item, terms),
        dimensions=_dimensions(item, terms),
        requires_shipping=not (item.virtual or item.downloadable),
        country_of_origin=_origin(fields, product),
        customs_code=None,
        offers=offers(item, tax_class, terms, as_of),
        inventory=inventory(item, str(product.id), terms, as_of),
        as_of=as_of,
    )


def _title(item: Sellable, choices: Sequence[SelectedOption]) -> str:
    """Return the shop's name for it; older shops give variations none."""
    return one_line(item.name) or ", ".join(each.value for each in choices if each.value)


def _gtin(item: Sellable, fields: house_fields.Fields) -> Gtin | None:
    return parse_gtin(item.global_unique_id or fields.get("_wc_gla_gtin", ""))


def _origin(fields: house_fields.Fields, product: WooProduct) -> str | None:
    own = house_fields.country_of_origin(fields)
    return own or house_fields.country_of_origin(house_fields.fields(product.meta_data))


def _weight(item: Sellable, terms: Terms) -> Weight | None:
    try:
        return _read_weight(item.weight or "", terms.weight_unit)
    except BadMeasure as error:
        reason = error.message
    raise BadFact("weight", str(item.id), reason)


def _dimensions(item: Sellable, terms: Terms) -> Dimensions | None:
    told = item.dimensions
    if told is None:
        return None
    try:
        return _read_dimensions(told.length, told.width, told.height, terms.dimension_unit)
    except BadMeasure as error:
        reason = error.message
    raise BadFact("dimensions", str(item.id), reason)


def _pictures(variation: WooVariation, images: Iterable[Image]) -> tuple[Media, ...]:
    """Return the variation's own picture, then its gallery: that is told by ids alone."""
    known: Mapping[int, Image] = {image.id: image for image in images}
    wanted = [variation.image] if variation.image else []
    wanted += [known[number] for number in variation.gallery_image_ids if number in known]
    return pictures(wanted)


def pictures(images: Iterable[Image]) -> tuple[Media, ...]:
    """Return pictures in the shop's order, each once; one without an address is none."""
    once = {image.id: image for image in images if image.src}
    return tuple(
        Media(str(each.id), MediaKind.IMAGE, each.src, one_line(each.alt) or None, None, None)
        for each in once.values()
    )

"""A Shopify product in canonical form: the same facts give the same bytes in whatever order."""

from collections.abc import Sequence
from datetime import datetime

from connector.model.attribute import Category, CategoryKind, Media, MediaKind, Option
from connector.model.care import Seo
from connector.model.ids import source_id
from connector.model.product import Product, Source, Variant
from connector.model.publication import Withheld
from connector.model.text import describe
from connector.platforms.shopify.product import house_fields
from connector.platforms.shopify.product.attributes import attributes
from connector.platforms.shopify.product.life import life, own_fields
from connector.platforms.shopify.product.normalise_variant import variant
from connector.platforms.shopify.product.payload import (
    Bundle,
    LevelLine,
    MediaLine,
    MetafieldLine,
    ProductLine,
    VariantLine,
    number,
    tail,
)
from connector.platforms.shopify.terms import PLATFORM, Terms

NORMALISER = 2
"""Counts up whenever this reading of a product changes: all products are then read anew."""


def normalise(bundle: Bundle, terms: Terms, read_at: datetime) -> Product:
    """Return the product that Shopify tells; raises a RegieError that names a bad field."""
    line = bundle.product
    own, of_variants = _metafields(bundle)
    fields = own_fields(own)
    found = life(line, bundle.placements, fields, read_at)
    return Product(
        source_id("prd", PLATFORM, terms.shop, line.id),
        line.handle,
        line.online_store_url or None,
        line.title,
        describe(line.description_html, terms.language) if line.description_html else None,
        None,
        terms.language,
        line.vendor or None,
        line.product_type or None,
        tuple(sorted(set(line.tags))),
        _categories(bundle),
        _options(line),
        attributes(own),
        _media(bundle),
        _variants(bundle, of_variants, terms),
        found.status,
        found.visibility,
        found.withheld,
        line.is_gift_card,
        line.requires_selling_plan,
        house_fields.policies(fields),
        house_fields.safety(fields),
        house_fields.age_restriction(fields),
        house_fields.temperature_class(fields),
        house_fields.human_value(fields),
        Seo((line.seo.title or None), (line.seo.description or None)) if line.seo else _NO_SEO,
        line.created_at,
        line.updated_at,
        found.comes_at if Withheld.SCHEDULED in found.withheld else line.published_at,
        Source(PLATFORM, terms.shop, line.id, line.updated_at),
    )


_NO_SEO = Seo(None, None)


def _metafields(bundle: Bundle) -> tuple[list[MetafieldLine], dict[str, list[MetafieldLine]]]:
    """Part the product's own metafields from those of its variants."""
    own: list[MetafieldLine] = []
    of_variants: dict[str, list[MetafieldLine]] = {}
    for line in bundle.metafields:
        if "/ProductVariant/" in line.parent:
            of_variants.setdefault(line.parent, []).append(line)
        else:
            own.append(line)
    return own, of_variants


def _categories(bundle: Bundle) -> tuple[Category, ...]:
    found = []
    told = bundle.product.category
    if told is not None:
        path = tuple(told.full_name.split(" > "))
        kind = CategoryKind.SHOPIFY_TAXONOMY
        found.append(Category(kind, tail(told.id), told.name, path, None))
    by_number = {number(each.id): each for each in bundle.collections}
    for key, each in sorted(by_number.items()):
        found.append(Category(CategoryKind.COLLECTION, str(key), each.title, (each.title,), None))
    return tuple(found)


def _options(line: ProductLine) -> tuple[Option, ...]:
    """Return what there is to choose; a product with one variant has nothing to choose."""
    if line.has_only_default_variant:
        return ()
    in_order = sorted(line.options, key=lambda option: option.position)
    return tuple([Option(option.name, tuple(option.values)) for option in in_order])


def _media(bundle: Bundle) -> tuple[Media, ...]:
    featured = bundle.product.featured_media
    first = featured.id if featured else ""
    once = {line.id: line for line in bundle.media}.values()
    lines = sorted(once, key=lambda line: (line.id != first, number(line.id), line.id))
    return tuple([found for line in lines if (found := _medium(line)) is not None])


def _medium(line: MediaLine) -> Media | None:
    """Return a picture or film; one that Shopify has not made ready has no address yet."""
    alt, image = line.alt or None, line.image
    match line.media_content_type:
        case "IMAGE" if image is not None:
            alt = alt or image.alt_text or None
            return Media(line.id, MediaKind.IMAGE, image.url, alt, image.width, image.height)
        case "EXTERNAL_VIDEO" if line.embed_url:
            return Media(line.id, MediaKind.EXTERNAL_VIDEO, line.embed_url, alt, None, None)
        case "VIDEO" if line.sources:
            best = min(line.sources, key=lambda each: (each.mime_type != "video/mp4", each.url))
            return Media(line.id, MediaKind.VIDEO, best.url, alt, None, None)
    return None


def _variants(
    bundle: Bundle, metafields: dict[str, list[MetafieldLine]], terms: Terms
) -> tuple[Variant, ...]:
    levels: dict[str, list[LevelLine]] = {}
    for level in bundle.levels:
        levels.setdefault(level.item.id, []).append(level)
    product = bundle.product
    title = product.title if product.has_only_default_variant else None
    return tuple(
        [
            variant(
                line,
                levels.get(line.inventory_item.id, ()),
                metafields.get(line.id, ()),
                terms,
                title,
            )
            for line in _in_order(bundle.variants)
        ]
    )


def _in_order(variants: list[VariantLine]) -> Sequence[VariantLine]:
    """Return each variant once, as the shop arranged them."""
    if len(variants) < 2:
        return variants
    once = {line.id: line for line in variants}.values()
    return sorted(once, key=lambda line: (line.position, len(line.id), line.id))

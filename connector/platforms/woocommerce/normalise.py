"""A WooCommerce product in canonical form: the same facts give the same bytes in whatever order."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from connector.model.attribute import (
    Attribute,
    AttributeType,
    Category,
    CategoryKind,
)
from connector.model.care import Policies
from connector.model.ids import source_id
from connector.model.product import Product, Source, Variant
from connector.model.publication import Withheld
from connector.model.text import Text, describe, one_line
from connector.platforms.woocommerce import house_fields, life
from connector.platforms.woocommerce.moment import newest, past
from connector.platforms.woocommerce.options import named_facts, options
from connector.platforms.woocommerce.payload import Term, WooProduct, WooVariation
from connector.platforms.woocommerce.terms import PLATFORM, Terms, key_of
from connector.platforms.woocommerce.variants import only_variant, pictures, variants

GIFT_CARDS = frozenset({"gift-card", "gift_card", "pw-gift-card"})
SUBSCRIPTIONS = frozenset({"subscription", "variable-subscription"})
_FOREIGN = re.compile(r"[\u0370-\u1dff\u2c00-\u2fef\u3040-\ud7ff]")
_LETTER = re.compile(r"[^\W\d_]")
_NON_LATIN = frozenset(
    {"am", "ar", "be", "bg", "el", "fa", "he", "hi", "hy", "ja", "ka", "ko", "mk", "ru", "sr"}
    | {"ta", "th", "uk", "ur", "yi", "zh"}
)


def normalise(
    product: WooProduct, variations: Sequence[WooVariation], terms: Terms, read_at: datetime
) -> Product:
    """Return the product that the shop tells; raises a RegieError that names a bad field."""
    owner = str(product.id)
    fields = house_fields.fields(product.meta_data)
    title = one_line(product.name)
    language = language_of(product, terms.language)
    dates = (product.date_modified_gmt, *(each.date_modified_gmt for each in variations))
    sold = _sold(product, variations, terms, read_at)
    return Product(
        id=source_id("prd", PLATFORM, terms.shop, owner),
        handle=key_of(product.slug) or owner,
        url=product.permalink or None,
        title=title,
        description=_text(product.description, language),
        summary=_text(product.short_description, language),
        language=language,
        brand=_brand(product.brands) or fields.get("_wc_gla_brand"),
        product_type=None,
        tags=tuple(sorted({one_line(tag.name) for tag in product.tags})),
        categories=_categories(product.categories, terms),
        options=options(product.attributes) if product.has_variations else (),
        attributes=_attributes(product, fields, terms),
        media=pictures(product.images),
        variants=sold,
        status=life.status(product.status),
        visibility=life.visibility(
            product.status, product.catalog_visibility, bool(product.post_password)
        ),
        withheld=_withheld(product, sold, fields),
        gift_card=product.type in GIFT_CARDS,
        subscription_only=product.type in SUBSCRIPTIONS,
        policies=Policies(_shipping(product, terms), None),
        safety=house_fields.safety(fields),
        age_restriction=house_fields.age_restriction(fields, owner),
        temperature_class=house_fields.temperature_class(fields, _shipping(product, terms) or ""),
        human_value=house_fields.human_value(fields),
        seo=house_fields.seo(fields),
        created_at=past(product.date_created_gmt, read_at),
        updated_at=past(product.date_modified_gmt, read_at),
        published_at=_published_at(product, read_at),
        source=Source(PLATFORM, terms.shop, owner, newest(dates, read_at)),
    )


def _sold(
    product: WooProduct, variations: Sequence[WooVariation], terms: Terms, read_at: datetime
) -> tuple[Variant, ...]:
    if product.has_variations:
        return variants(product, variations, terms, read_at)
    return (only_variant(product, terms, read_at),)


def language_of(product: WooProduct, language: str | None) -> str | None:
    """Return the shop's language, unless the title is plainly written in another script."""
    if language is None or product.name.isascii():
        return language
    letters = len(_LETTER.findall(product.name))
    foreign = 2 * len(_FOREIGN.findall(product.name)) > letters
    return language if foreign is (language.partition("-")[0] in _NON_LATIN) else None


def _text(source: str | None, language: str | None) -> Text | None:
    return describe(source, language) if source else None


def _brand(brands: Sequence[Term]) -> str | None:
    """Return the brand; of several, the first by name."""
    return min((one_line(brand.name) for brand in brands), default=None)


def _categories(carried: Iterable[Term], terms: Terms) -> tuple[Category, ...]:
    found = {term.id: terms.categories.get(term.id) or _loose(term) for term in carried}
    return tuple(sorted(found.values(), key=lambda category: (category.path, category.key)))


def _loose(term: Term) -> Category:
    """Return a category made since the tree was read."""
    name = one_line(term.name)
    return Category(CategoryKind.SHOP, key_of(term.slug), name, (name,), None)


def _attributes(
    product: WooProduct, fields: house_fields.Fields, terms: Terms
) -> tuple[Attribute, ...]:
    found = [*named_facts(product.attributes, terms), *house_fields.attributes(fields)]
    if product.external_url:
        url = (product.external_url,)
        found.append(
            Attribute("external_url", "Sold at", AttributeType.URL, url, None, "external_url")
        )
    return tuple(sorted(found, key=lambda attribute: attribute.key))


def _withheld(
    product: WooProduct, sold: Iterable[Variant], fields: house_fields.Fields
) -> tuple[Withheld, ...]:
    found = []
    priced = any(variant.enabled and variant.offers for variant in sold)
    if priced and not product.purchasable:
        found.append(Withheld.NOT_PURCHASABLE)
    refused = house_fields.objection(fields)
    return (*found, refused) if refused else tuple(found)


def _shipping(product: WooProduct, terms: Terms) -> str | None:
    slug = product.shipping_class
    return terms.shipping_classes.get(slug, slug) or None


def _published_at(product: WooProduct, read_at: datetime) -> datetime | None:
    return past(product.date_created_gmt, read_at) if product.status == "publish" else None

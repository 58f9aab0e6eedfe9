"""One product as the index holds it: ranked forms of its words, and what it is filtered by."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b

from msgspec import Struct

from connector.model.attribute import Attribute, AttributeType, CategoryKind
from connector.model.document import ProductDocument
from connector.model.language.form import forms
from connector.model.language.split import chunks, index_words, joined, plain_words
from connector.model.product import Product, Variant
from connector.model.text import Text
from connector.store.product import rows
from connector.store.search.weight import Field, Form

VERSION = 2
"""Raise it whenever the same product gives other forms: every index is then built anew."""

_ENGLISH = (CategoryKind.SHOPIFY_TAXONOMY, CategoryKind.GOOGLE)
_WORDLESS = (
    AttributeType.REFERENCE,
    AttributeType.JSON,
    AttributeType.URL,
    AttributeType.BOOLEAN,
)
_MOST_FORMS = 600
_MOST_FACETS = 200
_LONGEST_TEXT = 4_000
Said = tuple[Field, str | None, str]


class Entry(Struct, frozen=True):
    """A row of `search_entry`, in the order of its columns behind the merchant."""

    product_id: str
    number: int
    seq: int
    generation: int
    engine: str
    connection_id: str
    in_stock: bool
    publishable: bool
    price_min: int | None
    digest: bytes
    facets: str
    title: str
    ranks: str


def number_of(merchant_id: str, product_id: str) -> int:
    """Return the product's place in the order of candidates: 48 bits that say nothing."""
    text = f"{merchant_id}\0{product_id}".encode()
    return int.from_bytes(blake2b(text, digest_size=6).digest(), "big")


class Origin(Struct, frozen=True):
    """By whom and from which connection a product is indexed."""

    generation: int
    engine: str
    connection_id: str


def entry_of(merchant_id: str, document: ProductDocument, seq: int, origin: Origin) -> Entry:
    """Return what is indexed of a product."""
    publishable, in_stock, _, _, lowest, *_ = rows.columns(document)
    keys = sorted(rows.facet_keys(document))[:_MOST_FACETS]
    return Entry(
        document.id,
        number_of(merchant_id, document.id),
        seq,
        origin.generation,
        origin.engine,
        origin.connection_id,
        bool(in_stock),
        bool(publishable),
        lowest if isinstance(lowest, int) else None,
        digest_of(document),
        "\n".join(key.replace("\n", " ") for key in keys),
        " ".join(plain_words(document.title)),
        ranks_of(document),
    )


def digest_of(product: Product) -> bytes:
    """Return the digest of all texts that are indexed: the same texts, the same forms."""
    found = blake2b(digest_size=16)
    for field, language, text in (*_texts(product), *_codes(product)):
        found.update(f"{field.value}{language}\0{text}\0".encode(errors="replace"))
    return found.digest()


def ranks_of(product: Product) -> str:
    r"""Return "\nwTASSEN\ta\nstas\ta...": each form once, with its best field; best fields first.

    The first place where a form is found is therefore its best. What says which kind of thing it
    is, category and product type, is told beside a better place.
    """
    found: dict[str, str] = {}
    kinds: set[str] = set()
    kind = Field.KIND
    for field, text in _codes_of(product):
        found.setdefault(Form.WORD.value + text, field)
        found.setdefault(Form.STEM.value + text, field)
    for said in _texts(product):
        place = said[0].value
        forms_of_it = dict.fromkeys(_forms(said))
        for form in forms_of_it:
            if found.setdefault(form, place) > place:
                found[form] = place
        if said[0] is kind:
            kinds.update(form for form in forms_of_it if form[0] == Form.STEM.value)
        if len(found) > _MOST_FORMS:
            break
    return _lines(found, kinds)


def _lines(found: dict[str, str], kinds: set[str]) -> str:
    kind = Field.KIND.value
    also = ((form, kind) for form in sorted(kinds) if found[form] < kind)
    ordered = sorted((*found.items(), *also), key=lambda it: it[1])[:_MOST_FORMS]
    return "".join(f"\n{form}\t{field}" for form, field in ordered)


def _forms(said: Said) -> Iterator[str]:
    _, language, text = said
    for word in dict.fromkeys(index_words(text[:_LONGEST_TEXT])):
        yield from _forms_of(word, language)


@lru_cache(maxsize=65536)
def _forms_of(word: str, language: str | None) -> tuple[str, ...]:
    found = forms(word, language)
    as_word, as_stem, as_part = Form.WORD.value, Form.STEM.value, Form.PART.value
    return (
        as_word + word,
        *(as_stem + stem for stem in found.stems),
        *(as_part + part for part in found.parts),
    )


def _texts(product: Product) -> Iterator[Said]:
    spoken = product.language
    yield Field.TITLE, spoken, product.title
    if product.brand:
        yield Field.BRAND, spoken, product.brand
    if product.product_type:
        yield Field.KIND, spoken, product.product_type
    for category in product.categories:
        yield Field.KIND, "en" if category.kind in _ENGLISH else spoken, category.name
    for tag in product.tags:
        yield Field.TAG, spoken, tag
    yield from ((Field.ATTRIBUTE, spoken, text) for text in _values(product))
    yield from _text(Field.SUMMARY, product.summary, spoken)
    yield from _text(Field.DESCRIPTION, product.description, spoken)


def _text(field: Field, text: Text | None, spoken: str | None) -> Iterator[Said]:
    if text:
        yield field, text.language or spoken, text.plain


def _values(product: Product) -> Iterable[str]:
    """Yield what may be chosen and what is said by name: sizes, colours, materials."""
    found: dict[str, None] = {}
    for option in product.options:
        found.update(dict.fromkeys(option.values))
    for attribute in product.attributes:
        found.update(dict.fromkeys(_readable(attribute)))
    for variant in product.variants:
        for attribute in variant.attributes:
            found.update(dict.fromkeys(_readable(attribute)))
    return found


def _readable(attribute: Attribute) -> Iterator[str]:
    if attribute.type in _WORDLESS:
        return
    for value in attribute.values:
        if "://" not in value:
            yield f"{value} {attribute.unit}" if attribute.unit else value


def _codes(product: Product) -> Iterator[Said]:
    for variant in product.variants:
        if variant.enabled:
            yield from ((Field.BRAND, None, code) for code in _variant_codes(variant))


def _variant_codes(variant: Variant) -> Iterator[str]:
    yield from filter(None, (variant.sku, variant.mpn))
    if variant.gtin:
        yield variant.gtin.raw
        if variant.gtin.value:
            yield variant.gtin.value
            yield variant.gtin.value.lstrip("0")


def _codes_of(product: Product) -> Iterator[tuple[str, str]]:
    """Yield each code whole, and its parts with the least weight."""
    for _, _, code in _codes(product):
        words = chunks(code)
        yield Field.BRAND.value, "".join(map(joined, words))[:40]
        if len(words) == 1 and not words[0].isdigit():
            yield from ((Field.DESCRIPTION.value, word) for word in index_words(code))

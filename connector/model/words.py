"""The words by which a product is found, the same for every database."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from connector.model.product import Product

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 40
_MOST = 64


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """Split into lower-case words without accents: "Hausröstung Elbe" gives hausrostung, elbe."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
    )
    return tuple(word[:_LONGEST] for word in _WORD.findall(plain.casefold()))


def words_of(product: Product) -> frozenset[str]:
    """Return what a product is found by: its names, kinds, tags and categories."""
    found: dict[str, None] = {}
    for text in _texts(product):
        found.update(dict.fromkeys(words(text)))
    return frozenset(list(found)[:_MOST])


def _texts(product: Product) -> Iterable[str]:
    yield product.title
    yield from filter(None, (product.brand, product.product_type))
    yield from product.tags
    yield from (category.name for category in product.categories)

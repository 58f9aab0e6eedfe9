"""The words by which a product is found, the same for every database."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from connector.model.product import Product

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 40
_MOST = 64
_MARKS = "\u0300"
"""No accent comes before this sign."""


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """Split into lower-case words without accents: "Hausröstung Elbe" gives hausrostung, elbe."""
    plain = text if text.isascii() else _without_accents(text)
    return tuple([word[:_LONGEST] for word in _WORD.findall(plain.casefold())])


def _without_accents(text: str) -> str:
    told = unicodedata.normalize("NFKD", text)
    return "".join([sign for sign in told if sign < _MARKS or not unicodedata.combining(sign)])


def words_of(product: Product) -> frozenset[str]:
    """Return what a product is found by: its names, kinds, tags and categories."""
    found = dict.fromkeys([word for text in _texts(product) for word in words(text)])
    return frozenset(list(found)[:_MOST])


def _texts(product: Product) -> Iterable[str]:
    yield product.title
    yield from filter(None, (product.brand, product.product_type))
    yield from product.tags
    yield from (category.name for category in product.categories)

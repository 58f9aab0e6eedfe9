"""What no database and no answer of ours could hold, found before one product stops a shop."""

import re
from collections.abc import Iterator

import msgspec

from connector.model.errors import InvalidInput
from connector.model.product import Product, Variant

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly; fits all our columns too."""
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Unstorable(InvalidInput):
    """A product holds a character or a number that cannot be stored."""

    code = "unstorable_product"
    remedy = "Write the product's texts and numbers anew in the shop."


def refuse_unstorable(product: Product) -> None:
    """Raise Unstorable for NUL, half characters and numbers beyond all bounds."""
    try:
        text = msgspec.json.encode(product)
    except (UnicodeEncodeError, OverflowError):
        raise Unstorable("A text or a number of this product cannot be written.") from None
    if b"\\u0000" in text and _NUL.search(text):
        raise Unstorable("A text of this product holds the character NUL.")
    for number in _numbers(product):
        if number is not None and abs(number) > LARGEST:
            raise Unstorable(f"{number} is beyond all bounds.", number=str(number))


def _numbers(product: Product) -> Iterator[int | None]:
    for variant in product.variants:
        yield from _amounts(variant)
        for level in variant.inventory:
            yield from (level.on_hand, level.available, level.committed)
            yield from (level.reserved, level.incoming)


def _amounts(variant: Variant) -> Iterator[int | None]:
    for offer in variant.offers:
        yield offer.base_price.amount
        yield offer.stated_compare_at.amount if offer.stated_compare_at else None
        yield offer.sale.price.amount if offer.sale else None

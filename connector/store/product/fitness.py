"""What no database and no answer of ours could hold, found before one product stops a shop."""

import re

from connector.model.document import ProductDocument, encode
from connector.model.errors import InvalidInput
from connector.model.offer import Offer
from connector.model.product import Product

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly; fits all our columns too."""
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Unstorable(InvalidInput):
    """A product holds a character or a number that cannot be stored."""

    code = "unstorable_product"
    remedy = "Write the product's texts and numbers anew in the shop."


def encode_storable(document: ProductDocument) -> bytes:
    """Return the bytes to store, or raise Unstorable for NUL, half characters, endless numbers."""
    try:
        data = encode(document)
    except (UnicodeEncodeError, OverflowError):
        raise Unstorable("A text or a number of this product cannot be written.") from None
    if b"\\u0000" in data and _NUL.search(data):
        raise Unstorable("A text of this product holds the character NUL.")
    for number in set(_numbers(document)):
        if number is not None and abs(number) > LARGEST:
            raise Unstorable(f"{number} is beyond all bounds.", number=str(number))
    return data


def _numbers(product: Product) -> list[int | None]:
    found: list[int | None] = []
    for variant in product.variants:
        for offer in variant.offers:
            found += _amounts(offer)
        for level in variant.inventory:
            found += (level.on_hand, level.available, level.committed)
            found += (level.reserved, level.incoming)
    return found


def _amounts(offer: Offer) -> tuple[int | None, int | None, int | None]:
    stated, sale = offer.stated_compare_at, offer.sale
    return (
        offer.base_price.amount,
        stated.amount if stated else None,
        sale.price.amount if sale else None,
    )

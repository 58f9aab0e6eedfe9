"""A product made ready to be written before its write begins: composed, encoded, taken apart."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from connector.model import document as documents
from connector.model.location import Location
from connector.model.product import Product
from connector.store.clock import maybe_ms
from connector.store.product.brief import brief_of
from connector.store.product.fitness import encode_storable
from connector.store.product.rows import Row, Rows, columns, rows_of

_HASH = 16


class Ready(Struct, frozen=True, gc=False):
    """Everything of a product that goes into tables; `next_change` in epoch milliseconds."""

    id: str
    data: bytes
    brief: bytes
    content_hash: bytes
    next_change: int | None
    columns: Row
    rows: Rows


def ready(
    merchant: str, product: Product, locations: Mapping[str, Location], now: datetime
) -> Ready:
    """Make a product ready; raises Unstorable for what no database could hold."""
    composed = documents.compose(product, locations, now)
    document = composed.document
    data = encode_storable(document)
    return Ready(
        document.id,
        data,
        brief_of(document),
        sha256(data).digest()[:_HASH],
        maybe_ms(composed.next_change),
        columns(document),
        rows_of(merchant, document),
    )


def rows_of_data(merchant: str, data: bytes) -> Rows:
    """Take a stored document apart."""
    return rows_of(merchant, documents.decode(data))

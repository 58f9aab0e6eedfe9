"""A product as it was read from a shop, and what came of storing it."""

from datetime import datetime

from msgspec import Struct

from connector.model.product import Product
from connector.store.product.ready import Ready


class Scope(Struct, frozen=True):
    """Whose catalogue, and from which connection."""

    merchant_id: str
    connection_id: str


class Known(Struct, frozen=True):
    """What the store already holds of a product; times in epoch milliseconds."""

    id: str
    digest: bytes | None
    content_hash: bytes | None
    deleted: bool
    read_at: int


class Change(Struct, frozen=True):
    """A product as it was read; `digest` as in `connector.platforms.Record`."""

    external_id: str
    digest: bytes | None
    product: Product
    read_at: datetime


class Counts(Struct, frozen=True):
    """What an application of changes did, in products."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.deleted + other.deleted,
        )


class Write(Struct, frozen=True):
    """A product ready to be written; `digest` as in Change, `read_at` in epoch milliseconds."""

    external_id: str
    digest: bytes | None
    read_at: int
    ready: Ready

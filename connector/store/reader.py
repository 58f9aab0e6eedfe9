"""Reading the catalogue: one row per product, and pages that cost the same at any depth."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, select

from connector.model.location import Location
from connector.store import tables

_product = tables.product
_location = msgspec.json.Decoder(Location)
_EXPORT_CHUNK = 500


class StoredProduct(Struct, frozen=True):
    """One row: `document` is the canonical JSON, None for a tombstone."""

    id: str
    seq: int
    deleted: bool
    publishable: bool
    document: bytes | None


class StoredLocation(Struct, frozen=True):
    """One place with the connection that it came from."""

    connection_id: str
    seq: int
    location: Location


_columns = (
    _product.c.id,
    _product.c.seq,
    _product.c.deleted,
    _product.c.publishable,
    _product.c.document,
)


def product_by_id(
    connection: Connection, merchant_id: str, product_id: str
) -> StoredProduct | None:
    """Return one product that stands, or None."""
    query = select(*_columns).where(
        _product.c.merchant_id == merchant_id,
        _product.c.id == product_id,
        _product.c.deleted.is_(False),
    )
    row = connection.execute(query).first()
    return StoredProduct(*row) if row else None


def products_by_ids(
    connection: Connection, merchant_id: str, ids: Sequence[str]
) -> Mapping[str, StoredProduct]:
    """Return those of the products that stand, by id."""
    query = select(*_columns).where(
        _product.c.merchant_id == merchant_id,
        _product.c.id.in_(list(ids)),
        _product.c.deleted.is_(False),
    )
    return {row[0]: StoredProduct(*row) for row in connection.execute(query)}


def ids_by_handle(connection: Connection, merchant_id: str, handle: str) -> Sequence[str]:
    """Return the products with that handle: one per connection at most, oldest id first."""
    query = (
        select(_product.c.id)
        .where(
            _product.c.merchant_id == merchant_id,
            _product.c.handle == handle,
            _product.c.deleted.is_(False),
        )
        .order_by(_product.c.id)
    )
    return connection.execute(query).scalars().all()


def ids_by_key(connection: Connection, merchant_id: str, kind: str, value: str) -> Sequence[str]:
    """Return the products of a variant key: kind s(ku), g(tin), p(roduct), v(ariant), i(tem)."""
    key = tables.variant_key.c
    query = (
        select(key.product_id)
        .where(key.merchant_id == merchant_id, key.kind == kind, key.value == value)
        .distinct()
        .order_by(key.product_id)
    )
    return connection.execute(query).scalars().all()


_KEY_KINDS = {"sku": "s", "gtin": "g", "variant": "v", "stock_item": "i"}


def ids_by(connection: Connection, merchant_id: str, kind: str, value: str) -> Sequence[str]:
    """Return products by handle, external (product or variant), sku, gtin, variant, stock_item."""
    if kind == "handle":
        return ids_by_handle(connection, merchant_id, value)
    if kind == "external":
        found = ids_by_key(connection, merchant_id, "p", value)
        return found or ids_by_key(connection, merchant_id, "v", value)
    return ids_by_key(connection, merchant_id, _KEY_KINDS[kind], value)


def changes(
    connection: Connection, merchant_id: str, since: int, limit: int
) -> Sequence[StoredProduct]:
    """Return what changed behind sequence number `since`, oldest first, tombstones included."""
    query = (
        select(*_columns)
        .where(_product.c.merchant_id == merchant_id, _product.c.seq > since)
        .order_by(_product.c.seq)
        .limit(limit)
    )
    return [StoredProduct(*row) for row in connection.execute(query)]


def sequence(connection: Connection, merchant_id: str) -> int:
    """Return the merchant's newest change number: the version of the catalogue."""
    query = select(tables.merchant.c.sequence).where(tables.merchant.c.id == merchant_id)
    return connection.execute(query).scalar_one_or_none() or 0


def locations(
    connection: Connection, merchant_id: str, connection_id: str | None = None
) -> Sequence[StoredLocation]:
    """Return the merchant's places, or those of one connection, by id."""
    table = tables.location.c
    query = (
        select(table.connection_id, table.seq, table.document)
        .where(table.merchant_id == merchant_id)
        .order_by(table.id)
    )
    if connection_id is not None:
        query = query.where(table.connection_id == connection_id)
    found = connection.execute(query)
    return [StoredLocation(row[0], row[1], _location.decode(row[2])) for row in found]


def export(connection: Connection, merchant_id: str) -> Iterator[bytes]:
    """Yield every canonical document, sorted by id; memory stays flat."""
    after = ""
    while True:
        query = (
            select(_product.c.id, _product.c.document)
            .where(
                _product.c.merchant_id == merchant_id,
                _product.c.id > after,
                _product.c.deleted.is_(False),
            )
            .order_by(_product.c.id)
            .limit(_EXPORT_CHUNK)
        )
        page = connection.execute(query).all()
        yield from (row[1] for row in page)
        if len(page) < _EXPORT_CHUNK:
            return
        after = page[-1][0]


def count(connection: Connection, merchant_id: str) -> Mapping[str, int]:
    """Return the number of products by connection; linear, for people and not for readers."""
    query = (
        select(_product.c.connection_id, func.count())
        .where(_product.c.merchant_id == merchant_id, _product.c.deleted.is_(False))
        .group_by(_product.c.connection_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}

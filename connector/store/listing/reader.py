"""Reading the catalogue: one row per product, and pages that cost the same at any depth."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
)

from connector.model.location import Location
from connector.store import tables
from connector.store.database import prepared
from connector.store.listing.extent import Bounds
from connector.store.product.brief import Form, document_as

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


_head = (_product.c.id, _product.c.seq, _product.c.deleted, _product.c.publishable)
_columns = {form: (*_head, document_as(form)) for form in Form}


def product_by_id(
    connection: Connection,
    merchant_id: str,
    product_id: str,
    within: Bounds | None = None,
    form: Form = Form.WHOLE,
) -> StoredProduct | None:
    """Return one product that stands within the bounds, or None."""
    values = {"merchant_id": merchant_id, "wanted": product_id, **_values(within)}
    found = prepared.rows(
        connection,
        ("product_by_id", form, _shape(within)),
        values,
        lambda: _standing(within, form).where(_product.c.id == bindparam("wanted")),
    )
    return _stored(found[0]) if found else None


def products_by_ids(
    connection: Connection,
    merchant_id: str,
    ids: Sequence[str],
    within: Bounds | None = None,
    form: Form = Form.WHOLE,
) -> Mapping[str, StoredProduct]:
    """Return those of the products that stand within the bounds, by id."""
    query = _standing(within, form).where(_product.c.id.in_(list(ids)))
    values = {"merchant_id": merchant_id, **_values(within)}
    return {row[0]: _stored(row) for row in connection.execute(query, values)}


def _standing(within: Bounds | None, form: Form = Form.WHOLE) -> Select[Any]:
    """Return the statement that reads products of a merchant, to be narrowed further."""
    query = select(*_columns[form]).where(
        _product.c.merchant_id == bindparam("merchant_id"), _product.c.deleted.is_(False)
    )
    return query if within is None else query.where(within.condition)


def _values(within: Bounds | None) -> Mapping[str, str]:
    return within.values if within else {}


def _shape(within: Bounds | None) -> Hashable:
    return within.shape if within else None


def _stored(row: Any) -> StoredProduct:
    return StoredProduct(row[0], row[1], bool(row[2]), bool(row[3]), row[4])


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


_EXTERNAL_KINDS = ("p", "v")
_KEY_KINDS = {"sku": "s", "gtin": "g", "variant": "v", "stock_item": "i"}


def ids_by(connection: Connection, merchant_id: str, kind: str, value: str) -> Sequence[str]:
    """Return products by handle, external (product or variant), sku, gtin, variant, stock_item."""
    if kind == "handle":
        return ids_by_handle(connection, merchant_id, value)
    if kind == "external":
        found = ids_by_key(connection, merchant_id, "p", value)
        return found or ids_by_key(connection, merchant_id, "v", value)
    return ids_by_key(connection, merchant_id, _KEY_KINDS[kind], value)


def product_by_key(
    connection: Connection,
    merchant_id: str,
    kind: str,
    value: str,
    within: Bounds | None = None,
    form: Form = Form.WHOLE,
) -> StoredProduct | None:
    """Return the product of a handle, external id, sku or gtin within the bounds.

    The oldest where there are several. One statement, so that a product which is hidden takes no
    other way than one which is missing.
    """
    values = {"merchant_id": merchant_id, "wanted": value, **_values(within)}
    found = prepared.rows(
        connection,
        ("product_by_key", kind, form, _shape(within)),
        values,
        lambda: _by_key(kind, within, form).limit(1),
    )
    return _stored(found[0]) if found else None


def _by_key(kind: str, within: Bounds | None, form: Form) -> Select[Any]:
    query = _standing(within, form)
    if kind == "handle":
        found = query.where(_product.c.handle == bindparam("wanted"))
        return found.order_by(_product.c.id)
    key = tables.variant_key.c
    kinds = _EXTERNAL_KINDS if kind == "external" else (_KEY_KINDS[kind],)
    named: list[ColumnElement[str]] = [literal_column(f"'{it}'") for it in kinds]
    same = and_(key.merchant_id == _product.c.merchant_id, key.product_id == _product.c.id)
    return (
        query.join(tables.variant_key, same)
        .where(
            key.merchant_id == bindparam("merchant_id"),
            key.kind.in_(named),
            key.value == bindparam("wanted"),
        )
        .order_by(key.kind, _product.c.id)
    )


def flags(
    connection: Connection, merchant_id: str, ids: Sequence[str], conditions: Sequence[Bounds]
) -> Mapping[str, tuple[bool, ...]]:
    """Return by product within which of the bounds it lies."""
    columns = [case((it.condition, 1), else_=0) for it in conditions]
    query = select(_product.c.id, *columns).where(
        _product.c.merchant_id == bindparam("merchant_id"), _product.c.id.in_(list(ids))
    )
    values = {name: text for it in conditions for name, text in it.values.items()}
    found = connection.execute(query, {"merchant_id": merchant_id, **values})
    return {row[0]: tuple(map(bool, row[1:])) for row in found}


def changes(
    connection: Connection, merchant_id: str, since: int, limit: int, form: Form = Form.WHOLE
) -> Sequence[StoredProduct]:
    """Return what changed behind sequence number `since`, oldest first, tombstones included."""
    values = {"merchant_id": merchant_id, "since": since, "most": limit}
    found = prepared.rows(
        connection, ("changes", form), values, lambda: _changed(select(*_columns[form]))
    )
    return [_stored(row) for row in found]


def changes_with(
    connection: Connection,
    merchant_id: str,
    since: int,
    limit: int,
    within: Bounds,
    form: Form = Form.WHOLE,
) -> Sequence[tuple[StoredProduct, bool]]:
    """Return the same, each with whether it stands within the bounds."""
    values = {"merchant_id": merchant_id, "since": since, "most": limit, **within.values}
    stands = and_(_product.c.deleted.is_(False), within.condition)
    found = prepared.rows(
        connection,
        ("changes_with", form, within.shape),
        values,
        lambda: _changed(select(*_columns[form], case((stands, 1), else_=0))),
    )
    return [(_stored(row), bool(row[5])) for row in found]


def _changed(query: Select[Any]) -> Select[Any]:
    return (
        query.where(
            _product.c.merchant_id == bindparam("merchant_id"),
            _product.c.seq > bindparam("since"),
        )
        .order_by(_product.c.seq)
        .limit(bindparam("most"))
    )


def sequence(connection: Connection, merchant_id: str) -> int:
    """Return the merchant's newest change number: the version of the catalogue."""
    values = {"merchant_id": merchant_id}
    found = prepared.rows(connection, "sequence", values, _sequence)
    return found[0][0] or 0 if found else 0


def _sequence() -> Select[Any]:
    merchant = tables.merchant.c
    return select(merchant.sequence).where(merchant.id == bindparam("merchant_id"))


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

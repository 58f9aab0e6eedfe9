"""What the catalogue holds of products before a change: digests, dates and rows."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, select

from connector.store import tables
from connector.store.product.change import Known, Scope
from connector.store.product.ready import rows_of_data
from connector.store.product.rows import Rows

_product = tables.product


def of(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that keeps to the products of one connection."""
    return and_(
        _product.c.merchant_id == scope.merchant_id,
        _product.c.connection_id == scope.connection_id,
    )


def known(connection: Connection, scope: Scope, external_ids: Iterable[str]) -> Mapping[str, Known]:
    """Return what the store holds of these products, by the platform's id."""
    columns = _product.c
    query = select(
        columns.external_id,
        columns.id,
        columns.digest,
        columns.content_hash,
        columns.deleted,
        columns.read_at,
    ).where(of(scope), columns.external_id.in_(list(external_ids)))
    return {external_id: Known(*rest) for external_id, *rest in connection.execute(query).all()}


def modified(
    connection: Connection, scope: Scope, external_ids: Iterable[str]
) -> dict[str, tuple[int | None, int]]:
    """Return when each standing product changed at its platform and when it was read, in ms."""
    columns = (_product.c.external_id, _product.c.modified_at, _product.c.read_at)
    query = select(*columns).where(
        of(scope), _product.c.external_id.in_(list(external_ids)), _product.c.deleted.is_(False)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}


def rows_of(connection: Connection, merchant_id: str, ids: Sequence[str]) -> dict[str, Rows]:
    """Return the rows that stand for each of these products, by its id."""
    if not ids:
        return {}
    query = select(_product.c.id, _product.c.document).where(
        _product.c.merchant_id == merchant_id,
        _product.c.id.in_(ids),
        _product.c.document.is_not(None),
    )
    return {row[0]: rows_of_data(merchant_id, row[1]) for row in connection.execute(query)}

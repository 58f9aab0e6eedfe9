"""Everything of one connection forgotten: the shop asked for it, or the merchant left."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import Connection, bindparam, delete, select, update

from connector.store import tables
from connector.store.product.change import Scope
from connector.store.product.sequence import take_sequence, take_turn
from connector.store.product.standing import of
from connector.store.product.tombstone import EMPTY

_BY_PRODUCT = (
    tables.variant_key,
    tables.facet,
    tables.priced_facet,
    tables.offer,
    tables.inventory_level,
    tables.price_history,
)
_BY_CONNECTION = (
    tables.sync_problem,
    tables.sync_run,
    tables.inbox,
    tables.location,
)
_NOBODY = ""
_CHUNK = 500
_product = tables.product


def erase_connection(connection: Connection, scope: Scope, now_ms: int) -> None:
    """Erase a connection with all that came through it; its products leave bare tombstones.

    Whoever keeps a copy learns from these that it has to go. The index of words is not here: see
    `connector.store.search.forget`.
    """
    take_turn(connection, scope.merchant_id)
    products = select(_product.c.id).where(of(scope))
    for table in _BY_PRODUCT:
        mine = table.c.merchant_id == scope.merchant_id
        connection.execute(delete(table).where(mine, table.c.product_id.in_(products)))
    _bury(connection, scope, now_ms)
    _erase_work(connection, scope)
    for table in _BY_CONNECTION:
        mine = table.c.merchant_id == scope.merchant_id
        here = table.c.connection_id == scope.connection_id
        connection.execute(delete(table).where(mine, here))
    own = tables.connection.c
    connection.execute(
        delete(tables.connection).where(
            own.merchant_id == scope.merchant_id, own.id == scope.connection_id
        )
    )


def _bury(connection: Connection, scope: Scope, now_ms: int) -> None:
    """Turn products into tombstones with numbers of their own, which tell of no shop any more.

    One number is taken at least, so that no kept answer outlives the shop's places.
    """
    query = select(_product.c.id).where(of(scope), _product.c.deleted.is_(False))
    ids = connection.execute(query.order_by(_product.c.id)).scalars().all()
    first = take_sequence(connection, scope.merchant_id, max(len(ids), 1))
    numbered = update(_product).where(
        _product.c.merchant_id == scope.merchant_id, _product.c.id == bindparam("its_id")
    )
    numbers = [{"its_id": it, "seq": seq} for seq, it in enumerate(ids, first)]
    for some in _chunks(numbers):
        connection.execute(numbered, some)
    fresh = {"changed_at": now_ms, "currency": None, "modified_at": None}
    nowhere = {"connection_id": _NOBODY, "external_id": _product.c.id}
    connection.execute(update(_product).where(of(scope)).values(**EMPTY, **fresh, **nowhere))


def _chunks(rows: Iterable[dict[str, object]]) -> Iterator[Sequence[dict[str, object]]]:
    """Yield rows by the hundred: one statement is never too long."""
    rest = iter(rows)
    while some := list(islice(rest, _CHUNK)):
        yield some


def _erase_work(connection: Connection, scope: Scope) -> None:
    """Delete jobs, leases and what runs saw; whoever still works on them finds his lease lost."""
    merchant_id, connection_id = scope.merchant_id, scope.connection_id
    job, seen, run = tables.job.c, tables.sync_seen.c, tables.sync_run.c
    mine = job.merchant_id == merchant_id
    connection.execute(delete(tables.job).where(mine, job.payload == connection_id.encode()))
    runs = select(run.id).where(run.merchant_id == merchant_id, run.connection_id == connection_id)
    connection.execute(
        delete(tables.sync_seen).where(seen.merchant_id == merchant_id, seen.run_id.in_(runs))
    )
    names = [f"{kind}:{merchant_id}:{connection_id}" for kind in ("sync", "token")]
    connection.execute(delete(tables.lease).where(tables.lease.c.name.in_(names)))

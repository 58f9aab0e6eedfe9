"""Everything of one connection forgotten: the shop asked for it, or the merchant left."""

from sqlalchemy import Connection, delete, select

from connector.store import tables
from connector.store.product.change import Scope

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
    tables.product,
)


def erase_connection(connection: Connection, scope: Scope) -> None:
    """Delete a connection with all that came through it, price history included."""
    products = select(tables.product.c.id).where(
        tables.product.c.merchant_id == scope.merchant_id,
        tables.product.c.connection_id == scope.connection_id,
    )
    for table in _BY_PRODUCT:
        mine = table.c.merchant_id == scope.merchant_id
        connection.execute(delete(table).where(mine, table.c.product_id.in_(products)))
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

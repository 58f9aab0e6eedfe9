"""Everything of one connection forgotten: the shop asked for it, or the merchant left."""

from sqlalchemy import Connection, delete, select

from connector.store import tables
from connector.store.writer import Scope

_BY_PRODUCT = (
    tables.variant_key,
    tables.facet,
    tables.priced_facet,
    tables.word,
    tables.offer,
    tables.inventory_level,
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
    variants = select(tables.offer.c.variant_id).where(
        tables.offer.c.merchant_id == scope.merchant_id, tables.offer.c.product_id.in_(products)
    )
    history = tables.price_history.c
    connection.execute(
        delete(tables.price_history).where(
            history.merchant_id == scope.merchant_id, history.variant_id.in_(variants)
        )
    )
    for table in _BY_PRODUCT:
        mine = table.c.merchant_id == scope.merchant_id
        connection.execute(delete(table).where(mine, table.c.product_id.in_(products)))
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

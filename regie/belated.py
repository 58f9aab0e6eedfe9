"""News that nobody could take, ended once a later look has brought what it told of."""

from collections.abc import Iterable

import structlog
from sqlalchemy import RowMapping

from connector.model.errors import RegieError
from connector.platforms import HintKind
from connector.store import tables
from connector.store.clock import ms
from connector.store.connections import Shopfront
from connector.store.product.change import Scope
from connector.store.work import queue, runs
from connector.sync import Mode
from connector.webhooks import inbox_owner
from regie.house import House

_log = structlog.get_logger()
_PRODUCTS = frozenset(
    {HintKind.PRODUCT, HintKind.VARIANT, HintKind.STOCK_ITEM, HintKind.CONTEXT, HintKind.NOTHING}
)
_ORDERS = frozenset({HintKind.ORDER})


def end_of_products(house: House, shopfront: Shopfront, mode: Mode | str) -> None:
    """End dead news of products that came before a read of everything began, which ended well."""
    kind = Mode(mode)
    if kind not in {Mode.FULL, Mode.SWEEP}:
        return
    scope = Scope(shopfront.merchant_id, shopfront.id)
    with house.database.read() as connection:
        run = runs.latest(connection, scope, kind.value)
    if run is not None and run.state == runs.FINISHED:
        _end(house, shopfront, _PRODUCTS, run.started_at)


def end_of_orders(house: House, shopfront: Shopfront, began_ms: int) -> None:
    """End dead news of orders that came before a look at all changed orders, which ended well."""
    _end(house, shopfront, _ORDERS, began_ms)


def _end(house: House, shopfront: Shopfront, kinds: Iterable[HintKind], before_ms: int) -> None:
    inbox = tables.inbox.c
    with house.database.read() as connection:
        here = inbox.merchant_id == shopfront.merchant_id
        mine = inbox.connection_id == shopfront.id
        early = inbox.created_at < before_ms
        found = queue.dead(connection, tables.inbox, here, mine, early)
    ids = [row["id"] for row in found if _kinds(house, shopfront, row) <= frozenset(kinds)]
    if ids:
        with house.database.write() as connection:
            now = ms(house.clock())
            queue.end_dead(connection, tables.inbox, shopfront.merchant_id, ids, now)
        _log.info("events.overtaken", connection=shopfront.id, events=len(ids))


def _kinds(house: House, shopfront: Shopfront, row: RowMapping) -> frozenset[HintKind]:
    """Return what news may be about; what cannot be opened may be about anything."""
    try:
        body = house.box.open(bytes(row["body"]), inbox_owner(shopfront.id))
    except RegieError:
        return frozenset(HintKind)
    hints = house.platforms(shopfront.platform).hints(row["topic"], body)
    return frozenset(hint.kind for hint in hints)

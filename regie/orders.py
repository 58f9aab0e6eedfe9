"""Orders of the shops reach the floor: told by a webhook, found by a look, each taken in once."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import structlog
from sqlalchemy import Connection, select, update

from connector.model.errors import RegieError, StorageError
from connector.model.order import PlacedOrder
from connector.platforms import Hint
from connector.store import connections, tables
from connector.store.clock import ms
from connector.store.connections import Shopfront
from regie.house import House
from regie.shops import Guard, Shops
from storefront.fulfillment.store import places, stock
from storefront.fulfillment.work import intake
from storefront.fulfillment.work.intake import Shop

_log = structlog.get_logger()
OVERLAP = timedelta(minutes=10)
FIRST_LOOK = timedelta(days=7)


def shop_of(shopfront: Shopfront) -> Shop:
    """Return what the floor knows of a connected shop."""
    return Shop(shopfront.merchant_id, shopfront.id, shopfront.platform)


def take_hints(
    house: House, shops: Shops, shopfront: Shopfront, hints: Iterable[Hint], guard: Guard
) -> None:
    """Read every order that a webhook pointed at, take it in, then count its goods anew."""
    if not _has_stores(house, shopfront):
        return
    platform = shops.platform(shopfront)
    seen: set[str] = set()
    for hint in hints:
        if hint.external_id in seen:
            continue
        found = platform.order(hint)
        if found is None:
            intake.gone(house.floor, shop_of(shopfront), hint.external_id)
            continue
        seen |= {found.external_id, *(part.external_id for part in found.parts)}
        if not _take(house, shopfront, found):
            _look_again(house, shopfront, found.updated_at)
    settle(house, shops, shopfront, guard)


def look(house: House, shops: Shops, shopfront: Shopfront, guard: Guard) -> int:
    """Read what changed since the last look, for what no webhook told; return how many.

    An order that no store takes stops no other; it is looked at again each time, for a week.
    """
    if not _has_stores(house, shopfront):
        return 0
    began = house.clock()
    count, seen_to = 0, began
    for found in shops.platform(shopfront).orders(_since(house, shopfront, began)):
        if not _take(house, shopfront, found):
            seen_to = min(seen_to, max(found.updated_at, began - FIRST_LOOK))
        count += 1
    with house.database.write() as connection:
        connections.note(connection, shopfront, orders_at=ms(seen_to))
    settle(house, shops, shopfront, guard)
    return count


def _has_stores(house: House, shopfront: Shopfront) -> bool:
    """Tell whether the merchant runs a shop floor: without stores nobody needs his orders."""
    with house.database.read() as connection:
        return bool(places.all_of(connection, shopfront.merchant_id))


def _since(house: House, shopfront: Shopfront, now: datetime) -> datetime:
    table = tables.connection.c
    query = select(table.orders_at).where(
        table.merchant_id == shopfront.merchant_id, table.id == shopfront.id
    )
    with house.database.read() as connection:
        last = connection.execute(query).scalar_one_or_none()
    if last is None:
        return now - FIRST_LOOK
    return datetime.fromtimestamp(last / 1000, UTC) - OVERLAP


def _look_again(house: House, shopfront: Shopfront, at: datetime) -> None:
    """Let the next look begin no later than at that moment."""
    table = tables.connection
    same = (table.c.merchant_id == shopfront.merchant_id, table.c.id == shopfront.id)
    with house.database.write() as connection:
        connection.execute(
            update(table).where(*same, table.c.orders_at > ms(at)).values(orders_at=ms(at))
        )


def _take(house: House, shopfront: Shopfront, placed: PlacedOrder) -> bool:
    """Take an order in; tell whether it could be. One that could not is shown in the console."""
    try:
        ids = intake.take(house.floor, shop_of(shopfront), placed)
    except Exception as error:  # noqa: BLE001 - one that cannot be taken in must not hold up the others
        code = _refusal(error)
        _log.warning("order.refused", connection=shopfront.id, code=code)
        intake.refuse(house.floor, shop_of(shopfront), placed, code)
        return False
    if ids:
        _log.info("order.taken", connection=shopfront.id, orders=len(ids))
    return True


def _refusal(error: Exception) -> str:
    """Return why an order cannot be taken in; raise what is a fault of the machine instead."""
    if not isinstance(error, RegieError):
        _log.error("order.failed", exc_info=error)
        return "internal"
    if isinstance(error, StorageError) or error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        raise error
    return error.code


def settle(house: House, shops: Shops, shopfront: Shopfront, guard: Guard) -> None:
    """Read the goods anew that orders took, so that the shop's own count binds them again."""
    with house.database.read() as connection:
        waiting = _external_ids(connection, shopfront)
    if not waiting:
        return
    shops.refresher(shopfront, guard).refresh(sorted(waiting.values()))
    with house.floor.write(shopfront.merchant_id) as here:
        stock.settle(here, _read_at(here.connection, shopfront, list(waiting)))


def _external_ids(connection: Connection, shopfront: Shopfront) -> dict[str, str]:
    ids = stock.unsettled(connection, shopfront.merchant_id)
    table = tables.product.c
    query = select(table.id, table.external_id).where(
        table.merchant_id == shopfront.merchant_id,
        table.connection_id == shopfront.id,
        table.id.in_(list(ids)),
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _read_at(connection: Connection, shopfront: Shopfront, ids: Sequence[str]) -> dict[str, int]:
    table = tables.product.c
    query = select(table.id, table.read_at).where(
        table.merchant_id == shopfront.merchant_id, table.id.in_(list(ids))
    )
    return {row[0]: row[1] for row in connection.execute(query)}

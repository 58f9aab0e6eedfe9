"""A courier at work: where he is, what he looks for, what he earned, and whose cash he carries."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import Connection

from connector.model.money import Money
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.job import ride
from storefront.fulfillment.place.store import Store, StoreStatus
from storefront.fulfillment.store import couriers, earned, places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.work import cash
from storefront.fulfillment.work.riding import Where

FRESH_MS = 10 * 60_000
_OPEN = frozenset({StoreStatus.ACTIVE, StoreStatus.PAUSED})


class Wages(Struct, frozen=True):
    """What a courier earned today, tips and all, and the cash that he has not handed in yet."""

    jobs: int
    earned: tuple[Money, ...]
    cash_owed: tuple[Money, ...]


def last_place(here: Floor, courier_id: str) -> Where | None:
    """Return where a courier was within ten minutes, if he told."""
    found = couriers.presence(here.connection, here.merchant_id, courier_id, here.now)
    if found is None or found.seen_at < here.now - FRESH_MS:
        return None
    return Where(found.at, found.accuracy_m)


def open_stores(connection: Connection, merchant_id: str) -> Sequence[Store]:
    """Return the stores that may have work."""
    return [it for it in places.all_of(connection, merchant_id) if it.status in _OPEN]


def wages(connection: Connection, merchant_id: str, courier: Courier, now: int) -> Wages:
    """Return what he earned since midnight at the stores, and the cash that he holds."""
    midnight = _midnight(open_stores(connection, merchant_id), now)
    today = earned.delivered_since(connection, merchant_id, courier.id, midnight)
    owed = cash.held(connection, merchant_id, courier)
    return Wages(len(today), cash.sums(map(ride.earned, today)), owed)


def _midnight(stores: Sequence[Store], now: int) -> int:
    """Return when the day began where the stores are."""
    zone = ZoneInfo(stores[0].timezone) if stores else UTC
    day = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone).date()
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)

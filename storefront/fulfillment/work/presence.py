"""A courier at work: where he is, what he looks for, what he earned, and whose cash he carries."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from msgspec import Struct, structs
from sqlalchemy import Connection

from connector.model.money import Money
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.job import ride
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.event import Actor, record
from storefront.fulfillment.place.store import Store, StoreStatus
from storefront.fulfillment.store import couriers, earned, places
from storefront.fulfillment.store.floor import Floor
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
    """Return what he earned since midnight at the stores, and the cash since he last handed in."""
    midnight = _midnight(open_stores(connection, merchant_id), now)
    paid = courier.cash_settled_at or 0
    since = min(midnight, paid)
    done = earned.delivered_since(connection, merchant_id, courier.id, since)
    today = [job for job in done if (job.delivered_at or 0) >= midnight]
    cash = [job for job in done if (job.delivered_at or 0) > paid]
    return Wages(len(today), _sums(map(ride.earned, today)), _sums(_cash(cash)))


def cash_received(here: Floor, courier_id: str, actor: Actor) -> Courier:
    """Note that a courier handed in all the cash that he held."""
    if actor.role not in {"store", "manager"}:
        raise RoleRequired("Only the store takes cash in.", role=actor.role)
    courier = couriers.get(here.connection, here.merchant_id, courier_id)
    held = wages(here.connection, here.merchant_id, courier, here.now).cash_owed
    told = [{"amount": it.amount, "currency": it.currency} for it in held]
    after = structs.replace(courier, cash_settled_at=here.now)
    after, event = record(courier, after, "courier.cashHandedIn", here.now, actor, cash=told)
    return couriers.save(here, courier, after, (event,))


def _midnight(stores: Sequence[Store], now: int) -> int:
    """Return when the day began where the stores are."""
    zone = ZoneInfo(stores[0].timezone) if stores else UTC
    day = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone).date()
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)


def _cash(jobs: Sequence[DeliveryJob]) -> Iterable[Money]:
    return (job.cod.collected for job in jobs if job.cod and job.cod.collected)


def _sums(parts: Iterable[Money]) -> tuple[Money, ...]:
    totals: dict[str, int] = {}
    for part in parts:
        totals[part.currency] = totals.get(part.currency, 0) + part.amount
    return tuple(Money(amount, currency) for currency, amount in sorted(totals.items()))

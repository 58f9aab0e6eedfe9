"""When a shopper can collect: "today from 15:00", told without words and kept."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from msgspec import Struct

from storefront.fulfillment.place.hours import Hours
from storefront.fulfillment.place.opening import next_opening, openings
from storefront.fulfillment.place.store import SourcePolicy, Store
from storefront.fulfillment.place.wall import HOUR_MS, MINUTE_MS, local_date, local_minute
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.slot.slot import Slot

FAR_MS = 400 * 24 * HOUR_MS
_STRETCH_MS = 14 * 24 * HOUR_MS


class Day(Enum):
    """How a date is told: the words are the page's."""

    TODAY = "TODAY"
    TOMORROW = "TOMORROW"
    DATE = "DATE"


class NoPromise(Enum):
    """Why nothing is promised."""

    NO_PICKUP = "NO_PICKUP"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    NO_SLOT = "NO_SLOT"
    CLOSED = "CLOSED"


class Want(Struct, frozen=True, rename="camel"):
    """So many pieces of one SKU."""

    sku: str
    quantity: int = 1


class Promise(Struct, frozen=True, rename="camel", tag="promise"):
    """Goods are ready from `ready_at` on: on `date` from `from_min` minutes after midnight.

    `slot_key` is the slot where the store has slots; `lead_hours` is what bringing stock from
    elsewhere takes.
    """

    ready_at: int
    day: Day
    date: dt.date
    from_min: int
    lead_hours: int
    slot_key: str | None = None


class Refusal(Struct, frozen=True, rename="camel", tag="refusal"):
    """Nothing is promised; `skus` are those the store cannot have."""

    reason: NoPromise
    skus: tuple[str, ...] = ()


Stock = Mapping[str, Mapping[str, int]]
"""How many pieces are free: by `location_ref` of a stock source, then by SKU."""


class Counter(Struct, frozen=True):
    """What the counter of one store has to go by: the store, both hours, the stock, the slots.

    `slots` is None where the store works without slots.
    """

    store: Store
    store_hours: Hours
    pickup_hours: Hours
    stock: Stock
    slots: Sequence[Slot] | None = None


def promise(counter: Counter, wants: Sequence[Want], now: int, load: Load) -> Promise | Refusal:
    """Return the earliest instant from which the whole basket can be collected, or why not.

    With slots: the earliest open one that takes the `load` and begins after bringing and
    preparing. Without: preparing takes minutes in which the store is open, and collecting waits
    for the hours of collecting.
    """
    if not counter.store.pickup.enabled:
        return Refusal(NoPromise.NO_PICKUP)
    leads = {want.sku: lead_hours(counter.store, counter.stock, want) for want in _summed(wants)}
    missing = tuple(sku for sku, lead in leads.items() if lead is None)
    if missing:
        return Refusal(NoPromise.OUT_OF_STOCK, missing)
    lead = max((lead for lead in leads.values() if lead is not None), default=0)
    if counter.slots is not None:
        return _by_slot(counter, counter.slots, lead, now, load)
    return _by_hours(counter, lead, now)


def variant_promise(counter: Counter, sku: str, now: int) -> Promise | Refusal:
    """Return when one piece of a SKU can be collected, or why not."""
    return promise(counter, (Want(sku),), now, Load(orders=1))


def lead_hours(store: Store, stock: Stock, want: Want) -> int | None:
    """Return how long it takes until the store has the pieces; None where it cannot have them.

    Own stock goes first, then the sources that are quicker. What is kept back for safety is kept
    back at every source.
    """
    left = want.quantity
    ranked = sorted(
        store.stock_sources,
        key=lambda one: (one.lead_hours, one.policy is SourcePolicy.TRANSFER, one.location_ref),
    )
    for source in ranked:
        there = stock.get(source.location_ref, {}).get(want.sku, 0)
        left -= store.safety_stock.promisable(want.sku, there)
        if left <= 0:
            return source.lead_hours
    return None


def asap(
    slots: Iterable[Slot], now: int, prep_minutes: int, load: Load, lead: int = 0
) -> Slot | None:
    """Return the earliest slot that takes the load and begins when all can be ready.

    The slot is kept as chosen: it is not worked out anew later.
    """
    ready = now + lead * HOUR_MS + prep_minutes * MINUTE_MS
    able = (slot for slot in slots if slot.start_at >= ready and slot.takes(load, now))
    return min(able, key=lambda slot: (slot.start_at, slot.key), default=None)


def told(ready_at: int, now: int, zone: str) -> tuple[Day, dt.date, int]:
    """Return an instant as a shopper of the store reads it: which day, and from which minute.

    A part of a minute counts as a whole one.
    """
    whole = -(-ready_at // MINUTE_MS) * MINUTE_MS
    date, today = local_date(whole, zone), local_date(now, zone)
    near = {0: Day.TODAY, 1: Day.TOMORROW}
    return near.get((date - today).days, Day.DATE), date, local_minute(whole, zone)


def _summed(wants: Iterable[Want]) -> list[Want]:
    totals: dict[str, int] = {}
    for want in wants:
        totals[want.sku] = totals.get(want.sku, 0) + want.quantity
    return [Want(sku, quantity) for sku, quantity in totals.items()]


def _by_slot(
    counter: Counter, slots: Sequence[Slot], lead: int, now: int, load: Load
) -> Promise | Refusal:
    slot = asap(slots, now, counter.store.pickup.prep_minutes, load, lead)
    if slot is None:
        return Refusal(NoPromise.NO_SLOT)
    return _promise(counter, slot.start_at, lead, now, slot.key)


def _by_hours(counter: Counter, lead: int, now: int) -> Promise | Refusal:
    zone, minutes = counter.store.timezone, counter.store.pickup.prep_minutes
    prepared = worked(counter.store_hours, zone, now + lead * HOUR_MS, minutes)
    ready = None if prepared is None else next_opening(counter.pickup_hours, zone, prepared)
    if ready is None:
        return Refusal(NoPromise.CLOSED)
    return _promise(counter, ready, lead, now, None)


def worked(hours: Hours, zone: str, start: int, minutes: int) -> int | None:
    """Return when `minutes` of opening time have gone by since `start`; None if not in 400 days."""
    left, at = minutes * MINUTE_MS, start
    if not left:
        return start
    while at < start + FAR_MS:
        for opens, closes in openings(hours, zone, at, at + _STRETCH_MS):
            begin, end = max(opens, at), min(closes, at + _STRETCH_MS)
            if begin + left <= end:
                return begin + left
            left -= end - begin
        at += _STRETCH_MS
    return None


def _promise(counter: Counter, ready_at: int, lead: int, now: int, slot_key: str | None) -> Promise:
    day, date, minute = told(ready_at, now, counter.store.timezone)
    return Promise(ready_at, day, date, minute, lead, slot_key)

"""The slots of a store as they stand: made of hours and templates, less what is taken."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import structs
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from connector.store.database.upsert import insert_missing
from storefront.fulfillment.errors.slot import SlotNotFound
from storefront.fulfillment.place.hours import Service, hours_of
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.slot.calendar import coming_slots, find_slot
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.slot.pace import Pace, measured, stretch
from storefront.fulfillment.slot.slot import Slot, parse_slot_key, slot_key
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import place, promise

_hold = promise.hold
_block = place.slot_block


def coming(
    connection: Connection, store: Store, service: Service, now: int, days: int | None = None
) -> list[Slot]:
    """Return the slots that are still to come, with what is taken of each."""
    merchant_id = store.merchant_id
    templates = places.templates(connection, merchant_id, store.id)
    if not any(one.service is service for one in templates):
        return []
    hours = hours_of(service, places.hours(connection, merchant_id, store.id))
    found = coming_slots(templates, hours, store.timezone, now, days)
    return standing(connection, store, found, now)


def one(
    connection: Connection, store: Store, key: str, now: int, *, without: str | None = None
) -> Slot:
    """Return a slot by its key with what is taken of it, or raise SlotNotFound.

    `without` is a hold that does not count, because it is about to move.
    """
    named = parse_slot_key(key)
    known = places.hours(connection, store.merchant_id, store.id)
    templates = places.templates(connection, store.merchant_id, store.id)
    hours = hours_of(named.service, known)
    found = find_slot(templates, hours, store.timezone, named.start_at, now)
    if found is None or named.store_id != store.id:
        raise SlotNotFound("The store has no such slot.", slot=key)
    return standing(connection, store, [found], now, without)[0]


def has_slots(connection: Connection, store: Store, service: Service) -> bool:
    """Tell whether the store works with slots for a service."""
    found = places.templates(connection, store.merchant_id, store.id)
    return any(template.service is service for template in found)


def standing(
    connection: Connection,
    store: Store,
    found: Sequence[Slot],
    now: int,
    without: str | None = None,
) -> list[Slot]:
    """Return slots as they stand now: what is taken of them, and whether somebody closed them."""
    keys = [slot.key for slot in found]
    used, held = taken(connection, store.merchant_id, keys, now, without)
    blocked = _blocked(connection, store.merchant_id, keys)
    paces = _paces(connection, store, found, now, without)
    return [
        structs.replace(
            slot,
            used=used.get(slot.key, Load()),
            held=held.get(slot.key, Load()),
            blocked=slot.key in blocked,
            pace=paces.get(slot.key),
        )
        for slot in found
    ]


def taken(
    connection: Connection,
    merchant_id: str,
    keys: Sequence[str],
    now: int,
    without: str | None = None,
) -> tuple[Mapping[str, Load], Mapping[str, Load]]:
    """Return what is sold and what is held of slots at `now`; a lapsed hold takes nothing."""
    sold = _hold.c.order_id.is_not(None)
    query = _loads(merchant_id, now, without, sold).where(_hold.c.slot_key.in_(list(keys)))
    used: dict[str, Load] = {}
    held: dict[str, Load] = {}
    for key, is_sold, *load in connection.execute(query):
        (used if is_sold else held)[key] = Load(*map(int, load))
    return used, held


def _loads(
    merchant_id: str, now: int, without: str | None, *by: ColumnElement[bool]
) -> Select[tuple[Any, ...]]:
    """Return the question what is bound at `now`, by slot and by what else is asked."""
    sums = (_hold.c.orders, _hold.c.prep_points, _hold.c.volume_ml)
    query = (
        select(_hold.c.slot_key, *by, *map(func.sum, sums))
        .where(_hold.c.merchant_id == merchant_id, _hold.c.slot_until > now)
        .group_by(_hold.c.slot_key, *by)
    )
    return query if without is None else query.where(_hold.c.id != without)


def _paces(
    connection: Connection, store: Store, found: Sequence[Slot], now: int, without: str | None
) -> Mapping[str, Pace]:
    """Return, for each slot, how much the store has to get ready in its hour or day."""
    throughput = store.throughput
    if throughput is None or not found:
        return {}
    mine = {it.key: stretch(throughput, it.start_at, store.timezone) for it in found}
    since, end = min(it[0] for it in mine.values()), max(it[1] for it in mine.values())
    gone: Counter[tuple[int, int]] = Counter()
    for at, load in _due(connection, store, since, end, now, without):
        gone[stretch(throughput, at, store.timezone)] += measured(throughput, load)
    return {key: Pace(throughput, gone[its]) for key, its in mine.items()}


def _due(
    connection: Connection, store: Store, since: int, end: int, now: int, without: str | None
) -> Iterator[tuple[int, Load]]:
    """Yield what is bound in slots that begin from `since` to `end`, each with its begin."""
    key = _hold.c.slot_key  # names of one length, so that they sort by their begin
    within = or_(
        *(
            and_(key >= slot_key(store.id, each, since), key < slot_key(store.id, each, end))
            for each in (Service.PICKUP, Service.DELIVERY)
        )
    )
    for name, *load in connection.execute(_loads(store.merchant_id, now, without).where(within)):
        yield parse_slot_key(name).start_at, Load(*map(int, load))


def _blocked(connection: Connection, merchant_id: str, keys: Sequence[str]) -> frozenset[str]:
    query = select(_block.c.slot_key).where(
        _block.c.merchant_id == merchant_id, _block.c.slot_key.in_(list(keys))
    )
    return frozenset(connection.execute(query).scalars())


def block(here: Floor, store: Store, key: str, actor: str) -> None:
    """Close a slot by hand; what is taken of it stays taken."""
    one(here.connection, store, key, here.now)
    values = {"merchant_id": here.merchant_id, "slot_key": key, "actor": actor, "at": here.now}
    insert_missing(here.connection, _block, values)
    here.note("store.changed", store.id, store_id=store.id)


def unblock(here: Floor, store: Store, key: str) -> None:
    """Open a slot that was closed by hand."""
    same = (_block.c.merchant_id == here.merchant_id, _block.c.slot_key == key)
    here.connection.execute(_block.delete().where(*same))
    here.note("store.changed", store.id, store_id=store.id)

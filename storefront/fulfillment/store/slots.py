"""The slots of a store as they stand: made of hours and templates, less what is taken."""

from collections.abc import Mapping, Sequence

from msgspec import structs
from sqlalchemy import Connection, func, select

from connector.store.database.upsert import insert_missing
from storefront.fulfillment.errors.slot import SlotNotFound
from storefront.fulfillment.place.hours import Service, hours_of
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.slot.calendar import coming_slots, find_slot
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.slot.slot import Slot, parse_slot_key
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
    return _as_they_stand(connection, merchant_id, found, now)


def one(connection: Connection, store: Store, key: str, now: int) -> Slot:
    """Return a slot by its key with what is taken of it, or raise SlotNotFound."""
    named = parse_slot_key(key)
    known = places.hours(connection, store.merchant_id, store.id)
    templates = places.templates(connection, store.merchant_id, store.id)
    hours = hours_of(named.service, known)
    found = find_slot(templates, hours, store.timezone, named.start_at, now)
    if found is None or named.store_id != store.id:
        raise SlotNotFound("The store has no such slot.", slot=key)
    return _as_they_stand(connection, store.merchant_id, [found], now)[0]


def has_slots(connection: Connection, store: Store, service: Service) -> bool:
    """Tell whether the store works with slots for a service."""
    found = places.templates(connection, store.merchant_id, store.id)
    return any(template.service is service for template in found)


def _as_they_stand(
    connection: Connection, merchant_id: str, found: Sequence[Slot], now: int
) -> list[Slot]:
    keys = [slot.key for slot in found]
    used, held = taken(connection, merchant_id, keys, now)
    blocked = _blocked(connection, merchant_id, keys)
    return [
        structs.replace(
            slot,
            used=used.get(slot.key, Load()),
            held=held.get(slot.key, Load()),
            blocked=slot.key in blocked,
        )
        for slot in found
    ]


def taken(
    connection: Connection, merchant_id: str, keys: Sequence[str], now: int
) -> tuple[Mapping[str, Load], Mapping[str, Load]]:
    """Return what is sold and what is held of slots at `now`; a lapsed hold takes nothing."""
    sold = _hold.c.order_id.is_not(None)
    query = (
        select(
            _hold.c.slot_key,
            sold,
            func.sum(_hold.c.orders),
            func.sum(_hold.c.prep_points),
            func.sum(_hold.c.volume_ml),
        )
        .where(
            _hold.c.merchant_id == merchant_id,
            _hold.c.slot_key.in_(list(keys)),
            _hold.c.slot_until > now,
        )
        .group_by(_hold.c.slot_key, sold)
    )
    used: dict[str, Load] = {}
    held: dict[str, Load] = {}
    for row in connection.execute(query):
        (used if row[1] else held)[row[0]] = Load(int(row[2]), int(row[3]), int(row[4]))
    return used, held


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

"""The part of `regie check` that looks at the shop floor."""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import Connection

from connector.platforms import Shop
from connector.store import connections, merchants
from connector.store.clock import ms
from connector.store.listing import reader
from regie.cli.finding import Finding
from regie.cli.rights import no_orders
from regie.cli.words import plural
from regie.house import House
from storefront.fulfillment.courier.courier import CourierState
from storefront.fulfillment.order.order import Flag, FulfillmentOrder
from storefront.fulfillment.place.store import Store, StoreStatus
from storefront.fulfillment.store import couriers, hooks, jobs, orders, places, staff, troubles
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.zone.reach import reaches_nobody

_LATE_MS = 5 * 60_000
_ASKING = frozenset({Flag.NEEDS_ATTENTION, Flag.NEEDS_RESLOT})


def on_floor(house: House) -> Iterator[Finding]:
    """Tell what of stores, orders, couriers and webhooks waits for somebody."""
    with house.database.read() as connection:
        merchant = merchants.first(connection)
        stores = places.all_of(connection, merchant.id) if merchant else []
        if merchant is None or not stores:
            return
        yield from (_store(connection, merchant.id, it) for it in stores)
        yield _owner(connection, merchant.id)
        yield _couriers(connection, merchant.id, stores)
        yield _timers(connection, merchant.id, ms(house.clock()))
        yield from _hooks(connection, merchant.id)
        yield from _rights(connection, merchant.id, stores)


def _store(connection: Connection, merchant_id: str, store: Store) -> Finding:
    """Tell whether a store can promise anything, and which of its orders want to be looked at."""
    name = f"store {store.code}"
    if store.status is not StoreStatus.ACTIVE:
        return Finding(name, True, store.status.value.lower())
    if not places.hours(connection, merchant_id, store.id):
        return Finding(name, False, f"no opening hours; set them at /stores/{store.id}")
    if not places.templates(connection, merchant_id, store.id):
        return Finding(name, False, f"no slots; set them at /stores/{store.id}")
    found = orders.open_of(connection, merchant_id, [store.id])
    troubles = [*_asking(found), *_nowhere(connection, merchant_id, store)]
    text = "; ".join([f"open, {plural(len(found), 'order')}", *troubles])
    return Finding(name, not troubles, text)


def _asking(found: Sequence[FulfillmentOrder]) -> Iterator[str]:
    wanted = sum(not _ASKING.isdisjoint(it.flags) for it in found)
    if wanted:
        yield f"{wanted} of them cannot go on alone: see /board"


def _nowhere(connection: Connection, merchant_id: str, store: Store) -> Iterator[str]:
    if reaches_nobody(store, places.zones(connection, merchant_id, store.id)):
        yield f"delivers, but no delivery area is in use; add one at /stores/{store.id}/zones"


def _owner(connection: Connection, merchant_id: str) -> Finding:
    people = [it for it in staff.all_of(connection, merchant_id) if it.active]
    if any(it.role is Role.OWNER for it in people):
        return Finding("staff", True, plural(len(people), "person", "people"))
    return Finding("staff", False, "no owner can sign in; `regie staff add LOGIN --role owner`")


def _couriers(connection: Connection, merchant_id: str, stores: Sequence[Store]) -> Finding:
    """Tell who waits to be let in, and whether goods are with somebody who is not heard of."""
    states = Counter(it.state for it in couriers.all_of(connection, merchant_id))
    carried = jobs.open_of_store(connection, merchant_id, [it.id for it in stores])
    overdue = sum(it.overdue for it in carried)
    text = f"{states[CourierState.ACTIVE]} active, {states[CourierState.APPLIED]} to be checked"
    if overdue:
        text += f", {plural(overdue, 'delivery', 'deliveries')} overdue: see /console"
    return Finding("couriers", not overdue, text)


def _timers(connection: Connection, merchant_id: str, now_ms: int) -> Finding:
    """Tell whether somebody ends what has ended, and what cannot be ended or taken in."""
    late = now_ms - _LATE_MS
    waiting = len(orders.due(connection, late)) + len(jobs.due(connection, late))
    if waiting:
        return Finding("floor", False, f"{waiting} orders and jobs wait; is a worker running?")
    stuck = len(troubles.shown(connection, merchant_id, now_ms))
    if stuck:
        text = f"{plural(stuck, 'thing does', 'things do')} not go on alone: see /console"
        return Finding("floor", False, text)
    return Finding("floor", True, "nothing waits for the worker")


def _hooks(connection: Connection, merchant_id: str) -> Iterator[Finding]:
    for endpoint in hooks.all_of(connection, merchant_id):
        off = endpoint.disabled_at is not None
        text = f"switched off after {endpoint.failures} failures" if off else "is told"
        yield Finding(f"webhook {endpoint.id}", not off, text)


def _rights(connection: Connection, merchant_id: str, stores: Sequence[Store]) -> Iterator[Finding]:
    """Tell which shop with a store here does not let its orders be read, and what it must allow."""
    ours = {place for it in stores for place in it.places}
    homes = {
        it.connection_id
        for it in reader.locations(connection, merchant_id)
        if it.location.id in ours
    }
    for shopfront in connections.all_of(connection, merchant_id):
        if shopfront.id not in homes or shopfront.status != connections.ACTIVE:
            continue
        facts = shopfront.shop_facts
        if facts and (text := no_orders(msgspec.json.decode(facts, type=Shop))):
            yield Finding(shopfront.shop, False, text)

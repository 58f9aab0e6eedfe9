"""An order uses the hold and the slot of its checkout, or is kept until it has another time."""

import pytest
from msgspec import structs

from connector.model.order import HandingOver
from connector.store.database import Database
from storefront.fulfillment.errors.order import NeedsReslot
from storefront.fulfillment.order.order import Flag, OrderState
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.store import goods, holds, places, slots
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.stock import Wanted
from storefront.fulfillment.work import preparing
from storefront.fulfillment.zone.zone import Zone, ZoneKind
from tests.kit.floor.holding import MINUTE
from tests.kit.floor.looks import free, order_of
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import taken_in
from tests.kit.floor.world import MERCHANT, SetClock, an_open_floor, first_slot, stock, variant_of


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    return an_open_floor(database, {1: 5, 2: 5}, clock)


def held(floor: ShopFloor, quantity: int, slot: str | None = None) -> str:
    with floor.write(MERCHANT) as here:
        store = places.get(here.connection, MERCHANT, "sto_1")
        found = goods.goods(here.connection, MERCHANT, [variant_of(1)])
        chosen = slots.one(here.connection, store, slot, here.now) if slot else None
        wanted = (Wanted(variant_of(1), quantity),)
        basket = Basket("hld_1", "cart-1", b"session", None, wanted)
        return holds.take(here, store, chosen, found, basket).id


def test_an_order_uses_the_hold_that_its_checkout_took(floor: ShopFloor) -> None:
    slot = first_slot(floor, places_store(floor))
    hold_id = held(floor, 2, slot.key)
    placed = an_order(bought(1, 2), references=(("regie_hold", hold_id),))

    order = order_of(floor, taken_in(floor, placed))

    assert (order.hold_id, order.flags) == (hold_id, ())
    assert order.slot is not None
    assert order.slot.key == slot.key
    assert free(floor) == 3


def places_store(floor: ShopFloor) -> Store:
    with floor.database.read() as connection:
        return places.get(connection, MERCHANT, "sto_1")


def test_a_late_payment_takes_its_hold_again_where_there_is_room(
    floor: ShopFloor, clock: SetClock
) -> None:
    hold_id = held(floor, 2)
    clock.move(minutes=20)

    order = order_of(floor, taken_in(floor, an_order(references=(("regie_hold", hold_id),))))

    assert (order.hold_id, order.flags) == (hold_id, ())


def test_a_late_payment_without_room_is_kept_and_asks_for_another_time(
    floor: ShopFloor, clock: SetClock, database: Database
) -> None:
    hold_id = held(floor, 2)
    clock.move(minutes=20)
    stock(database, {1: 1}, clock.at)

    order = order_of(floor, taken_in(floor, an_order(references=(("regie_hold", hold_id),))))

    assert order.flags == (Flag.NEEDS_RESLOT,)
    with floor.write(MERCHANT) as here, pytest.raises(NeedsReslot):
        preparing.accept(here, order.id, STAFF)


def test_an_order_without_a_time_is_given_one_and_then_taken_on(
    floor: ShopFloor, clock: SetClock, database: Database
) -> None:
    hold_id = held(floor, 2)
    clock.move(minutes=20)
    stock(database, {1: 1}, clock.at)
    order_id = taken_in(floor, an_order(references=(("regie_hold", hold_id),)))
    slot = first_slot(floor, places_store(floor))

    with floor.write(MERCHANT) as here:
        preparing.reslot(here, order_id, slot.key, STAFF)
        order = preparing.accept(here, order_id, STAFF)

    assert (order.state, order.flags) == (OrderState.ACCEPTED, ())


def test_a_chosen_slot_is_taken(floor: ShopFloor) -> None:
    slot = first_slot(floor, places_store(floor))

    order = order_of(floor, taken_in(floor, an_order(references=(("regie_slot", slot.key),))))

    assert order.slot is not None
    assert order.slot.key == slot.key
    with floor.database.read() as connection:
        used, _ = slots.taken(connection, MERCHANT, [slot.key], floor.now())
    assert used[slot.key].orders == 1


def test_moving_an_order_frees_its_former_slot(floor: ShopFloor) -> None:
    store = places_store(floor)
    order = order_of(floor, taken_in(floor))
    with floor.database.read() as connection:
        coming = slots.coming(connection, store, Service.PICKUP, floor.now())
    other = next(slot for slot in coming if order.slot and slot.key != order.slot.key)

    with floor.write(MERCHANT) as here:
        moved = preparing.reslot(here, order.id, other.key, STAFF)

    with floor.database.read() as connection:
        keys = [other.key, (order.slot and order.slot.key) or ""]
        used, _ = slots.taken(connection, MERCHANT, keys, floor.now())
    assert {key: load.orders for key, load in used.items()} == {other.key: 1}
    assert moved.slot is not None
    assert moved.slot.start_at == other.start_at


def test_an_order_to_an_area_with_a_lead_gets_a_slot_that_keeps_it(floor: ShopFloor) -> None:
    first, *_, last = bringing(floor)
    lead_min = (last.start_at - floor.now()) // MINUTE
    near = Zone("zon_1", "sto_1", {"en": "City"}, ZoneKind.POSTCODES, postcodes=("1011",))
    with floor.write(MERCHANT) as here:
        places.put_zone(here, structs.replace(near, country="NL", lead_min=lead_min))

    brought = order_of(floor, taken_in(floor, an_order(how=HandingOver.DELIVERY)))
    collected = order_of(floor, taken_in(floor, an_order(number=1002)))

    assert brought.slot is not None
    assert brought.slot.key == last.key
    assert collected.slot is not None
    assert collected.slot.start_at == first.start_at


def bringing(floor: ShopFloor) -> list[Slot]:
    with floor.database.read() as connection:
        return slots.coming(connection, places_store(floor), Service.DELIVERY, floor.now(), 1)

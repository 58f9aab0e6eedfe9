"""What a store can get ready in an hour or a day binds all its slots together."""

import pytest
from msgspec import structs

from connector.store.database import Database
from storefront.fulfillment.errors.slot import SlotFull
from storefront.fulfillment.place.hours import Hours, Service, Week, Weekday
from storefront.fulfillment.place.store import Store, Throughput, ThroughputPer, ThroughputUnit
from storefront.fulfillment.slot.slot import Slot, SlotState
from storefront.fulfillment.slot.template import Caps
from storefront.fulfillment.store import goods, holds, places, slots
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.stock import Wanted
from tests.kit.floor.holding import as_it_stands, hold_for
from tests.kit.floor.world import (
    MERCHANT,
    NOON_MS,
    SetClock,
    a_store,
    a_template,
    stock,
    variant_of,
)

ANY = Caps()


@pytest.fixture
def paced(floor: ShopFloor, database: Database) -> Store:
    """A store that gets three orders ready in a day, and has slots for both services."""
    store = a_store(floor, throughput=Throughput(3, ThroughputPer.DAY))
    week = Week(**{day.value: ((0, 1440),) for day in Weekday})
    with floor.write(MERCHANT) as here:
        for service in (Service.PICKUP, Service.DELIVERY):
            places.put_hours(here, Hours(store.id, service, week))
            template = structs.replace(
                a_template(store.id, service, ANY), id=f"stt_{service.value}"
            )
            places.put_template(here, template)
    stock(database, {1: 50})
    return store


def coming(floor: ShopFloor, store: Store, service: Service = Service.PICKUP) -> list[Slot]:
    with floor.database.read() as connection:
        return slots.coming(connection, store, service, floor.now())


def test_the_day_is_full_in_every_slot_of_both_services(floor: ShopFloor, paced: Store) -> None:
    first, second, *_ = coming(floor, paced)
    bringing = coming(floor, paced, Service.DELIVERY)[0]
    for cart, slot in zip("abc", (first, second, bringing), strict=True):
        hold_for(floor, paced, cart, slot=slot.key)

    for slot in (first, second, bringing):
        assert as_it_stands(floor, paced, slot.key).state(NOON_MS) is SlotState.FULL
        with pytest.raises(SlotFull):
            hold_for(floor, paced, "d", slot=slot.key)


def test_the_next_day_is_another(floor: ShopFloor, paced: Store) -> None:
    found = coming(floor, paced)
    for cart in "abc":
        hold_for(floor, paced, cart, slot=found[0].key)

    hold_for(floor, paced, "d", slot=found[-1].key)

    states = [it.state(NOON_MS) for it in coming(floor, paced)]
    assert (states[0], states[-1]) == (SlotState.FULL, SlotState.OPEN)


def test_another_store_does_not_count(floor: ShopFloor, paced: Store) -> None:
    other = a_store(floor, id="sto_2", code="second", throughput=None)
    with floor.write(MERCHANT) as here:
        places.put_template(
            here, structs.replace(a_template(other.id, Service.PICKUP, ANY), id="stt_other")
        )
    for cart in "abc":
        hold_for(floor, other, cart, slot=coming(floor, other)[0].key)

    assert coming(floor, paced)[0].state(NOON_MS) is SlotState.OPEN


def test_a_hold_that_lapsed_makes_room(floor: ShopFloor, paced: Store, clock: SetClock) -> None:
    first, second, *_ = coming(floor, paced)
    for cart in "abc":
        hold_for(floor, paced, cart, slot=first.key)

    clock.move(minutes=30)

    assert as_it_stands(floor, paced, second.key).state(floor.now()) is SlotState.OPEN


def test_nobody_is_locked_out_by_his_own_hold(floor: ShopFloor, paced: Store) -> None:
    first, second, *_ = coming(floor, paced)
    for cart in "abc":
        hold_for(floor, paced, cart, slot=first.key)

    with floor.write(MERCHANT) as here:
        found = goods.goods(here.connection, MERCHANT, [variant_of(1)])
        chosen = slots.one(here.connection, paced, second.key, here.now)
        again = Basket("hld_again", "c", b"c", None, (Wanted(variant_of(1), 1),))
        assert holds.take(here, paced, chosen, found, again).slot_key == second.key


def test_an_order_moves_within_a_day_that_is_full(floor: ShopFloor, paced: Store) -> None:
    first, second, *_ = coming(floor, paced)
    kept = [hold_for(floor, paced, cart, slot=first.key) for cart in "abc"]
    with floor.write(MERCHANT) as here:
        holds.consume(here, kept[0].id, "ful_1", here.now)
        other = slots.one(here.connection, paced, second.key, here.now, without=kept[0].id)
        assert holds.move_slot(here, kept[0].id, other).slot_key == second.key


def test_points_of_work_count_where_the_store_says_so(floor: ShopFloor, paced: Store) -> None:
    by_points = Throughput(4, ThroughputPer.DAY, ThroughputUnit.PREP_POINT)
    store = structs.replace(paced, throughput=by_points)
    slot = coming(floor, store)[0]
    hold_for(floor, store, "a", 3, slot=slot.key)

    with pytest.raises(SlotFull):
        hold_for(floor, store, "b", 2, slot=slot.key)
    hold_for(floor, store, "b", 1, slot=slot.key)

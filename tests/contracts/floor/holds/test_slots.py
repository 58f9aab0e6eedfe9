"""A slot takes no more than it may, from nobody more than his share, and only while it is open."""

import pytest
from msgspec import structs

from connector.store.database import Database
from storefront.fulfillment.errors.hold import HoldLimit
from storefront.fulfillment.errors.place import StorePaused
from storefront.fulfillment.errors.slot import SlotBlocked, SlotCutOff, SlotFull, SlotNotFound
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import Store, StoreStatus
from storefront.fulfillment.slot.slot import SlotState
from storefront.fulfillment.slot.template import Caps
from storefront.fulfillment.store import goods, holds, places, slots
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.stock import Wanted
from tests.kit.floor.holding import MINUTE, as_it_stands, free, hold_for
from tests.kit.floor.world import (
    MERCHANT,
    NOON_MS,
    SetClock,
    a_store,
    a_template,
    first_slot,
    stock,
    variant_of,
)


def test_an_orders_place_in_its_slot_stays(floor: ShopFloor, store: Store, clock: SetClock) -> None:
    slot = first_slot(floor, store)
    hold = hold_for(floor, store, "a", slot=slot.key)
    with floor.write(MERCHANT) as here:
        holds.consume(here, hold.id, "ful_1", here.now)

    clock.move(minutes=30)

    found = as_it_stands(floor, store, slot.key)
    assert (found.used.orders, found.held.orders) == (1, 0)


def test_a_full_slot_takes_nobody_more(floor: ShopFloor, database: Database) -> None:
    store = a_store(floor)
    stock(database, {1: 50})
    slot = first_slot(floor, store)
    for cart in "abc":
        hold_for(floor, store, cart, slot=slot.key)

    with pytest.raises(SlotFull):
        hold_for(floor, store, "d", slot=slot.key)

    assert as_it_stands(floor, store, slot.key).state(NOON_MS) is SlotState.FULL
    assert free(floor, store) == 47


def test_nobody_is_locked_out_by_his_own_hold(floor: ShopFloor, store: Store) -> None:
    with floor.write(MERCHANT) as here:
        places.put_template(here, a_template(store.id, Service.PICKUP, Caps(orders=1)))
    slot = first_slot(floor, store)
    hold_for(floor, store, "a", 2, slot=slot.key)

    with floor.write(MERCHANT) as here:
        found = goods.goods(here.connection, MERCHANT, [variant_of(1)])
        chosen = slots.one(here.connection, store, slot.key, here.now)
        again = Basket("hld_again", "a", b"a", None, (Wanted(variant_of(1), 2),))
        holds.take(here, store, chosen, found, again)

    assert free(floor, store) == 0
    assert as_it_stands(floor, store, slot.key).taken.orders == 1


def test_one_session_holds_two_baskets_at_most(floor: ShopFloor, database: Database) -> None:
    store = a_store(floor)
    stock(database, {1: 50})
    for cart in "ab":
        hold_for(floor, store, cart, session="one")

    with pytest.raises(HoldLimit):
        hold_for(floor, store, "c", session="one")


def test_one_address_holds_no_more_of_a_slot_than_its_share(
    floor: ShopFloor, store: Store, database: Database
) -> None:
    stock(database, {1: 50})
    slot = first_slot(floor, store)
    for cart in "ab":
        hold_for(floor, store, cart, slot=slot.key, address="one")

    with pytest.raises(HoldLimit):
        hold_for(floor, store, "c", slot=slot.key, address="one")

    assert hold_for(floor, store, "d", slot=slot.key, address="two").slot_key == slot.key


def test_past_the_cut_off_nothing_is_held(floor: ShopFloor, store: Store, clock: SetClock) -> None:
    slot = first_slot(floor, store)
    clock.at = clock.at.fromtimestamp(slot.cutoff_at / 1000, clock.at.tzinfo)

    with pytest.raises(SlotCutOff):
        hold_for(floor, store, "a", slot=slot.key)


def test_a_blocked_slot_is_refused_until_it_is_opened(floor: ShopFloor, store: Store) -> None:
    slot = first_slot(floor, store)
    with floor.write(MERCHANT) as here:
        slots.block(here, store, slot.key, "staff:stf_1")
    with pytest.raises(SlotBlocked):
        hold_for(floor, store, "a", slot=slot.key)

    with floor.write(MERCHANT) as here:
        slots.unblock(here, store, slot.key)

    assert hold_for(floor, store, "a", slot=slot.key).slot_key == slot.key


def test_a_slot_that_the_calendar_does_not_have_is_none(floor: ShopFloor, store: Store) -> None:
    slot = first_slot(floor, store)

    with pytest.raises(SlotNotFound):
        hold_for(floor, store, "a", slot=f"{store.id}/PICKUP/{slot.start_at + MINUTE}")


def test_a_paused_store_takes_no_new_holds(floor: ShopFloor, store: Store) -> None:
    paused = structs.replace(store, status=StoreStatus.PAUSED)

    with pytest.raises(StorePaused):
        hold_for(floor, paused, "a")

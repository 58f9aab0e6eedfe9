"""A hold ends by time alone or is given back, and may be taken again where there is room."""

import pytest

from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.hold import HoldExpired, HoldNotFound, OutOfStock
from storefront.fulfillment.hold import HoldState
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import goods, holds, slots
from storefront.fulfillment.store.floor import ShopFloor
from tests.kit.floor.holding import MINUTE, as_it_stands, free, hold_for
from tests.kit.floor.world import MERCHANT, SetClock, first_slot, variant_of


def test_a_hold_ends_by_time_alone_and_frees_what_it_took(
    floor: ShopFloor, store: Store, clock: SetClock
) -> None:
    slot = first_slot(floor, store)
    hold_for(floor, store, "a", 2, slot=slot.key)

    clock.move(minutes=15)

    assert free(floor, store) == 2
    assert as_it_stands(floor, store, slot.key).taken.orders == 0
    assert hold_for(floor, store, "b", 2).state is HoldState.ACTIVE


def test_a_hold_binds_to_its_last_millisecond(
    floor: ShopFloor, store: Store, clock: SetClock
) -> None:
    hold_for(floor, store, "a", 2)

    clock.move(minutes=15, milliseconds=-1)

    assert free(floor, store) == 0


def test_a_released_hold_frees_at_once_and_only_once(floor: ShopFloor, store: Store) -> None:
    hold = hold_for(floor, store, "a", 2)
    with floor.write(MERCHANT) as here:
        holds.release(here, hold.id)

    with floor.write(MERCHANT) as here, pytest.raises(IllegalTransition):
        holds.release(here, hold.id)

    assert free(floor, store) == 2


def test_an_ended_hold_cannot_be_used_or_extended(
    floor: ShopFloor, store: Store, clock: SetClock
) -> None:
    hold = hold_for(floor, store, "a")
    clock.move(minutes=16)

    with floor.write(MERCHANT) as here, pytest.raises(HoldExpired):
        holds.consume(here, hold.id, "ful_1", None)
    with floor.write(MERCHANT) as here, pytest.raises(HoldExpired):
        holds.extend(here, hold.id)


def test_a_hold_is_extended_once_and_binds_longer(
    floor: ShopFloor, store: Store, clock: SetClock
) -> None:
    slot = first_slot(floor, store)
    hold = hold_for(floor, store, "a", 2, slot=slot.key)
    with floor.write(MERCHANT) as here:
        longer = holds.extend(here, hold.id)
    with floor.write(MERCHANT) as here, pytest.raises(HoldExpired):
        holds.extend(here, hold.id)

    clock.move(minutes=24)

    assert longer.expires_at == hold.expires_at + 10 * MINUTE
    assert free(floor, store) == 0
    assert as_it_stands(floor, store, slot.key).held.orders == 1


def test_an_ended_hold_is_taken_again_where_there_is_room(
    floor: ShopFloor, store: Store, clock: SetClock
) -> None:
    slot = first_slot(floor, store)
    hold = hold_for(floor, store, "a", 2, slot=slot.key)
    clock.move(minutes=20)

    with floor.write(MERCHANT) as here:
        found = goods.goods(here.connection, MERCHANT, [variant_of(1)])
        chosen = slots.one(here.connection, store, slot.key, here.now)
        again = holds.reacquire(here, hold.id, store, chosen, found)

    assert again.state is HoldState.ACTIVE
    assert free(floor, store) == 0
    assert as_it_stands(floor, store, slot.key).held.orders == 1


def test_an_ended_hold_is_not_taken_again_when_somebody_else_was_quicker(
    floor: ShopFloor, store: Store, clock: SetClock
) -> None:
    hold = hold_for(floor, store, "a", 2)
    clock.move(minutes=20)
    hold_for(floor, store, "b", 1)

    with floor.database.read() as connection:
        found = goods.goods(connection, MERCHANT, [variant_of(1)])
    with floor.write(MERCHANT) as here, pytest.raises(OutOfStock):
        holds.reacquire(here, hold.id, store, None, found)


def test_an_unknown_hold_is_not_found(floor: ShopFloor) -> None:
    with floor.write(MERCHANT) as here, pytest.raises(HoldNotFound):
        holds.extend(here, "hld_none")

"""Stock and slots are promised once, and given back by time alone."""

import threading
from collections.abc import Callable

import pytest
from msgspec import structs

from connector.model.errors import RegieError
from connector.store.database import Database
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.hold import HoldExpired, HoldLimit, HoldNotFound, OutOfStock
from storefront.fulfillment.errors.place import StorePaused
from storefront.fulfillment.errors.slot import SlotBlocked, SlotCutOff, SlotFull, SlotNotFound
from storefront.fulfillment.hold import Hold, HoldState
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import SafetyStock, Store, StoreStatus
from storefront.fulfillment.slot.slot import Slot, SlotState
from storefront.fulfillment.slot.template import Caps
from storefront.fulfillment.store import goods, holds, places, slots
from storefront.fulfillment.store import stock as shelves
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.stock import Wanted
from tests.kit.floor.world import (
    MERCHANT,
    NOON_MS,
    SetClock,
    a_floor,
    a_store,
    a_template,
    first_slot,
    stock,
    variant_of,
)

MINUTE = 60_000


def hold_for(
    floor: ShopFloor,
    store: Store,
    cart: str,
    quantity: int = 1,
    *,
    slot: str | None = None,
    number: int = 1,
    session: str | None = None,
    address: str | None = None,
) -> Hold:
    """Hold pieces of one product the way a checkout does: all in one write."""
    wanted = (Wanted(variant_of(number), quantity),)
    with floor.write(MERCHANT) as here:
        found = goods.goods(here.connection, MERCHANT, [variant_of(number)])
        chosen = slots.one(here.connection, store, slot, here.now) if slot else None
        who = (session or cart).encode(), (address or cart).encode()
        basket = Basket(f"hld_{cart}", cart, *who, wanted)
        return holds.take(here, store, chosen, found, basket)


def free(floor: ShopFloor, store: Store, number: int = 1) -> int:
    with floor.database.read() as connection:
        found = goods.goods(connection, MERCHANT, [variant_of(number)])
        by_place = shelves.free(connection, MERCHANT, store, found, floor.now())
    return sum(by_place[variant_of(number)].values())


def as_it_stands(floor: ShopFloor, store: Store, key: str) -> Slot:
    with floor.database.read() as connection:
        return slots.one(connection, store, key, floor.now())


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    found = a_floor(database, clock)
    stock(database, {1: 2, 2: None})
    return found


@pytest.fixture
def store(floor: ShopFloor) -> Store:
    return a_store(floor)


def test_a_hold_takes_stock_and_slot(floor: ShopFloor, store: Store) -> None:
    slot = first_slot(floor, store)

    hold = hold_for(floor, store, "a", slot=slot.key)

    assert hold.expires_at == NOON_MS + 15 * MINUTE
    assert free(floor, store) == 1
    assert as_it_stands(floor, store, slot.key).held.orders == 1


def test_more_than_the_shop_has_is_refused_with_what_is_left(
    floor: ShopFloor, store: Store
) -> None:
    hold_for(floor, store, "a")

    with pytest.raises(OutOfStock) as error:
        hold_for(floor, store, "b", 2)

    (line,) = error.value.details()["lines"]
    assert (line["variant"], line["available"]) == (variant_of(1), 1)


def test_a_refused_hold_takes_nothing(floor: ShopFloor, store: Store) -> None:
    slot = first_slot(floor, store)

    with pytest.raises(OutOfStock):
        hold_for(floor, store, "a", 3, slot=slot.key)

    assert free(floor, store) == 2
    assert as_it_stands(floor, store, slot.key).taken.orders == 0


def test_unknown_stock_is_not_promised(floor: ShopFloor, store: Store) -> None:
    with pytest.raises(OutOfStock):
        hold_for(floor, store, "a", number=2)


def test_safety_stock_is_kept_back(floor: ShopFloor) -> None:
    store = a_store(floor, safety_stock=SafetyStock(default=1))
    hold_for(floor, store, "a")

    with pytest.raises(OutOfStock):
        hold_for(floor, store, "b")


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


def test_an_order_binds_until_the_shops_own_count_is_read_anew(
    floor: ShopFloor, store: Store, clock: SetClock, database: Database
) -> None:
    hold = hold_for(floor, store, "a")
    with floor.write(MERCHANT) as here:
        holds.consume(here, hold.id, "ful_1", here.now)
    clock.move(days=1)
    before = free(floor, store)

    stock(database, {1: 1}, clock.at)
    with floor.write(MERCHANT) as here:
        known = goods.goods(here.connection, MERCHANT, [variant_of(1)])[variant_of(1)]
        settled = shelves.settle(here, {known.product_id: known.read_at})

    assert (before, settled) == (1, 1)
    assert free(floor, store) == 1


def test_a_count_read_before_the_order_does_not_settle_it(floor: ShopFloor, store: Store) -> None:
    hold = hold_for(floor, store, "a")
    with floor.write(MERCHANT) as here:
        holds.consume(here, hold.id, "ful_1", here.now)
        known = goods.goods(here.connection, MERCHANT, [variant_of(1)])[variant_of(1)]
        settled = shelves.settle(here, {known.product_id: known.read_at})

    assert settled == 0
    assert free(floor, store) == 1


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


def together(shoppers: int, act: Callable[[int], object]) -> tuple[list[object], list[str]]:
    """Let shoppers act at once; return what succeeded, and the codes of refusals."""
    done: list[object] = []
    refused: list[str] = []
    start = threading.Barrier(shoppers)

    def one(number: int) -> None:
        start.wait()
        try:
            done.append(act(number))
        except RegieError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(shoppers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done, refused


@pytest.mark.parametrize("shoppers", [10, 50])
def test_the_last_piece_is_sold_once(floor: ShopFloor, database: Database, shoppers: int) -> None:
    store = a_store(floor)
    stock(database, {1: 1})

    done, refused = together(shoppers, lambda number: hold_for(floor, store, f"cart-{number}"))

    assert len(done) == 1
    assert set(refused) == {"out_of_stock"}
    assert len(refused) == shoppers - 1


def test_the_last_place_of_a_slot_is_given_once(floor: ShopFloor, database: Database) -> None:
    store = a_store(floor)
    stock(database, {1: 500})
    with floor.write(MERCHANT) as here:
        places.put_template(here, a_template(store.id, Service.PICKUP, Caps(orders=1)))
    slot = first_slot(floor, store)

    done, refused = together(
        10, lambda number: hold_for(floor, store, f"cart-{number}", slot=slot.key)
    )

    assert len(done) == 1
    assert refused == ["slot_full"] * 9

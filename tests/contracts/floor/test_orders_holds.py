"""What an order binds is what was bought, however its hold differed from it."""

import pytest
from msgspec import structs

from connector.model.order import PlacedOrder
from connector.store.database import Database
from storefront.fulfillment.hold import Hold, HoldState
from storefront.fulfillment.order.order import Flag, FulfillmentOrder
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.slot.template import Caps
from storefront.fulfillment.store import goods, holds, places, slots
from storefront.fulfillment.store import stock as shelves
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.stock import Wanted
from storefront.fulfillment.work import holding, intake
from tests.kit.floor.looks import free, order_of
from tests.kit.floor.orders import SHOP, a_part, an_order, bought
from tests.kit.floor.walk import taken_in
from tests.kit.floor.world import (
    MERCHANT,
    STORE_ID,
    SetClock,
    a_template,
    an_open_floor,
    first_slot,
    plain_store,
    stock,
    variant_of,
)


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    return an_open_floor(database, {1: 3, 2: 3}, clock)


def held(
    floor: ShopFloor, pieces: dict[int, int], slot: str | None = None, cart: str = "cart-1"
) -> Hold:
    wanted = [Wanted(variant_of(number), quantity) for number, quantity in pieces.items()]
    with floor.write(MERCHANT) as here:
        return holding.take(here, STORE_ID, wanted, cart=cart, session=cart.encode(), slot_key=slot)


def bought_with(hold: Hold, *lines: tuple[int, int]) -> PlacedOrder:
    return an_order(*(bought(*line) for line in lines), references=(("regie_hold", hold.id),))


def placed_with(floor: ShopFloor, hold: Hold, *lines: tuple[int, int]) -> FulfillmentOrder:
    return order_of(floor, taken_in(floor, bought_with(hold, *lines)))


def bound(floor: ShopFloor, order: FulfillmentOrder) -> dict[str, int]:
    """Return the pieces by variant that an order's claim binds."""
    with floor.database.read() as connection:
        claim = holds.get(connection, MERCHANT, order.hold_id or "")
    assert claim.state is HoldState.CONSUMED
    totals: dict[str, int] = {}
    for line in claim.lines:
        totals[line.variant_id] = totals.get(line.variant_id, 0) + line.quantity
    return totals


def test_an_order_binds_what_was_bought_on_top_of_its_hold(floor: ShopFloor) -> None:
    order = placed_with(floor, held(floor, {1: 1}), (1, 3), (2, 3))

    assert bound(floor, order) == {variant_of(1): 3, variant_of(2): 3}
    assert (free(floor, 1), free(floor, 2), order.flags) == (0, 0, ())


def test_what_was_held_and_not_bought_is_free_again(floor: ShopFloor) -> None:
    order = placed_with(floor, held(floor, {1: 3, 2: 2}), (1, 1))

    assert bound(floor, order) == {variant_of(1): 1}
    assert (free(floor, 1), free(floor, 2)) == (2, 3)


def test_the_count_that_is_read_anew_lets_go_of_what_was_not_in_the_hold(
    floor: ShopFloor, clock: SetClock, database: Database
) -> None:
    placed_with(floor, held(floor, {1: 1}), (1, 1), (2, 2))
    clock.move(minutes=1)
    stock(database, {1: 2, 2: 1}, clock.at)

    with floor.write(MERCHANT) as here:
        known = goods.goods(here.connection, MERCHANT, [variant_of(1), variant_of(2)])
        shelves.settle(here, {it.product_id: it.read_at for it in known.values()})

    assert (free(floor, 1), free(floor, 2)) == (2, 1)


def test_a_paid_order_of_more_than_there_is_stands_and_is_flagged(floor: ShopFloor) -> None:
    hold = held(floor, {1: 1})
    held(floor, {2: 2}, cart="cart-2")

    order = placed_with(floor, hold, (1, 1), (2, 2))

    assert order.flags == (Flag.NEEDS_ATTENTION,)
    assert order.attention == ("out_of_stock",)
    assert bound(floor, order) == {variant_of(1): 1, variant_of(2): 2}


def test_an_order_takes_of_its_slot_what_was_bought(floor: ShopFloor) -> None:
    slot = first_slot(floor, plain_store())

    placed_with(floor, held(floor, {1: 1}, slot.key), (1, 2), (2, 1))

    with floor.database.read() as connection:
        used, kept = slots.taken(connection, MERCHANT, [slot.key], floor.now())
    assert used[slot.key] == Load(orders=1, prep_points=3)
    assert kept == {}


def test_an_order_that_is_too_much_for_its_slot_gives_it_back(floor: ShopFloor) -> None:
    with floor.write(MERCHANT) as here:
        template = a_template(STORE_ID, Service.PICKUP, Caps(prep_points=2))
        places.put_template(here, template)
    slot = first_slot(floor, plain_store())

    order = placed_with(floor, held(floor, {1: 1}, slot.key), (1, 3))

    assert (order.slot, order.flags, order.attention) == (
        None,
        (Flag.NEEDS_RESLOT,),
        ("slot_full",),
    )
    assert bound(floor, order) == {variant_of(1): 3}
    with floor.database.read() as connection:
        used, kept = slots.taken(connection, MERCHANT, [slot.key], floor.now())
    assert (used, kept) == ({}, {})


def test_an_order_whose_slot_is_gone_needs_another_one(floor: ShopFloor) -> None:
    slot = first_slot(floor, plain_store())
    hold = held(floor, {1: 1}, slot.key)
    with floor.write(MERCHANT) as here:
        places.drop_template(here, STORE_ID, "slt_pickup")

    order = placed_with(floor, hold, (1, 2))

    assert (order.slot, order.flags, order.attention) == (
        None,
        (Flag.NEEDS_RESLOT,),
        ("slot_not_found",),
    )
    assert bound(floor, order) == {variant_of(1): 2}
    assert free(floor) == 1


def test_a_paid_order_whose_hold_is_gone_binds_its_pieces(
    floor: ShopFloor, clock: SetClock
) -> None:
    hold = held(floor, {1: 3})
    clock.move(minutes=20)
    other = held(floor, {1: 1}, cart="cart-2")

    order = placed_with(floor, hold, (1, 2))

    assert (order.flags, order.attention) == ((Flag.NEEDS_RESLOT,), ("out_of_stock",))
    assert bound(floor, order) == {variant_of(1): 2}
    assert free(floor) == 0
    assert other.state is HoldState.ACTIVE


def test_each_part_of_an_order_binds_its_own_lines(floor: ShopFloor) -> None:
    placed = bought_with(held(floor, {1: 2, 2: 2}), (1, 2))
    parts = (a_part([bought(1, 2)], part_id="a"), a_part([bought(2, 2)], part_id="b"))

    first, second = intake.take(floor, SHOP, structs.replace(placed, parts=parts))

    assert bound(floor, order_of(floor, first)) == {variant_of(1): 2}
    assert bound(floor, order_of(floor, second)) == {variant_of(2): 2}
    assert (free(floor, 1), free(floor, 2)) == (1, 1)

"""What is given instead is bound from the moment it is proposed, until it is not needed."""

import pytest

from connector.store.database import Database
from storefront.fulfillment.errors.hold import OutOfStock
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.store import goods
from storefront.fulfillment.store import stock as shelves
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.stock import Wanted
from storefront.fulfillment.work import counter, customer, holding, intake, preparing, timers
from tests.kit.floor.looks import free
from tests.kit.floor.orders import SHOP, STAFF, an_order, bought
from tests.kit.floor.walk import pin_of, taken_in
from tests.kit.floor.world import (
    MERCHANT,
    STORE_ID,
    SetClock,
    an_open_floor,
    stock,
    variant_of,
)


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    return an_open_floor(database, {1: 5, 2: 2}, clock)


def proposed(floor: ShopFloor) -> FulfillmentOrder:
    """Return an order whose customer is asked to take the second product instead."""
    order_id = taken_in(floor)
    with floor.write(MERCHANT) as here:
        order = preparing.start(here, order_id, STAFF)
        return preparing.exchange(here, order_id, order.lines[0].id, variant_of(2), 1, STAFF)


def answer(floor: ShopFloor, order: FulfillmentOrder, *, accepted: bool) -> FulfillmentOrder:
    with floor.write(MERCHANT) as here:
        return customer.answer(here, order.id, order.lines[0].id, accepted=accepted)


def test_nobody_else_gets_the_piece_that_a_customer_is_asked_about(floor: ShopFloor) -> None:
    proposed(floor)

    assert free(floor, 2) == 1
    with pytest.raises(OutOfStock), floor.write(MERCHANT) as here:
        holding.take(here, STORE_ID, [Wanted(variant_of(2), 2)], cart="c", session=b"s")


def test_an_accepted_replacement_stays_bound_once(floor: ShopFloor) -> None:
    answer(floor, proposed(floor), accepted=True)

    assert free(floor, 2) == 1


def test_what_is_not_wanted_instead_is_free_again(floor: ShopFloor) -> None:
    answer(floor, proposed(floor), accepted=False)

    assert free(floor, 2) == 2


def test_what_nobody_answered_about_is_free_again(floor: ShopFloor, clock: SetClock) -> None:
    proposed(floor)
    clock.move(minutes=21)

    timers.turn(floor)

    assert free(floor, 2) == 2


@pytest.mark.parametrize("heard", ["nothing", "yes"])
def test_a_replacement_is_free_again_when_its_order_is_called_off(
    floor: ShopFloor, heard: str
) -> None:
    order = proposed(floor)
    if heard == "yes":
        answer(floor, order, accepted=True)

    with floor.write(MERCHANT) as here:
        preparing.cancel(here, order.id, "other", STAFF)

    assert free(floor, 2) == 2


def test_a_replacement_that_the_shop_takes_off_is_free_again(floor: ShopFloor) -> None:
    answer(floor, proposed(floor), accepted=True)

    intake.take(floor, SHOP, an_order(bought(1, 0, refunded=1), later_s=60))

    assert free(floor, 2) == 2


def test_a_replacement_that_was_handed_over_binds_until_the_count_is_read_anew(
    floor: ShopFloor, clock: SetClock, database: Database
) -> None:
    order = answer(floor, proposed(floor), accepted=True)
    with floor.write(MERCHANT) as here:
        preparing.pick(here, order.id, order.lines[-1].id, 1, STAFF)
        preparing.pack(floor, here, order.id, STAFF)
    pin = pin_of(floor, f"order:{order.id}")
    with floor.write(MERCHANT) as here:
        counter.find(floor, here, STORE_ID, pin, STAFF)
        assert counter.hand_over(here, order.id, STAFF).state is OrderState.COLLECTED
    bound = free(floor, 2)
    clock.move(minutes=1)
    stock(database, {2: 1}, clock.at)

    with floor.write(MERCHANT) as here:
        (known,) = goods.goods(here.connection, MERCHANT, [variant_of(2)]).values()
        shelves.settle(here, {known.product_id: known.read_at})

    assert (bound, free(floor, 2)) == (1, 1)


def test_two_proposals_one_after_the_other_bind_what_was_proposed_last(floor: ShopFloor) -> None:
    order_id = taken_in(floor, an_order(bought(1, 2)))
    with floor.write(MERCHANT) as here:
        order = preparing.start(here, order_id, STAFF)
        preparing.exchange(here, order_id, order.lines[0].id, variant_of(2), 1, STAFF)
        customer.answer(here, order_id, order.lines[0].id, accepted=False)
        preparing.exchange(here, order_id, order.lines[0].id, variant_of(2), 1, STAFF)

    assert free(floor, 2) == 1

"""A paid order that is called off here is owed back until the shop tells of it, or people do."""

import pytest
from msgspec import structs

from connector.model.order import PaymentState, PlacedOrder
from connector.store.database import Database
from storefront.fulfillment.store import paybacks
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import customer, forgetting, intake, preparing
from tests.kit.floor.orders import SHOP, STAFF, a_part, an_order, bought
from tests.kit.floor.walk import taken_in
from tests.kit.floor.world import MERCHANT, SetClock, an_open_floor


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    return an_open_floor(database, {1: 5, 2: 5}, clock)


def owed(floor: ShopFloor, store_id: str = "sto_1") -> list[str]:
    with floor.database.read() as connection:
        return [it.id for it in paybacks.owed(connection, MERCHANT, [store_id])]


def called_off(floor: ShopFloor, payment: PaymentState = PaymentState.PAID) -> str:
    order_id = taken_in(floor, an_order(bought(1, 2), bought(2), payment=payment))
    with floor.write(MERCHANT) as here:
        preparing.cancel(here, order_id, "other", STAFF)
    return order_id


def test_what_staff_call_off_is_owed_back_at_its_store(floor: ShopFloor) -> None:
    order_id = called_off(floor)

    assert (owed(floor), owed(floor, "sto_2")) == ([order_id], [])


def test_what_the_customer_calls_off_is_owed_back(floor: ShopFloor) -> None:
    order_id = taken_in(floor)

    with floor.write(MERCHANT) as here:
        customer.cancel(here, order_id)

    assert owed(floor) == [order_id]


@pytest.mark.parametrize(
    "payment",
    [PaymentState.AUTHORISED, PaymentState.CASH_ON_DELIVERY, PaymentState.PAY_IN_STORE],
)
def test_what_was_not_paid_is_not_owed_back(floor: ShopFloor, payment: PaymentState) -> None:
    called_off(floor, payment)

    assert owed(floor) == []


def test_what_the_shop_calls_off_is_its_own_to_refund(floor: ShopFloor) -> None:
    taken_in(floor)

    intake.take(floor, SHOP, an_order(cancelled=True, later_s=60))

    assert owed(floor) == []


@pytest.mark.parametrize(
    "news",
    [
        an_order(bought(1, 2), bought(2), later_s=60, payment=PaymentState.REFUNDED),
        an_order(bought(1, 2), bought(2), later_s=60, cancelled=True),
        an_order(bought(1, 0, refunded=2), bought(2, 0, refunded=1), later_s=60),
        an_order(bought(1, 0, refunded=2), bought(2, 0), later_s=60),
    ],
)
def test_what_the_shop_has_refunded_is_owed_no_more(floor: ShopFloor, news: PlacedOrder) -> None:
    called_off(floor)

    intake.take(floor, SHOP, news)

    assert owed(floor) == []


def test_a_refund_of_some_lines_leaves_the_rest_owed(floor: ShopFloor) -> None:
    order_id = called_off(floor)
    some = an_order(
        bought(1, 0, refunded=2), bought(2), later_s=60, payment=PaymentState.PARTLY_REFUNDED
    )

    intake.take(floor, SHOP, some)

    assert owed(floor) == [order_id]


def test_what_is_owed_is_not_forgotten_with_time(floor: ShopFloor, clock: SetClock) -> None:
    order_id = called_off(floor)
    clock.move(hours=24 * 60)

    forgetting.sweep(floor, MERCHANT)

    assert owed(floor) == [order_id]


def whole(floor: ShopFloor) -> frozenset[str]:
    with floor.database.read() as connection:
        return paybacks.whole(connection, MERCHANT)


def test_the_whole_total_is_owed_of_an_order_alone_of_which_nothing_went_back(
    floor: ShopFloor,
) -> None:
    order_id = called_off(floor)

    assert whole(floor) == {order_id}


@pytest.mark.parametrize(
    "news",
    [
        an_order(bought(1, 1, refunded=1), bought(2), later_s=60),
        an_order(bought(1, 2), bought(2), later_s=60, payment=PaymentState.PARTLY_REFUNDED),
    ],
    ids=["a line", "some money"],
)
@pytest.mark.parametrize("before", ["called off", "refunded"])
def test_only_the_shop_knows_how_much_is_owed_where_some_went_back(
    floor: ShopFloor, news: PlacedOrder, before: str
) -> None:
    order_id = taken_in(floor, an_order(bought(1, 2), bought(2)))
    with floor.write(MERCHANT) as here:
        if before == "called off":
            preparing.cancel(here, order_id, "other", STAFF)

    intake.take(floor, SHOP, news)
    with floor.write(MERCHANT) as here:
        if before == "refunded":
            preparing.cancel(here, order_id, "other", STAFF)

    assert (owed(floor), whole(floor)) == ([order_id], frozenset())


def test_only_the_shop_knows_how_much_is_owed_of_one_part_of_an_order(floor: ShopFloor) -> None:
    placed = an_order()
    parts = (a_part([bought(1)], part_id="a"), a_part([bought(2)], part_id="b"))
    first, _ = intake.take(floor, SHOP, structs.replace(placed, parts=parts))
    with floor.write(MERCHANT) as here:
        preparing.cancel(here, first, "other", STAFF)

    assert (owed(floor), whole(floor)) == ([first], frozenset())


def test_only_the_shop_knows_how_much_is_owed_where_staff_took_something_off(
    floor: ShopFloor,
) -> None:
    order_id = taken_in(floor, an_order(bought(1, 2), bought(2)))
    with floor.write(MERCHANT) as here:
        order = preparing.start(here, order_id, STAFF)
        preparing.take_off(here, order_id, order.lines[0].id, 1, STAFF)
        preparing.cancel(here, order_id, "other", STAFF)

    assert (owed(floor), whole(floor)) == ([order_id], frozenset())

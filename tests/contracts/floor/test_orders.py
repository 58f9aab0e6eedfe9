"""Orders of a platform come in once, follow the platform, and are never lost once they are paid."""

from collections.abc import Callable

import pytest
from msgspec import structs
from sqlalchemy import event

from connector.model.order import HandingOver, PaymentState
from connector.store.database import Database
from storefront.fulfillment.errors.order import NoStoreForOrder
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.store import orders
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import intake, preparing, timers
from tests.kit.floor.looks import free, order_of
from tests.kit.floor.orders import SHOP, STAFF, a_part, an_order, bought
from tests.kit.floor.walk import packed, taken_in
from tests.kit.floor.world import (
    MERCHANT,
    STORE_ID,
    SetClock,
    a_floor,
    a_store,
    an_open_floor,
    stock,
)


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    return an_open_floor(database, {1: 5, 2: 5}, clock)


def test_an_order_told_twice_is_taken_once(floor: ShopFloor) -> None:
    first, again = (intake.take(floor, SHOP, an_order()) for _ in range(2))

    assert first == again
    assert free(floor) == 4


def test_an_order_knows_its_window_and_until_when_it_may_be_changed(floor: ShopFloor) -> None:
    order = order_of(floor, taken_in(floor))

    assert order.slot is not None
    assert order.slot.key is not None
    assert order.cancel_until is not None
    assert order.cancel_until <= order.slot.start_at


def test_an_order_that_is_not_paid_is_not_owed_yet(floor: ShopFloor) -> None:
    waiting = an_order(payment=PaymentState.PENDING)

    before = intake.take(floor, SHOP, waiting)
    after = intake.take(floor, SHOP, an_order(later_s=60))

    assert (before, len(after)) == ([], 1)


@pytest.mark.parametrize("how", [HandingOver.SHIPPING, HandingOver.OTHER])
def test_what_others_ship_is_none_of_ours(floor: ShopFloor, how: HandingOver) -> None:
    assert intake.take(floor, SHOP, an_order(how=how)) == []


def test_a_split_cart_becomes_one_order_per_place(floor: ShopFloor) -> None:
    parts = (
        a_part([bought(1)], part_id="here"),
        a_part([bought(2)], HandingOver.DELIVERY, part_id="there"),
        a_part([bought(2)], HandingOver.SHIPPING, part_id="post"),
    )

    ids = intake.take(floor, SHOP, an_order(parts=parts))

    assert sorted(order_of(floor, it).method.value for it in ids) == ["DELIVERY", "PICKUP"]


def test_an_order_for_a_place_that_is_no_store_here_is_none_of_ours(database: Database) -> None:
    floor = a_floor(database)
    stock(database, {1: 5})

    assert intake.take(floor, SHOP, an_order()) == []


def test_an_order_of_which_nobody_knows_the_store_is_refused_and_not_stored(
    database: Database,
) -> None:
    floor = a_floor(database)
    stock(database, {1: 5})
    nowhere = structs.replace(a_part([bought(1)]), place=None, place_name=None)

    with pytest.raises(NoStoreForOrder):
        intake.take(floor, SHOP, an_order(parts=(nowhere,)))

    with database.read() as connection:
        assert orders.of_source(connection, MERCHANT, "con_1", "order-1001") == []


def test_an_order_is_taken_on_by_itself_where_the_store_wants_that(
    database: Database, clock: SetClock
) -> None:
    floor = a_floor(database, clock)
    stock(database, {1: 5})
    a_store(floor, auto_accept_min=5)
    order_id = taken_in(floor)

    before = order_of(floor, order_id).state
    clock.move(minutes=5)
    timers.turn(floor)

    assert (before, order_of(floor, order_id).state) == (OrderState.PLACED, OrderState.ACCEPTED)


def test_what_nobody_fetches_is_reminded_of_and_then_ended(
    floor: ShopFloor, clock: SetClock
) -> None:
    order = packed(floor)
    for days in (1, 2, 6):
        clock.move(days=days)
        timers.turn(floor)

    after = order_of(floor, order.id)
    assert after.reminded == (24, 72)
    assert after.state is OrderState.NO_SHOW


def test_a_no_show_is_kept_longer_once_and_not_after_it_went_back_to_the_shelf(
    floor: ShopFloor, clock: SetClock
) -> None:
    order = packed(floor)
    clock.move(days=9)
    timers.turn(floor)

    with floor.write(MERCHANT) as here:
        again = preparing.extend(here, order.id, 3, STAFF)

    assert again.state is OrderState.READY


def test_what_nobody_fetched_never_takes_the_place_of_work(
    floor: ShopFloor, clock: SetClock, database: Database
) -> None:
    old = sorted(packed(floor, an_order(number=number)).id for number in (1, 2))
    clock.move(days=30)
    while timers.turn(floor):
        pass
    stock(database, {1: 5}, clock())
    fresh = taken_in(floor, an_order(number=3))

    with floor.database.read() as connection:
        few = orders.open_of(connection, MERCHANT, [STORE_ID], limit=2)
        every = orders.open_of(connection, MERCHANT, [STORE_ID])
    with floor.write(MERCHANT) as here:
        preparing.extend(here, old[1], 3, STAFF)
        again = orders.open_of(here.connection, MERCHANT, [STORE_ID], limit=2)

    assert [it.id for it in few] == [fresh, old[0]]
    assert [it.id for it in every] == [fresh, *old]
    assert {it.id for it in again} == {fresh, old[1]}


def test_the_board_of_several_stores_never_reads_what_is_over(
    laid_sqlite_url: str, open_at: Callable[[str], Database]
) -> None:
    plan: list[str] = []

    with open_at(laid_sqlite_url).read() as connection:

        def hear(_c: object, _u: object, statement: str, values: object, *_: object) -> None:
            if "store_id" in statement and "EXPLAIN" not in statement:
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]  # as the driver took them
                plan.extend(str(row[-1]) for row in rows)

        event.listen(connection, "before_cursor_execute", hear)
        orders.open_of(connection, MERCHANT, [STORE_ID, "sto_2"])

    assert len(plan) == 2
    assert all("INDEX fulfillment_order_open (" in step for step in plan)


def test_a_test_order_is_marked(floor: ShopFloor) -> None:
    order = order_of(floor, taken_in(floor, an_order(test=True)))

    assert order.attention == ("test_order",)


def test_the_story_of_an_order_has_no_gap(floor: ShopFloor) -> None:
    order = packed(floor)

    with floor.database.read() as connection:
        story = orders.story(connection, MERCHANT, order.id)

    assert [event.seq for event in story] == list(range(1, order.rev + 1))

"""An order follows what its platform says, and the platform is told what the store did."""

from datetime import timedelta

import pytest
from msgspec import structs
from sqlalchemy import select

from connector.model.order import HandingOver, News
from connector.store import tables
from connector.store.database import Database
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import contacts, intake, preparing
from tests.kit.floor.looks import free, order_of
from tests.kit.floor.orders import MANAGER, SHOP, STAFF, a_part, an_order, bought
from tests.kit.floor.walk import packed, taken_in
from tests.kit.floor.world import MERCHANT, SetClock, an_open_floor


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    return an_open_floor(database, {1: 5, 2: 5}, clock)


def told(floor: ShopFloor) -> list[str]:
    query = select(tables.outbox.c.kind).order_by(tables.outbox.c.id)
    with floor.database.read() as connection:
        return list(connection.execute(query).scalars())


def test_an_order_changed_while_it_is_picked_keeps_what_was_picked(floor: ShopFloor) -> None:
    order_id = taken_in(floor, an_order(bought(1, 2), bought(2, 1)))
    with floor.write(MERCHANT) as here:
        order = preparing.start(here, order_id, STAFF)
        preparing.pick(here, order_id, order.lines[0].id, 2, STAFF)

    intake.take(floor, SHOP, an_order(bought(1, 1, refunded=1), later_s=60))

    after = order_of(floor, order_id)
    assert after.state is OrderState.PICKING
    assert after.lines[0].picked + after.lines[0].surplus == 2
    assert after.lines[0].surplus == 1


def test_older_news_changes_nothing(floor: ShopFloor) -> None:
    order_id = taken_in(floor, an_order(bought(1, 1), later_s=60))

    intake.take(floor, SHOP, an_order(bought(1, 5)))

    assert order_of(floor, order_id).lines[0].quantity == 1


def test_an_order_cancelled_at_the_platform_gives_everything_back(floor: ShopFloor) -> None:
    order = packed(floor)

    intake.take(floor, SHOP, an_order(cancelled=True, later_s=60))

    assert order_of(floor, order.id).state is OrderState.CANCELLED
    assert free(floor) == 5
    assert News.CANCELLED.value not in told(floor)


def test_an_order_that_is_gone_at_the_platform_is_cancelled(floor: ShopFloor) -> None:
    order_id = taken_in(floor)

    intake.gone(floor, SHOP, "order-1001")

    assert order_of(floor, order_id).state is OrderState.CANCELLED


def test_a_part_that_moved_away_is_cancelled_here(floor: ShopFloor) -> None:
    order_id = taken_in(floor)

    moved = (a_part([bought(1)], HandingOver.SHIPPING, part_id="elsewhere"),)
    intake.take(floor, SHOP, an_order(parts=moved, later_s=60))

    assert order_of(floor, order_id).state is OrderState.CANCELLED


def test_an_order_rejected_by_the_store_is_told_to_the_platform(floor: ShopFloor) -> None:
    order_id = taken_in(floor)

    with floor.write(MERCHANT) as here:
        preparing.reject(here, order_id, "too much work", MANAGER)

    assert told(floor) == [News.CANCELLED.value]
    assert free(floor) == 5


def test_a_packed_order_is_told_as_prepared(floor: ShopFloor) -> None:
    packed(floor)

    assert told(floor) == [News.PREPARED.value]


def test_a_later_picture_of_another_buyer_replaces_the_sealed_contact(floor: ShopFloor) -> None:
    placed = an_order()
    order_id = taken_in(floor, placed)
    other = structs.replace(
        placed,
        buyer=structs.replace(placed.buyer, phone="+31687654321"),
        updated_at=placed.updated_at + timedelta(minutes=1),
    )

    intake.take(floor, SHOP, other)

    with floor.database.read() as connection:
        found = contacts.of_order(connection, MERCHANT, floor.box, order_id)
    assert found.phone == "+31687654321"

"""Orders of a platform come in once, follow the platform, and are never lost once they are paid."""

from datetime import timedelta

import pytest
from msgspec import structs
from sqlalchemy import select

from connector.model.order import HandingOver, News, PaymentState
from connector.store import tables
from connector.store.database import Database
from storefront.fulfillment.errors.order import NeedsReslot, NoStoreForOrder
from storefront.fulfillment.order.order import Flag, OrderState
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import goods, holds, orders, places, slots
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.stock import Wanted
from storefront.fulfillment.work import contacts, intake, preparing, timers
from tests.kit.floor.looks import free, order_of
from tests.kit.floor.orders import MANAGER, SHOP, STAFF, a_part, an_order, bought
from tests.kit.floor.walk import packed, taken_in
from tests.kit.floor.world import (
    MERCHANT,
    SetClock,
    a_floor,
    a_store,
    first_slot,
    stock,
    variant_of,
)


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    found = a_floor(database, clock)
    stock(database, {1: 5, 2: 5})
    a_store(found)
    return found


def told(floor: ShopFloor) -> list[str]:
    query = select(tables.outbox.c.kind).order_by(tables.outbox.c.id)
    with floor.database.read() as connection:
        return list(connection.execute(query).scalars())


def held(floor: ShopFloor, quantity: int, slot: str | None = None) -> str:
    with floor.write(MERCHANT) as here:
        store = places.get(here.connection, MERCHANT, "sto_1")
        found = goods.goods(here.connection, MERCHANT, [variant_of(1)])
        chosen = slots.one(here.connection, store, slot, here.now) if slot else None
        wanted = (Wanted(variant_of(1), quantity),)
        basket = Basket("hld_1", "cart-1", b"session", None, wanted)
        return holds.take(here, store, chosen, found, basket).id


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


def test_a_test_order_is_marked(floor: ShopFloor) -> None:
    order = order_of(floor, taken_in(floor, an_order(test=True)))

    assert order.attention == ("test_order",)


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


def test_the_story_of_an_order_has_no_gap(floor: ShopFloor) -> None:
    order = packed(floor)

    with floor.database.read() as connection:
        story = orders.story(connection, MERCHANT, order.id)

    assert [event.seq for event in story] == list(range(1, order.rev + 1))


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

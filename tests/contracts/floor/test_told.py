"""What a customer was told of an order is read from the messages themselves."""

from msgspec import structs
from sqlalchemy import update

from connector.model.order import HandingOver, News
from connector.store import tables
from connector.store.work import queue
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.store import hooks, orders, told
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.told import Message, Progress
from storefront.fulfillment.work import outward, timers
from tests.kit.floor.orders import an_order, bought
from tests.kit.floor.walk import collected, packed
from tests.kit.floor.world import MERCHANT, SetClock

OUTBOX = tables.outbox


def read(floor: ShopFloor, order: FulfillmentOrder) -> list[Message]:
    with floor.database.read() as connection:
        return list(told.of_order(connection, MERCHANT, order.id))


def turn(floor: ShopFloor, **values: object) -> None:
    """Let all messages have become so."""
    with floor.database.write() as connection:
        connection.execute(update(OUTBOX).values(**values))


def test_what_waits_is_told_as_waiting(floor: ShopFloor) -> None:
    (message,) = read(floor, packed(floor))

    assert (message.kind, message.progress, message.tries) == ("PREPARED", Progress.WAITING, 0)


def test_what_arrived_is_told_with_when_it_did(floor: ShopFloor) -> None:
    order = packed(floor)
    turn(floor, state=queue.DONE, done_at=floor.now() + 5_000)

    (message,) = read(floor, order)

    assert (message.progress, message.at) == (Progress.DELIVERED, floor.now() + 5_000)


def test_what_was_given_up_stays_on_record_with_its_tries(floor: ShopFloor) -> None:
    order = packed(floor)
    turn(floor, state=queue.DEAD, attempts=60)

    (message,) = read(floor, order)

    assert (message.progress, message.tries) == (Progress.FAILED, 60)


def test_a_try_that_is_being_made_did_not_fail_yet(floor: ShopFloor) -> None:
    order = packed(floor)
    turn(floor, state=queue.LEASED, attempts=3)

    (message,) = read(floor, order)

    assert (message.progress, message.tries) == (Progress.WAITING, 2)


def test_messages_stand_in_the_order_in_which_they_were_written(
    floor: ShopFloor, clock: SetClock
) -> None:
    order = packed(floor)
    clock.move(minutes=5)
    with floor.write(MERCHANT) as here:
        later = structs.replace(orders.get(here.connection, MERCHANT, order.id), rev=order.rev + 1)
        outward.tell(here, later, News.HANDED_OVER)

    assert [it.kind for it in read(floor, order)] == ["PREPARED", "HANDED_OVER"]


def test_another_orders_messages_are_not_among_them(floor: ShopFloor) -> None:
    first = packed(floor, an_order(bought(1), number=1))
    collected(floor, an_order(bought(1), number=2))

    assert [it.kind for it in read(floor, first)] == ["PREPARED"]


def test_an_order_whose_id_begins_like_anothers_has_its_own(floor: ShopFloor) -> None:
    order = packed(floor)
    with floor.write(MERCHANT) as here:
        outward.tell(here, structs.replace(order, rev=order.rev + 1), News.DELAYED)
    with floor.database.write() as connection:
        key = f"con_1/{order.id}0/9/DELAYED"
        late = OUTBOX.c.kind == "DELAYED"
        connection.execute(update(OUTBOX).where(late).values(idempotency_key=key))

    assert [it.kind for it in read(floor, order)] == ["PREPARED"]


def test_a_delivery_that_is_packed_told_the_customer_nothing_yet(floor: ShopFloor) -> None:
    assert read(floor, packed(floor, an_order(how=HandingOver.DELIVERY))) == []


def a_reminder(floor: ShopFloor, clock: SetClock) -> FulfillmentOrder:
    """Let a packed order wait until its customer is reminded, by a webhook that hears all."""
    with floor.write(MERCHANT) as here:
        hooks.add(floor, here, "hok_1", "https://example.org/hook", ["order.*"], b"s" * 32)
    order = packed(floor)
    clock.move(hours=25)
    timers.turn(floor)
    return order


def test_a_reminder_is_among_them_and_other_events_of_a_webhook_are_not(
    floor: ShopFloor, clock: SetClock
) -> None:
    found = read(floor, a_reminder(floor, clock))

    assert [(it.kind, it.shop is None) for it in found] == [
        ("PREPARED", False),
        ("order.remind", True),
    ]


def test_what_a_switched_off_webhook_swallowed_did_not_arrive(
    floor: ShopFloor, clock: SetClock
) -> None:
    order = a_reminder(floor, clock)
    with floor.write(MERCHANT) as here:
        hooks.disable(here, "hok_1")
    turn(floor, state=queue.DONE, done_at=floor.now())

    found = {it.kind: it.progress for it in read(floor, order)}

    assert found == {"PREPARED": Progress.DELIVERED, "order.remind": Progress.FAILED}

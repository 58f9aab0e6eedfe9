"""The counter, the board and the customer's page name one amount: what is due by now."""

import re

from connector.model.money import Money
from connector.model.order import PaymentState, PlacedOrder
from storefront.fulfillment.work import preparing
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import taken_in
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World

DUE = Money(2500, "EUR")


def paid_in_store(total: Money = DUE) -> PlacedOrder:
    payment = PaymentState.PAY_IN_STORE
    return an_order(bought(1), bought(2), payment=payment, total=total, cash_due=total)


def packed_without_the_second(world: World, placed: PlacedOrder) -> str:
    order_id = taken_in(world.floor, placed)
    with world.floor.write(MERCHANT) as here:
        order = preparing.start(here, order_id, STAFF)
        preparing.take_off(here, order_id, order.lines[1].id, 1, STAFF)
        preparing.pick(here, order_id, order.lines[0].id, 1, STAFF)
        preparing.pack(world.floor, here, order_id, STAFF)
    return order_id


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_the_counter_and_the_customer_see_what_is_left_to_pay(world: World) -> None:
    order_id = packed_without_the_second(world, paid_in_store())

    counter = plain(world.signed_in("staff").get(f"/handover?order={order_id}").text)
    customer = plain(world.visitor().get(world.track(order_id)).text)

    assert re.search(r"Still to be paid: \S*\s?12\.50", counter)
    assert re.search(r"Still to be paid: \S*\s?12\.50", customer)


def test_nobody_is_asked_to_pay_what_was_paid(world: World) -> None:
    order_id = packed_without_the_second(world, an_order(bought(1), bought(2)))

    counter = world.signed_in("staff").get(f"/handover?order={order_id}").text
    customer = world.visitor().get(world.track(order_id)).text

    assert "Still to be paid" not in counter
    assert "Still to be paid" not in customer


def test_the_counter_says_where_the_amount_is_uncertain(world: World) -> None:
    order_id = packed_without_the_second(world, paid_in_store(Money(2000, "EUR")))

    counter = world.signed_in("staff").get(f"/handover?order={order_id}").text

    assert "What is to be paid is uncertain; set it in the web shop." in counter

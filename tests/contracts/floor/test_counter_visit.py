"""A code proves one order to one person who stands there: not two orders, and not tomorrow."""

import pytest
from msgspec import structs

from connector.store.database import Database
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.order.code import pin_hash
from storefront.fulfillment.order.event import record
from storefront.fulfillment.order.handover import HandoverState
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.store import handovers, people
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import codes, counter
from tests.kit.floor.orders import STAFF, an_order
from tests.kit.floor.walk import packed, pin_of, taken_in
from tests.kit.floor.world import MERCHANT, STORE_ID, SetClock, an_open_floor


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    return an_open_floor(database, {1: 50}, clock)


def give_pin(floor: ShopFloor, order_id: str, pin: str) -> None:
    """Let an order have a PIN: what chance does once among a million."""
    with floor.write(MERCHANT) as here:
        found = handovers.of_subject(here.connection, MERCHANT, f"order:{order_id}")
        assert found is not None
        key = people.sealer(floor, here).code_key
        other = structs.replace(found[0], pin_hash=pin_hash(key, found[0].id, pin))
        told, event = record(found[0], other, "handover.rotated", here.now, STAFF)
        handovers.save(here, found[0], told, (event,))


def find(floor: ShopFloor, pin: str) -> list[tuple[str, bool]]:
    with floor.write(MERCHANT) as here:
        found = counter.find(floor, here, STORE_ID, pin, STAFF)
    return sorted((it.order.number, it.verified) for it in found)


def state(floor: ShopFloor, order_id: str) -> HandoverState:
    with floor.database.read() as connection:
        found = handovers.of_subject(connection, MERCHANT, f"order:{order_id}")
    assert found is not None
    return found[0].state


def test_a_pin_that_several_orders_have_proves_none_of_them(floor: ShopFloor) -> None:
    first = packed(floor, an_order(number=1))
    pin = pin_of(floor, f"order:{first.id}")
    second, third = packed(floor, an_order(number=2)).id, taken_in(floor, an_order(number=3))
    for order_id in (second, third):
        give_pin(floor, order_id, pin)

    assert find(floor, pin) == [("#1", False), ("#2", False), ("#3", False)]
    with floor.write(MERCHANT) as here, pytest.raises(IllegalTransition):
        counter.hand_over(here, first.id, STAFF)


def test_who_chose_among_orders_with_one_pin_proves_the_one_that_he_chose(
    floor: ShopFloor,
) -> None:
    first, second = packed(floor, an_order(number=1)), packed(floor, an_order(number=2))
    pin = pin_of(floor, f"order:{first.id}")
    give_pin(floor, second.id, pin)

    with floor.write(MERCHANT) as here:
        counter.prove(floor, here, second.id, pin, STAFF)

    assert find(floor, pin) == [("#1", False), ("#2", False)]
    with floor.write(MERCHANT) as here:
        assert counter.hand_over(here, second.id, STAFF).state is OrderState.COLLECTED
    assert find(floor, pin) == [("#1", True)]


def proven(floor: ShopFloor) -> tuple[FulfillmentOrder, str]:
    order = packed(floor)
    pin = pin_of(floor, f"order:{order.id}")
    assert find(floor, pin) == [("#1001", True)]
    return order, pin


def test_who_was_proven_and_left_needs_the_code_again(floor: ShopFloor, clock: SetClock) -> None:
    order, pin = proven(floor)
    clock.move(minutes=16)

    with floor.write(MERCHANT) as here, pytest.raises(IllegalTransition):
        counter.hand_over(here, order.id, STAFF)

    assert find(floor, "1001") == [("#1001", False)]
    assert find(floor, pin) == [("#1001", True)]
    with floor.write(MERCHANT) as here:
        assert counter.hand_over(here, order.id, STAFF).state is OrderState.COLLECTED


def test_who_was_proven_is_handed_his_order_within_his_visit(
    floor: ShopFloor, clock: SetClock
) -> None:
    order, _ = proven(floor)
    clock.move(minutes=14)

    with floor.write(MERCHANT) as here:
        assert counter.hand_over(here, order.id, STAFF).state is OrderState.COLLECTED


def test_fresh_codes_are_given_to_who_was_proven_once(floor: ShopFloor, clock: SetClock) -> None:
    order, pin = proven(floor)
    clock.move(minutes=16)

    with floor.write(MERCHANT) as here:
        codes.rotate(floor, here, f"order:{order.id}", STAFF)

    assert state(floor, order.id) is HandoverState.ISSUED
    assert pin_of(floor, f"order:{order.id}") != pin

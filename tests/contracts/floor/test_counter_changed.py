"""An order that changed after its codes were made: what lies ready decides what is asked for."""

import pytest
from msgspec import structs

from connector.model.care import AgeRestriction
from connector.store.database import Database
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.order import AgeCheckRequired, AlreadyCollected
from storefront.fulfillment.order.handover import AgeResult, HandoverState
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.store import handovers
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.once import Refused
from storefront.fulfillment.work import counter, forgetting, intake, preparing
from tests.kit.floor.orders import SHOP, STAFF, an_order, bought
from tests.kit.floor.walk import pack_all, packed, pin_of, taken_in
from tests.kit.floor.world import (
    MERCHANT,
    STORE_ID,
    SetClock,
    a_product,
    an_open_floor,
    for_adults,
    put_on_shelf,
)


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    opened = an_open_floor(database, {1: 5}, clock)
    put_on_shelf(database, {2: for_adults(2, 5)})
    return opened


def shown_its_pin(floor: ShopFloor, order: FulfillmentOrder) -> None:
    pin = pin_of(floor, f"order:{order.id}")
    with floor.write(MERCHANT) as here:
        counter.find(floor, here, STORE_ID, pin, STAFF)


def look(floor: ShopFloor, order: FulfillmentOrder, result: AgeResult) -> None:
    with floor.write(MERCHANT) as here:
        counter.check_age(here, order.id, result, STAFF)


def give(floor: ShopFloor, order: FulfillmentOrder) -> FulfillmentOrder:
    with floor.write(MERCHANT) as here:
        return counter.hand_over(here, order.id, STAFF)


def wine_added(floor: ShopFloor, order: FulfillmentOrder, *more: int) -> FulfillmentOrder:
    """Let the shop add what is for adults, and pack the order again."""
    lines = [bought(number) for number in (1, 2, *more)]
    intake.take(floor, SHOP, an_order(*lines, later_s=60 + len(more)))
    return pack_all(floor, order.id)


@pytest.mark.parametrize("proven", ["before", "after"])
def test_what_was_added_for_adults_waits_for_a_look_at_a_document(
    floor: ShopFloor, proven: str
) -> None:
    order = packed(floor)
    if proven == "before":
        shown_its_pin(floor, order)
    order = wine_added(floor, order)
    shown_its_pin(floor, order)

    with pytest.raises(AgeCheckRequired) as error:
        give(floor, order)
    look(floor, order, AgeResult.PASS)

    assert error.value.details()["age"] == 18
    assert [line.handed for line in give(floor, order).lines] == [1, 1]


def test_a_look_for_a_lower_age_does_not_do_for_a_higher_one(
    floor: ShopFloor, database: Database
) -> None:
    strict = structs.replace(a_product(3, 5), age_restriction=AgeRestriction(21, "spirits"))
    put_on_shelf(database, {3: strict})
    order = packed(floor, an_order(bought(1), bought(2)))
    shown_its_pin(floor, order)
    look(floor, order, AgeResult.PASS)

    order = wine_added(floor, order, 3)

    with pytest.raises(AgeCheckRequired) as error:
        give(floor, order)
    assert error.value.details()["age"] == 21


def test_who_was_too_young_before_gets_no_wine_that_was_added_since(floor: ShopFloor) -> None:
    order = packed(floor, an_order(bought(1), bought(2)))
    shown_its_pin(floor, order)
    look(floor, order, AgeResult.REFUSED)
    with floor.write(MERCHANT) as here:
        preparing.put_back(here, order.id, order.lines[1].id, 1, STAFF)

    more = an_order(bought(1), structs.replace(bought(2), quantity=3), later_s=60)
    intake.take(floor, SHOP, more)
    order = pack_all(floor, order.id)

    with pytest.raises(AgeCheckRequired):
        give(floor, order)


def first_part(floor: ShopFloor, order_id: str, line: int = 0) -> FulfillmentOrder:
    """Hand over what is there of the first visit: one piece of one line."""
    with floor.write(MERCHANT) as here:
        order = preparing.start(here, order_id, STAFF)
        preparing.pick(here, order_id, order.lines[line].id, 1, STAFF)
        order = preparing.pack(floor, here, order_id, STAFF, partial=True)
    shown_its_pin(floor, order)
    if order.age_min is not None:
        look(floor, order, AgeResult.PASS)
    return give(floor, order)


def test_the_rest_of_a_partly_collected_order_is_handed_over_against_a_code_of_its_own(
    floor: ShopFloor,
) -> None:
    order = first_part(floor, taken_in(floor, an_order(bought(1, 2))))
    former = pin_of(floor, f"order:{order.id}")

    order = pack_all(floor, order.id)

    assert pin_of(floor, f"order:{order.id}") != former
    with floor.write(MERCHANT) as here, pytest.raises(Refused):
        counter.prove(floor, here, order.id, former, STAFF)
    with pytest.raises(IllegalTransition):
        give(floor, order)
    shown_its_pin(floor, order)
    done = give(floor, order)
    assert (done.state, done.lines[0].handed) == (OrderState.COLLECTED, 2)
    with pytest.raises(AlreadyCollected):
        give(floor, order)


def test_wine_in_the_second_half_waits_for_a_look_of_its_own(floor: ShopFloor) -> None:
    order = first_part(floor, taken_in(floor, an_order(bought(1), bought(2, 2))), line=1)
    order = pack_all(floor, order.id)
    shown_its_pin(floor, order)

    with pytest.raises(AgeCheckRequired):
        give(floor, order)


def test_a_look_that_counts_no_more_is_forgotten_after_a_month_too(
    floor: ShopFloor, clock: SetClock
) -> None:
    order = first_part(floor, taken_in(floor, an_order(bought(1), bought(2, 2))), line=1)
    pack_all(floor, order.id)
    clock.move(days=31)

    forgetting.sweep(floor, MERCHANT)

    with floor.database.read() as connection:
        found = handovers.of_subject(connection, MERCHANT, f"order:{order.id}")
        assert found is not None
        told = handovers.story(connection, MERCHANT, found[0].id)
    assert not any("PASS" in str(event) for event in told)


def test_the_code_of_a_second_half_that_is_called_off_is_dead(floor: ShopFloor) -> None:
    order = first_part(floor, taken_in(floor, an_order(bought(1, 2))))
    order = pack_all(floor, order.id)
    with floor.write(MERCHANT) as here:
        preparing.cancel(here, order.id, "customer", STAFF)

    with floor.database.read() as connection:
        found = handovers.of_subject(connection, MERCHANT, f"order:{order.id}")
    assert found is not None
    assert found[0].state is HandoverState.VOID


def test_nobody_looks_at_a_document_where_nothing_for_adults_is_left(floor: ShopFloor) -> None:
    order_id = taken_in(floor, an_order(bought(1), bought(2)))
    with floor.write(MERCHANT) as here:
        order = preparing.start(here, order_id, STAFF)
        preparing.take_off(here, order_id, order.lines[1].id, 1, STAFF)
    order = pack_all(floor, order_id)
    shown_its_pin(floor, order)

    assert give(floor, order).state is OrderState.COLLECTED

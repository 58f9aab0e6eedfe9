"""At the counter: who may have it gets it once, and whoever else may not, not at all."""

import pytest

from connector.model.errors import RegieError
from connector.store.database import Database
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.order import (
    AgeCheckRequired,
    AlreadyCollected,
    CodeLocked,
    CodeWrong,
    OrderNotFound,
)
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.handover import AgeResult
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.store import handovers, orders, people
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.once import Wish, once
from storefront.fulfillment.work import codes, contacts, counter, customer
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import packed, pin_of, taken_in
from tests.kit.floor.world import (
    MERCHANT,
    STORE_ID,
    SetClock,
    an_open_floor,
    for_adults,
    put_on_shelf,
)


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    return an_open_floor(database, {1: 5}, clock)


def try_pin(floor: ShopFloor, order: FulfillmentOrder, pin: str, key: str) -> None:
    """Try a PIN the way the page does: a wrong one is kept before it is refused."""

    def act(here: Floor) -> bytes:
        counter.prove(floor, here, order.id, pin, STAFF)
        return b"ok"

    once(floor, MERCHANT, Wish("stf_1", key, pin.encode()), act)


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06d}"


def give(floor: ShopFloor, order: FulfillmentOrder) -> FulfillmentOrder:
    with floor.write(MERCHANT) as here:
        counter.find(floor, here, STORE_ID, pin_of_here(floor, here, order), STAFF)
        return counter.hand_over(here, order.id, STAFF)


def pin_of_here(floor: ShopFloor, here: Floor, order: FulfillmentOrder) -> str:
    found = handovers.of_subject(here.connection, MERCHANT, f"order:{order.id}")
    assert found is not None
    return handovers.codes(people.sealer(floor, here), found[0].id, found[1])[0]


def square_of(floor: ShopFloor, order: FulfillmentOrder) -> str:
    with floor.write(MERCHANT) as here:
        found = handovers.of_subject(here.connection, MERCHANT, f"order:{order.id}")
        assert found is not None
        return handovers.square(people.sealer(floor, here), found[0].id, found[1])


def test_a_pin_alone_finds_its_order_among_all_that_wait(floor: ShopFloor) -> None:
    orders_here = [packed(floor, an_order(number=number)) for number in (1, 2, 3)]
    pin = pin_of(floor, f"order:{orders_here[1].id}")

    with floor.write(MERCHANT) as here:
        (shown,) = counter.find(floor, here, STORE_ID, pin, STAFF)

    assert (shown.order.id, shown.verified) == (orders_here[1].id, True)


def test_a_square_proves_its_order(floor: ShopFloor) -> None:
    order = packed(floor)

    with floor.write(MERCHANT) as here:
        (shown,) = counter.find(floor, here, STORE_ID, square_of_now(floor, here, order), STAFF)

    assert (shown.order.id, shown.verified) == (order.id, True)


def square_of_now(floor: ShopFloor, here: Floor, order: FulfillmentOrder) -> str:
    found = handovers.of_subject(here.connection, MERCHANT, f"order:{order.id}")
    assert found is not None
    return handovers.square(people.sealer(floor, here), found[0].id, found[1])


def test_a_number_shows_an_order_and_proves_nothing(floor: ShopFloor) -> None:
    order = packed(floor)

    with floor.write(MERCHANT) as here:
        (shown,) = counter.find(floor, here, STORE_ID, "1001", STAFF)
    with floor.write(MERCHANT) as here, pytest.raises(IllegalTransition):
        counter.hand_over(here, order.id, STAFF)

    assert (shown.order.id, shown.verified) == (order.id, False)


@pytest.mark.parametrize("text", ["#9999", "nobody", "RG1.hov_x.y"])
def test_what_stands_for_no_order_is_told_so(floor: ShopFloor, text: str) -> None:
    packed(floor)

    with floor.write(MERCHANT) as here, pytest.raises(OrderNotFound):
        counter.find(floor, here, STORE_ID, text, STAFF)


def test_the_fifth_wrong_pin_locks_the_order_for_a_quarter_of_an_hour(
    floor: ShopFloor, clock: SetClock
) -> None:
    order = packed(floor)
    right = pin_of(floor, f"order:{order.id}")
    left = []
    for number in range(4):
        with pytest.raises(CodeWrong) as error:
            try_pin(floor, order, wrong(right), f"try-{number}")
        left.append(error.value.details()["left"])
    for key in ("try-4", "try-5"):
        with pytest.raises(CodeLocked):
            try_pin(floor, order, right if key == "try-5" else wrong(right), key)

    clock.move(minutes=15)
    try_pin(floor, order, right, "try-6")

    assert left == [4, 3, 2, 1]
    assert give(floor, order).state is OrderState.COLLECTED


def test_the_same_wrong_try_repeated_by_the_network_counts_once(floor: ShopFloor) -> None:
    order = packed(floor)
    right = pin_of(floor, f"order:{order.id}")

    for _ in range(8):
        with pytest.raises(RegieError, match="digits"):
            try_pin(floor, order, wrong(right), "one-try")

    with floor.database.read() as connection:
        found = handovers.of_subject(connection, MERCHANT, f"order:{order.id}")
    assert found is not None
    assert found[0].attempts == 1


def test_a_second_scan_tells_when_it_was_collected(floor: ShopFloor) -> None:
    order = packed(floor)
    square = square_of(floor, order)
    done = give(floor, order)

    for text in (square, "1001"):
        with floor.write(MERCHANT) as here, pytest.raises(AlreadyCollected) as error:
            counter.find(floor, here, STORE_ID, text, STAFF)
        assert error.value.details()["at"] == done.handed_at


def test_nothing_is_handed_over_before_it_is_packed(floor: ShopFloor) -> None:
    order_id = taken_in(floor)
    with floor.database.read() as connection:
        order = orders.get(connection, MERCHANT, order_id)
    pin = pin_of(floor, f"order:{order_id}")
    try_pin(floor, order, pin, "early")

    with floor.write(MERCHANT) as here, pytest.raises(IllegalTransition):
        counter.hand_over(here, order_id, STAFF)


def test_a_hand_over_without_a_code_needs_a_reason_and_a_name(floor: ShopFloor) -> None:
    order = packed(floor)

    for reason, actor in (("", STAFF), ("knows him", Actor("store"))):
        with floor.write(MERCHANT) as here, pytest.raises(RoleRequired):
            counter.override(here, order.id, reason, actor)
    with floor.write(MERCHANT) as here:
        counter.override(here, order.id, "knows him", STAFF)
        done = counter.hand_over(here, order.id, STAFF)

    assert done.state is OrderState.COLLECTED


def test_fresh_codes_kill_the_former_ones(floor: ShopFloor) -> None:
    order = packed(floor)
    old = pin_of(floor, f"order:{order.id}")
    with floor.write(MERCHANT) as here:
        codes.rotate(floor, here, f"order:{order.id}", STAFF)
    new = pin_of(floor, f"order:{order.id}")

    with pytest.raises(CodeWrong):
        try_pin(floor, order, old, "old")
    try_pin(floor, order, new, "new")

    assert old != new


def test_what_is_for_adults_waits_for_a_look_at_a_document(
    floor: ShopFloor, database: Database
) -> None:
    put_on_shelf(database, {2: for_adults(2, 5)})
    order = packed(floor, an_order(bought(1), bought(2)))
    pin = pin_of(floor, f"order:{order.id}")
    try_pin(floor, order, pin, "pin")

    with floor.write(MERCHANT) as here, pytest.raises(AgeCheckRequired):
        counter.hand_over(here, order.id, STAFF)
    with floor.write(MERCHANT) as here:
        counter.check_age(here, order.id, AgeResult.PASS, STAFF)
        done = counter.hand_over(here, order.id, STAFF)

    assert [line.handed for line in done.lines] == [1, 1]


def test_who_is_too_young_gets_the_rest(floor: ShopFloor, database: Database) -> None:
    put_on_shelf(database, {2: for_adults(2, 5)})
    order = packed(floor, an_order(bought(1), bought(2)))
    try_pin(floor, order, pin_of(floor, f"order:{order.id}"), "pin")

    with floor.write(MERCHANT) as here:
        counter.check_age(here, order.id, AgeResult.REFUSED, STAFF)
        done = counter.hand_over(here, order.id, STAFF)

    assert done.state is OrderState.COLLECTED
    assert [(line.handed, line.refunded) for line in done.lines] == [(1, 0), (0, 1)]


def test_somebody_else_may_come_if_the_customer_named_him(floor: ShopFloor) -> None:
    order = packed(floor)
    with floor.write(MERCHANT) as here:
        customer.name_alternate(floor, here, order.id, "Titus van Rijn")

    with floor.write(MERCHANT) as here:
        counter.tick_alternate(here, order.id, STAFF)
    with floor.database.read() as connection:
        found = contacts.of_order(connection, MERCHANT, floor.box, order.id)
        held = handovers.of_subject(connection, MERCHANT, f"order:{order.id}")

    assert found.alternate == "Titus van Rijn"
    assert held is not None
    assert held[0].alternate

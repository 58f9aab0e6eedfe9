"""Who guesses, lies about money or time, or spoils one row, gets nothing and stops nobody."""

from datetime import timedelta

import pytest
from msgspec import structs
from sqlalchemy import update

from connector.model.errors import InvalidInput, RateLimited
from connector.model.order import HandingOver
from connector.store.database import Database
from storefront.fulfillment.courier.courier import CheckKind
from storefront.fulfillment.errors.order import CodeWrong
from storefront.fulfillment.errors.place import BadPostcode
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.store import orders
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.once import Wish, once
from storefront.fulfillment.store.tables import order as order_tables
from storefront.fulfillment.work import counter, joining, timers
from tests.kit.courier.world import Yard
from tests.kit.floor.orders import BUYER, MANAGER, STAFF, an_order, bought
from tests.kit.floor.walk import a_courier, packed, pin_of, taken_in
from tests.kit.floor.world import MERCHANT, NOON_MS, STORE_ID, SetClock, a_floor, a_store, stock


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    found = a_floor(database, clock)
    stock(database, {1: 50})
    a_store(found, auto_accept_min=5)
    return found


def type_in(floor: ShopFloor, text: str, actor: Actor = STAFF) -> list[str]:
    """Type at the counter as the page does; return the orders that were found."""

    def act(here: Floor) -> bytes:
        found = counter.find(floor, here, STORE_ID, text, actor)
        return ",".join(it.order.id for it in found).encode()

    wish = Wish("page:stf_1", floor.random(8).hex(), text.encode())
    return once(floor, MERCHANT, wish, act).decode().split(",")


def wrong_pins(right: str, count: int) -> list[str]:
    return [f"{number:06d}" for number in range(count + 1) if f"{number:06d}" != right][:count]


def test_nobody_goes_through_all_pins_until_some_order_opens(
    floor: ShopFloor, clock: SetClock
) -> None:
    order = packed(floor)
    right = pin_of(floor, f"order:{order.id}")

    for pin in wrong_pins(right, 30):
        with pytest.raises(CodeWrong):
            type_in(floor, pin)
    with pytest.raises(RateLimited):
        type_in(floor, right)

    assert type_in(floor, right, Actor("store", "stf_other")) == [order.id]
    clock.move(minutes=15)
    assert type_in(floor, right) == [order.id]


def test_a_number_of_six_digits_is_found_though_it_looks_like_a_pin(floor: ShopFloor) -> None:
    order = packed(floor, an_order(bought(1), number=100_234))

    found = {tuple(type_in(floor, "100234")) for _ in range(40)}

    assert found == {(order.id,)}


@pytest.mark.parametrize("amount", [-1, -2500, 2**53 - 1])
def test_no_courier_is_given_less_than_nothing_at_the_door(database: Database, amount: int) -> None:
    yard = Yard(database)
    jan = yard.phone()
    job = yard.cash_job()
    jan.carry(job)
    given = {"proof": {"code": yard.code(f"door:{job}")}}

    told = jan.do(
        "deliver", job, "bad", codCollected={"amount": amount, "currency": "EUR"}, **given
    )
    done = jan.do("deliver", job, "good", codCollected={"amount": 2500, "currency": "EUR"}, **given)

    assert [it["code"] for it in told["userErrors"]] == ["proof_missing"]
    assert done["job"]["state"] == "DELIVERED"


def test_no_document_holds_for_millions_of_years(floor: ShopFloor) -> None:
    courier = a_courier(floor)

    with floor.write(MERCHANT) as here, pytest.raises(InvalidInput):
        joining.check(here, courier.id, CheckKind.IDENTITY, 2**60, MANAGER)


def test_one_order_that_cannot_go_on_holds_up_no_other(
    floor: ShopFloor, database: Database, clock: SetClock
) -> None:
    spoilt = taken_in(floor, an_order(number=1001))
    sound = taken_in(floor, an_order(number=1002))
    table = order_tables.fulfillment_order
    with database.write() as connection:
        connection.execute(update(table).where(table.c.id == spoilt).values(document=b"{}"))

    clock.move(minutes=6)
    first, second = timers.turn(floor), timers.turn(floor)

    with database.read() as connection:
        assert orders.get(connection, MERCHANT, sound).state is OrderState.ACCEPTED
    assert (first, second) == (True, False)


def test_a_clock_that_was_a_year_ahead_spoils_nothing_once_it_is_right(
    floor: ShopFloor, clock: SetClock
) -> None:
    right = clock.at
    clock.at = right + timedelta(days=365)
    with floor.write(MERCHANT):
        pass

    clock.at = right + timedelta(minutes=1)
    with floor.write(MERCHANT) as here:
        now = here.now

    assert now == NOON_MS + 60_000


def test_a_second_set_back_by_less_than_a_day_waits(floor: ShopFloor, clock: SetClock) -> None:
    clock.move(hours=23)
    with floor.write(MERCHANT) as here:
        ahead = here.now

    clock.move(hours=-23)
    with floor.write(MERCHANT) as here:
        assert here.now == ahead


def test_a_postcode_that_nobody_can_read_keeps_no_order_whose_door_is_known(
    floor: ShopFloor,
) -> None:
    assert BUYER.address is not None
    odd = structs.replace(BUYER, address=structs.replace(BUYER.address, postcode="\u202e??"))
    known = an_order(how=HandingOver.DELIVERY, number=1, buyer=odd)
    unknown = an_order(how=HandingOver.DELIVERY, number=2, buyer=structs.replace(odd, geo=None))

    assert packed(floor, known).state is OrderState.READY
    with pytest.raises(BadPostcode):
        packed(floor, unknown)


@pytest.mark.parametrize("pieces", [2**62, 2**63, 10**30])
def test_an_order_of_endless_pieces_spoils_no_sum_for_the_others(
    floor: ShopFloor, pieces: int
) -> None:
    endless = structs.replace(bought(1), quantity=pieces)
    for number in range(3):
        taken_in(floor, an_order(endless, number=number))

    plain = taken_in(floor, an_order(number=9))

    with floor.database.read() as connection:
        assert orders.get(connection, MERCHANT, plain).state is OrderState.PLACED

"""Whoever hands over takes what is due by then: not what was due when the order came."""

import pytest
from msgspec import structs

from connector.model.money import Money
from connector.model.order import HandingOver, PaymentState, PlacedOrder
from connector.store.database import Database
from storefront.fulfillment.courier.courier import Courier, Skill
from storefront.fulfillment.job.job import DeliveryJob, JobState
from storefront.fulfillment.order import cash
from storefront.fulfillment.store import jobs, paybacks
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import customer, intake, preparing
from tests.kit.floor.looks import order_of
from tests.kit.floor.orders import SHOP, STAFF, a_part, an_order, bought
from tests.kit.floor.walk import a_courier, claimed, pack_all, picked_up, taken_in
from tests.kit.floor.world import MERCHANT, SetClock, an_open_floor, variant_of

BOTH = Money(2500, "EUR")
ONE = Money(1250, "EUR")


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    return an_open_floor(database, {1: 50, 2: 50}, clock)


def at_the_door(*numbers: int, due: Money = BOTH, later_s: int = 0) -> PlacedOrder:
    """Return an order of one piece each that is paid in cash when it is brought."""
    return an_order(
        *(bought(number) for number in numbers),
        how=HandingOver.DELIVERY,
        later_s=later_s,
        payment=PaymentState.CASH_ON_DELIVERY,
        total=due,
        cash_due=due,
    )


def in_parts(placed: PlacedOrder, how: HandingOver = HandingOver.DELIVERY) -> PlacedOrder:
    """Return the order split, as it goes out from one place in two deliveries."""
    parts = (a_part([bought(1)], how, "a"), a_part([bought(2)], how, "b"))
    return structs.replace(placed, parts=parts)


def job_of(floor: ShopFloor, order_id: str) -> DeliveryJob:
    with floor.database.read() as connection:
        return jobs.of_order(connection, MERCHANT, order_id)[-1]


def asked(floor: ShopFloor, order_id: str) -> Money | None:
    """Return what the courier is told to take; the pages show the same."""
    found = job_of(floor, order_id)
    amount = found.cod.amount if found.cod else None
    assert amount == cash.to_pay(order_of(floor, order_id))
    return amount


def take_off_one(floor: ShopFloor, order_id: str, place: int = 1) -> None:
    with floor.write(MERCHANT) as here:
        order = preparing.start(here, order_id, STAFF)
        preparing.take_off(here, order_id, order.lines[place].id, 1, STAFF)


def test_what_the_store_took_off_is_not_paid_at_the_door(floor: ShopFloor) -> None:
    order_id = taken_in(floor, at_the_door(1, 2))
    take_off_one(floor, order_id)

    packed = pack_all(floor, order_id)

    assert asked(floor, order_id) == ONE
    assert packed.attention == ()


def test_what_the_shop_took_off_after_the_store_is_not_taken_off_twice(floor: ShopFloor) -> None:
    order_id = taken_in(floor, at_the_door(1, 2))
    take_off_one(floor, order_id)
    refunded = an_order(bought(1), bought(2, 0, refunded=1), how=HandingOver.DELIVERY, later_s=60)
    told = structs.replace(refunded, payment=PaymentState.CASH_ON_DELIVERY, cash_due=ONE)

    intake.take(floor, SHOP, told)
    pack_all(floor, order_id)

    assert asked(floor, order_id) == ONE


def test_what_the_shop_says_is_due_is_taken_at_the_door(floor: ShopFloor) -> None:
    order_id = taken_in(floor, at_the_door(1, 2))

    intake.take(floor, SHOP, at_the_door(1, due=ONE, later_s=60))
    pack_all(floor, order_id)

    assert asked(floor, order_id) == ONE


def test_who_paid_meanwhile_pays_nothing_at_the_door(floor: ShopFloor) -> None:
    order_id = taken_in(floor, at_the_door(1, 2))

    intake.take(floor, SHOP, paid_later())
    pack_all(floor, order_id)

    assert asked(floor, order_id) is None


def paid_later() -> PlacedOrder:
    return an_order(bought(1), bought(2), how=HandingOver.DELIVERY, later_s=60)


@pytest.mark.parametrize(
    ("news", "left"),
    [(paid_later(), None), (at_the_door(1, 2, due=ONE, later_s=60), ONE)],
    ids=["paid", "less"],
)
@pytest.mark.parametrize("state", [JobState.AVAILABLE, JobState.CLAIMED])
def test_a_delivery_in_the_store_follows_what_is_due(
    floor: ShopFloor, news: PlacedOrder, left: Money | None, state: JobState
) -> None:
    order_id = taken_in(floor, at_the_door(1, 2))
    pack_all(floor, order_id)
    if state is JobState.CLAIMED:
        claimed(floor, cash_courier(floor), job_of(floor, order_id))

    intake.take(floor, SHOP, news)

    assert asked(floor, order_id) == left
    assert job_of(floor, order_id).state is state
    assert order_of(floor, order_id).attention == ()


def test_who_said_yes_to_less_is_not_told_to_take_more(floor: ShopFloor) -> None:
    order_id = taken_in(floor, at_the_door(1, 2, due=ONE))
    pack_all(floor, order_id)
    claimed(floor, cash_courier(floor), job_of(floor, order_id))

    intake.take(floor, SHOP, at_the_door(1, 2, later_s=60))

    cod = job_of(floor, order_id).cod
    assert cod is not None
    assert cod.amount == ONE
    assert order_of(floor, order_id).attention == ("cash_unclear",)


def test_a_person_is_asked_when_it_was_paid_while_on_its_way(floor: ShopFloor) -> None:
    order_id = taken_in(floor, at_the_door(1, 2))
    pack_all(floor, order_id)
    job = job_of(floor, order_id)
    picked_up(floor, claimed(floor, cash_courier(floor), job), job)

    intake.take(floor, SHOP, paid_later())

    assert order_of(floor, order_id).attention == ("cash_unclear",)


def cash_courier(floor: ShopFloor) -> Courier:
    return a_courier(floor, "cou_1", Skill.COD)


def test_of_two_deliveries_of_one_order_one_takes_the_cash(floor: ShopFloor) -> None:
    first, second = intake.take(floor, SHOP, in_parts(at_the_door()))

    for order_id in (first, second):
        pack_all(floor, order_id)

    assert (asked(floor, first), asked(floor, second)) == (BOTH, None)


def test_the_other_delivery_takes_the_cash_when_the_first_is_called_off(floor: ShopFloor) -> None:
    first, second = intake.take(floor, SHOP, in_parts(at_the_door()))
    pack_all(floor, second)
    with floor.write(MERCHANT) as here:
        preparing.cancel(here, first, "other", STAFF)

    intake.take(floor, SHOP, in_parts(at_the_door(due=ONE, later_s=60)))

    assert asked(floor, second) == ONE


def test_the_cash_stays_with_the_delivery_that_left_with_it(floor: ShopFloor) -> None:
    first, second = intake.take(floor, SHOP, in_parts(at_the_door()))
    pack_all(floor, first)
    job = job_of(floor, first)
    picked_up(floor, claimed(floor, cash_courier(floor), job), job)

    intake.take(floor, SHOP, in_parts(at_the_door(later_s=60)))
    pack_all(floor, second)

    assert (asked(floor, first), asked(floor, second)) == (BOTH, None)


def test_a_person_is_asked_where_others_bring_a_part_of_it(floor: ShopFloor) -> None:
    placed = in_parts(at_the_door())
    shipped = structs.replace(placed.parts[1], handing_over=HandingOver.SHIPPING)

    (order_id,) = intake.take(
        floor, SHOP, structs.replace(placed, parts=(placed.parts[0], shipped))
    )

    assert order_of(floor, order_id).attention == ("cash_unclear",)


def test_a_person_is_asked_where_something_was_taken_off_the_other_part(floor: ShopFloor) -> None:
    first, second = intake.take(floor, SHOP, in_parts(at_the_door()))
    take_off_one(floor, second, place=0)

    assert pack_all(floor, first).attention == ("cash_unclear",)


def test_a_person_is_asked_where_a_replacement_has_another_price(floor: ShopFloor) -> None:
    placed = at_the_door(1, due=ONE)
    cheap = structs.replace(bought(1), unit_price=Money(999, "EUR"))
    part = structs.replace(placed.parts[0], lines=(cheap,))
    order_id = taken_in(floor, structs.replace(placed, parts=(part,)))
    with floor.write(MERCHANT) as here:
        order = preparing.start(here, order_id, STAFF)
        preparing.exchange(here, order_id, order.lines[0].id, variant_of(2), 1, STAFF)
        customer.answer(here, order_id, order.lines[0].id, accepted=True)

    assert pack_all(floor, order_id).attention == ("cash_unclear",)


def test_what_was_paid_later_and_is_then_called_off_is_owed_back(floor: ShopFloor) -> None:
    order_id = taken_in(floor, at_the_door(1, 2))
    intake.take(floor, SHOP, paid_later())

    with floor.write(MERCHANT) as here:
        preparing.cancel(here, order_id, "other", STAFF)

    with floor.database.read() as connection:
        assert [it.id for it in paybacks.owed(connection, MERCHANT, ["sto_1"])] == [order_id]

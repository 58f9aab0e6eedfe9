"""Cash of the door is the courier's debt until the store takes it in, to the cent and once."""

import pytest

from connector.model.money import Money
from connector.model.order import HandingOver, PaymentState
from connector.store.database import Database
from storefront.fulfillment.courier.courier import Courier, Skill
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.store import couriers
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import cash, riding
from storefront.fulfillment.work.cash import CashChanged
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import a_courier, claimed, job_of, packed, picked_up, pin_of
from tests.kit.floor.world import MERCHANT, an_open_floor


@pytest.fixture
def floor(database: Database) -> ShopFloor:
    return an_open_floor(database, {1: 50})


def brought(floor: ShopFloor, courier: Courier, number: int, cents: int) -> DeliveryJob:
    """Let a courier deliver an order against cash."""
    due = Money(cents, "EUR")
    placed = an_order(
        bought(1),
        number=number,
        how=HandingOver.DELIVERY,
        payment=PaymentState.CASH_ON_DELIVERY,
        total=due,
        cash_due=due,
    )
    job = job_of(floor, packed(floor, placed))
    by = claimed(floor, courier, job)
    picked_up(floor, by, job)
    pin = pin_of(floor, f"door:{job.id}")
    with floor.write(MERCHANT) as here:
        return riding.deliver(floor, here, by, job.id, riding.Given(code=pin, cash=due))


def held(floor: ShopFloor) -> tuple[Money, ...]:
    with floor.database.read() as connection:
        courier = couriers.get(connection, MERCHANT, "cou_1")
        return cash.held(connection, MERCHANT, courier)


def handed_in(floor: ShopFloor, cents: int, actor: Actor = STAFF) -> None:
    with floor.write(MERCHANT) as here:
        cash.receive(here, "cou_1", Money(cents, "EUR"), actor)


def test_what_is_taken_at_doors_adds_up_until_it_is_handed_in(floor: ShopFloor) -> None:
    jan = a_courier(floor, "cou_1", Skill.COD)
    brought(floor, jan, 1, 1250)
    brought(floor, jan, 2, 800)
    before = held(floor)

    handed_in(floor, 2050)
    brought(floor, jan, 3, 500)

    assert (before, held(floor)) == ((Money(2050, "EUR"),), (Money(500, "EUR"),))


def test_another_sum_than_he_holds_is_counted_again(floor: ShopFloor) -> None:
    brought(floor, a_courier(floor, "cou_1", Skill.COD), 1, 1250)

    with pytest.raises(CashChanged) as found:
        handed_in(floor, 1200)

    assert found.value.details()["held"] == 1250
    assert held(floor) == (Money(1250, "EUR"),)


def test_cash_is_taken_in_once(floor: ShopFloor) -> None:
    brought(floor, a_courier(floor, "cou_1", Skill.COD), 1, 1250)
    handed_in(floor, 1250)

    with pytest.raises(CashChanged):
        handed_in(floor, 1250)

    assert held(floor) == ()


def test_a_courier_takes_in_no_cash_of_his_own(floor: ShopFloor) -> None:
    brought(floor, a_courier(floor, "cou_1", Skill.COD), 1, 1250)

    with pytest.raises(RoleRequired):
        handed_in(floor, 1250, Actor("courier", "cou_1"))


def test_a_delivery_undone_after_the_cash_was_handed_in_is_paid_back_to_him(
    floor: ShopFloor,
) -> None:
    job = brought(floor, a_courier(floor, "cou_1", Skill.COD), 1, 1250)
    handed_in(floor, 1250)

    with floor.write(MERCHANT) as here:
        riding.reopen(here, STAFF, job.id)

    assert held(floor) == (Money(-1250, "EUR"),)

"""A delivery whose order the shop changes after it was packed: nothing leaves as it was before."""

import pytest
from msgspec import structs

from connector.model.order import HandingOver
from storefront.fulfillment.courier.courier import Skill
from storefront.fulfillment.errors.job import JobCancelled
from storefront.fulfillment.errors.order import AgeCheckRequired
from storefront.fulfillment.job.job import DeliveryJob, JobState
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.order.order import Flag, FulfillmentOrder, OrderState
from storefront.fulfillment.place.store import DeliveryTerms
from storefront.fulfillment.store import jobs, places
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import intake, riding
from tests.kit.floor.deliveries import a_delivery, now_of, order_now
from tests.kit.floor.looks import order_of
from tests.kit.floor.orders import SHOP, an_order, bought
from tests.kit.floor.walk import a_courier, claimed, pack_all, picked_up, pin_of
from tests.kit.floor.world import MERCHANT, STORE_ID, for_adults, put_on_shelf

NUMBER = 5001


@pytest.fixture
def with_wine(floor: ShopFloor) -> ShopFloor:
    """Return a floor with wine on the shelf, in a store that lets couriers check ages."""
    put_on_shelf(floor.database, {2: for_adults(2, 5)})
    with floor.write(MERCHANT) as here:
        store = places.get(here.connection, MERCHANT, STORE_ID)
        terms = DeliveryTerms(enabled=True, age_restricted_allowed=True)
        places.save(here, structs.replace(store, delivery=terms))
    return floor


def add_wine(floor: ShopFloor) -> None:
    placed = an_order(bought(1), bought(2), number=NUMBER, how=HandingOver.DELIVERY, later_s=60)
    intake.take(floor, SHOP, placed)


def job_now(floor: ShopFloor, order: FulfillmentOrder) -> DeliveryJob:
    with floor.database.read() as connection:
        return jobs.get(connection, MERCHANT, order.job_id or "")


def test_what_was_packed_again_goes_out_with_the_parcels_and_the_age_of_now(
    with_wine: ShopFloor,
) -> None:
    order, job = a_delivery(with_wine, NUMBER)

    add_wine(with_wine)
    before = now_of(with_wine, job).state
    order = pack_all(with_wine, order.id)

    assert before is JobState.CANCELLED
    fresh = job_now(with_wine, order)
    assert (fresh.state, fresh.age_check, fresh.parcels[0].age_min) == (
        JobState.AVAILABLE,
        18,
        18,
    )
    assert fresh.parcels[0].weight_g == sum(it.weight_g * it.due for it in order.lines)


def test_wine_that_was_added_is_not_delivered_without_a_look_at_a_document(
    with_wine: ShopFloor,
) -> None:
    order, _ = a_delivery(with_wine, NUMBER)
    add_wine(with_wine)
    order = pack_all(with_wine, order.id)
    fresh = job_now(with_wine, order)
    courier = a_courier(with_wine, "cou_1", Skill.AGE18)
    by = claimed(with_wine, courier, fresh)
    picked_up(with_wine, by, fresh)
    pin = pin_of(with_wine, f"door:{fresh.id}")

    with with_wine.write(MERCHANT) as here, pytest.raises(AgeCheckRequired):
        riding.deliver(with_wine, here, by, fresh.id, riding.Given(code=pin))


@pytest.mark.parametrize("arrived", [False, True])
def test_a_courier_who_claimed_it_is_told_and_owes_nothing(
    with_wine: ShopFloor, *, arrived: bool
) -> None:
    _, job = a_delivery(with_wine, NUMBER)
    by = claimed(with_wine, a_courier(with_wine), job)
    if arrived:
        with with_wine.write(MERCHANT) as here:
            riding.arrive(with_wine, here, by, job.id, Stage.PICKUP, None, "no signal")

    add_wine(with_wine)

    gone = now_of(with_wine, job)
    assert (gone.state, gone.cancel_reason, gone.charges) == (JobState.CANCELLED, "changed", 0)
    with pytest.raises(JobCancelled):
        picked_up(with_wine, by, job)


def test_what_is_carried_already_stays_as_it_is_and_a_person_is_told(
    with_wine: ShopFloor,
) -> None:
    order, job = a_delivery(with_wine, NUMBER)
    by = claimed(with_wine, a_courier(with_wine), job)
    picked_up(with_wine, by, job)

    add_wine(with_wine)

    assert now_of(with_wine, job).state is JobState.PICKED_UP
    assert order_now(with_wine, order) is OrderState.OUT_FOR_DELIVERY
    assert order_of(with_wine, order.id).flags == (Flag.NEEDS_ATTENTION,)


def test_pieces_taken_off_while_it_is_on_its_way_are_a_persons_matter(
    with_wine: ShopFloor,
) -> None:
    order, job = a_delivery(with_wine, NUMBER)
    by = claimed(with_wine, a_courier(with_wine), job)
    picked_up(with_wine, by, job)

    less = an_order(bought(1, 0, refunded=1), number=NUMBER, how=HandingOver.DELIVERY, later_s=60)
    intake.take(with_wine, SHOP, less)

    found = order_of(with_wine, order.id)
    assert (found.flags, found.attention) == ((Flag.NEEDS_ATTENTION,), ("less_while_out",))

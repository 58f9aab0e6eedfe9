"""A delivery is one courier's at a time; what he carries is never given to somebody else."""

import pytest

from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.job import (
    JobAlreadyClaimed,
    JobCancelled,
    ParcelMismatch,
    ProofMissing,
)
from storefront.fulfillment.errors.order import CodeWrong
from storefront.fulfillment.job.job import DeliveryJob, FailureCode, JobState, StockDecision
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.store import handovers, people
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.once import Refused
from storefront.fulfillment.work import overseeing, preparing, riding, timers
from tests.kit.floor.deliveries import a_delivery, now_of, order_now
from tests.kit.floor.orders import STAFF
from tests.kit.floor.walk import a_courier, claimed, delivered, picked_up, pin_of
from tests.kit.floor.world import MERCHANT, SetClock


def test_a_courier_who_carries_is_overdue_and_keeps_the_job(
    floor: ShopFloor, clock: SetClock
) -> None:
    order, job = a_delivery(floor)
    by = claimed(floor, a_courier(floor), job)
    picked_up(floor, by, job)
    clock.move(hours=5)
    timers.turn(floor)

    with pytest.raises(JobAlreadyClaimed):
        claimed(floor, a_courier(floor, "cou_2"), job)

    found = now_of(floor, job)
    assert (found.state, found.overdue) == (JobState.PICKED_UP, True)
    with floor.write(MERCHANT) as here:
        given = riding.Given(code=pin_in(floor, here, job))
        assert riding.deliver(floor, here, by, job.id, given).state is JobState.DELIVERED
    assert order_now(floor, order) is OrderState.DELIVERED


def pin_in(floor: ShopFloor, here: Floor, job: DeliveryJob) -> str:
    found = handovers.of_subject(here.connection, MERCHANT, f"door:{job.id}")
    assert found is not None
    return handovers.codes(people.sealer(floor, here), found[0].id, found[1])[0]


@pytest.mark.parametrize("parcels", [[], ["not-ours"], "more"])
def test_only_the_jobs_own_parcels_leave_the_store(
    floor: ShopFloor, parcels: list[str] | str
) -> None:
    _, job = a_delivery(floor)
    by = claimed(floor, a_courier(floor), job)
    codes = [parcel.code for parcel in job.parcels]
    scanned = [*codes, "extra"] if parcels == "more" else list(parcels)
    pin = pin_of(floor, f"job:{job.id}")

    with floor.write(MERCHANT) as here, pytest.raises(ParcelMismatch):
        riding.pick_up(floor, here, by, job.id, pin, scanned)


def test_a_wrong_code_of_the_store_lets_nothing_out(floor: ShopFloor) -> None:
    order, job = a_delivery(floor)
    by = claimed(floor, a_courier(floor), job)
    right = pin_of(floor, f"job:{job.id}")
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"

    with floor.write(MERCHANT) as here, pytest.raises(Refused) as refused:
        riding.pick_up(floor, here, by, job.id, wrong, [it.code for it in job.parcels])

    assert isinstance(refused.value.error, CodeWrong)
    assert order_now(floor, order) is OrderState.READY


def test_nothing_is_delivered_without_its_proof(floor: ShopFloor) -> None:
    _, job = a_delivery(floor)
    by = claimed(floor, a_courier(floor), job)
    picked_up(floor, by, job)

    with floor.write(MERCHANT) as here, pytest.raises(ProofMissing) as error:
        riding.deliver(floor, here, by, job.id, riding.Given())

    assert error.value.details()["missing"] == ["PIN"]


def test_a_failed_delivery_comes_back_and_stands_in_the_store_again(floor: ShopFloor) -> None:
    order, job = a_delivery(floor)
    by = claimed(floor, a_courier(floor), job)
    picked_up(floor, by, job)

    with floor.write(MERCHANT) as here:
        riding.fail(here, by, job.id, FailureCode.REFUSED, 1)
        riding.start_return(here, by, job.id)
        decided = {parcel.code: StockDecision.RESTOCK for parcel in job.parcels}
        back = overseeing.accept_return(here, job.id, decided, STAFF)

    assert back.state is JobState.RETURNED
    assert order_now(floor, order) is OrderState.RETURNED_TO_STORE


def test_nobody_is_reported_absent_at_once(floor: ShopFloor, clock: SetClock) -> None:
    _, job = a_delivery(floor)
    by = claimed(floor, a_courier(floor), job)
    picked_up(floor, by, job)
    with floor.write(MERCHANT) as here:
        riding.arrive(floor, here, by, job.id, Stage.DROPOFF, None, "no signal")

    with floor.write(MERCHANT) as here, pytest.raises(ProofMissing) as error:
        riding.fail(here, by, job.id, FailureCode.NOT_AT_HOME, 0)
    clock.move(minutes=5)
    with floor.write(MERCHANT) as here:
        after = riding.fail(here, by, job.id, FailureCode.NOT_AT_HOME, 1)

    assert error.value.details()["missing"] == ["WAIT", "CONTACT"]
    assert after.state is JobState.FAILED


def test_a_delivery_noted_too_soon_is_opened_again_but_not_for_long(
    floor: ShopFloor, clock: SetClock
) -> None:
    order, job = delivered(floor)
    by = Holder("cou_1", job.fence)

    with floor.write(MERCHANT) as here:
        again = riding.reopen(here, by, job.id)

    assert again.state is JobState.AT_DROPOFF
    assert order_now(floor, order) is OrderState.OUT_FOR_DELIVERY
    clock.move(minutes=11)
    with floor.write(MERCHANT) as here, pytest.raises(IllegalTransition):
        riding.reopen(here, by, job.id)


def test_a_cancelled_order_calls_its_delivery_off(floor: ShopFloor) -> None:
    order, job = a_delivery(floor)
    by = claimed(floor, a_courier(floor), job)

    with floor.write(MERCHANT) as here:
        preparing.cancel(here, order.id, "shop", STAFF)

    assert now_of(floor, job).state is JobState.CANCELLED
    with pytest.raises(JobCancelled):
        picked_up(floor, by, job)

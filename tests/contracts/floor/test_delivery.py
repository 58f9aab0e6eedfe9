"""A delivery is one courier's at a time; what he carries is never given to somebody else."""

import threading

import pytest

from connector.model.errors import RegieError
from connector.model.order import HandingOver
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.job import (
    JobAlreadyClaimed,
    JobCancelled,
    JobExpired,
    NotEligible,
    ParcelMismatch,
    ProofMissing,
    StaleFence,
)
from storefront.fulfillment.errors.order import CodeWrong
from storefront.fulfillment.job.job import DeliveryJob, FailureCode, JobState, StockDecision
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order.event import replay
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.person.visibility import Visible
from storefront.fulfillment.store import handovers, jobs, orders, people
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.once import Refused
from storefront.fulfillment.work import looking, overseeing, preparing, riding, timers
from tests.kit.floor.orders import MANAGER, STAFF, an_order, bought
from tests.kit.floor.walk import (
    NEAR,
    a_courier,
    claimed,
    delivered,
    job_of,
    packed,
    picked_up,
    pin_of,
)
from tests.kit.floor.world import MERCHANT, SetClock


def a_delivery(floor: ShopFloor, number: int = 5001) -> tuple[FulfillmentOrder, DeliveryJob]:
    order = packed(floor, an_order(bought(1), number=number, how=HandingOver.DELIVERY))
    return order, job_of(floor, order)


def now_of(floor: ShopFloor, job: DeliveryJob) -> DeliveryJob:
    with floor.database.read() as connection:
        return jobs.get(connection, MERCHANT, job.id)


def order_now(floor: ShopFloor, order: FulfillmentOrder) -> OrderState:
    with floor.database.read() as connection:
        return orders.get(connection, MERCHANT, order.id).state


def test_of_many_couriers_who_ask_at_once_exactly_one_gets_it(floor: ShopFloor) -> None:
    _, job = a_delivery(floor)
    crowd = [a_courier(floor, f"cou_{number}") for number in range(8)]
    won: list[str] = []
    lost: list[str] = []
    start = threading.Barrier(len(crowd))

    def ask(courier: Courier) -> None:
        start.wait()
        try:
            claimed(floor, courier, job)
        except RegieError as error:
            lost.append(error.code)
        else:
            won.append(courier.id)

    threads = [threading.Thread(target=ask, args=(courier,)) for courier in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
    assert lost == ["job_already_claimed"] * 7
    assert now_of(floor, job).courier_id == won[0]


def test_a_claim_that_lapsed_in_the_store_goes_to_the_next_and_the_first_is_stale(
    floor: ShopFloor, clock: SetClock
) -> None:
    _, job = a_delivery(floor)
    first = claimed(floor, a_courier(floor, "cou_1"), job)
    clock.move(minutes=11)
    second = claimed(floor, a_courier(floor, "cou_2"), job)

    with pytest.raises(StaleFence):
        picked_up(floor, first, now_of(floor, job))

    assert second.fence == first.fence + 1
    assert picked_up(floor, second, now_of(floor, job)).state is JobState.PICKED_UP


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


def test_a_job_whose_window_is_over_cannot_be_claimed(floor: ShopFloor, clock: SetClock) -> None:
    _, job = a_delivery(floor)
    courier = a_courier(floor)
    clock.move(days=1)

    with pytest.raises(JobExpired):
        claimed(floor, courier, job)

    timers.turn(floor)
    assert now_of(floor, job).state is JobState.EXPIRED


def test_who_gives_back_too_often_waits(floor: ShopFloor) -> None:
    courier = a_courier(floor)
    for number in range(3):
        _, job = a_delivery(floor, 6000 + number)
        by = claimed(floor, courier, job)
        with floor.write(MERCHANT) as here:
            riding.release(here, by, job.id, "TIRED")
    _, job = a_delivery(floor, 6009)

    with pytest.raises(NotEligible) as error:
        claimed(floor, courier, job)

    assert error.value.details()["reason"] == "BLOCKED_RELEASES"


def test_a_bundle_is_claimed_whole_or_not_at_all(floor: ShopFloor) -> None:
    found = [a_delivery(floor, 7000 + number)[1] for number in range(3)]
    claimed(floor, a_courier(floor, "cou_1"), found[1])
    second = a_courier(floor, "cou_2")

    with floor.write(MERCHANT) as here, pytest.raises(JobAlreadyClaimed):
        riding.claim_bundle(here, second, [job.id for job in found], NEAR)
    with floor.write(MERCHANT) as here:
        taken = riding.claim_bundle(here, second, [found[0].id, found[2].id], NEAR)

    assert [now_of(floor, job).courier_id for job in found] == ["cou_2", "cou_1", "cou_2"]
    assert len({job.bundle_id for job in taken}) == 1


def test_all_jobs_of_a_sick_courier_go_to_another(floor: ShopFloor) -> None:
    found = [a_delivery(floor, 8000 + number)[1] for number in range(2)]
    first, second = a_courier(floor, "cou_1"), a_courier(floor, "cou_2")
    by = [claimed(floor, first, job) for job in found]
    picked_up(floor, by[0], found[0])

    with floor.write(MERCHANT) as here:
        moved = overseeing.transfer_all(here, first.id, second.id, MANAGER)

    assert {job.courier_id for job in moved} == {"cou_2"}
    with pytest.raises(StaleFence):
        picked_up(floor, by[1], found[1])


def test_an_offer_tells_nothing_of_the_person(floor: ShopFloor) -> None:
    a_delivery(floor)
    courier = a_courier(floor)

    with floor.database.read() as connection:
        found = looking.offers(connection, MERCHANT, courier, NEAR, floor.now())

    text = repr([it.offer for it in found])
    assert len(found) == 1
    planted = ("Saskia", "saskia@", "612345678", "Jodenbree", "1011", "zijdeur", "52.369", "4.901")
    assert not [word for word in planted if word in text]


def test_the_courier_learns_what_he_needs_when_he_needs_it(floor: ShopFloor) -> None:
    _, job = a_delivery(floor)
    courier = a_courier(floor)
    by = claimed(floor, courier, job)

    def person() -> Visible:
        with floor.database.read() as connection:
            found = jobs.get(connection, MERCHANT, job.id)
            return looking.staged(floor, connection, found, courier.id, floor.now()).person

    before = person()
    picked_up(floor, by, job)
    after = person()

    assert (before.name, before.street, before.notes) == (None, "Jodenbreestraat", None)
    assert (after.name, after.street) == ("Saskia", "Jodenbreestraat 4")
    assert after.notes is not None


def test_the_story_of_a_job_tells_how_it_stands(floor: ShopFloor) -> None:
    _, job = delivered(floor)

    with floor.database.read() as connection:
        story = jobs.story(connection, MERCHANT, job.id)

    assert replay(DeliveryJob, story) == job

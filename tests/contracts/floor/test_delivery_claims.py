"""Who has a delivery: the first who asks, until he gives it back, is ill, or his time is over."""

import threading

import pytest

from connector.model.errors import RegieError
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.errors.job import JobAlreadyClaimed, JobExpired, NotEligible, StaleFence
from storefront.fulfillment.job.job import JobState
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import joining, offline, overseeing, riding, timers
from storefront.fulfillment.work.offline import BadBundle
from tests.kit.floor.deliveries import a_delivery, now_of
from tests.kit.floor.orders import MANAGER
from tests.kit.floor.walk import NEAR, a_courier, claimed, picked_up
from tests.kit.floor.world import MERCHANT, SetClock


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


def test_who_lets_three_claims_lapse_takes_nothing_for_a_while(
    floor: ShopFloor, clock: SetClock
) -> None:
    first, second = a_courier(floor, "cou_1"), a_courier(floor, "cou_2")
    job = a_delivery(floor)[1]
    for _ in range(3):
        claimed(floor, first, job)
        clock.move(minutes=11)
        while timers.turn(floor):
            pass

    with pytest.raises(NotEligible) as error:
        claimed(floor, first, job)

    assert error.value.details()["reason"] == "BLOCKED_RELEASES"
    assert claimed(floor, second, job).courier_id == "cou_2"


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
    assert taken[0].bundle_id


def test_a_bundle_counts_once_against_the_open_jobs_and_as_long_as_it_is_held(
    floor: ShopFloor,
) -> None:
    found = [a_delivery(floor, 7100 + number)[1].id for number in range(4)]
    courier = a_courier(floor)
    most = courier.limits.max_open_jobs

    with floor.write(MERCHANT) as here:
        taken = riding.claim_bundle(here, courier, found, NEAR)
    with floor.write(MERCHANT) as here:
        back = riding.release(here, Holder(courier.id, 1), taken[0].id, "other")

    assert (len(taken), most) == (4, 3)
    assert back.bundle_id is None
    assert {now_of(floor, job).bundle_id for job in taken[1:]} == {taken[0].bundle_id}


@pytest.mark.parametrize("size", [0, 7])
def test_a_bundle_of_a_size_that_nobody_carries_says_so(floor: ShopFloor, size: int) -> None:
    asked = [f"job_{number}" for number in range(size)]

    with pytest.raises(BadBundle) as error:
        offline.claim(floor, MERCHANT, a_courier(floor), asked, "key")

    assert error.value.details() == {"field": "jobIds", "most": 6}


def test_a_job_is_given_only_to_who_could_claim_it(floor: ShopFloor) -> None:
    job = a_delivery(floor)[1]
    claimed(floor, a_courier(floor, "cou_1"), job)
    a_courier(floor, "cou_2")
    with floor.write(MERCHANT) as here:
        joining.leave(here, "cou_2", MANAGER)

    with floor.write(MERCHANT) as here, pytest.raises(NotEligible) as error:
        overseeing.transfer(here, job.id, "cou_2", MANAGER)

    assert error.value.details()["reason"] == "NOT_ACTIVE"
    assert now_of(floor, job).courier_id == "cou_1"


def test_a_job_can_be_given_to_who_is_not_at_work_yet(floor: ShopFloor) -> None:
    job = a_delivery(floor)[1]
    claimed(floor, a_courier(floor, "cou_1"), job)
    second = a_courier(floor, "cou_2")
    with floor.write(MERCHANT) as here:
        riding.go_offline(here, second)

    with floor.write(MERCHANT) as here:
        overseeing.transfer(here, job.id, "cou_2", MANAGER)

    assert now_of(floor, job).courier_id == "cou_2"


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

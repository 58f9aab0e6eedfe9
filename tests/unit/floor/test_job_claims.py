"""Who holds a delivery: claims, fences, and what is given back."""

import pytest

from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.job import (
    JobAlreadyClaimed,
    JobCancelled,
    JobExpired,
    LeaseLapsed,
    NotEligible,
    StaleFence,
)
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.job import JobState
from tests.kit.floor.job_rules import (
    AROUND,
    Trip,
    carried,
    claimed,
    delivered,
    failed,
    listed,
    offered,
    parcel,
    qr,
    returning,
    rider,
)
from tests.kit.floor.order_rules import DAY, HOUR, MANAGER, MINUTE, NOON, SHOPPER, STAFF


def test_a_claim_moves_the_fence_and_starts_the_time() -> None:
    job = claimed().job

    assert (job.state, job.courier_id, job.fence) == (JobState.CLAIMED, "cou_1", 1)
    assert job.lease_until == NOON + 10 * MINUTE


def test_job_taken_by_somebody_quicker() -> None:
    with pytest.raises(JobAlreadyClaimed):
        claimed().claim(rider("cou_2"))


@pytest.mark.parametrize("trip", [delivered(), failed(), returning(), carried()])
def test_what_is_carried_or_over_is_not_claimed(trip: Trip) -> None:
    with pytest.raises(JobAlreadyClaimed):
        trip.later(DAY if trip.job.state is JobState.CLAIMED else HOUR).claim(rider("cou_2"))


def test_what_is_not_shown_is_not_claimed() -> None:
    with pytest.raises(IllegalTransition):
        offered().claim()


def test_what_is_cancelled_is_not_claimed() -> None:
    with pytest.raises(JobCancelled):
        listed().do(claiming.cancel, "store", STAFF).claim()


@pytest.mark.parametrize("sweep", [True, False])
def test_what_is_over_is_not_claimed(sweep: bool) -> None:  # noqa: FBT001 - a case of a table
    trip = listed().later(3 * HOUR)
    if sweep:
        trip.do(claiming.time_passes)

    with pytest.raises(JobExpired):
        trip.claim()


def test_a_courier_who_may_not_take_it_learns_why() -> None:
    with pytest.raises(NotEligible) as error:
        listed().claim(rider(vehicles=()))

    assert error.value.facts["reason"] == "VEHICLE"


def test_a_claim_that_lapsed_in_the_store_goes_to_the_next() -> None:
    trip = claimed().later(10 * MINUTE + 1).claim(rider("cou_2"))

    assert (trip.job.courier_id, trip.job.fence) == ("cou_2", 2)
    assert [each.type for each in trip.events[-2:]] == ["job.lapse", "job.claim"]


def test_stale_fence_stops_who_was_overtaken() -> None:
    trip = claimed()
    late = trip.holder
    trip.later(11 * MINUTE).claim(rider("cou_2"))

    with pytest.raises(StaleFence):
        trip.do(steps.pick_up, late, ("P1", "P2"), qr(trip.job))


@pytest.mark.parametrize("fence", [0, 2, -1])
def test_no_other_fence_than_the_present_one_counts(fence: int) -> None:
    trip = claimed()

    with pytest.raises(StaleFence):
        trip.do(claiming.renew, "cou_1", fence)


def test_an_old_fence_is_told_before_a_cancellation() -> None:
    trip = claimed()
    late = trip.holder
    trip.later(11 * MINUTE).claim(rider("cou_2")).do(claiming.cancel, "store", STAFF)

    with pytest.raises(StaleFence):
        trip.do(claiming.renew, late.courier_id, late.fence)


def test_a_cancelled_job_is_told_to_its_holder() -> None:
    trip = claimed().do(claiming.cancel, "store", STAFF)

    with pytest.raises(JobCancelled):
        trip.do(steps.pick_up, trip.holder, ("P1", "P2"), qr(trip.job))


def test_a_claim_that_went_back_to_the_list_is_lost() -> None:
    trip = claimed()
    held = trip.holder
    trip.later(11 * MINUTE).do(claiming.time_passes)

    with pytest.raises(LeaseLapsed):
        trip.do(steps.pick_up, held, ("P1", "P2"), qr(trip.job))


def test_a_job_of_somebody_else_is_told_as_such() -> None:
    with pytest.raises(JobAlreadyClaimed):
        claimed().do(claiming.renew, "cou_2", 1)


def test_a_claim_that_lapsed_and_was_not_taken_still_counts() -> None:
    trip = claimed().later(30 * MINUTE)

    trip.do(steps.pick_up, trip.holder, ("P1", "P2"), qr(trip.job))

    assert trip.job.state is JobState.PICKED_UP


def test_a_claim_does_not_lapse_before_its_time() -> None:
    with pytest.raises(IllegalTransition):
        claimed().do(claiming.lapse)


def test_a_released_job_is_on_the_list_again_and_counted() -> None:
    job = claimed().do(claiming.release, "cou_1", 1, "puncture").job

    assert (job.state, job.courier_id, job.fence, job.releases) == (JobState.AVAILABLE, None, 1, 1)


def test_what_is_carried_is_not_released() -> None:
    with pytest.raises(IllegalTransition):
        carried().do(claiming.release, "cou_1", 1, "tired")


def test_the_store_takes_a_job_back_before_pick_up() -> None:
    job = claimed().do(claiming.unassign, STAFF).job

    assert (job.state, job.releases) == (JobState.AVAILABLE, 0)


def test_a_courier_cannot_do_what_is_the_stores() -> None:
    with pytest.raises(RoleRequired):
        claimed().do(claiming.unassign, SHOPPER)


def test_the_store_gives_carried_parcels_to_another_courier() -> None:
    trip = carried().later(HOUR).do(claiming.time_passes)

    trip.do(claiming.transfer, "cou_2", MANAGER)

    job = trip.job
    assert (job.state, job.courier_id, job.fence) == (JobState.PICKED_UP, "cou_2", 2)
    assert (job.overdue, job.lease_until) == (False, trip.now + 30 * MINUTE)


def test_a_bundle_is_claimed_whole() -> None:
    jobs = [listed(parcel(number), id=f"job_{number}").job for number in (3, 1, 2, 4)]

    told = claiming.claim_bundle(jobs, rider(), AROUND, NOON, "bun_1")

    assert [each.id for each, _ in told] == ["job_1", "job_2", "job_3", "job_4"]
    assert {each.state for each, _ in told} == {JobState.CLAIMED}


def test_a_bundle_is_claimed_whole_or_not_at_all() -> None:
    jobs = [listed(parcel(each, volume_ml=20_000), id=f"job_{each}").job for each in (1, 2, 3, 4)]

    with pytest.raises(NotEligible) as error:
        claiming.claim_bundle(jobs, rider(), AROUND, NOON, "bun_1")

    assert error.value.facts["reason"] == "CAPACITY"

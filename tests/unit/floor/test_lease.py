"""How long a claim holds."""

import pytest

from storefront.fulfillment.courier import lease
from storefront.fulfillment.errors.job import LeaseLapsed
from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.proof import Stage
from tests.kit.floor.job_rules import Trip, carried, claimed, delivered, listed
from tests.kit.floor.order_rules import HOUR, MINUTE, NOON


def renew(trip: Trip) -> Trip:
    return trip.do(claiming.renew, "cou_1", 1)


def test_a_claim_holds_ten_minutes() -> None:
    assert lease.of(claimed().job) == lease.Lease(
        claimed().job.id, "cou_1", 1, NOON, NOON + 10 * MINUTE, 0
    )


@pytest.mark.parametrize("trip", [listed(), delivered()])
def test_nobody_holds_what_is_on_the_list_or_over(trip: Trip) -> None:
    assert (lease.of(trip.job), lease.warn_at(trip.job)) == (None, None)


def test_a_heartbeat_holds_it_longer() -> None:
    job = renew(claimed().later(3 * MINUTE)).job

    assert (job.lease_until, job.renewals) == (NOON + 13 * MINUTE, 1)


def test_on_the_way_to_the_store_it_is_held_until_nobody_could_claim_it() -> None:
    trip = claimed()
    while trip.now < NOON + 3 * HOUR - 3 * MINUTE:
        renew(trip.later(3 * MINUTE))

    assert trip.job.lease_until == trip.job.expires_at == NOON + 3 * HOUR


def test_a_claim_of_the_last_minute_ends_with_it() -> None:
    trip = listed().later(3 * HOUR - MINUTE).claim()

    assert trip.job.lease_until == trip.job.expires_at


def test_who_comes_to_the_store_at_the_last_moment_has_a_while_to_wait() -> None:
    trip = claimed(expires_at=NOON + 2 * HOUR)
    while trip.now < NOON + 2 * HOUR - 3 * MINUTE:
        renew(trip.later(3 * MINUTE))

    trip.do(steps.arrive, trip.holder, Stage.PICKUP, distance_m=20)

    assert trip.job.lease_until == trip.now + 10 * MINUTE > trip.job.expires_at


def test_in_the_store_it_is_held_until_a_quarter_past_the_window() -> None:
    trip = claimed()
    trip.do(steps.arrive, trip.holder, Stage.PICKUP, distance_m=20)
    while trip.now < NOON + 2 * HOUR + 12 * MINUTE:
        renew(trip.later(3 * MINUTE))

    assert trip.job.lease_until == NOON + 2 * HOUR + 15 * MINUTE


def test_after_that_it_is_not_renewed() -> None:
    trip = claimed().later(3 * HOUR)

    with pytest.raises(LeaseLapsed):
        renew(trip)


def test_on_the_way_it_is_held_thirty_minutes_at_a_time() -> None:
    trip = renew(carried().later(5 * HOUR))

    assert trip.job.lease_until == trip.now + 30 * MINUTE


def test_who_is_heard_of_again_is_not_overdue() -> None:
    trip = carried().later(HOUR).do(claiming.time_passes)

    assert not renew(trip).job.overdue


@pytest.mark.parametrize(("after", "lapsed"), [(10 * MINUTE, False), (10 * MINUTE + 1, True)])
def test_it_ends_after_its_last_moment(after: int, lapsed: bool) -> None:  # noqa: FBT001 - a case
    assert lease.lapsed(claimed().job, NOON + after) is lapsed


def test_a_courier_is_warned_two_minutes_before() -> None:
    assert lease.warn_at(claimed().job) == NOON + 8 * MINUTE


@pytest.mark.parametrize(("still", "hint"), [(15 * MINUTE - 1, False), (15 * MINUTE, True)])
def test_the_store_is_told_of_who_stands_still(still: int, hint: bool) -> None:  # noqa: FBT001
    assert lease.stands_still(NOON - still, NOON) is hint


def test_a_heartbeat_never_shortens() -> None:
    trip = claimed()
    before = trip.job.lease_until

    assert renew(trip).job.lease_until == before

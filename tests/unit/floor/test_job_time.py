"""What time does to a delivery: nothing that is carried is lost by it."""

from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.job import JobState
from tests.kit.floor.job_rules import carried, claimed, listed, pin
from tests.kit.floor.order_rules import DAY, HOUR, MINUTE


def test_device_offline_two_hours_still_delivers() -> None:
    trip = carried().later(2 * HOUR).do(claiming.time_passes)
    assert trip.job.overdue

    trip.do(steps.deliver, trip.holder, pin(trip.job), None)

    assert (trip.job.state, trip.job.overdue) == (JobState.DELIVERED, False)


def test_what_is_carried_is_never_given_to_others_by_time() -> None:
    trip = carried().later(DAY).do(claiming.time_passes)

    assert (trip.job.state, trip.job.courier_id) == (JobState.PICKED_UP, "cou_1")
    assert [one.type for one in trip.events[-2:]] == ["job.overdue", "job.late"]


def test_what_is_on_the_way_when_its_window_ends_is_late_once() -> None:
    trip = carried()
    trip.later(trip.job.dropoff.window.end_at - 1 - trip.now).do(claiming.time_passes)
    assert not trip.job.late

    trip.later(1).do(claiming.time_passes).do(claiming.time_passes)

    assert trip.job.late
    assert [each.type for each in trip.events].count("job.late") == 1


def test_overdue_is_told_once() -> None:
    trip = carried().later(DAY).do(claiming.time_passes).do(claiming.time_passes)

    assert [each.type for each in trip.events].count("job.overdue") == 1


def test_an_offer_ends_with_its_window() -> None:
    assert listed().later(3 * HOUR).do(claiming.time_passes).job.state is JobState.EXPIRED


def test_a_lapsed_claim_after_the_window_ends_as_expired() -> None:
    trip = claimed().later(3 * HOUR).do(claiming.time_passes)

    assert [each.type for each in trip.events[-2:]] == ["job.lapse", "job.expire"]


def test_nothing_happens_before_its_time() -> None:
    trip = claimed().later(10 * MINUTE)

    assert trip.do(claiming.time_passes).events[-1].type == "job.claim"

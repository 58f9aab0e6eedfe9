"""How a delivery is carried: picked up, at the door, delivered, failed or lost."""

import pytest
from msgspec import structs

from connector.model.money import Money
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.job import NotEligible, ParcelMismatch, ProofMissing
from storefront.fulfillment.job import steps
from storefront.fulfillment.job.job import FailureCode, Fate, JobState, ProofKind
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.job.steps import Holder
from tests.kit.floor.job_rules import (
    CASH,
    at_door,
    carried,
    claimed,
    delivered,
    failed,
    pin,
    proof,
    qr,
)
from tests.kit.floor.order_rules import HOUR, MINUTE, NOON, STAFF


def test_nobody_arrives_from_afar_without_a_reason() -> None:
    with pytest.raises(NotEligible):
        claimed().do(steps.arrive, Holder("cou_1", 1), Stage.PICKUP, distance_m=301)


@pytest.mark.parametrize(("distance", "reason"), [(300, ""), (9000, "gps"), (None, "no gps")])
def test_a_courier_arrives_near_by_or_with_a_reason(distance: int | None, reason: str) -> None:
    trip = claimed().do(
        steps.arrive, Holder("cou_1", 1), Stage.PICKUP, distance_m=distance, reason=reason
    )

    assert trip.job.state is JobState.AT_PICKUP


@pytest.mark.parametrize("scanned", [("P1",), (), ("P1", "P3"), ("P1", "P2", "P3")])
def test_parcel_missing_or_strange_is_not_picked_up(scanned: tuple[str, ...]) -> None:
    trip = claimed()

    with pytest.raises(ParcelMismatch) as error:
        trip.do(steps.pick_up, trip.holder, scanned, qr(trip.job))

    assert error.value.facts["missing"] == sorted({"P1", "P2"} - set(scanned))


def test_nothing_is_picked_up_without_the_stores_code() -> None:
    trip = claimed()

    with pytest.raises(ProofMissing):
        trip.do(steps.pick_up, trip.holder, ("P1", "P2"), [])


def test_a_pick_up_carries_every_parcel() -> None:
    assert carried().job.codes(Fate.CARRIED) == {"P1", "P2"}


def test_a_delivery_ends_the_job() -> None:
    job = delivered().job

    assert (job.state, job.closed_at) == (JobState.DELIVERED, NOON)
    assert job.codes(Fate.DELIVERED) == {"P1", "P2"}


def test_a_delivery_is_made_once() -> None:
    trip = delivered()

    with pytest.raises(IllegalTransition):
        trip.do(steps.deliver, trip.holder, pin(trip.job), None)


def test_cash_is_recorded_with_the_delivery() -> None:
    trip = at_door(cod=CASH)

    trip.do(steps.deliver, trip.holder, pin(trip.job), Money(2500, "EUR"))

    assert trip.job.cod == structs.replace(CASH, collected=Money(2500, "EUR"))


def test_not_at_home_needs_five_minutes_at_the_door() -> None:
    trip = at_door().later(5 * MINUTE - 1)

    with pytest.raises(ProofMissing) as error:
        trip.do(steps.fail, trip.holder, FailureCode.NOT_AT_HOME, contacts=1)

    assert error.value.facts["missing"] == ["WAIT"]


def test_not_at_home_needs_a_try_to_reach_the_shopper() -> None:
    trip = at_door().later(5 * MINUTE)

    with pytest.raises(ProofMissing) as error:
        trip.do(steps.fail, trip.holder, FailureCode.NOT_AT_HOME)

    assert error.value.facts["missing"] == ["CONTACT"]


def test_who_never_arrived_did_not_wait() -> None:
    trip = carried().later(HOUR)

    with pytest.raises(ProofMissing):
        trip.do(steps.fail, trip.holder, FailureCode.NOT_AT_HOME, contacts=3)


def test_other_reasons_need_no_wait() -> None:
    trip = at_door()

    assert trip.do(steps.fail, trip.holder, FailureCode.REFUSED).job.state is JobState.FAILED


def test_a_failed_delivery_is_tried_once_more() -> None:
    trip = failed()

    assert trip.do(steps.retry, trip.holder).job.state is JobState.PICKED_UP


def test_it_is_not_tried_a_third_time() -> None:
    trip = failed()
    trip.do(steps.retry, STAFF).do(steps.fail, trip.holder, FailureCode.REFUSED)

    with pytest.raises(IllegalTransition):
        trip.do(steps.retry, STAFF)


def test_what_is_lost_is_not_tried_again() -> None:
    trip = at_door()
    trip.do(steps.fail, trip.holder, FailureCode.LOST)

    with pytest.raises(IllegalTransition):
        trip.do(steps.retry, STAFF)
    assert trip.job.codes(Fate.LOST) == {"P1", "P2"}


def test_one_lost_parcel_does_not_stop_the_others() -> None:
    trip = at_door()
    trip.do(steps.lose, trip.holder, "P2").do(steps.deliver, trip.holder, pin(trip.job), None)

    assert (trip.job.codes(Fate.DELIVERED), trip.job.codes(Fate.LOST)) == ({"P1"}, {"P2"})


def test_a_parcel_is_lost_once() -> None:
    trip = at_door()

    with pytest.raises(ParcelMismatch):
        trip.do(steps.lose, trip.holder, "P2").do(steps.lose, trip.holder, "P2")


def test_nothing_is_delivered_where_everything_is_lost() -> None:
    trip = at_door()
    trip.do(steps.lose, STAFF, "P1").do(steps.lose, STAFF, "P2")

    with pytest.raises(ParcelMismatch):
        trip.do(steps.deliver, trip.holder, pin(trip.job), None)


def test_a_proof_of_an_earlier_claim_proves_nothing() -> None:
    trip = at_door()
    old = proof(trip.job, ProofKind.PIN, fence=0)

    with pytest.raises(ProofMissing):
        trip.do(steps.deliver, trip.holder, [old], None)

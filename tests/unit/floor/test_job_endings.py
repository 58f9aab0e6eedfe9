"""How a delivery comes back, is cancelled, or is undone."""

import pytest

from connector.model.money import Money
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.job import ParcelMismatch, ProofMissing
from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.job import FailureCode, Fate, JobState, StockDecision
from tests.kit.floor.job_rules import (
    CASH,
    COLD_PARCEL,
    Trip,
    at_door,
    carried,
    claimed,
    delivered,
    failed,
    listed,
    offered,
    parcel,
    pin,
    returning,
)
from tests.kit.floor.order_rules import DAY, MINUTE, STAFF

RESTOCK = StockDecision.RESTOCK


def test_what_comes_back_is_decided_parcel_by_parcel() -> None:
    trip = returning().do(steps.accept_return, {"P1": RESTOCK}, STAFF, lost=("P2",))

    assert trip.job.state is JobState.RETURNED
    assert [(each.fate, each.stock) for each in trip.job.parcels] == [
        (Fate.RETURNED, RESTOCK),
        (Fate.LOST, None),
    ]


def test_what_was_chilled_is_waste() -> None:
    trip = returning(parcel(1), COLD_PARCEL)

    trip.do(steps.accept_return, {"P1": RESTOCK, "P2": RESTOCK}, STAFF)

    assert [each.stock for each in trip.job.parcels] == [RESTOCK, StockDecision.WASTE]


@pytest.mark.parametrize(
    "decisions", [{}, {"P1": RESTOCK}, dict.fromkeys(["P1", "P2", "P3"], RESTOCK)]
)
def test_a_return_accounts_for_every_parcel(decisions: dict[str, StockDecision]) -> None:
    with pytest.raises(ParcelMismatch):
        returning().do(steps.accept_return, decisions, STAFF)


def test_a_return_costs_what_the_rule_says() -> None:
    assert failed().do(steps.return_to_store, STAFF, charge=250).job.charges == 250


@pytest.mark.parametrize("trip", [offered(), listed()])
def test_nobody_is_paid_for_a_job_nobody_had(trip: Trip) -> None:
    job = trip.do(claiming.cancel, "store", STAFF, charge=300).job

    assert (job.state, job.charges) == (JobState.CANCELLED, 0)


def test_a_courier_is_paid_for_a_claim_that_was_cancelled() -> None:
    job = claimed().do(claiming.cancel, "store", STAFF, charge=300).job

    assert (job.state, job.charges, job.courier_id) == (JobState.CANCELLED, 300, "cou_1")


@pytest.mark.parametrize("trip", [carried(), at_door(), failed()])
def test_what_is_carried_comes_back_when_it_is_cancelled(trip: Trip) -> None:
    assert trip.do(claiming.cancel, "store", STAFF).job.state is JobState.RETURNING


def test_a_cancellation_wins_over_a_later_delivery() -> None:
    trip = at_door().do(claiming.cancel, "store", STAFF)

    with pytest.raises(IllegalTransition):
        trip.do(steps.deliver, trip.holder, pin(trip.job), None)


def test_a_delivery_wins_over_a_later_cancellation() -> None:
    with pytest.raises(IllegalTransition):
        delivered().do(claiming.cancel, "store", STAFF, charge=300)


@pytest.mark.parametrize("trip", [delivered(), failed()])
def test_a_courier_undoes_within_ten_minutes(trip: Trip) -> None:
    trip.later(10 * MINUTE).do(steps.reopen, trip.holder)

    assert (trip.job.state, trip.job.codes(Fate.CARRIED)) == (JobState.AT_DROPOFF, {"P1", "P2"})


def test_an_undone_loss_finds_again_what_it_lost_and_nothing_else() -> None:
    trip = at_door()
    trip.do(steps.lose, trip.holder, "P1").do(steps.fail, trip.holder, FailureCode.LOST)

    trip.do(steps.reopen, trip.holder)

    assert (trip.job.codes(Fate.CARRIED), trip.job.codes(Fate.LOST)) == ({"P2"}, {"P1"})
    assert trip.do(steps.deliver, trip.holder, pin(trip.job), None).job.state is JobState.DELIVERED


def test_an_undone_failure_uses_up_no_try() -> None:
    trip = failed()

    trip.do(steps.reopen, trip.holder)

    assert (trip.job.attempts, trip.job.failure, trip.job.failed_at) == (0, None, None)


def test_a_courier_who_is_too_late_cannot_undo() -> None:
    trip = delivered().later(10 * MINUTE + 1)

    with pytest.raises(IllegalTransition):
        trip.do(steps.reopen, trip.holder)


def test_the_store_undoes_within_a_day() -> None:
    assert delivered().later(DAY).do(steps.reopen, STAFF).job.state is JobState.AT_DROPOFF


def test_the_store_cannot_undo_after_a_day() -> None:
    with pytest.raises(IllegalTransition):
        delivered().later(DAY + 1).do(steps.reopen, STAFF)


def test_what_is_on_its_way_back_is_not_reopened() -> None:
    with pytest.raises(IllegalTransition):
        returning().do(steps.reopen, STAFF)


def test_an_undone_delivery_asks_for_its_cash_again() -> None:
    trip = at_door(cod=CASH)
    trip.do(steps.deliver, trip.holder, pin(trip.job), Money(2550, "EUR"))

    trip.do(steps.reopen, trip.holder)

    with pytest.raises(ProofMissing):
        trip.do(steps.deliver, trip.holder, pin(trip.job), None)

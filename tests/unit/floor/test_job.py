"""What a delivery is: how it begins, when it is shown, and its story told again."""

from typing import Any

import msgspec
import pytest
from msgspec import structs

from storefront.fulfillment.errors.job import JobExpired
from storefront.fulfillment.errors.zone import AgeGate
from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.failure import FAILURES
from storefront.fulfillment.job.job import (
    BadJob,
    DeliveryJob,
    Dropoff,
    FailureCode,
    JobState,
    Pay,
    PayPart,
    Pickup,
    ProofKind,
    ProofPlan,
    StockDecision,
    Window,
)
from storefront.fulfillment.job.outward import OUTWARD, cancel_reason
from storefront.fulfillment.order.event import TIMER, Event, replay
from tests.kit.floor.job_rules import (
    CASH,
    COLD_PARCEL,
    HELD,
    NO_PROOF,
    WINE_PARCEL,
    Trip,
    failed,
    fresh_job,
    offered,
    parcel,
)
from tests.kit.floor.order_rules import HOUR, MINUTE, NOON, STAFF

RESTOCK = StockDecision.RESTOCK
LEAVE = Dropoff(Window(NOON, NOON + HOUR), "500.1.1", 900, leave_at_door=True)


def test_a_job_begins_as_an_offer() -> None:
    assert offered().job.state is JobState.OFFERED


@pytest.mark.parametrize(
    "fields",
    [
        {"parcels": ()},
        {"parcels": (parcel(1), parcel(1))},
        {"order_ids": ()},
        {"pay": Pay(500, "EUR", breakdown=(PayPart("base", 400),))},
        {"dropoff": LEAVE},
        {"dropoff": LEAVE, "proof": NO_PROOF, "cod": CASH},
    ],
)
def test_a_job_that_cannot_be_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(BadJob):
        Trip(structs.replace(fresh_job(), **fields))


def test_no_wine_is_left_at_a_door() -> None:
    with pytest.raises(AgeGate):
        offered(WINE_PARCEL, dropoff=LEAVE, proof=NO_PROOF)


def test_a_photo_is_enough_for_a_door_without_anybody() -> None:
    plan = ProofPlan(dropoff=(ProofKind.PHOTO,))

    assert offered(dropoff=LEAVE, proof=plan).job.state is JobState.OFFERED


def test_a_job_is_shown_some_time_before_it_is_ready() -> None:
    job = fresh_job(pickup=Pickup(HELD, ready_at=NOON + HOUR))

    assert claiming.publish_at(job, 20) == NOON + 40 * MINUTE


def test_a_job_whose_window_is_over_is_not_shown() -> None:
    with pytest.raises(JobExpired):
        offered().later(3 * HOUR).do(claiming.publish, TIMER)


def test_a_story_told_again_is_the_same_job() -> None:
    trip = failed(parcel(1), COLD_PARCEL)
    trip.do(steps.reopen, trip.holder).do(steps.fail, trip.holder, FailureCode.REFUSED)
    trip.do(steps.return_to_store, STAFF)
    trip.do(steps.accept_return, {"P1": RESTOCK, "P2": RESTOCK}, STAFF)
    told = msgspec.json.decode(msgspec.json.encode(trip.events), type=list[Event])

    assert replay(DeliveryJob, told) == trip.job
    assert [each.seq for each in told] == list(range(1, trip.job.rev + 1))


def test_every_failure_has_a_meaning() -> None:
    assert set(FAILURES) == set(FailureCode)


def test_every_state_has_words_for_others() -> None:
    assert set(OUTWARD) == set(JobState)
    assert all(
        all(getattr(each, name) for name in each.__struct_fields__) for each in OUTWARD.values()
    )


@pytest.mark.parametrize(
    ("reason", "word"), [("no_show", "NO_SHOW"), ("late", "HIGH_ACCEPTANCE_TIME"), ("?", "OTHER")]
)
def test_a_cancellation_has_a_word_for_others(reason: str, word: str) -> None:
    assert cancel_reason(reason) == word

"""What a courier looks back at: his pay and how it ended, and nothing of the customer."""

import msgspec
import pytest
from msgspec import structs

from connector.model.money import Money
from storefront.fulfillment.job.job import Failure, FailureCode, JobState, Pay
from storefront.fulfillment.job.ride import earned, ride
from tests.kit.floor.job_rules import fresh_job

PAID = structs.replace(
    fresh_job(),
    pay=Pay(450, "EUR", tip=100),
    charges=50,
    closed_at=9_000,
    cancel_reason="Saskia rang",
)
FAILED_ONCE = structs.replace(PAID, failure=Failure(FailureCode.REFUSED, 8_000))


def test_a_delivery_brings_its_fee_and_tip_less_what_it_cost() -> None:
    assert earned(structs.replace(PAID, state=JobState.DELIVERED)) == Money(500, "EUR")


@pytest.mark.parametrize("state", [JobState.RETURNED, JobState.CANCELLED])
def test_what_did_not_arrive_brings_nothing(state: JobState) -> None:
    assert earned(structs.replace(PAID, state=state)) == Money(0, "EUR")


def test_why_it_failed_is_told_of_what_came_back() -> None:
    told = ride(structs.replace(FAILED_ONCE, state=JobState.RETURNED))

    assert (told.failure, told.ended_at) == (FailureCode.REFUSED, 9_000)


def test_a_second_try_that_succeeded_failed_at_nothing() -> None:
    assert ride(structs.replace(FAILED_ONCE, state=JobState.DELIVERED)).failure is None


def test_nothing_of_the_customer_and_no_typed_word_is_in_it() -> None:
    told = msgspec.to_builtins(ride(structs.replace(FAILED_ONCE, state=JobState.CANCELLED)))

    assert set(told) == {
        *("job_id", "store_id", "state", "dropoff", "ended_at", "earned", "failure"),
    }
    assert "Saskia" not in repr(told)

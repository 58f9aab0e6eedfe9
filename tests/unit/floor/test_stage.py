"""What a courier sees of the shopper, step by step."""

import pytest

from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.job import JobState
from storefront.fulfillment.job.stage import PHASES, seen
from storefront.fulfillment.person.visibility import Visible
from tests.kit.floor.job_rules import (
    ANNE,
    Trip,
    at_door,
    carried,
    claimed,
    delivered,
    failed,
    listed,
    returning,
    rider,
)
from tests.kit.floor.order_rules import HOUR, MINUTE, STAFF

AREA = Visible(postcode="1012", city="Amsterdam")
WHOLE = Visible(
    name="Anne",
    phone="•••78",
    alternate="Bram",
    street="Damrak 12 hs",
    street2="II",
    postcode="1012 AB",
    city="Amsterdam",
    point=ANNE.point,
    notes="The bell is broken",
    door_code="4711#",
)


def looked(trip: Trip, courier: str = "cou_1") -> Visible:
    return seen(trip.job, ANNE, courier, trip.now)


def test_before_a_claim_he_sees_the_area() -> None:
    assert looked(listed()) == AREA


def test_with_a_claim_he_sees_the_street_and_nobody() -> None:
    assert looked(claimed()) == Visible(street="Damrak", postcode="1012 AB", city="Amsterdam")


@pytest.mark.parametrize("trip", [carried(), at_door(), failed(), returning()])
def test_with_the_parcels_he_sees_the_door(trip: Trip) -> None:
    assert looked(trip) == WHOLE


def test_an_hour_after_the_end_he_still_sees_it() -> None:
    assert looked(delivered().later(HOUR)) == WHOLE


def test_later_he_sees_nothing() -> None:
    assert looked(delivered().later(HOUR + 1)) == Visible()


@pytest.mark.parametrize("trip", [claimed(), carried(), delivered()])
def test_who_does_not_hold_it_sees_nothing(trip: Trip) -> None:
    assert looked(trip, "cou_2") == Visible()


def test_who_gave_it_back_sees_the_area_again() -> None:
    assert looked(claimed().do(claiming.release, "cou_1", 1, "x")) == AREA


def test_who_lost_it_to_the_next_sees_nothing() -> None:
    trip = claimed().later(11 * MINUTE).claim(rider("cou_2"))

    assert looked(trip) == Visible()
    assert looked(trip, "cou_2").street == "Damrak"


def test_a_claim_that_was_cancelled_shows_nothing() -> None:
    assert looked(claimed().do(claiming.cancel, "store", STAFF)) == Visible()


def test_a_failed_delivery_that_came_back_ends_with_the_return() -> None:
    trip = returning()
    trip.do(steps.accept_return, {}, STAFF, lost=("P1", "P2")).later(HOUR + 1)

    assert looked(trip) == Visible()


def test_every_state_has_a_phase() -> None:
    assert set(PHASES) == set(JobState)

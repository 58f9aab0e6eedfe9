"""What a courier sees before he takes a job."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.model.location import Geo
from storefront.fulfillment.courier.eligibility import Reason
from storefront.fulfillment.job.job import Pay, Window
from storefront.fulfillment.job.offer import dropoff, offer
from storefront.fulfillment.place.point import area_cell, cell_centre
from tests.kit.floor.job_rules import (
    ANNE,
    CASH,
    COLD_PARCEL,
    DOOR,
    STORE,
    WINE_PARCEL,
    fresh_job,
    parcel,
)
from tests.kit.floor.order_rules import HOUR, NOON

WINDOW = Window(NOON, NOON + HOUR)
CELL = area_cell(DOOR)
MIDDLE = cell_centre(CELL)


def test_an_offer_names_no_person_and_no_door() -> None:
    job = fresh_job(WINE_PARCEL, COLD_PARCEL, cod=CASH)

    shown = msgspec.json.encode(offer(job, 431.0)).decode()

    private = ["Anne", "Wit", "Damrak", "1012", "612345678", "4711", "bell", "example.org", "ful_1"]
    assert ANNE.notes
    assert not [each for each in private if each in shown]


@given(
    st.floats(-0.0015, 0.0015),
    st.floats(-0.0025, 0.0025),
    st.integers(0, 9000),
    st.integers(1, 90_000),
)
def test_two_doors_in_one_area_give_one_offer(
    up: float, across: float, fee: int, weight: int
) -> None:
    door = Geo(MIDDLE.latitude + up, MIDDLE.longitude + across)
    other = fresh_job(
        parcel(7, weight_g=weight),
        id="job_2",
        order_ids=("ful_2",),
        dropoff=dropoff(WINDOW, STORE, door),
        pay=Pay(fee, "EUR"),
    )
    one = fresh_job(dropoff=dropoff(WINDOW, STORE, DOOR))

    shown = [msgspec.to_builtins(offer(each, 400)) for each in (one, other)]

    for each in shown:
        for name in ("jobId", "fee", "parcels"):
            del each[name]
    if area_cell(door) == CELL:
        assert shown[0] == shown[1]
    else:
        assert shown[0]["areaCell"] != shown[1]["areaCell"]


@pytest.mark.parametrize(
    ("metres", "shown"), [(0, 0), (124.9, 0), (125, 250), (431, 500), (None, None)]
)
def test_distances_are_rounded(metres: float | None, shown: int | None) -> None:
    assert offer(fresh_job(), metres).to_store_m == shown


def test_the_distance_of_the_drop_is_rounded() -> None:
    assert offer(fresh_job(), None).to_dropoff_m % 250 == 0


def test_a_courier_sees_why_he_may_not() -> None:
    assert offer(fresh_job(), None, Reason.COLD).reason is Reason.COLD


def test_what_must_be_brought_is_shown() -> None:
    shown = offer(fresh_job(WINE_PARCEL, COLD_PARCEL, cod=CASH), None)

    assert (shown.cold, shown.age_check, shown.cash) == (True, 18, CASH.amount)
    assert [each.value for each in shown.skills] == ["AGE18", "COD"]

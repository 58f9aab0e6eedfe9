"""How long a way takes: a range, with its source, that learns from what ways took."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.model.location import Geo
from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.route.travel import (
    SPEED_KMH,
    Band,
    Haversine,
    Ridden,
    Travel,
    calibrate,
    delivery_time,
    hour_band,
)
from tests.kit.floor.oracles_samples import DAM

KILOMETRE_NORTH = Geo(DAM.latitude + 1000 / 111_195.08, DAM.longitude)
CANAL = ((4.80, 52.376), (5.0, 52.376))
EVENING = Band("zon_1", VehicleType.BIKE, 6)


def test_a_kilometre_by_bicycle_takes_about_six_minutes() -> None:
    found = Haversine().between(DAM, KILOMETRE_NORTH, VehicleType.BIKE)

    assert found == Travel(1350, 347, 521, "haversine")


def test_every_vehicle_has_a_speed() -> None:
    assert set(SPEED_KMH) == set(VehicleType)


def test_a_barrier_costs_time_and_no_metres() -> None:
    found = Haversine(barriers=(CANAL,)).between(DAM, KILOMETRE_NORTH, VehicleType.BIKE)

    assert (found.distance_m, found.p50_s) == (1350, 347 + 240)


def test_a_delivery_is_taking_over_the_way_and_handing_over() -> None:
    found = delivery_time(Haversine(), DAM, KILOMETRE_NORTH, VehicleType.BIKE)

    assert (found.p50_s, found.p90_s) == (347 + 270, 521 + 405)


def test_two_ways_add_up() -> None:
    one = Travel(100, 10, 15, "haversine")

    assert one + one == Travel(200, 20, 30, "haversine")


@given(
    st.builds(Geo, st.floats(-80, 80), st.floats(-179, 179)),
    st.builds(Geo, st.floats(-80, 80), st.floats(-179, 179)),
    st.sampled_from(VehicleType),
)
def test_nine_in_ten_takes_longer_than_half_and_there_is_as_long_as_back(
    start: Geo, end: Geo, vehicle: VehicleType
) -> None:
    there = Haversine().between(start, end, vehicle)

    assert 0 <= there.p50_s <= there.p90_s
    assert abs(there.p50_s - Haversine().between(end, start, vehicle).p50_s) <= 1


def _ways(count: int, actual: int) -> list[Ridden]:
    return [Ridden(EVENING, 100, actual) for _ in range(count)]


def test_a_factor_is_the_median_of_thirty_ways_or_more() -> None:
    assert calibrate(_ways(29, 150)) == {}
    assert calibrate(_ways(30, 150)) == {EVENING: 1.5}
    assert calibrate(_ways(16, 120) + _ways(15, 9000)) == {EVENING: 1.2}


@pytest.mark.parametrize(("actual", "factor"), [(1, 0.7), (100_000, 3.0)])
def test_no_factor_leaves_its_bounds(actual: int, factor: float) -> None:
    assert calibrate(_ways(30, actual)) == {EVENING: factor}


def test_bands_are_apart_and_ways_of_no_time_say_nothing() -> None:
    morning = Band("zon_1", VehicleType.BIKE, 3)
    ways = _ways(30, 150) + [Ridden(morning, 100, 200) for _ in range(30)]

    found = calibrate([*ways, Ridden(Band(None, VehicleType.CAR, 0), 0, 60)])

    assert found == {EVENING: 1.5, morning: 2.0}


def test_a_factor_scales_the_estimate() -> None:
    found = Haversine(factor=2.0).between(DAM, KILOMETRE_NORTH, VehicleType.BIKE)

    assert found.p50_s == 694


def test_a_band_is_three_hours() -> None:
    assert [hour_band(minute) for minute in (0, 179, 180, 1439)] == [0, 0, 1, 7]

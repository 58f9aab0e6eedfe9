"""Points: how far apart, how exactly told, and who says where an address lies."""

from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from connector.model.location import Geo
from storefront.fulfillment.errors.place import BadPostcode, UnknownPlace
from storefront.fulfillment.place.locate import PostcodeCentroid, locate, read_geonames
from storefront.fulfillment.place.nearest import nearest
from storefront.fulfillment.place.point import (
    METRES_PER_DEGREE,
    area_cell,
    blurred,
    cell_centre,
    distance_band_m,
    distance_m,
)
from tests.kit.floor.oracles_samples import DAM, store

POINTS = st.builds(Geo, st.floats(-89.9, 89.9), st.floats(-180, 180))


def test_dam_to_utrecht_is_thirty_four_kilometres() -> None:
    assert distance_m(DAM, Geo(52.0907, 5.1214)) == pytest.approx(35_030, abs=100)


@pytest.mark.parametrize(
    ("metres", "told"), [(0, 0), (124, 0), (125, 250), (374, 250), (375, 500), (1_999, 2_000)]
)
def test_a_distance_is_told_in_steps_of_250_metres(metres: float, told: int) -> None:
    assert distance_band_m(metres) == told


@given(POINTS)
def test_a_point_lies_in_the_cell_whose_middle_names_the_same_cell(point: Geo) -> None:
    cell = area_cell(point)

    assert area_cell(cell_centre(cell)) == cell
    assert distance_m(point, cell_centre(cell)) < 1_200


@given(st.floats(-89.9, 89.9))
def test_no_cell_is_narrower_than_500_metres_even_at_its_edge_nearer_to_the_pole(
    latitude: float,
) -> None:
    size, row, _ = area_cell(Geo(latitude, 0)).split(".")

    first, second = (cell_centre(f"{size}.{row}.{column}") for column in (0, 1))
    above = cell_centre(f"{size}.{int(row) + 1}.0")

    height = above.latitude - first.latitude
    edge = radians(abs(first.latitude) + height / 2)
    assert height * METRES_PER_DEGREE >= 499.7
    assert (second.longitude - first.longitude) * cos(edge) * METRES_PER_DEGREE >= 499.7


def test_points_at_the_edges_of_the_map_have_a_cell() -> None:
    edges = [Geo(90, 0), Geo(-90, 0), Geo(0, 180), Geo(0, -180)]

    cells = [area_cell(one) for one in edges]

    assert cells[2] == cells[3]
    assert len({cells[0], cells[1], cells[2]}) == 3


@given(POINTS)
def test_a_blurred_point_is_within_fifty_metres_and_stays_itself(point: Geo) -> None:
    told = blurred(point)

    assert distance_m(point, told) < 120
    assert blurred(told) == told


def _centroid(postcode: str, accuracy_m: int, country: str = "NL") -> PostcodeCentroid:
    return PostcodeCentroid(country, postcode, 52.4, 4.9, accuracy_m, "GeoNames", "CC BY 4.0")


def test_a_pin_goes_before_the_platform_and_that_before_the_postcode() -> None:
    pin, platform, centroid = Geo(52.1, 4.1), Geo(52.2, 4.2), _centroid("1012 JS", 10)

    found = [
        locate(pin, platform, centroid),
        locate(None, platform, centroid),
        locate(None, None, centroid),
    ]

    assert [one.source.value for one in found] == ["PIN", "PLATFORM", "POSTCODE"]
    assert [one.accuracy_m for one in found] == [10, 50, 150]


@pytest.mark.parametrize(
    ("centroid", "accuracy"),
    [
        (_centroid("1012", 100), 1500),
        (_centroid("1012 JS", 400), 400),
        (_centroid("10115", 100, "DE"), 1500),
    ],
)
def test_a_postcode_is_never_told_as_exact_as_a_door(
    centroid: PostcodeCentroid, accuracy: int
) -> None:
    assert locate(None, None, centroid).accuracy_m == accuracy


def test_an_address_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownPlace):
        locate(None, None, None)


def test_a_pin_beside_the_earth_is_refused() -> None:
    with pytest.raises(UnknownPlace):
        locate(Geo(52, 181), None, None)


def test_a_file_of_geonames_is_read() -> None:
    line = "NL\t1012 JS\tAmsterdam\tNH\t07\t\t\t\t\t52.3731\t4.8926\t6\n"

    (found,) = read_geonames([line, "\n"])

    assert (found.postcode, found.latitude, found.accuracy_m) == ("1012 JS", 52.3731, 500)
    assert found.licence == "CC BY 4.0"


@pytest.mark.parametrize(
    "line",
    [
        "NL\t1012",
        "NL\t1012 JS\tA\tN\t0\t\t\t\t\tnorth\t4.8\t6",
        "NL\t99\tA\tN\t0\t\t\t\t\t52.1\t4.8\t6",
    ],
)
def test_a_line_that_is_no_postcode_is_refused(line: str) -> None:
    with pytest.raises(BadPostcode):
        list(read_geonames([line]))


def test_of_equally_near_stores_the_lesser_id_goes_first() -> None:
    twins = [store(id="sto_2"), store(id="sto_1"), structs.replace(store(id="sto_0"), geo=None)]

    assert [one.store.id for one in nearest(twins, DAM)] == ["sto_1", "sto_2"]

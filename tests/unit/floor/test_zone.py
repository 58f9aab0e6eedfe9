"""Zones: inside, outside, on the border, and not known exactly enough."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from connector.model.location import Geo
from storefront.fulfillment.errors.zone import BadZone, ZoneOutside, ZoneUncertain
from storefront.fulfillment.place.point import PlaceSource, Position
from storefront.fulfillment.zone.barrier import crossings
from storefront.fulfillment.zone.decide import (
    Certainty,
    Dropoff,
    checked_zone,
    decide,
    require_zone,
)
from storefront.fulfillment.zone.polygon import (
    border_distance_m,
    covers,
    read_geojson,
    write_geojson,
)
from storefront.fulfillment.zone.zone import Ring, Zone, ZoneKind
from tests.kit.floor.oracles_samples import DAM


def _box(west: float, south: float, east: float, north: float) -> Ring:
    return (west, south), (east, south), (east, north), (west, north), (west, south)


SQUARE = _box(4.8, 52.3, 5.0, 52.5)
HOLE = _box(4.88, 52.36, 4.92, 52.4)


def _zone(**changes: object) -> Zone:
    plain = {
        "id": "zon_1",
        "store_id": "sto_1",
        "name": {"en": "Centre"},
        "kind": ZoneKind.POLYGON,
        "polygons": ((SQUARE,),),
    }
    return Zone(**(plain | changes))


def _drop(point: Geo, accuracy_m: int = 10, postcode: str | None = None) -> Dropoff:
    return Dropoff(Position(point, accuracy_m, PlaceSource.PIN), postcode, "NL")


def test_the_border_belongs_to_the_area_and_so_does_the_border_of_a_hole() -> None:
    area = ((SQUARE, HOLE),)

    assert covers(area, Geo(52.45, 4.9))
    assert covers(area, Geo(52.5, 4.9))
    assert covers(area, Geo(52.3, 4.8))
    assert covers(area, Geo(52.38, 4.88))
    assert not covers(area, Geo(52.38, 4.9))
    assert not covers(area, Geo(52.51, 4.9))


def test_a_second_area_counts_too() -> None:
    both = ((SQUARE,), (_box(6.0, 52.0, 6.1, 52.1),))

    assert covers(both, Geo(52.05, 6.05))
    assert not covers(both, Geo(52.2, 5.5))


def test_the_border_is_measured_in_metres() -> None:
    assert border_distance_m(((SQUARE,),), Geo(52.4, 4.81)) == pytest.approx(678, abs=3)
    assert border_distance_m(((SQUARE, HOLE),), Geo(52.45, 4.9)) == pytest.approx(5_560, abs=10)


def test_the_least_priority_goes_first_and_then_the_lesser_id() -> None:
    zones = [_zone(id="b"), _zone(id="a"), _zone(id="c", priority=1), _zone(id="0", active=False)]

    def first(some: list[Zone]) -> str:
        return require_zone(decide(some, _drop(DAM), DAM)).id

    assert first(zones) == "c"
    assert first(zones[:2]) == "a"


def test_a_radius_is_measured_from_the_store_and_includes_its_end() -> None:
    ring = _zone(kind=ZoneKind.RADIUS, polygons=(), radius_m=1000)
    north = Geo(DAM.latitude + 990 / 111_195.08, DAM.longitude)

    assert decide([ring], _drop(north, 5), DAM).certainty is Certainty.IN
    assert decide([ring], _drop(Geo(52.5, 4.9), 5), DAM).certainty is Certainty.OUTSIDE


def test_outside_all_zones_is_an_error_that_names_the_fact() -> None:
    with pytest.raises(ZoneOutside):
        require_zone(decide([_zone()], _drop(Geo(53, 5)), DAM))


@pytest.mark.parametrize("point", [Geo(52.4, 4.801), Geo(52.4, 4.799)])
def test_near_the_border_a_vague_position_is_uncertain_on_both_sides(point: Geo) -> None:
    decision = decide([_zone()], _drop(point, 150), DAM)

    assert decision.certainty is Certainty.UNCERTAIN
    with pytest.raises(ZoneUncertain) as uncertain:
        require_zone(decision)
    assert uncertain.value.facts["zone"] == "zon_1"


@pytest.mark.parametrize(("postcode", "certainty"), [("1012 JS", "IN"), ("2011 AA", "OUTSIDE")])
def test_near_the_border_the_list_of_postcodes_decides(postcode: str, certainty: str) -> None:
    listed = _zone(postcodes=("1012*",), country="NL")

    decision = decide([listed], _drop(Geo(52.4, 4.801), 150, postcode), DAM)

    assert decision.certainty.value == certainty


def test_far_from_the_border_a_vague_position_is_good_enough() -> None:
    listed = _zone(postcodes=("9999*",), country="NL")

    decision = decide([listed], _drop(Geo(52.4, 4.9), 1500, "1012 JS"), DAM)

    assert decision.certainty is Certainty.IN
    assert not decision.by_postcode


def test_an_uncertain_zone_goes_before_a_sure_one_behind_it() -> None:
    wide = _zone(id="wide", priority=200, polygons=((_box(4, 52, 6, 53),),))

    decision = decide([wide, _zone()], _drop(Geo(52.4, 4.801), 150), DAM)

    assert (decision.certainty, decision.zone) == (Certainty.UNCERTAIN, _zone())


def test_a_zone_of_postcodes_needs_no_position() -> None:
    listed = _zone(kind=ZoneKind.POSTCODES, polygons=(), postcodes=("1011...1019",), country="NL")

    inside = decide([listed], Dropoff(None, "1012JS", "NL"), DAM)

    assert inside.by_postcode
    assert inside.certainty is Certainty.IN
    for other in (Dropoff(None, "1021 AA", "NL"), Dropoff(None, "1012", "BE"), Dropoff(None, "?")):
        assert decide([listed], other, DAM).certainty is Certainty.OUTSIDE


def test_an_area_without_a_position_is_uncertain() -> None:
    assert decide([_zone()], Dropoff(None, "1012 JS", "NL"), DAM).certainty is Certainty.UNCERTAIN


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"polygons": ()}, "polygons"),
        ({"polygons": ((),)}, "polygons"),
        ({"polygons": ((SQUARE[:-1],),)}, "polygons"),
        ({"polygons": ((((0, 0), (1, 1), (0, 0), (0, 0)),),)}, "polygons"),
        ({"polygons": ((_box(179, 0, 181, 1),),)}, "polygons"),
        ({"kind": ZoneKind.RADIUS, "radius_m": 0}, "radiusM"),
        ({"kind": ZoneKind.POSTCODES}, "postcodes"),
        ({"postcodes": ("1012",)}, "country"),
        ({"postcodes": ("nowhere",), "country": "NL"}, "postcodes"),
        ({"barriers": (((4.9, 52.3),),)}, "barriers"),
        ({"lead_min": -1}, "leadMin"),
    ],
)
def test_what_is_wrong_with_a_zone_is_named(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadZone) as bad:
        checked_zone(_zone(**changes))

    assert bad.value.facts["field"] == field


def test_a_zone_in_order_passes_and_survives_being_stored() -> None:
    zone = _zone(postcodes=("1012*", " "), country="NL", barriers=(((4.8, 52.4), (5.0, 52.4)),))

    passed = checked_zone(zone)

    assert passed == structs.replace(zone, postcodes=("1012*",))
    assert msgspec.json.decode(msgspec.json.encode(passed), type=Zone) == passed


def test_geojson_is_read_and_written() -> None:
    ring = [list(pair) for pair in SQUARE]
    plain = {"type": "Polygon", "coordinates": [[[*pair, 12.5] for pair in ring]]}
    feature = {"type": "Feature", "properties": {}, "geometry": plain}
    multi = {"type": "MultiPolygon", "coordinates": [[ring]]}

    assert read_geojson(plain) == read_geojson(feature) == read_geojson(multi) == ((SQUARE,),)
    assert write_geojson(((SQUARE,),)) == multi


@pytest.mark.parametrize(
    "area",
    [
        None,
        [],
        {},
        {"type": "Point", "coordinates": [4.9, 52.4]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": [[[4.9]]]},
        {"type": "Polygon", "coordinates": [[["a", "b"]]]},
        {"type": "Polygon", "coordinates": [[[True, False]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [float("nan"), 1], [0, 0]]]},
        {"type": "Feature", "geometry": None},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [10**400, 1], [0, 0]]]},
    ],
)
def test_another_text_is_no_area(area: object) -> None:
    with pytest.raises(BadZone):
        read_geojson(area)


RIVER = ((4.85, 52.38), (4.9, 52.39), (4.95, 52.38))


def test_a_way_over_the_river_crosses_it_once() -> None:
    south, north = Geo(52.37, 4.9), Geo(52.4, 4.9)

    assert crossings(south, north, [RIVER]) == 1
    assert crossings(south, north, [RIVER, RIVER]) == 2
    assert crossings(south, Geo(52.36, 4.9), [RIVER]) == 0
    assert crossings(south, Geo(52.39, 4.9), [RIVER]) == 1


@given(
    st.tuples(st.integers(-5, 5), st.integers(-5, 5)),
    st.tuples(st.integers(-5, 5), st.integers(-5, 5)),
    st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=2, max_size=4),
)
def test_a_crossing_is_the_same_from_both_ends(
    start: tuple[int, int], end: tuple[int, int], line: list[tuple[int, int]]
) -> None:
    there = crossings(Geo(*start), Geo(*end), [tuple(line)])

    assert there == crossings(Geo(*end), Geo(*start), [tuple(reversed(line))])

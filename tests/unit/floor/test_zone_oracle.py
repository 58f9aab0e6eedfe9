"""A point lies in a zone where exact arithmetic says so, and the nearest store is the nearest."""

from itertools import pairwise
from math import cos, pi, sin
from random import Random

import pytest

from connector.model.location import Geo
from storefront.fulfillment.place.nearest import nearest
from storefront.fulfillment.place.point import PlaceSource, Position, distance_m
from storefront.fulfillment.zone.polygon import border_distance_m, covers
from storefront.fulfillment.zone.zone import Polygon, Ring
from tests.kit.floor.oracles import CASES, angle_m, near_border, nearest_by_sorting, winds_round
from tests.kit.floor.oracles_samples import DAM, near, store

pytestmark = pytest.mark.timeout(3600)


def _ring(chance: Random, centre: tuple[float, float], size: float) -> Ring:
    """Return a star with random corners, on a coarse grid as often as not."""
    corners = chance.randint(3, 14)
    coarse = chance.random() < 0.5
    ring = []
    for corner in range(corners):
        reach = size * chance.uniform(0.3, 1.0)
        angle = 2 * pi * corner / corners
        pair = (centre[0] + reach * cos(angle), centre[1] + reach * sin(angle))
        ring.append((round(pair[0], 2), round(pair[1], 2)) if coarse else pair)
    return (*ring, ring[0])


def _polygons(chance: Random) -> tuple[Polygon, ...]:
    found = []
    for _ in range(chance.randint(1, 3)):
        centre = (4.89 + chance.uniform(-0.05, 0.05), 52.37 + chance.uniform(-0.05, 0.05))
        holes = [_ring(chance, centre, 0.02) for _ in range(chance.choice([0, 0, 1]))]
        found.append((_ring(chance, centre, chance.uniform(0.03, 0.1)), *holes))
    return tuple(found)


def _point(chance: Random, polygons: tuple[Polygon, ...]) -> Geo:
    """Return a point: anywhere, on a corner or border, level with a corner, beside a border."""
    kind = chance.random()
    ring = chance.choice(chance.choice(polygons))
    (x_1, y_1), (x_2, y_2) = (ring[at := chance.randrange(len(ring) - 1)], ring[at + 1])
    if kind < 0.15:
        return Geo(y_1, x_1)
    if kind < 0.3:
        return Geo((y_1 + y_2) / 2, (x_1 + x_2) / 2)
    if kind < 0.5:
        return Geo(y_1, x_1 + chance.uniform(-0.1, 0.1))
    if kind < 0.65:
        return Geo((y_1 + y_2) / 2 + chance.choice([-1e-7, 1e-7]), (x_1 + x_2) / 2)
    return near(chance, 0.12)


def test_a_point_lies_in_an_area_as_exact_winding_says() -> None:
    counted = {True: 0, False: 0}
    for number in range(CASES):
        chance = Random(f"zone-{number}")
        polygons = _polygons(chance)
        point = _point(chance, polygons)

        found = covers(polygons, point)

        if near_border(polygons, point, 2e-9):
            assert found, number
        else:
            assert found is winds_round(polygons, point), number
        counted[found] += 1
    assert min(counted.values()) > CASES // 6


def test_a_point_lies_in_an_area_as_shapely_says() -> None:
    shapely = pytest.importorskip("shapely")
    for number in range(CASES):
        chance = Random(f"shapely-{number}")
        ring = _ring(chance, (4.89, 52.37), 0.05)
        point = near(chance, 0.08)
        if not near_border(((ring,),), point, 2e-9):
            area = shapely.Polygon(ring)
            expected = area.covers(shapely.Point(point.longitude, point.latitude))
            assert covers(((ring,),), point) is expected, number


def test_the_distance_to_the_border_is_that_to_its_nearest_point() -> None:
    for number in range(CASES):
        chance = Random(f"border-{number}")
        ring = _ring(chance, (4.89, 52.37), 0.05)
        point = near(chance, 0.08)

        found = border_distance_m(((ring,),), point)

        walked = min(
            distance_m(point, Geo(y_1 + (y_2 - y_1) * step / 200, x_1 + (x_2 - x_1) * step / 200))
            for (x_1, y_1), (x_2, y_2) in pairwise(ring)
            for step in range(201)
        )
        assert found <= walked * 1.001 + 0.5, number
        assert found >= walked * 0.995 - 45, number


def test_the_nearest_stores_are_the_first_of_all_sorted_by_distance() -> None:
    for number in range(CASES):
        chance = Random(f"nearest-{number}")
        stores = [
            store(id=f"sto_{one}", geo=Position(near(chance, 0.5), 10, PlaceSource.PIN))
            for one in range(chance.randint(0, 25))
        ]
        first = chance.randint(1, 6)

        found = nearest(stores, DAM, first)

        assert [one.store.id for one in found] == nearest_by_sorting(stores, DAM, first), number


def test_stores_too_far_away_are_left_out() -> None:
    for number in range(CASES):
        chance = Random(f"within-{number}")
        stores = [
            store(id=f"sto_{one}", geo=Position(near(chance, 0.5), 10, PlaceSource.PIN))
            for one in range(chance.randint(0, 25))
        ]
        within = chance.uniform(100, 60_000)

        found = nearest(stores, DAM, 50, within)

        reached = {one.id for one in stores if one.geo and angle_m(DAM, one.geo.point) <= within}
        assert {one.store.id for one in found} == reached, number


def test_the_two_ways_to_measure_agree() -> None:
    for number in range(CASES):
        chance = Random(f"distance-{number}")
        one = Geo(chance.uniform(-90, 90), chance.uniform(-180, 180))
        other = Geo(chance.uniform(-90, 90), chance.uniform(-180, 180))

        assert distance_m(one, other) == pytest.approx(angle_m(one, other), abs=1.0), number

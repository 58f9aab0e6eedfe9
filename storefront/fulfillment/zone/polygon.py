"""Whether a point lies in an area drawn on a map, and how far from its border."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any

from connector.model.location import Geo
from storefront.fulfillment.errors.zone import BadZone
from storefront.fulfillment.place.point import METRES_PER_DEGREE
from storefront.fulfillment.zone.zone import Line, Pair, Polygon, Ring

HAIR = 1e-9
"""Degrees (a tenth of a millimetre) within which a point lies on the border."""


def covers(polygons: Iterable[Polygon], point: Geo) -> bool:
    """Tell whether the point lies in any of the areas; borders, also of holes, belong to them."""
    at = (point.longitude, point.latitude)
    return any(_covers(polygon, at) for polygon in polygons)


def border_distance_m(polygons: Iterable[Polygon], point: Geo) -> float:
    """Return the metres from a point to the nearest border, on the plane that touches there."""
    return min(line_distance_m(ring, point) for polygon in polygons for ring in polygon)


def line_distance_m(line: Sequence[Pair], point: Geo) -> float:
    """Return the metres from a point to the nearest piece of a line."""
    flat = [_metres(pair, point) for pair in line]
    return min(_to_segment(one, other) for one, other in pairwise(flat))


def read_geojson(area: Any) -> tuple[Polygon, ...]:
    """Read a GeoJSON Polygon or MultiPolygon, alone or as a Feature, or raise BadZone (RFC 7946).

    Heights are left out; each ring is closed, has three corners or more, and lies on the earth.
    """
    given: dict[str, Any] = area if isinstance(area, dict) else {}
    inner = given.get("geometry")
    shape: dict[str, Any] = inner if isinstance(inner, dict) else given
    kind = shape.get("type")
    if kind not in {"Polygon", "MultiPolygon"}:
        raise BadZone("The area is no Polygon and no MultiPolygon.", field="geojson")
    listed = shape.get("coordinates")
    polygons = [listed] if kind == "Polygon" else listed
    return checked_polygons(tuple(_polygon(one) for one in _list(polygons)))


def write_geojson(polygons: Sequence[Polygon]) -> dict[str, Any]:
    """Return the areas as a GeoJSON MultiPolygon."""
    rings = [[[list(pair) for pair in ring] for ring in one] for one in polygons]
    return {"type": "MultiPolygon", "coordinates": rings}


def checked_polygons(polygons: tuple[Polygon, ...]) -> tuple[Polygon, ...]:
    """Return the areas, or raise BadZone with the `field` that is no closed ring."""
    if not polygons or not all(polygons):
        raise BadZone("The area is empty.", field="polygons")
    for ring in (ring for polygon in polygons for ring in polygon):
        if len(ring) < 4 or ring[0] != ring[-1] or len(set(ring)) < 3:
            raise BadZone("A ring is closed and has three corners or more.", field="polygons")
        checked_line(ring, "polygons")
    return polygons


def checked_line(line: Line, field: str) -> Line:
    """Return a line of two points or more on the earth, or raise BadZone."""
    on_earth = all(-180 <= lng <= 180 and -90 <= lat <= 90 for lng, lat in line)
    if len(line) < 2 or not on_earth:
        raise BadZone("A line has two points or more, all on the earth.", field=field)
    return line


def _covers(polygon: Polygon, at: Pair) -> bool:
    outer, holes = polygon[0], polygon[1:]
    if any(_on_border(ring, at) for ring in polygon):
        return True
    return _inside(outer, at) and not any(_inside(hole, at) for hole in holes)


def _inside(ring: Ring, at: Pair) -> bool:
    """Count how often a ray to the east crosses the ring: oddly often from within."""
    x, y = at
    within = False
    for (x_1, y_1), (x_2, y_2) in pairwise(ring):
        if (y_1 > y) != (y_2 > y):
            side = (x - x_1) * (y_2 - y_1) - (x_2 - x_1) * (y - y_1)
            within ^= (side < 0) == (y_2 > y_1)
    return within


def _on_border(ring: Ring, at: Pair) -> bool:
    return any(_on_segment(one, other, at) for one, other in pairwise(ring))


def _on_segment(one: Pair, other: Pair, at: Pair) -> bool:
    """Tell whether a point lies on a segment, or so near that floats cannot tell."""
    (x_1, y_1), (x_2, y_2), (x, y) = one, other, at
    if not (
        min(x_1, x_2) - HAIR <= x <= max(x_1, x_2) + HAIR
        and min(y_1, y_2) - HAIR <= y <= max(y_1, y_2) + HAIR
    ):
        return False
    across, up = x_2 - x_1, y_2 - y_1
    off = across * (y - y_1) - up * (x - x_1)
    return off * off <= HAIR * HAIR * (across * across + up * up)


def _metres(pair: Pair, origin: Geo) -> Pair:
    across = (pair[0] - origin.longitude) * cos(radians(origin.latitude))
    return across * METRES_PER_DEGREE, (pair[1] - origin.latitude) * METRES_PER_DEGREE


def _to_segment(one: Pair, other: Pair) -> float:
    """Return how far the origin lies from a segment."""
    (x, y), (across, up) = one, (other[0] - one[0], other[1] - one[1])
    squared = across * across + up * up
    share = 0.0 if squared == 0 else max(0.0, min(1.0, -(x * across + y * up) / squared))
    return hypot(x + share * across, y + share * up)


def _polygon(rings: Any) -> Polygon:
    return tuple(tuple(_pair(pair) for pair in _list(ring)) for ring in _list(rings))


def _pair(pair: Any) -> Pair:
    numbers = [one for one in _list(pair)[:2] if type(one) in {int, float} and abs(one) <= 360]
    if len(numbers) != 2:
        raise BadZone("A position is longitude and latitude.", field="geojson")
    return float(numbers[0]), float(numbers[1])


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadZone("Coordinates are nested lists.", field="geojson")
    return value

"""How often a way crosses what is hard to cross: a river, rails, a motorway."""

from collections.abc import Iterable
from itertools import pairwise

from connector.model.location import Geo
from storefront.fulfillment.zone.zone import Line, Pair


def crossings(start: Geo, end: Geo, barriers: Iterable[Line]) -> int:
    """Return how many of the barriers the straight way meets; each counts once.

    Touching counts: who lives on the river bank is told the longer time.
    """
    way = (start.longitude, start.latitude), (end.longitude, end.latitude)
    return sum(_is_crossed(way, line) for line in barriers)


def _is_crossed(way: tuple[Pair, Pair], line: Line) -> bool:
    return any(_meet(way[0], way[1], one, other) for one, other in pairwise(line))


def _meet(a: Pair, b: Pair, c: Pair, d: Pair) -> bool:
    """Tell whether two segments have a point in common (orientation test)."""
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _within_box(*points) for turn, points in zip(turns, ends, strict=True))


def _turn(a: Pair, b: Pair, c: Pair) -> int:
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (cross > 0) - (cross < 0)


def _within_box(a: Pair, b: Pair, point: Pair) -> bool:
    return min(a[0], b[0]) <= point[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= point[1] <= max(
        a[1], b[1]
    )

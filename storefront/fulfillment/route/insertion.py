"""Builds an order of stops by fitting in one job after the other where it disturbs least."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from connector.model.location import Geo
from storefront.fulfillment.route.errand import Route, Stop, StopKind
from storefront.fulfillment.route.schedule import Trip, pair

Stops = tuple[Stop, ...]


def insert(
    trip: Trip, stops: Stops, job_id: str, rank: Callable[[Route], tuple[int, ...]]
) -> Route | None:
    """Return the best route that has the job too, the other stops in their order; None if none.

    Every pair of places is gone through: for short routes.
    """
    found = (trip.route(order) for order in _orders(stops, job_id))
    return min((one for one in found if one is not None), key=rank, default=None)


def insert_cheaply(trip: Trip, stops: Stops, job_id: str) -> tuple[int, Route] | None:
    """Return the least seconds of riding that the job adds, and the route; None where none works.

    Places are tried in the order of what they add, which is known before the times are.
    """
    states, visits = trip.stages(stops)
    fetch, bring = pair(job_id)
    open_at = {at for at, state in enumerate(states) if trip.step(state, fetch)}
    for added, first, second in sorted(_added(trip, stops, job_id)):
        if first not in open_at:
            continue
        rest = (fetch, *stops[first:second], bring, *stops[second:])
        route = trip.route(rest, after=(states[first], visits[:first]))
        if route is not None:
            return added, route
    return None


def without(stops: Iterable[Stop], job_id: str) -> Stops:
    """Return the stops that are not of a job."""
    return tuple(stop for stop in stops if stop.job_id != job_id)


def _orders(stops: Stops, job_id: str) -> Iterator[Stops]:
    for first in range(len(stops) + 1):
        for second in range(first, len(stops) + 1):
            yield _with(stops, job_id, first, second)


def _with(stops: Stops, job_id: str, first: int, second: int) -> Stops:
    """Put the pickup before stop `first` and the drop before stop `second`."""
    fetch, bring = pair(job_id)
    return (*stops[:first], fetch, *stops[first:second], bring, *stops[second:])


def _added(trip: Trip, stops: Stops, job_id: str) -> Iterator[tuple[int, int, int]]:
    """Yield what each pair of places adds in seconds of riding."""
    errand = trip.errands[job_id]
    points, unused = _points(trip, stops)
    spots = range(len(stops) + 1)
    fetch = [_detour(trip, points, at, errand.pickup) for at in spots]
    bring = [_detour(trip, points, at, errand.drop) for at in spots]
    both = _way(trip, errand.pickup, errand.drop)
    for first in spots:
        joint = _joint(trip, points, first, errand.pickup, errand.drop, both)
        yield joint + unused, first, first
        for second in spots[first + 1 :]:
            yield fetch[first] + bring[second], first, second


def _points(trip: Trip, stops: Stops) -> tuple[list[Geo], int]:
    """Return where a route goes, and what of it a rider without stops does not ride: all."""
    points = [trip.rider.start, *(_place(trip, stop) for stop in stops)]
    end = trip.rider.end
    if end is None:
        return points, 0
    return [*points, end], 0 if stops else _way(trip, trip.rider.start, end)


def _detour(trip: Trip, points: Sequence[Geo], at: int, place: Geo) -> int:
    added = _way(trip, points[at], place)
    if at + 1 == len(points):
        return added
    return added + _way(trip, place, points[at + 1]) - _way(trip, points[at], points[at + 1])


def _joint(trip: Trip, points: Sequence[Geo], at: int, pickup: Geo, drop: Geo, between: int) -> int:
    added = _way(trip, points[at], pickup) + between
    if at + 1 == len(points):
        return added
    return added + _way(trip, drop, points[at + 1]) - _way(trip, points[at], points[at + 1])


def _way(trip: Trip, start: Geo, end: Geo) -> int:
    return trip.seconds(start, end, trip.rider.vehicle)


def _place(trip: Trip, stop: Stop) -> Geo:
    errand = trip.errands[stop.job_id]
    return errand.pickup if stop.kind is StopKind.PICKUP else errand.drop

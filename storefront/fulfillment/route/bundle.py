"""Which open jobs go well together, and in which order their stops are best gone."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from storefront.fulfillment.place.point import distance_m
from storefront.fulfillment.route.errand import Errand, Rider, Route, Stop, StopKind, Visit
from storefront.fulfillment.route.insertion import insert, insert_cheaply, without
from storefront.fulfillment.route.schedule import State, Trip, pair, rank, trip
from storefront.fulfillment.route.travel import TravelTime

FEWEST, MOST = 2, 6
ENUMERATED = 4
LONGEST_DETOUR_S = 600
_SEEDS = 20
_NEIGHBOURS = 12


class Bundle(Struct, frozen=True, rename="camel"):
    """Jobs worth taking together: the order with its times, and what riding it saves.

    `saved_s` is what each job alone, from the rider's start, would take more.
    """

    job_ids: tuple[str, ...]
    route: Route
    saved_s: int


def best_order(errands: Sequence[Errand], rider: Rider, times: TravelTime) -> Route | None:
    """Return the order of stops that is done earliest, then rides least; None where none works.

    Up to four jobs every order is weighed, without following hopeless ones; beyond, jobs are
    fitted in one by one, and then each once more. Windows and room are kept.
    """
    gone = trip(rider, errands, times)
    ids = sorted(gone.errands)
    if len(ids) <= ENUMERATED:
        return _Search(gone).best(ids)
    return _fitted(gone, ids)


def suggest(
    errands: Sequence[Errand], rider: Rider, times: TravelTime, first: int = 10
) -> list[Bundle]:
    """Return bundles of two to six open jobs, the most saving first, each set of jobs once.

    A job joins where it is fetched at a store of the bundle, or adds ten minutes at most.
    """
    gone = trip(rider, errands, times)
    alone = {one.job_id: gone.route(pair(one.job_id)) for one in errands}
    able = [one for one in errands if alone[one.job_id] is not None]
    near = sorted(able, key=lambda one: (distance_m(rider.start, one.pickup), one.job_id))
    found: dict[tuple[str, ...], Bundle] = {}
    for seed in near[:_SEEDS]:
        for ids in _grown(gone, seed, able):
            if ids not in found:
                bundle = _bundle(gone, ids, alone)
                found |= {ids: bundle} if bundle else {}
    ranked = sorted(found.values(), key=lambda one: (-one.saved_s, one.job_ids))
    return ranked[:first]


class _Search:
    """Goes through all orders, pickup before drop, as long as they may still be the best."""

    def __init__(self, gone: Trip) -> None:
        self._trip = gone
        self._best: tuple[tuple[int, int], tuple[Visit, ...]] | None = None

    def best(self, ids: Sequence[str]) -> Route | None:
        """Return the best order of all jobs."""
        self._follow(self._trip.begin(), (), tuple(pair(one)[0] for one in ids))
        if self._best is None:
            return None
        (end_at, travel_s), visits = self._best
        return Route(self._trip.rider.id, visits, travel_s, end_at)

    def _follow(
        self, state: State, visits: tuple[Visit, ...], open_stops: tuple[Stop, ...]
    ) -> None:
        reached = state.now, state.travel_s
        if self._best is not None and reached >= self._best[0]:
            return
        if not open_stops:
            self._best = reached, visits
        for stop in open_stops:
            gone = self._trip.step(state, stop)
            if gone is not None:
                self._follow(gone[0], (*visits, gone[1]), _after(open_stops, stop))


def _after(open_stops: Iterable[Stop], stop: Stop) -> tuple[Stop, ...]:
    """Return what may follow: a fetched job may be brought."""
    left = tuple(one for one in open_stops if one != stop)
    return (*left, pair(stop.job_id)[1]) if stop.kind is StopKind.PICKUP else left


def _fitted(gone: Trip, ids: Sequence[str]) -> Route | None:
    urgent = sorted(ids, key=lambda one: (gone.errands[one].drop_until, one))
    route: Route | None = gone.route(())
    for job_id in urgent:
        route = route and insert(gone, route.stops, job_id, rank)
    return route and _refitted(gone, route, urgent)


def _refitted(gone: Trip, route: Route, ids: Sequence[str]) -> Route:
    """Take each job out and fit it in anew, as long as that helps."""
    for job_id in ids:
        again = insert(gone, without(route.stops, job_id), job_id, rank)
        if again is not None and rank(again) < rank(route):
            return _refitted(gone, again, ids)
    return route


def _grown(gone: Trip, seed: Errand, able: Sequence[Errand]) -> Iterator[tuple[str, ...]]:
    """Yield the sets that come of adding to a seed what adds least riding, one after the other."""
    ids: list[str] = [seed.job_id]
    stops: tuple[Stop, ...] = pair(seed.job_id)
    others = _nearest(seed, able)
    while others and len(ids) < MOST:
        stores = {gone.errands[one].store_id for one in ids}
        fits = [(insert_cheaply(gone, stops, one.job_id), one) for one in others]
        able_now = [
            (found[0], one.job_id, found[1])
            for found, one in fits
            if found and (one.store_id in stores or found[0] <= LONGEST_DETOUR_S)
        ]
        if not able_now:
            return
        _, job_id, route = min(able_now, key=lambda one: one[:2])
        ids.append(job_id)
        stops = route.stops
        others = [one for one in others if one.job_id != job_id]
        yield tuple(sorted(ids))


def _nearest(seed: Errand, able: Iterable[Errand]) -> list[Errand]:
    apart = [
        (distance_m(seed.pickup, one.pickup) + distance_m(seed.drop, one.drop), one.job_id, one)
        for one in able
        if one.job_id != seed.job_id
    ]
    return [one for _, _, one in sorted(apart, key=lambda one: one[:2])[:_NEIGHBOURS]]


def _bundle(gone: Trip, ids: Sequence[str], alone: dict[str, Route | None]) -> Bundle | None:
    picked = Trip(gone.rider, {one: gone.errands[one] for one in ids}, gone.seconds)
    route = _Search(picked).best(ids) if len(ids) <= ENUMERATED else _fitted(picked, ids)
    if route is None:
        return None
    saved = sum(one.travel_s for job in ids if (one := alone[job])) - route.travel_s
    return Bundle(tuple(ids), route, saved) if saved > 0 else None

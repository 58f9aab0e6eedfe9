"""Goes through an order of stops with a clock and a scale, and tells whether it works."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from connector.model.location import Geo
from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.route.errand import Errand, Rider, Route, Stop, StopKind, Visit
from storefront.fulfillment.route.travel import TravelTime

SECOND_MS = 1000


class State(Struct, frozen=True):
    """Where a rider stands on his way, when, with what, and what he has ridden."""

    at: Geo
    now: int
    volume_ml: int = 0
    weight_g: int = 0
    travel_s: int = 0
    last: Stop | None = None


class Trip(Struct, frozen=True):
    """One rider and the errands he may be given, with the times of ways, asked once each."""

    rider: Rider
    errands: Mapping[str, Errand]
    seconds: Callable[[Geo, Geo, VehicleType], int]

    def begin(self) -> State:
        """Return the rider at his start."""
        return State(self.rider.start, self.rider.start_at)

    def step(self, state: State, stop: Stop) -> tuple[State, Visit] | None:
        """Return the rider after one more stop; None where time or room does not allow it.

        Two stops in a row at one door of one kind are one handling.
        """
        errand = self.errands[stop.job_id]
        fetches = stop.kind is StopKind.PICKUP
        place = errand.pickup if fetches else errand.drop
        way = self.seconds(state.at, place, self.rider.vehicle)
        opens, closes = _window(errand, fetches=fetches)
        arrive = state.now + way * SECOND_MS
        begin = max(arrive, opens)
        leave = begin + self._handling(state, stop, place) * SECOND_MS
        sign = 1 if fetches else -1
        after = State(
            place,
            leave,
            state.volume_ml + sign * errand.volume_ml,
            state.weight_g + sign * errand.weight_g,
            state.travel_s + way,
            stop,
        )
        if begin > closes or not self._fits(after):
            return None
        return after, Visit(stop.job_id, stop.kind, arrive, begin, leave)

    def route(
        self, stops: Iterable[Stop], after: tuple[State, Sequence[Visit]] | None = None
    ) -> Route | None:
        """Return the stops with their times; None where the order does not work.

        `after` is what of the way lies behind already.
        """
        state, visits = (after[0], list(after[1])) if after else (self.begin(), [])
        for stop in stops:
            gone = self.step(state, stop)
            if gone is None:
                return None
            state, visit = gone
            visits.append(visit)
        last = self._home(state) if visits else state
        if last is None:
            return None
        return Route(self.rider.id, tuple(visits), last.travel_s, last.now)

    def stages(self, stops: Iterable[Stop]) -> tuple[list[State], list[Visit]]:
        """Return the rider before each stop and after the last, and the visits, of a known way."""
        states, visits = [self.begin()], []
        for stop in stops:
            gone = self.step(states[-1], stop)
            if gone is None:
                break
            states.append(gone[0])
            visits.append(gone[1])
        return states, visits

    def _home(self, state: State) -> State | None:
        """Return the rider where he has to end; None where his shift is over before."""
        end = self.rider.end
        if end is None:
            return state
        way = self.seconds(state.at, end, self.rider.vehicle)
        now, travel_s = state.now + way * SECOND_MS, state.travel_s + way
        there = replace(state, at=end, now=now, travel_s=travel_s)
        return there if self._fits(there) else None

    def _handling(self, state: State, stop: Stop, place: Geo) -> int:
        last = state.last
        if last is not None and last.kind is stop.kind and state.at == place:
            return 0
        errand = self.errands[stop.job_id]
        return errand.pickup_s if stop.kind is StopKind.PICKUP else errand.drop_s

    def _fits(self, state: State) -> bool:
        return (
            state.volume_ml <= self.rider.volume_ml
            and state.weight_g <= self.rider.weight_g
            and (self.rider.until is None or state.now <= self.rider.until)
        )


def trip(rider: Rider, errands: Sequence[Errand], times: TravelTime) -> Trip:
    """Return a trip whose ways are asked of `times` once each (p50)."""
    known: dict[tuple[Geo, Geo], int] = {}

    def seconds(start: Geo, end: Geo, vehicle: VehicleType) -> int:
        if (start, end) not in known:
            known[start, end] = times.between(start, end, vehicle).p50_s if start != end else 0
        return known[start, end]

    return Trip(rider, {one.job_id: one for one in errands}, seconds)


def rank(route: Route) -> tuple[int, int]:
    """Return what makes one order of the same stops better: done earlier, then less riding."""
    return route.end_at, route.travel_s


def pair(job_id: str) -> tuple[Stop, Stop]:
    """Return the two stops of a job."""
    return Stop(job_id, StopKind.PICKUP), Stop(job_id, StopKind.DROP)


def _window(errand: Errand, *, fetches: bool) -> tuple[int, int]:
    if fetches:
        return errand.pickup_from, errand.pickup_until
    return errand.drop_from, errand.drop_until

"""Plans a whole afternoon for the couriers of a store: who brings what, in which order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from time import monotonic
from typing import Protocol

from msgspec import Struct

from connector.model.errors import RegieError
from storefront.fulfillment.route.errand import Errand, Rider, Route, Stop
from storefront.fulfillment.route.insertion import insert_cheaply, without
from storefront.fulfillment.route.schedule import Trip, trip
from storefront.fulfillment.route.travel import TravelTime

ROUNDS = 3


class ExtraMissing(RegieError):
    """A planner needs a library that is not installed; `extra` names what to install."""

    code = "extra_missing"
    remedy = "Install it (pip install 'regie[routing]'), or plan without: nothing else needs it."


class Problem(Struct, frozen=True, rename="camel"):
    """What is to be brought, and who can; ids are unique.

    `rider_s` is how many seconds of riding it is worth to send one rider less.
    """

    errands: tuple[Errand, ...]
    riders: tuple[Rider, ...]
    rider_s: int = 0


class Plan(Struct, frozen=True, rename="camel"):
    """One route per rider who goes, what nobody can bring, and who planned it."""

    routes: tuple[Route, ...]
    unassigned: tuple[str, ...]
    planner: str


class Planner(Protocol):
    """Who makes plans; the suite in `route.testing` says what each must keep."""

    name: str

    def plan(
        self, problem: Problem, times: TravelTime, limit_s: float, previous: Plan | None = None
    ) -> Plan:
        """Return a plan within about `limit_s` seconds, never worse than the previous still is."""
        ...


class InsertionPlanner:
    """Fits in job after job, the most urgent first, and then each once more: needs nothing."""

    name = "insertion"

    def plan(
        self, problem: Problem, times: TravelTime, limit_s: float, previous: Plan | None = None
    ) -> Plan:
        """Return the better of a fresh plan and the previous one brought up to date."""
        start = monotonic()
        fresh = fitted(problem, times, {}, self.name, until=start + limit_s / 2)
        if previous is None:
            return fresh
        return better(problem, fresh, kept(problem, times, previous, start + limit_s))


def cost(problem: Problem, plan: Plan) -> tuple[int, int, int]:
    """Return what a plan is weighed by: jobs left out, then riding and riders, then its end."""
    spent = sum(route.travel_s + problem.rider_s for route in plan.routes)
    return len(plan.unassigned), spent, max((route.end_at for route in plan.routes), default=0)


def better(problem: Problem, one: Plan, *others: Plan) -> Plan:
    """Return the plan that costs least; of equal ones the first."""
    return min((one, *others), key=lambda plan: cost(problem, plan))


def kept(problem: Problem, times: TravelTime, previous: Plan, until: float = inf) -> Plan:
    """Return an earlier plan brought up to date: gone jobs left out, new ones fitted in."""
    orders = {route.rider_id: route.stops for route in previous.routes}
    return fitted(problem, times, orders, previous.planner, until=until)


Solver = Callable[[float], Mapping[str, Sequence[Stop]]]
"""Finds orders of stops by rider within so many seconds."""


def solved(
    problem: Problem,
    times: TravelTime,
    limit_s: float,
    previous: Plan | None,
    solve: Solver,
    planner: str,
) -> Plan:
    """Return the best of a solver's plan, the previous one and insertion.

    The solver has three quarters of the time; its orders are ridden under our own clock and scale.
    """
    start = monotonic()
    safe = InsertionPlanner().plan(problem, times, limit_s / 8, previous)
    if not (problem.errands and problem.riders):
        return safe
    orders = {key: tuple(stops) for key, stops in solve(limit_s * 3 / 4).items()}
    return better(problem, safe, fitted(problem, times, orders, planner, until=start + limit_s))


def fitted(
    problem: Problem,
    times: TravelTime,
    orders: Mapping[str, tuple[Stop, ...]],
    planner: str,
    rounds: int = ROUNDS,
    until: float = inf,
) -> Plan:
    """Return a plan that starts from orders of stops and fits in the rest where it adds least.

    Then each job is taken out and fitted in anew, as long as that helps, `rounds` times at most
    and not after `until` (of `time.monotonic`).
    """
    desk = _Desk(problem, times)
    for rider in problem.riders:
        desk.take_over(rider.id, orders.get(rider.id, ()))
    desk.fill()
    for _ in range(rounds):
        if not desk.improve(until):
            break
    return desk.plan(planner)


class _Desk:
    """The plan while it is being made: a trip and an order of stops for each rider."""

    def __init__(self, problem: Problem, times: TravelTime) -> None:
        self._trips = {one.id: trip(one, problem.errands, times) for one in problem.riders}
        self._rider_s = problem.rider_s
        self._routes: dict[str, Route] = {}
        urgent = sorted(problem.errands, key=lambda one: (one.drop_until, one.job_id))
        self._urgent = [one.job_id for one in urgent]

    def take_over(self, rider_id: str, stops: tuple[Stop, ...]) -> None:
        """Begin with the stops of known jobs that nobody else has, if that order works."""
        rider = self._trips[rider_id]
        mine = [stop for stop in stops if stop.job_id in set(self._left())]
        route = rider.route(mine) if _paired(mine) else None
        empty = Route(rider_id, (), 0, rider.rider.start_at)
        self._routes[rider_id] = route or empty

    def fill(self) -> None:
        """Fit in what nobody has."""
        for job_id in self._left():
            self._place(job_id)

    def improve(self, until: float) -> bool:
        """Take each job out and fit it in anew where it adds less; tell whether any moved."""
        moved = False
        for job_id in self._urgent:
            if monotonic() >= until:
                return False
            moved = (job_id in self._taken() and self._move(job_id)) or moved
        self.fill()
        return moved

    def plan(self, planner: str) -> Plan:
        """Return what is on the desk."""
        routes = tuple(route for route in self._routes.values() if route.visits)
        return Plan(routes, tuple(self._left()), planner)

    def _move(self, job_id: str) -> bool:
        """Fit one job in anew, and put it back where that saves no riding."""
        before = dict(self._routes)
        owner = next(key for key, one in before.items() if _has(one, job_id))
        rest = self._trips[owner].route(without(before[owner].stops, job_id))
        if rest is None:
            return False
        self._routes[owner] = rest
        if self._place(job_id) and self._spent(self._routes) < self._spent(before):
            return True
        self._routes = before
        return False

    def _place(self, job_id: str) -> bool:
        fits = [
            (found[0], rider_id, found[1])
            for rider_id, gone in self._trips.items()
            if (found := self._fit(gone, rider_id, job_id))
        ]
        if not fits:
            return False
        _, rider_id, route = min(fits, key=lambda one: one[:2])
        self._routes[rider_id] = route
        return True

    def _fit(self, gone: Trip, rider_id: str, job_id: str) -> tuple[int, Route] | None:
        before = self._routes[rider_id].stops
        found = insert_cheaply(gone, before, job_id)
        if found is None or before:
            return found
        return found[0] + self._rider_s, found[1]

    def _spent(self, routes: Mapping[str, Route]) -> int:
        return sum(one.travel_s + self._rider_s for one in routes.values() if one.visits)

    def _taken(self) -> set[str]:
        return {one.job_id for route in self._routes.values() for one in route.visits}

    def _left(self) -> list[str]:
        taken = self._taken()
        return [job_id for job_id in self._urgent if job_id not in taken]


def _has(route: Route, job_id: str) -> bool:
    return any(one.job_id == job_id for one in route.visits)


def _paired(stops: Iterable[Stop]) -> bool:
    """Tell whether each job is fetched once and then brought once."""
    seen: dict[str, list[str]] = {}
    for stop in stops:
        seen.setdefault(stop.job_id, []).append(stop.kind.value)
    return all(kinds == ["PICKUP", "DROP"] for kinds in seen.values())

"""Plans with PyVRP (MIT), where it is installed; never worse than planning without it."""

from importlib import import_module
from typing import Any

from storefront.fulfillment.route.errand import Stop
from storefront.fulfillment.route.matrix import Sheet, sheet, stop
from storefront.fulfillment.route.planner import ExtraMissing, Plan, Problem, solved
from storefront.fulfillment.route.travel import TravelTime

LEFT_OUT = 1_000_000
"""Seconds of riding that it is worth not to leave a job out."""


class PyVRPPlanner:
    """PyVRP 0.14 or later, which knows shipments (https://pyvrp.org); keeps its time limit."""

    name = "pyvrp"

    def __init__(self, seed: int = 0, library: Any = None) -> None:
        self._seed = seed
        self._library = library

    def plan(
        self, problem: Problem, times: TravelTime, limit_s: float, previous: Plan | None = None
    ) -> Plan:
        """Return the best of PyVRP's plan, the previous one and insertion.

        Raises ExtraMissing where PyVRP is not installed.
        """
        library = self._library or _pyvrp()

        def solve(seconds: float) -> dict[str, list[Stop]]:
            return _solve(library, sheet(problem, times), seconds, self._seed)

        return solved(problem, times, limit_s, previous, solve, self.name)


def _pyvrp() -> Any:
    try:
        import_module("pyvrp.stop")
        return import_module("pyvrp")
    except ImportError:
        raise ExtraMissing("PyVRP is not installed.", extra="routing", library="pyvrp") from None


def _solve(library: Any, numbers: Sheet, limit_s: float, seed: int) -> dict[str, list[Stop]]:
    model = library.Model()
    places = _places(model, numbers)
    _add_crews(model, numbers, places)
    for task in numbers.tasks:
        model.add_shipment(
            places[task.pickup.place],
            places[task.drop.place],
            pickup_tw_early=task.pickup.opens,
            pickup_tw_late=task.pickup.closes,
            pickup_service_duration=task.pickup.handling,
            delivery_tw_early=task.drop.opens,
            delivery_tw_late=task.drop.closes,
            delivery_service_duration=task.drop.handling,
            amount=list(task.amount),
            prize=LEFT_OUT,
            required=False,
        )
    result = model.solve(stop=library.stop.MaxRuntime(limit_s), seed=seed, display=False)
    return _orders(result.best, numbers)


def _places(model: Any, numbers: Sheet) -> list[Any]:
    """Add the places, and last of all the one where every rider ends: nowhere."""
    size = len(next(iter(numbers.seconds.values())))
    return [model.add_location(number, number) for number in range(size + 1)]


def _add_crews(model: Any, numbers: Sheet, places: list[Any]) -> None:
    nowhere = model.add_depot(places[-1])
    profiles = {name: _profile(model, table, places) for name, table in numbers.seconds.items()}
    for crew in numbers.crews:
        model.add_vehicle_type(
            capacity=list(crew.capacity),
            start_depot=model.add_depot(places[crew.start]),
            end_depot=nowhere if crew.end is None else model.add_depot(places[crew.end]),
            fixed_cost=numbers.rider_s,
            tw_early=crew.opens,
            tw_late=crew.closes,
            profile=profiles[crew.profile],
            name=crew.rider_id,
        )


def _profile(model: Any, table: list[list[int]], places: list[Any]) -> Any:
    profile = model.add_profile()
    for start, row in zip(places, table, strict=False):
        for end, seconds in zip(places, row, strict=False):
            model.add_edge(start, end, seconds, seconds, profile)
        model.add_edge(start, places[-1], 0, 0, profile)
    return profile


def _orders(solution: Any, numbers: Sheet) -> dict[str, list[Stop]]:
    return {
        numbers.crews[route.vehicle_type()].rider_id: [
            stop(numbers.tasks[one.idx].job_id, fetches="PICKUP" in one.type.name)
            for one in route
            if "DEPOT" not in one.type.name
        ]
        for route in solution.routes()
    }

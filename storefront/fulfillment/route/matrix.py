"""A plan as solvers read it: places with numbers, seconds between them, times since a start."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from connector.model.location import Geo
from storefront.fulfillment.route.errand import Rider, Stop, StopKind
from storefront.fulfillment.route.planner import Problem
from storefront.fulfillment.route.schedule import SECOND_MS
from storefront.fulfillment.route.travel import TravelTime


class Step(Struct, frozen=True):
    """One end of a job: where, between which seconds it may begin, and how long it lasts."""

    place: int
    opens: int
    closes: int
    handling: int


class Task(Struct, frozen=True):
    """One job: its two ends, and what it fills."""

    job_id: str
    pickup: Step
    drop: Step
    amount: tuple[int, int]


class Crew(Struct, frozen=True):
    """One rider: where and when he starts and ends, which seconds between places are his."""

    rider_id: str
    start: int
    opens: int
    closes: int
    capacity: tuple[int, int]
    profile: str
    end: int | None


class Sheet(Struct, frozen=True):
    """A whole problem in numbers; `seconds` has one square table per kind of vehicle."""

    tasks: tuple[Task, ...]
    crews: tuple[Crew, ...]
    seconds: dict[str, list[list[int]]]
    rider_s: int = 0


HORIZON_S = 10 * 24 * 3600


def sheet(problem: Problem, times: TravelTime) -> Sheet:
    """Return a problem in numbers; seconds count from the first start of a rider."""
    places = list(dict.fromkeys(_points(problem)))
    numbers = {place: number for number, place in enumerate(places)}
    zero = min((rider.start_at for rider in problem.riders), default=0)
    tasks = tuple(
        Task(
            one.job_id,
            _step(numbers[one.pickup], one.pickup_from, one.pickup_until, zero, one.pickup_s),
            _step(numbers[one.drop], one.drop_from, one.drop_until, zero, one.drop_s),
            (one.volume_ml, one.weight_g),
        )
        for one in problem.errands
        if min(one.pickup_until, one.drop_until) >= zero
    )
    crews = tuple(_crew(rider, numbers, zero) for rider in problem.riders)
    return Sheet(tasks, crews, _tables(problem.riders, places, times), problem.rider_s)


def stop(job_id: str, *, fetches: bool) -> Stop:
    """Return one end of a job as a stop."""
    return Stop(job_id, StopKind.PICKUP if fetches else StopKind.DROP)


def _points(problem: Problem) -> list[Geo]:
    ends = [point for one in problem.errands for point in (one.pickup, one.drop)]
    homes = [rider.end for rider in problem.riders if rider.end is not None]
    return [*(rider.start for rider in problem.riders), *ends, *homes]


def _step(place: int, opens: int, closes: int, zero: int, handling: int) -> Step:
    """Round inward: what fits in whole seconds fits in milliseconds."""
    first = max(0, -(-(opens - zero) // SECOND_MS))
    last = min(HORIZON_S, (closes - zero) // SECOND_MS)
    return Step(place, min(first, last), last, handling)


def _crew(rider: Rider, numbers: Mapping[Geo, int], zero: int) -> Crew:
    opens = -(-(rider.start_at - zero) // SECOND_MS)
    closes = HORIZON_S if rider.until is None else (rider.until - zero) // SECOND_MS
    capacity = rider.volume_ml, rider.weight_g
    return Crew(
        rider.id,
        numbers[rider.start],
        opens,
        max(opens, closes),
        capacity,
        rider.vehicle.value,
        None if rider.end is None else numbers[rider.end],
    )


def _tables(
    riders: Sequence[Rider], places: Sequence[Geo], times: TravelTime
) -> dict[str, list[list[int]]]:
    return {
        vehicle.value: [
            [0 if one == other else times.between(one, other, vehicle).p50_s for other in places]
            for one in places
        ]
        for vehicle in {rider.vehicle for rider in riders}
    }

# ruff: noqa: S101, D102
"""What every planner must pass before it may plan an afternoon: inherit, and hand one in."""

from collections.abc import Iterator
from random import Random

import pytest
from msgspec.structs import replace

from connector.model.location import Geo
from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.place.point import distance_m
from storefront.fulfillment.route.errand import Errand, Rider, Route, StopKind
from storefront.fulfillment.route.planner import InsertionPlanner, Plan, Planner, Problem, cost
from storefront.fulfillment.route.travel import SPEED_KMH, Haversine

HOUR = 3_600_000
NOON = 1_800_000_000_000
TIMES = Haversine()


def town(seed: int, errands: int, riders: int = 2, *, home: bool = False) -> Problem:
    """Return an invented afternoon: three stores, doors some kilometres off, two-hour windows.

    With `home`, riders have to be back where they started, and a rider less is worth ten minutes.
    """
    chance = Random(seed)  # noqa: S311  an invented town, not a secret
    stores = [_point(chance) for _ in range(3)]
    jobs = [_errand(chance, number, stores) for number in range(errands)]
    crew = [
        Rider(f"rider{one}", _point(chance), NOON, VehicleType.CARGO_BIKE, 120_000, 60_000)
        for one in range(riders)
    ]
    if home:
        back = tuple(replace(one, end=one.start, until=NOON + 6 * HOUR) for one in crew)
        return Problem(tuple(jobs), back, rider_s=600)
    return Problem(tuple(jobs), tuple(crew))


def faults(problem: Problem, plan: Plan) -> list[str]:
    """Return what is wrong with a plan, worked out anew from its visits."""
    jobs = {one.job_id: one for one in problem.errands}
    visited = [each.job_id for route in plan.routes for each in route.visits]
    wrong = [
        f"{one} is not there once"
        for one in jobs
        if (plan.unassigned.count(one), visited.count(one)) not in {(1, 0), (0, 2)}
    ]
    wrong += [f"nobody asked for {one}" for one in (*plan.unassigned, *visited) if one not in jobs]
    riders = {one.id: one for one in problem.riders}
    for route in plan.routes:
        wrong += _faults_of(riders[route.rider_id], jobs, route)
    return wrong


class PlannerContract:
    """The suite; a subclass gives the fixture `planner`."""

    limit_s = 5.0

    @pytest.fixture
    def planner(self) -> Planner:
        """Return the planner under test."""
        raise TypeError("Give a `planner` fixture: the contract is for yours.")

    @pytest.mark.parametrize("home", [False, True])
    @pytest.mark.parametrize("seed", range(5))
    def test_a_plan_keeps_windows_room_and_order(
        self, planner: Planner, seed: int, *, home: bool
    ) -> None:
        problem = town(seed, errands=8, home=home)

        plan = planner.plan(problem, TIMES, self.limit_s)

        assert faults(problem, plan) == []

    @pytest.mark.parametrize("home", [False, True])
    @pytest.mark.parametrize("seed", range(5))
    def test_a_plan_is_never_worse_than_insertion(
        self, planner: Planner, seed: int, *, home: bool
    ) -> None:
        problem = town(seed, errands=8, home=home)
        plain = InsertionPlanner().plan(problem, TIMES, self.limit_s)

        plan = planner.plan(problem, TIMES, self.limit_s)

        assert cost(problem, plan) <= cost(problem, plain)

    def test_a_plan_is_never_worse_than_the_previous_one(self, planner: Planner) -> None:
        problem = town(3, errands=8)
        first = planner.plan(problem, TIMES, self.limit_s)

        again = planner.plan(problem, TIMES, self.limit_s, first)

        assert cost(problem, again) <= cost(problem, first)

    def test_a_job_that_is_gone_leaves_the_plan(self, planner: Planner) -> None:
        problem = town(4, errands=6)
        first = planner.plan(problem, TIMES, self.limit_s)
        fewer = Problem(problem.errands[1:], problem.riders)

        again = planner.plan(fewer, TIMES, self.limit_s, first)

        assert faults(fewer, again) == []

    def test_a_job_that_nobody_can_carry_is_left_out(self, planner: Planner) -> None:
        problem = town(5, errands=3)
        piano = Errand(
            "piano", "store0", *_ends(problem.errands[0]), volume_ml=10**7, weight_g=10**6
        )
        heavier = Problem((*problem.errands, piano), problem.riders)

        plan = planner.plan(heavier, TIMES, self.limit_s)

        assert "piano" in plan.unassigned
        assert faults(heavier, plan) == []

    def test_nothing_to_do_is_an_empty_plan(self, planner: Planner) -> None:
        plan = planner.plan(Problem((), town(1, 1).riders), TIMES, self.limit_s)

        assert plan.routes == ()
        assert plan.unassigned == ()

    def test_without_riders_everything_is_left_out(self, planner: Planner) -> None:
        problem = Problem(town(2, 4).errands, ())

        plan = planner.plan(problem, TIMES, self.limit_s)

        assert set(plan.unassigned) == {one.job_id for one in problem.errands}


def _point(chance: Random) -> Geo:
    return Geo(52.37 + chance.uniform(-0.03, 0.03), 4.89 + chance.uniform(-0.05, 0.05))


def _errand(chance: Random, number: int, stores: list[Geo]) -> Errand:
    store = chance.randrange(len(stores))
    start = NOON + chance.randrange(3) * HOUR
    return Errand(
        f"job{number}",
        f"store{store}",
        stores[store],
        start,
        start + 2 * HOUR,
        _point(chance),
        start,
        start + 2 * HOUR,
        chance.randrange(5_000, 40_000),
        chance.randrange(500, 12_000),
    )


def _ends(errand: Errand) -> tuple[Geo, int, int, Geo, int, int]:
    fetched = errand.pickup, errand.pickup_from, errand.pickup_until
    return *fetched, errand.drop, errand.drop_from, errand.drop_until


def _faults_of(rider: Rider, jobs: dict[str, Errand], route: Route) -> Iterator[str]:
    """Yield what is wrong with one route: it is ridden once more, with a scale."""
    at, now, volume, weight = rider.start, rider.start_at, 0, 0
    carried: set[str] = set()
    speed = SPEED_KMH[rider.vehicle]
    for visit in route.visits:
        job, fetches = jobs[visit.job_id], visit.kind is StopKind.PICKUP
        place = job.pickup if fetches else job.drop
        opens, closes = (
            (job.pickup_from, job.pickup_until) if fetches else (job.drop_from, job.drop_until)
        )
        soonest = now + round(distance_m(at, place) * 1.35 * 3.6 / speed) * 1000
        if visit.arrive_at < soonest or visit.begin_at < max(visit.arrive_at, opens):
            yield f"{visit.job_id} is reached too soon"
        if visit.begin_at > closes or (rider.until and visit.leave_at > rider.until):
            yield f"{visit.job_id} is reached too late"
        if fetches == (visit.job_id in carried):
            yield f"{visit.job_id} is fetched or brought out of order"
        sign = 1 if fetches else -1
        volume, weight = volume + sign * job.volume_ml, weight + sign * job.weight_g
        if volume > rider.volume_ml or weight > rider.weight_g:
            yield f"{visit.job_id} does not fit"
        carried ^= {visit.job_id}
        at, now = place, visit.leave_at
    yield from (f"{one} is never brought" for one in carried)
    back = now
    if rider.end is not None:
        back += round(distance_m(at, rider.end) * 1.35 * 3.6 / speed) * 1000
    if route.end_at != back or (rider.until and back > rider.until):
        yield f"{rider.id} is back at another time, or too late"

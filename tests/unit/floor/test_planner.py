"""Planners: each passes the contract, with its library, without it, and when it fails."""

import sys
import time

import pytest
from msgspec import structs

from storefront.fulfillment.route.errand import Route, Stop, StopKind, Visit
from storefront.fulfillment.route.insertion import insert_cheaply
from storefront.fulfillment.route.planner import (
    ExtraMissing,
    InsertionPlanner,
    Plan,
    Planner,
    Problem,
    better,
    cost,
    fitted,
    kept,
)
from storefront.fulfillment.route.pyvrp import PyVRPPlanner
from storefront.fulfillment.route.schedule import trip
from storefront.fulfillment.route.testing import TIMES, PlannerContract, faults, town
from storefront.fulfillment.route.vroom import VroomPlanner

NOBODY = Problem((), ())
SILENT = (sys.executable, "-c", "import time; time.sleep(60)")
BROKEN = (sys.executable, "-c", "raise SystemExit(3)")
NONSENSE = (sys.executable, "-c", "print('{\"rider0\": 7}')")
STRANGE = (sys.executable, "-c", 'print(\'{"rider9": [["jobX", true]]}\')')
ECHO = (
    sys.executable,
    "-c",
    "import json, sys\n"  # noqa: ISC004  one program
    "numbers = json.load(sys.stdin)\n"
    "first = numbers['tasks'][0]['job_id']\n"
    "print(json.dumps({numbers['crews'][0]['rider_id']: [[first, True], [first, False]]}))",
)


class TestInsertion(PlannerContract):
    @pytest.fixture
    def planner(self) -> Planner:
        return InsertionPlanner()


class TestVroomThatSaysLittle(PlannerContract):
    """A child that answers, but with one job only: all else must come from insertion."""

    @pytest.fixture
    def planner(self) -> Planner:
        return VroomPlanner(ECHO)


class TestVroom(PlannerContract):
    @pytest.fixture
    def planner(self) -> Planner:
        return VroomPlanner()


class TestPyVRP(PlannerContract):
    limit_s = 0.4

    @pytest.fixture
    def planner(self) -> Planner:
        return PyVRPPlanner()


@pytest.mark.parametrize(
    ("planner", "limit"), [(PyVRPPlanner(), 4.0), (VroomPlanner(), 60.0)], ids=["pyvrp", "vroom"]
)
def test_a_real_solver_finds_what_insertion_does_not(planner: Planner, limit: float) -> None:
    problem = town(2, 24, home=True)

    plan = planner.plan(problem, TIMES, limit)

    assert faults(problem, plan) == []
    assert plan.planner == planner.name
    assert cost(problem, plan) < cost(problem, InsertionPlanner().plan(problem, TIMES, 60))


@pytest.mark.parametrize("command", [BROKEN, NONSENSE, STRANGE, ("/no/such/program",)])
def test_a_child_that_fails_leaves_the_plan_of_insertion(command: tuple[str, ...]) -> None:
    problem = town(1, 6)

    plan = VroomPlanner(command).plan(problem, TIMES, 5.0)

    assert plan == InsertionPlanner().plan(problem, TIMES, 5.0)


def test_a_child_that_never_ends_is_killed_at_its_limit() -> None:
    began = time.monotonic()

    plan = VroomPlanner(SILENT).plan(town(1, 4), TIMES, 0.4)

    assert time.monotonic() - began < 30  # the child would sleep for sixty
    assert plan.planner == "insertion"


@pytest.mark.parametrize("planner", [PyVRPPlanner(), VroomPlanner()])
def test_a_planner_without_its_library_names_the_extra(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, planner.name, None)

    with pytest.raises(ExtraMissing) as missing:
        planner.plan(town(1, 2), TIMES, 1.0)

    assert missing.value.facts["extra"] == "routing"


@pytest.mark.parametrize(
    "stops",
    [
        [Stop("job0", StopKind.DROP), Stop("job0", StopKind.PICKUP)],
        [Stop("job0", StopKind.PICKUP)],
        [Stop("job0", StopKind.PICKUP)] * 2 + [Stop("job0", StopKind.DROP)] * 2,
    ],
)
def test_an_order_that_cannot_be_ridden_is_made_anew(stops: list[Stop]) -> None:
    problem = town(6, 4, riders=1)

    plan = fitted(problem, TIMES, {"rider0": tuple(stops)}, "solver")

    assert faults(problem, plan) == []


def test_a_job_that_two_routes_have_goes_to_one() -> None:
    problem = town(6, 4)
    stops = (Stop("job0", StopKind.PICKUP), Stop("job0", StopKind.DROP))

    plan = fitted(problem, TIMES, {"rider0": stops, "rider1": stops}, "solver")

    assert faults(problem, plan) == []


def test_a_previous_plan_keeps_what_it_can_and_takes_in_what_is_new() -> None:
    problem = town(8, 7)
    earlier = InsertionPlanner().plan(Problem(problem.errands[:5], problem.riders), TIMES, 1.0)

    plan = kept(problem, TIMES, earlier)

    assert faults(problem, plan) == []


def test_a_plan_that_leaves_fewer_jobs_out_is_better_than_a_shorter_one() -> None:
    long = Plan((Route("r", (), 900, 9),), (), "long")
    short = Plan((Route("r", (), 100, 9),), ("job1",), "short")

    assert better(NOBODY, short, long) == long
    assert better(NOBODY, long, Plan(long.routes, (), "twin")).planner == "long"


def test_a_rider_less_is_worth_the_seconds_that_are_said() -> None:
    visit = Visit("job1", StopKind.PICKUP, 0, 0, 0)
    one = Plan((Route("r", (visit,), 900, 9),), (), "one")
    two = Plan((Route("r", (visit,), 400, 9), Route("s", (visit,), 400, 9)), (), "two")

    assert better(NOBODY, one, two) == two
    assert better(Problem((), (), rider_s=101), one, two) == one


def test_insertion_sends_one_rider_where_one_is_enough_and_the_second_is_dear() -> None:
    plain = town(3, 4)
    same = tuple(structs.replace(one, until=None) for one in plain.riders)
    dear = Problem(plain.errands, same, rider_s=100_000)

    plan = InsertionPlanner().plan(dear, TIMES, 1.0)

    assert faults(dear, plan) == []
    assert len(plan.routes) == 1


def test_the_way_home_is_ridden_and_counted() -> None:
    problem = town(2, 3, riders=1)
    rider = structs.replace(problem.riders[0], end=problem.riders[0].start)
    gone = trip(rider, problem.errands, TIMES)
    stops = InsertionPlanner().plan(problem, TIMES, 1.0).routes[0].stops

    there = trip(problem.riders[0], problem.errands, TIMES).route(stops)
    back = gone.route(stops)

    assert there
    assert back
    last = next(one for one in problem.errands if one.job_id == stops[-1].job_id)
    way = TIMES.between(last.drop, rider.start, rider.vehicle).p50_s
    assert back.travel_s == there.travel_s + way
    assert back.end_at == there.end_at + way * 1000
    late = structs.replace(rider, until=back.end_at - 1)
    assert trip(late, problem.errands, TIMES).route(stops) is None


def test_what_an_insertion_adds_holds_with_a_way_home() -> None:
    for seed in range(20):
        problem = town(seed, 4, riders=1, home=True)
        far = structs.replace(problem.riders[0], end=problem.errands[0].drop, until=None)
        gone = trip(far, problem.errands, TIMES)
        route = gone.route(())
        for errand in problem.errands:
            assert route
            found = insert_cheaply(gone, route.stops, errand.job_id)
            if found is None:
                continue
            assert found[0] == found[1].travel_s - route.travel_s
            route = found[1]


def test_a_stop_lasts_as_long_as_the_errand_says() -> None:
    problem = town(2, 1, riders=1)
    slow = structs.replace(problem.errands[0], pickup_s=1000, drop_s=2000)

    route = InsertionPlanner().plan(Problem((slow,), problem.riders), TIMES, 1.0).routes[0]

    assert [one.leave_at - one.begin_at for one in route.visits] == [1_000_000, 2_000_000]


def test_fitting_in_anew_rides_less_and_round_after_round() -> None:
    towns = [town(seed, 12) for seed in range(8)]

    rounds = [
        [cost(one, fitted(one, TIMES, {}, "x", count)) for one in towns] for count in (0, 1, 3)
    ]

    none, once, thrice = rounds
    assert all(a >= b >= c for a, b, c in zip(none, once, thrice, strict=True))
    assert sum(cost[1] for cost in none) > sum(cost[1] for cost in once)
    assert sum(cost[1] for cost in once) > sum(cost[1] for cost in thrice)


def test_fifty_errands_are_planned_in_seconds() -> None:
    problem = town(9, 50)
    began = time.process_time()

    plan = InsertionPlanner().plan(problem, TIMES, 10.0)

    assert faults(problem, plan) == []
    assert time.process_time() - began < 20

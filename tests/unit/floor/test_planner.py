"""Planners: each passes the contract, with its library, without it, and when it fails."""

import sys
import time
from types import SimpleNamespace
from typing import Any, ClassVar

import msgspec
import pytest
from msgspec import structs

from storefront.fulfillment.route.errand import Route, Stop, StopKind, Visit
from storefront.fulfillment.route.insertion import insert_cheaply
from storefront.fulfillment.route.matrix import Sheet, sheet
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
from storefront.fulfillment.route.pyvrp import PyVRPPlanner, _orders
from storefront.fulfillment.route.schedule import trip
from storefront.fulfillment.route.testing import TIMES, PlannerContract, faults, town
from storefront.fulfillment.route.vroom import VroomPlanner
from storefront.fulfillment.route.vroom_child import solve

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


@pytest.mark.parametrize("planner", [PyVRPPlanner(), VroomPlanner()], ids=["pyvrp", "vroom"])
def test_a_real_solver_finds_what_insertion_does_not(planner: Planner) -> None:
    problem = town(2, 24, home=True)

    plan = planner.plan(problem, TIMES, 4.0)

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


class _Shipments:
    """A library that writes down what it is told, and answers one job after the other."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        def note(*given: Any, **named: Any) -> Any:
            self.told.append((name, {"given": given, **named}))
            return SimpleNamespace(made_by=name, given=given)

        return note


def test_vroom_is_told_windows_room_and_one_thread() -> None:
    numbers = sheet(town(2, 3, home=True), TIMES)
    told = _Shipments()
    steps = [{"type": "start"}] + [
        {"type": kind, "id": number} for number in range(3) for kind in ("pickup", "delivery")
    ]
    answer = {"routes": [{"vehicle": 1, "steps": steps}]}

    def finish(**options: Any) -> Any:
        told.told.append(("solve", options))
        return SimpleNamespace(to_dict=lambda: answer)

    problem = SimpleNamespace(
        set_durations_matrix=told.set_durations_matrix,
        add_vehicle=told.add_vehicle,
        add_shipment=told.add_shipment,
        solve=finish,
    )

    def step(id: int, location: int, time_windows: Any, default_service: int) -> Any:  # noqa: A002
        return SimpleNamespace(
            id=id, location=location, windows=time_windows, service=default_service
        )

    library = SimpleNamespace(
        Input=lambda: problem,
        Vehicle=told.Vehicle,
        Amount=lambda held: ("amount", held),
        VehicleCosts=lambda fixed: {"fixed": fixed},
        TimeWindow=lambda a, b: (a, b),
        ShipmentStep=step,
    )

    found = solve(library, numbers)

    assert found == {"rider1": [(f"job{n}", first) for n in range(3) for first in (True, False)]}
    named = dict(told.told)
    assert named["solve"] == {"exploration_level": 5, "nb_threads": 1}
    pickup, drop = named["add_shipment"]["given"]
    last = numbers.tasks[-1]
    assert (pickup.windows, pickup.service) == ([(last.pickup.opens, last.pickup.closes)], 90)
    assert (drop.location, drop.service) == (last.drop.place, 180)
    assert named["add_shipment"]["amount"] == ("amount", list(last.amount))
    assert named["Vehicle"]["end"] == numbers.crews[-1].start
    assert named["Vehicle"]["costs"] == {"fixed": 600}


class _Model(_Shipments):
    """Stands in for pyvrp.Model: notes what is added, and gives all jobs to the second rider."""

    notes: ClassVar[list["_Model"]] = []

    def __init__(self) -> None:
        super().__init__()
        self.notes.append(self)

    def solve(self, **options: Any) -> Any:
        self.told.append(("solve", options))
        jobs = range(sum(name == "add_shipment" for name, _ in self.told))
        visits = [("DEPOT", 1), *((kind, one) for one in jobs for kind in ("PICKUP", "DELIVERY"))]
        visited = [
            SimpleNamespace(type=SimpleNamespace(name=kind), idx=one) for kind, one in visits
        ]

        class Ridden(list[Any]):
            def vehicle_type(self) -> int:
                return 1

        return SimpleNamespace(best=SimpleNamespace(routes=lambda: [Ridden(visited)]))


def test_pyvrp_is_told_shipments_and_its_orders_are_weighed_against_insertion() -> None:
    library = SimpleNamespace(Model=_Model, stop=SimpleNamespace(MaxRuntime=lambda limit: limit))
    problem = town(2, 3)

    plan = PyVRPPlanner(seed=7, library=library).plan(problem, TIMES, 1.5)

    told = _Model.notes.pop().told
    named = dict(told)
    assert named["solve"] == {"stop": 1.125, "seed": 7, "display": False}
    crews = [each for name, each in told if name == "add_vehicle_type"]
    assert [each["name"] for each in crews] == ["rider0", "rider1"]
    assert [each["fixed_cost"] for each in crews] == [0, 0]
    last = sheet(problem, TIMES).tasks[-1]
    shipment = named["add_shipment"]
    assert shipment["amount"] == list(last.amount)
    assert shipment["pickup_tw_late"] == last.pickup.closes
    assert (shipment["pickup_service_duration"], shipment["delivery_service_duration"]) == (90, 180)
    assert cost(problem, plan) <= cost(problem, InsertionPlanner().plan(problem, TIMES, 1.5))
    assert faults(problem, plan) == []


def test_pyvrp_s_visits_are_read_as_stops_of_the_rider_who_makes_them() -> None:
    numbers = sheet(town(2, 2), TIMES)

    found = _orders(_Model().solve().best, numbers)
    _Model.notes.clear()

    assert found == {"rider1": []}
    model = _Model()
    for _ in range(2):
        model.add_shipment()
    told = [(one.job_id, one.kind) for one in _orders(model.solve().best, numbers)["rider1"]]
    _Model.notes.clear()
    both = [StopKind.PICKUP, StopKind.DROP]
    assert told == [(f"job{number}", kind) for number in range(2) for kind in both]


def test_a_sheet_survives_the_way_to_the_child() -> None:
    numbers = sheet(town(3, 5), TIMES)

    assert msgspec.json.decode(msgspec.json.encode(numbers), type=Sheet) == numbers


def test_a_sheet_rounds_windows_inward() -> None:
    plain = town(3, 5)
    odd = tuple(
        structs.replace(one, drop_from=one.drop_from + 1, drop_until=one.drop_until - 1)
        for one in plain.errands
    )
    problem = Problem(odd, plain.riders)

    numbers = sheet(problem, TIMES)

    zero = min(one.start_at for one in problem.riders)
    for task, errand in zip(numbers.tasks, problem.errands, strict=True):
        assert zero + task.drop.opens * 1000 >= errand.drop_from
        assert zero + task.drop.closes * 1000 <= errand.drop_until


def test_orders_of_a_solver_are_ridden_under_our_own_clock() -> None:
    problem = town(6, 6, riders=1)
    best = InsertionPlanner().plan(problem, TIMES, 1.0)
    orders = {one.rider_id: one.stops for one in best.routes}

    plan = fitted(problem, TIMES, orders, "solver")

    assert cost(problem, plan) <= cost(problem, best)
    assert plan.planner == "solver"
    assert faults(problem, plan) == []


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

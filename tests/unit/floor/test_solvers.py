"""What a solver's library is told of a plan, and how its answer is read."""

from types import SimpleNamespace
from typing import Any, ClassVar

import msgspec
from msgspec import structs

from storefront.fulfillment.route.errand import StopKind
from storefront.fulfillment.route.matrix import Sheet, sheet
from storefront.fulfillment.route.planner import InsertionPlanner, Problem, cost, fitted
from storefront.fulfillment.route.pyvrp import PyVRPPlanner, _orders
from storefront.fulfillment.route.testing import TIMES, faults, town
from storefront.fulfillment.route.vroom_child import solve


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

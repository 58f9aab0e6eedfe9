"""The process that runs VROOM: reads a problem in numbers, writes orders of stops."""

import sys
from importlib import import_module
from inspect import signature
from typing import Any

import msgspec

from storefront.fulfillment.route.matrix import Sheet, Step, Task

_TOP_PRIORITY = 100


def solve(library: Any, numbers: Sheet) -> dict[str, list[tuple[str, bool]]]:
    """Return the stops by rider, with one thread."""
    problem = library.Input()
    for profile, table in numbers.seconds.items():
        problem.set_durations_matrix(profile=profile, matrix_input=table)
    for number, crew in enumerate(numbers.crews):
        problem.add_vehicle(
            library.Vehicle(
                number,
                start=crew.start,
                end=crew.end,
                profile=crew.profile,
                capacity=list(crew.capacity),
                time_window=(crew.opens, crew.closes),
                costs=library.VehicleCosts(fixed=numbers.rider_s),
            )
        )
    for number, task in enumerate(numbers.tasks):
        _add(library, problem, number, task)
    found = problem.solve(exploration_level=5, nb_threads=1).to_dict()
    return {
        numbers.crews[route["vehicle"]].rider_id: [
            (numbers.tasks[step["id"]].job_id, step["type"] == "pickup")
            for step in route["steps"]
            if step["type"] in {"pickup", "delivery"}
        ]
        for route in found["routes"]
    }


def _add(library: Any, problem: Any, number: int, task: Task) -> None:
    problem.add_shipment(
        _step(library, number, task.pickup),
        _step(library, number, task.drop),
        amount=library.Amount(list(task.amount)),
        priority=_TOP_PRIORITY,
    )


def _step(library: Any, number: int, step: Step) -> Any:
    """Return one end of a shipment; what a stop lasts is called otherwise since pyvroom 1.15."""
    known = signature(library.ShipmentStep).parameters
    lasts = "default_service" if "default_service" in known else "service"
    windows = [library.TimeWindow(step.opens, step.closes)]
    return library.ShipmentStep(
        number, location=step.place, time_windows=windows, **{lasts: step.handling}
    )


def main() -> None:
    """Read from stdin, write to stdout."""
    numbers = msgspec.json.decode(sys.stdin.buffer.read(), type=Sheet)
    answer = solve(import_module("vroom"), numbers)
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()

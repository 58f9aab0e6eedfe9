"""Plans with VROOM (BSD-2), in a process of its own that is killed when its time is over."""

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec

import msgspec

from storefront.fulfillment.route.errand import Stop
from storefront.fulfillment.route.matrix import Sheet, sheet, stop
from storefront.fulfillment.route.planner import ExtraMissing, Plan, Problem, solved
from storefront.fulfillment.route.travel import TravelTime

CHILD = (sys.executable, "-m", "storefront.fulfillment.route.vroom_child")

Answer = dict[str, list[tuple[str, bool]]]
"""By rider: job ids, and whether it is the pickup."""


class VroomPlanner:
    """VROOM by pyvroom 1.15 (https://github.com/VROOM-Project/pyvroom), one thread.

    Its own time limit does not hold, so the child that runs it is killed. What the child does not
    answer, or answers wrongly, counts as no answer.
    """

    name = "vroom"

    def __init__(self, command: Sequence[str] | None = None) -> None:
        self._command = command

    def plan(
        self, problem: Problem, times: TravelTime, limit_s: float, previous: Plan | None = None
    ) -> Plan:
        """Return the best of VROOM's plan, the previous one and insertion.

        Raises ExtraMissing where pyvroom is not installed.
        """
        command = self._command or _installed()

        def solve(seconds: float) -> dict[str, list[Stop]]:
            return _solve(command, sheet(problem, times), seconds)

        return solved(problem, times, limit_s, previous, solve, self.name)


def _installed() -> Sequence[str]:
    if find_spec("vroom") is None:
        raise ExtraMissing("pyvroom is not installed.", extra="routing", library="pyvroom")
    return CHILD


def _solve(command: Sequence[str], numbers: Sheet, limit_s: float) -> dict[str, list[Stop]]:
    """Ask the child; no answer in time, an error or nonsense give no orders at all."""
    try:
        ended = subprocess.run(  # noqa: S603  our own program, or one that a test hands in
            command,
            input=msgspec.json.encode(numbers),
            capture_output=True,
            timeout=limit_s,
            check=True,
        )
        answer = msgspec.json.decode(ended.stdout, type=Answer)
    except (subprocess.SubprocessError, msgspec.DecodeError, OSError):
        return {}
    return {
        rider: [stop(job_id, fetches=fetches) for job_id, fetches in stops]
        for rider, stops in answer.items()
    }

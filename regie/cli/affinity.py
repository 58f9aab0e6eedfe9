"""A busy web process stays on one core: its threads share one lock, cheapest to pass on there."""

import os
import random
import threading
import time
from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec import Struct

_TASKS = Path("/proc/self/task")
_SECONDS = 0.5
_BUSY, _IDLE = 0.1, 0.02
"""Shares of a core: who takes more than the first stays on one, who takes less than the second
may go where he likes."""
_WORTH_A_MOVE = 0.25
"""How much more of a core must be free elsewhere."""


class Sample(Struct, frozen=True):
    """Seconds as of a moment: what this process took, and for how long each core was busy."""

    at: float
    own: float
    busy: Mapping[int, float]


def chosen(kept: int | None, before: Sample, after: Sample) -> int | None:
    """Return the core to stay on, after what happened between two samples; None for any."""
    span = after.at - before.at
    own = (after.own - before.own) / span
    if own < (_BUSY if kept is None else _IDLE):
        return None
    others = _others(kept, own, before, after)
    best = min(others, key=lambda core: (others[core], core))
    if kept in others and others[kept] - others[best] < _WORTH_A_MOVE:
        return kept
    return best


def _others(kept: int | None, own: float, before: Sample, after: Sample) -> dict[int, float]:
    """Return by core the share of it that other programs took."""
    span = after.at - before.at
    load = {core: (after.busy[core] - before.busy[core]) / span for core in after.busy}
    if kept is None:
        mine = min(own / max(sum(load.values()), own), 1.0)
        return {core: share * (1 - mine) for core, share in load.items()}
    return {core: max(share - own * (core == kept), 0.0) for core, share in load.items()}


class Keeper(threading.Thread):
    """Looks twice a second where this process computes, and keeps all its threads there.

    It moves when others take much of that core while another one is free, and lets go when there
    is little to do.
    """

    def __init__(self, cores: Collection[int], seconds: float = _SECONDS) -> None:
        super().__init__(name="core-keeper", daemon=True)
        self._cores = frozenset(cores)
        self._seconds = seconds
        self._kept: int | None = None
        self._placed: set[int] = set()
        self._ended = threading.Event()

    def run(self) -> None:
        """Look until told to stop, or until the system refuses."""
        try:
            before = sample(self._cores)
            # Processes that look at different moments do not all choose the same free core.
            while not self._ended.wait(self._seconds * random.uniform(0.7, 1.3)):  # noqa: S311
                after = sample(self._cores)
                self._stay(chosen(self._kept, before, after))
                before = after
        except (OSError, ValueError):
            return  # some containers hide these files or forbid it: then the system decides

    def stop(self) -> None:
        """Let the process go where it likes again."""
        self._ended.set()
        self.join()
        self._stay(None)

    def _stay(self, core: int | None) -> None:
        if core != self._kept:
            self._kept = core
            self._placed.clear()
        mask = self._cores if core is None else {core}
        threads = {int(it.name) for it in _TASKS.iterdir()}
        for thread in threads - self._placed:
            try:
                os.sched_setaffinity(thread, mask)
            except ProcessLookupError:
                continue  # ended meanwhile
        self._placed = threads


def sample(cores: Collection[int]) -> Sample:
    """Look at the clocks; raises OSError or ValueError where they cannot be read."""
    busy = {}
    for line in Path("/proc/stat").read_text(encoding="ascii").splitlines():
        name, *ticks = line.split()
        if name[:3] == "cpu" and name[3:].isdecimal() and int(name[3:]) in cores:
            busy[int(name[3:])] = _not_idle([int(it) for it in ticks])
    if not busy:
        raise ValueError("No core that this process may use is in /proc/stat.")
    return Sample(time.monotonic(), time.process_time(), busy)


def _not_idle(ticks: list[int]) -> float:
    """Return busy seconds; the fourth and fifth number are idle and waiting (proc(5))."""
    return (sum(ticks[:8]) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def keep_to_one_core() -> Keeper | None:
    """Start to keep this process on one core while it is busy, where there is a choice."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    cores = os.sched_getaffinity(0)
    if len(cores) < 2:
        return None
    keeper = Keeper(cores)
    keeper.start()
    return keeper

"""Servers under load: each with its own connections, taking turns, so that all see one machine."""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

from baseline import _free_port
from read_path_client import Ask, Client

HERE = Path(__file__).parent


class Load(NamedTuple):
    """What one variant did: seconds of CPU per request in its cheapest and its usual turn.

    `rate` is requests per second in its usual turn; times are seconds.
    """

    cpu: float
    usual: float
    rate: float
    p50: float
    p99: float
    rss_mb: float


class Runner:
    """One variant under granian with connections to it; what it did is added up turn by turn."""

    def __init__(self, process: int, port: int, keys: Sequence[str], ask: Ask) -> None:
        self._pid = process
        self._client = Client(port, keys)
        self._asks = map(ask, count(1))
        self._rates: list[float] = []
        self._cpu: list[float] = []
        self._times: list[float] = []
        self.body = b""

    def turn(self, requests: int, *, counted: bool = True) -> None:
        """Ask so many times over a new connection, after a few that only warm up."""
        self._client.connect()
        self._asked(max(requests // 10, 4))
        before, began = tree_cpu(self._pid), time.perf_counter()
        times = self._asked(requests)
        if counted:
            self._rates.append(requests / (time.perf_counter() - began))
            self._cpu.append((tree_cpu(self._pid) - before) / requests)
            self._times += times

    def load(self) -> Load:
        """Return what it did."""
        times = sorted(self._times)
        return Load(
            min(self._cpu),
            statistics.median(self._cpu),
            statistics.median(self._rates),
            statistics.median(times),
            times[int(len(times) * 0.99)],
            resident(self._pid),
        )

    def _asked(self, requests: int) -> list[float]:
        times = []
        for taken, body in self._client.ask(islice(self._asks, requests)):
            times.append(taken)
            self.body = body
        return times


@contextlib.contextmanager
def running(folder: str, variant: str, size: int) -> Iterator[tuple[int, int]]:
    """Run one variant under granian; yield its process and port."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("--blocking-threads", "16", "--port", str(port), "--log-level", "error"),
        "read_path_app:create",
    ]
    environment = os.environ | {
        "BENCH_VARIANT": variant,
        "BENCH_HOME": folder,
        "BENCH_SIZE": str(size),
    }
    with subprocess.Popen(command, cwd=HERE, env=environment) as server:
        try:
            yield server.pid, port
        finally:
            server.send_signal(signal.SIGTERM)


def _tree(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [pid, *map(int, children.split())]


def tree_cpu(pid: int) -> float:
    """Return the CPU seconds of a process and its children, to the nanosecond (Linux)."""
    found = 0
    for each in _tree(pid):
        for stat in Path(f"/proc/{each}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                found += int(stat.read_text(encoding="ascii").split()[0])
    return found / 1e9


def resident(pid: int) -> float:
    """Return the megabytes of the largest process of the tree."""
    found = [0.0]
    for each in _tree(pid):
        text = Path(f"/proc/{each}/status").read_text(encoding="ascii")
        found.append(int(text.split("VmRSS:")[1].split()[0]) / 1024)
    return max(found)

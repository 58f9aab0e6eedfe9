"""Servers under load: each with one connection, taking turns, so that all see one machine."""

import contextlib
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from baseline import _free_port
from harness import require

HERE = Path(__file__).parent
Ask = Callable[[int], bytes]


class Load(NamedTuple):
    """What one variant did: seconds of CPU per request in its cheapest and its usual turn.

    `rate` is requests per second over all turns; times are seconds.
    """

    cpu: float
    usual: float
    rate: float
    p50: float
    p99: float
    rss_mb: float


class Runner:
    """One variant under granian with a connection to it; what it did is added up turn by turn."""

    def __init__(self, process: int, port: int, key: str, ask: Ask) -> None:
        self._pid = process
        self._client = Client(port, key)
        self._ask = ask
        self._number = 0
        self._cpu: list[float] = []
        self._times: list[float] = []
        self.body = b""

    def turn(self, requests: int, *, counted: bool = True) -> None:
        """Ask so many times over a new connection, after a few that only warm up."""
        self._client.connect()
        self._asked(max(requests // 10, 4))
        before = tree_cpu(self._pid)
        times = self._asked(requests)
        if counted:
            self._cpu.append((tree_cpu(self._pid) - before) / requests)
            self._times += times

    def load(self) -> Load:
        """Return what it did."""
        times = sorted(self._times)
        return Load(
            min(self._cpu),
            statistics.median(self._cpu),
            len(times) / sum(times),
            statistics.median(times),
            times[int(len(times) * 0.99)],
            resident(self._pid),
        )

    def _asked(self, requests: int) -> list[float]:
        times = []
        for _ in range(requests):
            self._number += 1
            body = self._ask(self._number)
            began = time.perf_counter()
            self.body = self._client.post(body)
            times.append(time.perf_counter() - began)
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


class Client:
    """A plain keep-alive connection: the load must cost little, for it shares the machine."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._socket = connected(port)
        self._head = (
            f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
            "Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: "
        ).encode()

    def connect(self) -> None:
        """Open a new connection: the server closes one that was silent for half a minute."""
        self._socket.close()
        self._socket = connected(self._port)

    def post(self, body: bytes) -> bytes:
        """Send a body and return that of the answer."""
        self._socket.sendall(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._received()
        head, _, rest = data.partition(b"\r\n\r\n")
        require(head.startswith(b"HTTP/1.1 200"), f"an answer: {head[:200]!r} {rest[:300]!r}")
        lengths = [it for it in head.lower().split(b"\r\n") if it.startswith(b"content-length:")]
        length = int(lengths[0].partition(b":")[2])
        while len(rest) < length:
            rest += self._received()
        return rest

    def _received(self) -> bytes:
        found = self._socket.recv(262_144)
        require(bool(found), "the server keeps the connection")
        return found


def connected(port: int) -> socket.socket:
    """Return a connection to a server, once it answers at all."""
    for _ in range(300):
        with contextlib.suppress(OSError, http.client.HTTPException):
            probe = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            probe.request("OPTIONS", "/graphql")
            probe.getresponse().read()
            probe.close()
            return socket.create_connection(("127.0.0.1", port), timeout=60)
        time.sleep(0.1)
    raise SystemExit("The server did not start.")


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

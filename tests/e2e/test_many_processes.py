"""Four server processes on one Postgres: budgets, revocations and stock are those of one shop."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import create_engine, text

from connector.store.database import Database
from regie.database import upgrade
from regie.demo.processes import free_port
from storefront.disclosure.agent import Agent
from storefront.disclosure.grant import Budget, Grant
from storefront.disclosure.store import keys
from tests.kit.disclosure.many_processes import LINES, PATIENCE, PROCESSES, Redis, Served, Told
from tests.kit.disclosure.world import PRODUCTS, furnish, put

SECRET = "k" * 40
STOCK = "{products(first: 50) {nodes {id variants {inventory {available}}}}}"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def database(postgres: str) -> Iterator[Database]:
    address = postgres.replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE many"))
    admin.dispose()
    found = Database(postgres.replace("/postgres?", "/many?", 1))
    upgrade(found)
    furnish(found)
    yield found
    found.close()


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    found = Redis()
    yield found
    found.kill()


@pytest.fixture(scope="module")
def serve(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start servers, with a Redis or without."""
    started: list[tuple[subprocess.Popen[bytes], Served]] = []

    def start(redis_url: str) -> Served:
        port = free_port(0)
        clean = {key: value for key, value in os.environ.items() if not key.startswith("REGIE_")}
        environment = {
            **clean,
            "REGIE_HOME": str(tmp_path_factory.mktemp("home")),
            "REGIE_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "REGIE_REDIS_URL": redis_url,
            "REGIE_SECRET_KEY": SECRET,
            "REGIE_LOG": "off",
        }
        words = ["-m", "regie", "serve", "--port", str(port), "--processes", str(PROCESSES)]
        child = subprocess.Popen([sys.executable, *words], env=environment)
        served = Served(port, database, environment)
        started.append((child, served))
        served.connect(served.admit()[2])
        return served

    yield start
    for child, served in started:
        for line in served.lines:
            line.close()
        child.send_signal(signal.SIGTERM)
        child.wait(PATIENCE)


@pytest.fixture(scope="module")
def together(serve: Callable[[str], Served], redis: Redis) -> Served:
    """Four processes that count in one Redis."""
    return serve(f"redis://127.0.0.1:{redis.port}/0")


@pytest.fixture(scope="module")
def alone(serve: Callable[[str], Served]) -> Served:
    """Four processes that count each for itself."""
    return serve("")


def statuses(told: Iterable[Told]) -> Counter[int]:
    return Counter(it.status for it in told)


def accepted(told: Iterable[Told]) -> Counter[str | None]:
    return Counter(it.writer for it in told if it.status == 200)


def eventually(claim: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while not (holds := claim()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return holds


def test_a_budget_of_requests_is_exact_over_all_processes(together: Served) -> None:
    _, _, key = together.admit(Budget(40, 10**9))

    told = together.burst(key, 3 * 40)

    assert statuses(told) == {200: 40, 429: len(told) - 40}
    assert {it.code for it in told} == {None, "rate_limited"}
    assert all(1 <= it.retry_after <= 60 for it in told if it.status == 429)
    assert len({it.writer for it in told}) == PROCESSES


def test_a_budget_of_cost_is_exact_over_all_processes(together: Served) -> None:
    query = "{products(first: 20) {totalCount}}"
    cost = together.lines[0].ask(together.admit()[2], query).cost
    _, _, key = together.admit(Budget(10**9, 31 * cost - 1))

    told = together.burst(key, 3 * 30, query)

    assert statuses(told) == {200: 30, 429: len(told) - 30}


def test_without_redis_each_process_counts_for_itself(alone: Served) -> None:
    _, _, key = alone.admit(Budget(5, 10**9))
    _, _, other = alone.admit()

    told = alone.burst(key, 10 * 5 * PROCESSES)

    assert set(statuses(told)) == {200, 429}
    assert max(accepted(told).values()) == 5
    assert 5 <= accepted(told).total() <= 5 * PROCESSES
    assert statuses(alone.everywhere(other)) == {200: len(alone.lines)}


def test_without_redis_requests_go_on_and_with_it_again_budgets_are_shared(
    together: Served, redis: Redis
) -> None:
    _, _, key = together.admit(Budget(30, 10**9))
    _, _, other = together.admit()
    before = together.burst(key, LINES)

    redis.kill()
    during = together.burst(key, 30 * PROCESSES * 2)
    beside = together.everywhere(other)
    redis.start()

    assert statuses(before) == {200: len(before)}
    assert set(statuses(during)) == {200, 429}
    assert max(accepted(during).values()) == 30
    assert accepted(during).total() <= 30 * PROCESSES
    assert statuses(beside) == {200: len(together.lines)}
    assert eventually(lambda: is_shared(together))


def is_shared(served: Served) -> bool:
    """Tell by a burst of a new agent whether all processes count together."""
    _, _, key = served.admit(Budget(LINES, 10**9))
    return accepted(served.burst(key, 3 * LINES)).total() == LINES


@pytest.mark.parametrize("kind", ["grant", "agent", "key"])
def test_a_revocation_holds_from_the_next_request_on_in_every_process(
    together: Served, alone: Served, kind: str
) -> None:
    agent, grant, key = together.admit()
    both = (together, alone)
    before = [it for served in both for it in served.burst(key, 3 * LINES)]

    revoke(together, kind, agent, grant)
    after = [it for served in both for it in served.everywhere(key)]

    assert set(statuses(before)) == {200}
    assert len({it.writer for it in before}) == 2 * PROCESSES
    assert {(it.status, it.code) for it in after} == {
        (403, "agent_not_admitted") if kind == "grant" else (401, "key_required")
    }


def revoke(served: Served, kind: str, agent: Agent, grant: Grant) -> None:
    if kind == "grant":
        served.command("grant", "revoke", grant.id)
    elif kind == "agent":
        served.command("agent", "revoke", agent.name)
    else:
        with served.database.write() as connection:
            (found,) = keys.all_of(connection, "mer_1", agent.id)
            assert keys.end(connection, "mer_1", found.id, 1, 2)


def test_a_change_of_stock_is_in_the_next_answer_of_every_process(
    together: Served, alone: Served
) -> None:
    _, _, key = together.admit()

    for pieces in (3, 0, 8):
        put(together.database, [1], variants=stocked(pieces))
        for served in (together, alone):
            told = served.everywhere(key, STOCK)
            assert len({it.writer for it in told}) == PROCESSES
            assert {available(it) for it in told} == {pieces}


def stocked(pieces: int) -> tuple[Any, ...]:
    """Return the variants of product 1 with so many pieces at every place."""
    return tuple(
        structs.replace(
            it, inventory=tuple(structs.replace(level, available=pieces) for level in it.inventory)
        )
        for it in PRODUCTS[1].variants
    )


def available(told: Told) -> int:
    """Return how many pieces of product 1 are told of, the same at every place."""
    nodes = told.body["data"]["products"]["nodes"]
    (variants,) = [it["variants"] for it in nodes if it["id"] == PRODUCTS[1].id]
    (pieces,) = {level["available"] for it in variants for level in it["inventory"]}
    return int(pieces)

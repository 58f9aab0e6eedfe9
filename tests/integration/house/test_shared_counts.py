"""Counts in a real Redis: exact for all who count there, and nothing is added that does not fit."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from redis import Redis as Client

from regie.counts import RedisWindows, shared_counts
from storefront.disclosure.grant import Budget
from storefront.disclosure.meter import Meter, RateLimited, Standing
from tests.kit.disclosure.many_processes import Redis

PATIENCE = 20


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    found = Redis()
    deadline = time.monotonic() + PATIENCE
    client = Client("127.0.0.1", found.port)
    while time.monotonic() < deadline:
        try:
            client.ping()
            break
        except ConnectionError:
            time.sleep(0.05)
    yield found.port
    found.kill()


def windows(port: int) -> RedisWindows:
    found = shared_counts(f"redis://127.0.0.1:{port}/0")
    assert found is not None
    return found


def test_without_an_address_nothing_is_shared() -> None:
    assert shared_counts("") is None


def test_what_does_not_fit_is_not_added(port: int) -> None:
    name, counts = uuid4().hex, windows(port)

    found = [counts.add(name, amount, 30) for amount in (18, 20, 12, 1)]

    assert [count for count, _ in found] == [18, 38, 30, 31]
    assert all(0 < rest <= 60 for _, rest in found)


def test_a_count_is_set_back_a_minute_after_its_first_addition(port: int) -> None:
    name, counts = uuid4().hex, windows(port)
    counts.add(name, 3, 5)
    client = Client("127.0.0.1", port)
    client.pexpire(name, 50)
    assert counts.add(name, 1, 5)[1] <= 0.05
    time.sleep(0.1)

    assert counts.add(name, 3, 5) == (3, 60)


def test_several_meters_spend_one_budget_and_never_more(port: int) -> None:
    meters = [Meter(windows(port)) for _ in range(4)]
    agent, budget = uuid4().hex, Budget(10**6, 100)

    def spend(turn: int) -> int:
        cost = (7, 11, 3, 2)[turn % 4]
        try:
            meters[turn % 3].charge("mer_1", agent, budget, cost, Standing(budget))
        except RateLimited:
            return 0
        return cost

    with ThreadPoolExecutor(8) as threads:
        spent = sum(threads.map(spend, range(120)))

    assert 99 <= spent <= 100

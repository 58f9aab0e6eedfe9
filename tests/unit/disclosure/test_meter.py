"""Budgets: counted exactly, by many threads at once, and with whatever Redis does."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from storefront.disclosure import meter as metering
from storefront.disclosure.grant import Budget
from storefront.disclosure.meter import Counted, Meter, OwnWindows, RateLimited

THREADS = 8


class Store:
    """Counts as Redis does, until it is broken."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.broken = False
        self.asked = 0

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        del expiry
        self.asked += 1
        if self.broken:
            raise ConnectionError
        self.counts[key] = self.counts.get(key, 0) + amount
        return self.counts[key]

    def get_expiry(self, key: str) -> float:
        raise AssertionError(key)


class Hands:
    """A clock that is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    time = monotonic


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    found = Hands()
    monkeypatch.setattr(metering, "time", found)
    return found


def accepted(meter: Meter, budget: Budget, times: int) -> int:
    return sum(fits(meter, budget) for _ in range(times))


def fits(meter: Meter, budget: Budget) -> bool:
    try:
        meter.count("mer_1", "agt_1", budget)
    except RateLimited:
        return False
    return True


def test_what_many_threads_count_at_once_is_exact() -> None:
    for _ in range(50):
        windows, start = OwnWindows(), threading.Barrier(THREADS)

        def add(windows: OwnWindows = windows, start: threading.Barrier = start) -> list[int]:
            start.wait()
            return [windows.add("a", 1)[0] for _ in range(20)]

        with ThreadPoolExecutor(THREADS) as threads:
            found = [threads.submit(add) for _ in range(THREADS)]
            counts = sorted(count for it in found for count in it.result())

        assert counts == list(range(1, THREADS * 20 + 1))


def test_a_window_is_a_minute_from_its_first_request_on() -> None:
    hands = Hands()
    windows = OwnWindows(hands.monotonic)

    found = []
    for pause in (0, 20, 39.5, 0.5):
        hands.now += pause
        found.append(windows.add("a", 1))

    assert found == [(1, 60), (2, 40), (3, 1), (1, 60)]


def test_a_count_in_redis_costs_one_call(hands: Hands) -> None:
    store: Any = Store()
    meter = Meter(store)

    counted = [meter.count("mer_1", "agt_1", Budget(5, 10)) for _ in range(3)]
    hands.now += 20
    counted.append(meter.count("mer_1", "agt_1", Budget(5, 10)))

    assert counted == [Counted(4, 60), Counted(3, 60), Counted(2, 60), Counted(1, 40)]
    assert store.asked == 4


def test_what_is_left_of_the_cost_is_told() -> None:
    meter, budget = Meter(), Budget(5, 10)

    standing = meter.charge("mer_1", "agt_1", budget, 4, meter.count("mer_1", "agt_1", budget))

    assert (standing.requests_left, standing.cost_left) == (4, 6)
    with pytest.raises(RateLimited, match="10 cost"):
        meter.charge("mer_1", "agt_1", budget, 7, Counted(3, 60))


def test_without_redis_a_process_counts_for_itself_and_asks_again_after_a_pause(
    hands: Hands,
) -> None:
    store: Any = Store()
    meter, budget = Meter(store), Budget(3, 10)
    store.broken = True

    assert accepted(meter, budget, 10) == 3
    assert store.asked == 1
    store.broken = False
    hands.now += 5

    assert accepted(meter, budget, 10) == 3
    assert store.asked == 11


def test_while_redis_is_silent_only_one_request_waits_for_it(hands: Hands) -> None:
    store: Any = Store()
    meter, budget = Meter(store), Budget(100, 10)
    store.broken = True
    assert fits(meter, budget)
    hands.now += 5
    inside = threading.Event()
    goes_on = threading.Event()

    def hang(*_: object) -> int:
        inside.set()
        goes_on.wait(20)
        raise ConnectionError

    store.incr = hang
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(fits, meter, budget)
        assert inside.wait(20)

        assert accepted(meter, budget, 10) == 10
        assert not first.done()
        goes_on.set()
        assert first.result()

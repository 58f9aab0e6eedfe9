"""Budgets: counted exactly, by many threads at once, and with whatever Redis does."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from storefront.disclosure import meter as metering
from storefront.disclosure.grant import Budget
from storefront.disclosure.meter import Left, Meter, OwnWindows, RateLimited, Standing

THREADS = 8


class Store:
    """Counts as Redis does, until it is broken."""

    def __init__(self) -> None:
        self.windows = OwnWindows()
        self.broken = False
        self.asked = 0

    def add(self, name: str, amount: int, most: int) -> tuple[int, float]:
        self.asked += 1
        if self.broken:
            raise ConnectionError
        return self.windows.add(name, amount, most)


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
            return [windows.add("a", 1, 10**6)[0] for _ in range(20)]

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
        found.append(windows.add("a", 1, 10))

    assert found == [(1, 60), (2, 40), (3, 0.5), (1, 60)]


def test_what_does_not_fit_is_not_added() -> None:
    windows = OwnWindows()

    found = [windows.add("a", amount, 30)[0] for amount in (18, 20, 12, 1)]

    assert found == [18, 38, 30, 31]


def test_what_many_threads_spend_at_once_never_exceeds_the_budget() -> None:
    meter, budget = Meter(), Budget(10**6, 100)

    def spend(cost: int) -> int:
        try:
            meter.charge("mer_1", "agt_1", budget, cost, Standing(budget))
        except RateLimited:
            return 0
        return cost

    with ThreadPoolExecutor(THREADS) as threads:
        spent = sum(threads.map(spend, [7, 11, 3, 2] * 50))

    assert 99 <= spent <= 100


def test_the_time_to_wait_is_never_told_too_short() -> None:
    hands = Hands()
    meter, budget = Meter(), Budget(1, 10)
    meter._own = OwnWindows(hands.monotonic)
    meter.count("mer_1", "agt_1", budget)
    hands.now += 20.6

    with pytest.raises(RateLimited) as error:
        meter.count("mer_1", "agt_1", budget)

    assert error.value.facts["retry_after"] == 40


def test_what_is_left_of_the_cost_is_told() -> None:
    meter, budget = Meter(), Budget(5, 10)

    standing = meter.charge("mer_1", "agt_1", budget, 4, meter.count("mer_1", "agt_1", budget))

    assert (standing.requests, standing.cost) == (Left(4, 60), Left(6, 60))
    with pytest.raises(RateLimited, match="10 cost") as error:
        meter.charge("mer_1", "agt_1", budget, 7, standing)
    assert standing.after(error.value).cost == Left(6, 60)


def test_who_may_do_less_finds_what_was_counted_for_more() -> None:
    meter = Meter()

    found = [accepted(meter, Budget(most, 10), 9) for most in (5, 7, 6)]

    assert found == [5, 2, 0]


def test_without_redis_a_process_counts_for_itself_and_asks_again_after_a_pause(
    hands: Hands,
) -> None:
    store = Store()
    meter, budget = Meter(store), Budget(3, 10)
    store.broken = True

    assert accepted(meter, budget, 10) == 3
    assert store.asked == 1
    store.broken = False
    hands.now += 5

    assert accepted(meter, budget, 10) == 3
    assert store.asked == 11


def test_while_redis_is_silent_only_one_request_waits_for_it(hands: Hands) -> None:
    store = Store()
    meter, budget = Meter(store), Budget(100, 10)
    store.broken = True
    assert fits(meter, budget)
    hands.now += 5
    inside = threading.Event()
    goes_on = threading.Event()

    class Hanging(Store):
        """Says nothing for a while, and then that it is broken."""

        def add(self, name: str, amount: int, most: int) -> tuple[int, float]:
            inside.set()
            goes_on.wait(20)
            raise ConnectionError(name, amount, most)

    meter._shared = Hanging()
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(fits, meter, budget)
        assert inside.wait(20)

        assert accepted(meter, budget, 10) == 10
        assert not first.done()
        goes_on.set()
        assert first.result()

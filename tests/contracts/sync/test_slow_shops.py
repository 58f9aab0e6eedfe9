"""However slow a shop is, who reads it keeps the right to do so; who lost it writes no more."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from connector.store import tables
from connector.store.clock import ms
from connector.store.errors import LeaseLost, SyncRunning
from connector.store.work import leases, queue
from connector.sync import Mode, engine
from connector.sync.alive import kept_alive
from tests.kit.shops.memory_house import MemoryHouse
from tests.kit.shops.works import Works

NAME = "sync:mer_1:con_1"


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let leases be prolonged so often that a test may wait for it."""
    monkeypatch.setattr(engine, "_TOUCH_SECONDS", 0.02)


def slowly(house: MemoryHouse, verb: str, meanwhile: Callable[[], object]) -> None:
    """Let a verb of the shop take longer than a lease lasts, and do something then."""
    usual = getattr(house.shop, verb)

    def slow(*asked: Any) -> Any:
        setattr(house.shop, verb, usual)
        for _ in range(3):
            house.clock.advance(100)
            _until(lambda: held_until(house) > ms(house.clock()) + 100_000)
        meanwhile()
        return usual(*asked)

    setattr(house.shop, verb, slow)


def held_until(house: MemoryHouse) -> int:
    with house.database.read() as connection:
        query = select(tables.lease.c.until).where(tables.lease.c.name == NAME)
        return int(connection.execute(query).scalar_one())


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    ("verb", "mode"),
    [("prepare", Mode.FULL), ("listing", Mode.SWEEP), ("delta", Mode.DELTA), ("full", Mode.FULL)],
)
def test_a_slow_answer_does_not_cost_a_run_its_lease(
    house: MemoryHouse, verb: str, mode: Mode
) -> None:
    house.syncer().run(Mode.FULL)
    refused = []

    def another() -> None:
        with pytest.raises(SyncRunning):
            house.syncer().run(mode)
        refused.append(verb)

    slowly(house, verb, another)

    house.syncer().run(mode)

    assert refused == [verb]


@pytest.mark.usefixtures("soon")
def test_a_worker_keeps_its_job_while_a_shop_lists_slowly(works: Works) -> None:
    """Else two workers would take a sweep from each other for ever, and none would end it."""
    usual, taken = works.shop.listing, []

    def listing() -> Any:
        for _ in range(3):
            works.clock.advance(100)
            now = ms(works.clock())
            _until(lambda: works.job("sweep:con_one")["lease_until"] > ms(works.clock()) + 100_000)
            taken.extend(queue.take(works.house.database, tables.job, now, 1, limit=100))
        return usual()

    for name in ("hooks", "delta", "orders", "full"):
        _put_off(works, name)
    works.shop.listing = listing  # type: ignore[method-assign]  # a slower shop
    works.clock.advance(10_000)

    works.worker._one_job()

    assert [work.values["slot"] for work in taken if "sweep" in work.values["slot"]] == []
    assert works.waits("sweep:con_one") == 10_000


def _put_off(works: Works, kind: str) -> None:
    job = tables.job.c
    with works.house.database.write() as connection:
        connection.execute(tables.job.update().where(job.kind == kind).values(run_at=2**52))
        other = job.slot == "sweep:con_two"
        connection.execute(tables.job.update().where(other).values(run_at=2**52))


@pytest.mark.usefixtures("soon")
def test_a_run_that_lost_its_lease_does_not_take_it_back(house: MemoryHouse) -> None:
    house.syncer().run(Mode.FULL)
    lost = []

    def taken_over() -> None:
        later = ms(house.clock()) + 1_000_000
        lost.append(leases.take(house.database, NAME, "another:1", later, 120_000))
        time.sleep(0.2)

    slowly(house, "listing", taken_over)

    with pytest.raises(LeaseLost):
        house.syncer().run(Mode.SWEEP)

    with house.database.read() as connection:
        assert leases.holder_of(connection, NAME, ms(house.clock())) == "another:1"
    assert lost[0] is not None


def test_who_lost_what_it_kept_alive_asks_for_it_no_more() -> None:
    asked = []

    def touch() -> None:
        asked.append(len(asked))
        raise LeaseLost("It was taken over.")

    with kept_alive(touch, 0.01):
        time.sleep(0.1)

    assert asked == [0]


def test_a_touch_that_fails_is_followed_by_others() -> None:
    asked = []

    def touch() -> None:
        asked.append(len(asked))
        raise ValueError("busy")

    with kept_alive(touch, 0.01):
        _until(lambda: len(asked) > 2)


def test_nothing_is_kept_alive_beyond_the_end() -> None:
    before = threading.active_count()

    with pytest.raises(ZeroDivisionError), kept_alive(lambda: None, 0.001):
        _ = 1 / 0

    assert threading.active_count() == before

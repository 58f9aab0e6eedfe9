"""One holder at a time, on SQLite and Postgres."""

import threading
from datetime import timedelta

import pytest

from connector.store.clock import system_clock
from connector.store.database import Database
from connector.store.errors import LeaseLost
from connector.store.work import leases


def test_a_lease_has_one_holder(database: Database) -> None:
    leases.take(database, "sync", "one", now_ms=0, ttl_ms=100)

    assert leases.take(database, "sync", "two", now_ms=50, ttl_ms=100) is None


def test_a_lapsed_lease_can_be_taken_over(database: Database) -> None:
    leases.take(database, "sync", "one", now_ms=0, ttl_ms=100)

    assert leases.take(database, "sync", "two", now_ms=100, ttl_ms=100) is not None


def test_the_old_holder_cannot_write_any_more(database: Database) -> None:
    old = leases.take(database, "sync", "one", now_ms=0, ttl_ms=100)
    leases.take(database, "sync", "two", now_ms=100, ttl_ms=100)
    assert old is not None

    with pytest.raises(LeaseLost), database.write() as connection:
        leases.check(connection, old, now_ms=101, ttl_ms=100)


def test_a_check_prolongs_the_lease(database: Database) -> None:
    held = leases.take(database, "sync", "one", now_ms=0, ttl_ms=100)
    assert held is not None
    with database.write() as connection:
        leases.check(connection, held, now_ms=90, ttl_ms=100)

    assert leases.take(database, "sync", "two", now_ms=150, ttl_ms=100) is None


def test_a_lease_given_back_is_free_at_once(database: Database) -> None:
    held = leases.take(database, "sync", "one", now_ms=0, ttl_ms=100)
    assert held is not None
    leases.give_back(database, held)

    assert leases.take(database, "sync", "two", now_ms=1, ttl_ms=100) is not None


def test_waiters_hold_it_one_after_another(database: Database) -> None:
    inside, most = [], []

    def work(name: str) -> None:
        with leases.waiting(database, "token", name, system_clock):
            inside.append(name)
            most.append(len(inside))
            inside.remove(name)

    threads = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 5


def test_waiting_ends_with_an_error_when_patience_does(database: Database) -> None:
    now = int(system_clock().timestamp() * 1000)
    hour = int(timedelta(hours=1).total_seconds() * 1000)
    leases.take(database, "token", "one", now_ms=now, ttl_ms=hour)

    with (
        pytest.raises(LeaseLost),
        leases.waiting(database, "token", "two", system_clock, patience=0.1),
    ):
        pass

"""What work in the database promises: none lost, none done by two, on SQLite and Postgres."""

import threading
from collections import Counter

import pytest

from connector.store import tables
from connector.store.database import Database
from connector.store.errors import LeaseLost
from connector.store.work import queue

TTL = 1000


def put(database: Database, number: int, now: int = 0, **values: object) -> bool:
    row = {
        "merchant_id": "mer_1",
        "id": f"job_{number:04}",
        "slot": f"slot-{number}",
        "kind": "test",
        "payload": b"",
        **values,
    }
    with database.write() as connection:
        return queue.put(connection, tables.job, row, now)


def take(database: Database, now: int, limit: int = 1) -> list[queue.Work]:
    return list(queue.take(database, tables.job, now, TTL, limit))


def finish(database: Database, work: queue.Work) -> None:
    with database.write() as connection:
        queue.finish(connection, work, 0)


def test_the_same_key_is_stored_once(database: Database) -> None:
    put(database, 1)

    assert not put(database, 2, slot="slot-1")


def test_leased_work_is_not_given_to_another(database: Database) -> None:
    put(database, 1)
    take(database, now=1)

    assert take(database, now=2) == []


def test_work_of_a_dead_holder_is_due_again_when_its_lease_lapses(database: Database) -> None:
    put(database, 1)
    (first,) = take(database, now=1)

    (again,) = take(database, now=1 + TTL)

    assert (again.id, again.fence) == (first.id, first.fence + 1)


def test_a_late_holder_cannot_finish_what_was_taken_over(database: Database) -> None:
    put(database, 1)
    (late,) = take(database, now=1)
    take(database, now=1 + TTL)

    with pytest.raises(LeaseLost):
        finish(database, late)


def test_work_that_was_taken_over_in_part_is_not_finished_in_part(database: Database) -> None:
    put(database, 1)
    (late,) = take(database, now=1)
    put(database, 2, now=TTL)
    works = [*take(database, now=TTL, limit=2), late]
    take(database, now=1 + TTL)

    with pytest.raises(LeaseLost), database.write() as connection:
        queue.finish_all(connection, works, 0)

    with database.read() as connection:
        assert queue.depth(connection, tables.job) == {"leased": 2}


def test_work_of_several_merchants_is_leased_together_oldest_first(database: Database) -> None:
    for number, merchant in ((1, "mer_2"), (2, "mer_1"), (3, "mer_2")):
        put(database, number, now=number, merchant_id=merchant)

    found = take(database, now=9, limit=3)

    assert [(work.merchant_id, work.id, work.fence) for work in found] == [
        ("mer_2", "job_0001", 1),
        ("mer_1", "job_0002", 1),
        ("mer_2", "job_0003", 1),
    ]


def test_finished_work_does_not_come_back(database: Database) -> None:
    put(database, 1)
    (work,) = take(database, now=1)
    finish(database, work)

    assert take(database, now=10 * TTL) == []


def test_failed_work_waits_longer_each_time_and_then_is_dead(database: Database) -> None:
    put(database, 1)
    now, waits = 0, []
    for _ in range(3):
        while not (found := take(database, now)):
            now += 500
        with database.write() as connection:
            queue.postpone(connection, found[0], "no", now, most_attempts=3)
        waits.append(now)
        now += 500

    with database.read() as connection:
        assert queue.depth(connection, tables.job) == {"dead": 1}
    assert waits[1] - waits[0] < waits[2] - waits[1]


def test_a_holder_that_died_is_no_failure_of_the_work(database: Database) -> None:
    put(database, 1)

    found = [take(database, now=turn * TTL)[0] for turn in range(1, 30)]

    assert {work.attempts for work in found} == {1}


def test_recurring_work_waits_for_its_next_turn(database: Database) -> None:
    put(database, 1)
    (work,) = take(database, now=1)
    with database.write() as connection:
        queue.rearm(connection, work, 500)

    assert [len(take(database, now=now)) for now in (499, 500)] == [0, 1]


def test_the_oldest_work_comes_first(database: Database) -> None:
    for number in (3, 1, 2):
        put(database, number, now=number)

    assert [work.id for work in take(database, now=9, limit=3)] == [
        "job_0001",
        "job_0002",
        "job_0003",
    ]


def test_many_workers_do_each_work_once(database: Database) -> None:
    for number in range(60):
        put(database, number)
    done: Counter[str] = Counter()

    def work_off() -> None:
        while found := take(database, now=1, limit=3):
            for work in found:
                finish(database, work)
                done[work.id] += 1

    threads = [threading.Thread(target=work_off) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done.values()) == [1] * 60


def test_done_work_is_forgotten_and_dead_work_is_not(database: Database) -> None:
    put(database, 1)
    put(database, 2)
    done, dead = take(database, now=1, limit=2)
    finish(database, done)
    with database.write() as connection:
        queue.postpone(connection, dead, "no", 1, most_attempts=1)
        queue.forget_done(connection, tables.job, before_ms=99)

    with database.read() as connection:
        assert queue.depth(connection, tables.job) == {"dead": 1}

"""No read runs for ever, on both engines."""

import time
from contextlib import suppress

import pytest

from connector.store.database import Database
from connector.store.database.deadline import QueryTooSlow

ENDLESS = (
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000000000) "
    "SELECT max(x) FROM n"
)


def test_a_read_that_is_too_slow_is_interrupted(database: Database) -> None:
    began = time.monotonic()

    with pytest.raises(QueryTooSlow) as error, database.snapshot(patience=0.2) as connection:
        connection.exec_driver_sql(ENDLESS)

    assert (error.value.code, error.value.status) == ("query_too_slow", 503)
    assert time.monotonic() - began < 30  # to its end it would take minutes


def overlook(database: Database) -> None:
    with database.snapshot(patience=0.2) as connection, suppress(Exception):
        connection.exec_driver_sql(ENDLESS)


def test_nobody_can_overlook_the_interruption(database: Database) -> None:
    with pytest.raises(QueryTooSlow):
        overlook(database)


def test_after_an_interruption_the_connection_is_as_before(database: Database) -> None:
    for _ in range(3):
        with pytest.raises(QueryTooSlow), database.snapshot(patience=0.1) as connection:
            connection.exec_driver_sql(ENDLESS)

    count = ENDLESS.replace("2000000000", "300000")
    with database.snapshot(patience=60) as connection:
        assert connection.exec_driver_sql(count).scalar_one() == 300_000
    with database.snapshot() as connection:
        assert connection.exec_driver_sql(count).scalar_one() == 300_000


def test_another_failure_keeps_its_name(database: Database) -> None:
    with pytest.raises(Exception, match="nowhere"), database.snapshot(patience=1) as connection:
        connection.exec_driver_sql("SELECT 1 FROM nowhere")


def test_time_between_statements_does_not_count(database: Database) -> None:
    with database.snapshot(patience=0.2) as connection:
        connection.exec_driver_sql("SELECT 1")
        time.sleep(0.5)
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1

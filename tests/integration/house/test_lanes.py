"""Connections that stay checked out: one picture for both ways of asking, and nothing left over."""

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from connector.store.database import Database
from connector.store.errors import DatabaseBusy, ForkedConnection


@pytest.fixture
def small(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'small.sqlite3'}")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE number (value INTEGER)"))
        connection.execute(text("INSERT INTO number VALUES (1)"))
    return database


def numbers(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.execute(text("SELECT value FROM number ORDER BY value")).scalars())


def test_both_ways_of_asking_see_one_picture(small: Database) -> None:
    with small.snapshot() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        first = driver.execute("SELECT count(*) FROM number").fetchone()[0]  # type: ignore[attr-defined]  # of sqlite3
        with small.write() as other:
            other.execute(text("INSERT INTO number VALUES (2)"))

        second = connection.execute(text("SELECT count(*) FROM number")).scalar_one()

    assert (first, second) == (1, 1)
    assert numbers(small) == [1, 2]


def test_what_a_driver_did_not_commit_is_undone(small: Database) -> None:
    with small.driver() as driver:
        driver.execute("BEGIN IMMEDIATE")
        driver.execute("INSERT INTO number VALUES (7)")

    assert numbers(small) == [1]


def _fail(database: Database) -> None:
    with database.driver() as driver:
        driver.execute("BEGIN IMMEDIATE")
        driver.execute("INSERT INTO number VALUES (7)")
        raise ZeroDivisionError


def test_after_a_failure_the_next_one_starts_anew(small: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail(small)

    with small.write() as connection:
        connection.execute(text("INSERT INTO number VALUES (3)"))
    assert numbers(small) == [1, 3]


def test_errors_of_the_driver_come_out_in_our_words(small: Database) -> None:
    with pytest.raises(DatabaseBusy), small.driver():
        raise sqlite3.OperationalError("database is locked")
    with pytest.raises(DatabaseBusy), small.snapshot():
        raise sqlite3.OperationalError("database is locked")


def test_a_connection_of_another_process_is_refused(
    small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers(small)
    own = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: own + 1)

    with pytest.raises(ForkedConnection), small.read():
        pass

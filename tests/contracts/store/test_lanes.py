"""What connections that stay checked out promise, on both engines, and when Postgres goes away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from connector.store import merchants
from connector.store.database import Database, server_lanes
from connector.store.errors import DatabaseUnreachable
from connector.store.merchants import Merchant
from tests.kit.molds import ask

COUNT = "SELECT count(*) FROM merchant"


def add(database: Database, merchant_id: str) -> None:
    with database.write() as connection:
        merchants.add(connection, Merchant(merchant_id, "Hafen", {}), 0)


def count(database: Database) -> int:
    with database.glance() as connection:
        found: int = connection.exec_driver_sql(COUNT).scalar_one()
    return found


def test_a_picture_stays_while_others_write(shop: Database) -> None:
    with shop.snapshot() as connection:
        before = connection.execute(text(COUNT)).scalar_one()
        add(shop, "mer_2")
        assert connection.execute(text(COUNT)).scalar_one() == before
    with shop.snapshot() as connection:
        assert connection.execute(text(COUNT)).scalar_one() == before + 1


@contextmanager
def begun(database: Database) -> Iterator[Any]:
    """Give the driver's connection with a deed that is not committed."""
    with database.driver() as connection:
        connection.execute("BEGIN")
        connection.execute("DELETE FROM merchant")
        yield connection


def test_what_is_begun_with_the_driver_and_not_committed_is_undone(shop: Database) -> None:
    for _ in range(3):
        with begun(shop):
            pass
    with pytest.raises(Exception, match="nowhere"), begun(shop) as connection:
        connection.execute("SELECT 1 FROM nowhere")

    assert count(shop) == 1


def test_each_way_may_follow_each_other(shop: Database) -> None:
    """A lane is what it was, whatever was done in it before."""
    for number in range(3):
        with shop.glance() as connection:
            connection.execute(text(COUNT))
        with shop.driver() as driver:
            assert driver.execute(COUNT).fetchone()[0] == number + 1
        with shop.snapshot(patience=5) as connection:
            assert connection.execute(text(COUNT)).scalar_one() == number + 1
        with pytest.raises(Exception, match="nowhere"), shop.snapshot() as connection:
            connection.exec_driver_sql("SELECT 1 FROM nowhere")
        add(shop, f"mer_more_{number}")

    assert count(shop) == 4


@pytest.fixture
def served(laid_postgres_url: str, open_at: Callable[[str], Database]) -> Database:
    found = open_at(laid_postgres_url)
    add(found, "mer_1")
    return found


@pytest.fixture
def end_connections(postgres: str, laid_postgres_url: str) -> Callable[[], None]:
    """Return what ends every connection to the database, as a restart of Postgres does."""
    name = laid_postgres_url.partition("?")[0].rpartition("/")[2]

    def end() -> None:
        ask(
            postgres,
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "  # noqa: S608 - ours
            f"WHERE datname = '{name}'",
        )

    return end


def read_all_ways(database: Database) -> None:
    with database.glance() as connection:
        connection.execute(text(COUNT))
    with database.driver() as driver:
        driver.execute(COUNT)
    with database.snapshot(patience=5) as connection:
        connection.execute(text(COUNT))


def test_after_a_rest_nobody_notices_that_postgres_was_away(
    served: Database, end_connections: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_all_ways(served)
    monkeypatch.setattr(server_lanes, "_TRUSTED_FOR", -1.0)  # all of them have rested

    for _ in range(3):
        end_connections()
        read_all_ways(served)
    end_connections()
    add(served, "mer_2")

    assert count(served) == 2


def test_in_the_middle_of_work_it_is_told_once(
    served: Database, end_connections: Callable[[], None]
) -> None:
    read_all_ways(served)
    end_connections()

    with pytest.raises(DatabaseUnreachable), served.driver() as driver:
        driver.execute(COUNT)
    read_all_ways(served)
    end_connections()
    with pytest.raises(DatabaseUnreachable), served.snapshot(patience=5) as connection:
        connection.execute(text(COUNT))
    read_all_ways(served)

    assert count(served) == 1


def test_what_was_read_stands_although_the_connection_is_lost_then(
    served: Database, end_connections: Callable[[], None]
) -> None:
    for _ in range(3):
        with served.snapshot() as connection:
            found = connection.execute(text(COUNT)).scalar_one()
            end_connections()
        assert found == 1
    with served.driver() as driver:
        driver.execute("BEGIN")
        driver.execute("DELETE FROM merchant")
        end_connections()
    read_all_ways(served)

    assert count(served) == 1


def test_a_picture_is_for_reading(served: Database) -> None:
    with pytest.raises(Exception, match="read-only"), served.snapshot() as connection:
        connection.exec_driver_sql("DELETE FROM merchant")

    assert count(served) == 1

"""A database that a test is lent is empty, whatever the one before left in it."""

import pytest
from sqlalchemy import func, inspect, select, table, text

from connector.store.database import Database
from regie.database import head, revision
from tests.kit.catalogue import seed
from tests.kit.molds import Laid


def rows(database: Database) -> dict[str, int]:
    """Count the rows of every table that has any."""
    with database.read() as connection:
        names = inspect(connection).get_table_names()
        counts = {
            name: connection.execute(select(func.count()).select_from(table(name))).scalar()
            for name in names
        }
    return {name: count for name, count in counts.items() if count}


def spoil(url: str, *statements: str) -> None:
    database = Database(url)
    with database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))
    database.close()


def test_what_one_test_stored_is_gone_for_the_next(laid: Laid) -> None:
    with laid.lent() as first:
        database = Database(first)
        seed(database)
        assert len(rows(database)) > 5
        database.close()

    with laid.lent() as second:
        database = Database(second)
        assert (second, rows(database)) == (first, {"alembic_version": 1})
        assert revision(database) == head()
        database.close()


def test_two_tests_at_once_have_two_databases(laid: Laid) -> None:
    with laid.lent() as one, laid.lent() as other:
        assert one != other


@pytest.mark.parametrize(
    "statements",
    [
        ["DROP TABLE search_index"],
        ["CREATE TABLE left_over (id int)"],
        ["ALTER TABLE merchant ADD COLUMN left_over int"],
        ["UPDATE alembic_version SET version_num = '9999'"],
        ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"],
    ],
)
def test_a_database_with_other_tables_is_not_lent_again(laid: Laid, statements: list[str]) -> None:
    with laid.lent() as first:
        spoil(first, *statements)

    with laid.lent() as second:
        assert second != first


def test_somebody_who_stayed_in_a_database_is_put_out(laid: Laid) -> None:
    with laid.lent() as first:
        database = Database(first)
        forgotten = database.engine.connect()
        forgotten.execute(text("SELECT count(*) FROM merchant"))

    with laid.lent() as second:
        again = Database(second)
        assert rows(again) == {"alembic_version": 1}
        again.close()
    forgotten.invalidate()
    database.close()

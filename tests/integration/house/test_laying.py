"""A second empty database is laid without the migrations, and is the same as one laid by them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from connector.store.database import Database
from regie import laying
from regie.database import head, revision, upgrade

SQLITE = ("SELECT type, name, tbl_name, sql FROM sqlite_master", "SELECT * FROM alembic_version")
POSTGRES = (
    """
    SELECT table_name, column_name, ordinal_position, data_type, is_nullable, column_default,
    collation_name, is_generated, generation_expression
    FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint",
    "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "SELECT * FROM alembic_version",
)


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    database = Database(empty_url)
    yield database
    database.close()


def shape(database: Database) -> list[list[str]]:
    """Return everything that the database says of its tables."""
    queries = SQLITE if database.is_sqlite else POSTGRES
    with database.read() as connection:
        return [sorted(map(repr, connection.execute(text(query)))) for query in queries]


def laid(database: Database, how: Callable[[Connection], Any]) -> list[list[str]]:
    """Lay the tables in that way, look, and take everything away again."""
    with database.write() as connection:
        how(connection)
    found = shape(database)
    if database.path is not None:
        database.close()
        database.path.unlink()
    else:
        with database.write() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    return found


def test_a_second_database_has_exactly_the_tables_of_the_migrations(empty: Database) -> None:
    migrated = laid(empty, laying.migrate)

    first, second = laid(empty, laying.lay), laid(empty, laying.lay)

    assert all(migrated)
    assert (first, second) == (migrated, migrated)


def test_a_second_database_is_at_the_newest_version(empty: Database) -> None:
    laid(empty, laying.lay)

    assert upgrade(empty) == (None, head())
    assert revision(empty) == head()
    assert upgrade(empty) == (head(), head())


def test_a_second_database_is_laid_without_the_migrations(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(empty, laying.lay)
    monkeypatch.setattr(laying, "SCRIPTS", laying.SCRIPTS / "nowhere")

    upgrade(empty)

    assert revision(empty) == head()

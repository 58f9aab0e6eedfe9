"""Many rows in one statement: Core builds the SQL once, the driver takes plain tuples."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import cast

from sqlalchemy import Connection, Delete, Dialect, Insert, Table, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql.dml import Update

# Positional parameters, so that rows are plain tuples.
_psycopg = cast("Callable[..., Dialect]", psycopg.PGDialect_psycopg)
Rows = Sequence[tuple[object, ...]]
Statement = Insert | Update | Delete


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows given in column order; a row that stands already is left as it is."""
    _run(connection, table, "insert", rows)


def upsert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows given in column order, or overwrite all but the key."""
    _run(connection, table, "upsert", rows)


def delete_rows(connection: Connection, table: Table, keys: Rows) -> None:
    """Delete the rows with these primary keys."""
    _run(connection, table, "delete", keys)


def _run(connection: Connection, table: Table, verb: str, rows: Rows) -> None:
    if rows:
        sql = _sql(table, verb, connection.dialect.name)
        connection.exec_driver_sql(sql, list(rows))


@cache
def _sql(table: Table, verb: str, dialect_name: str) -> str:
    statement = _delete(table) if verb == "delete" else _insert(table, verb, dialect_name)
    dialect = sqlite.dialect() if dialect_name == "sqlite" else _psycopg(paramstyle="format")
    return str(statement.compile(dialect=dialect))


def _insert(table: Table, verb: str, dialect_name: str) -> Insert:
    build = sqlite.insert if dialect_name == "sqlite" else postgresql.insert
    statement = build(table).values({column.name: bindparam(column.name) for column in table.c})
    if verb == "insert":
        return statement.on_conflict_do_nothing()
    keys = [column.name for column in table.primary_key]
    names = [column.name for column in table.c]
    taken = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=taken)


def _delete(table: Table) -> Delete:
    statement = delete(table)
    for column in table.primary_key:
        statement = statement.where(column == bindparam(f"key_{column.name}"))
    return statement

"""Insert one row unless it stands: the same on both databases."""

from collections.abc import Mapping
from functools import cache

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_missing(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert the row, or leave what stands (any unique key); tell whether it was inserted."""
    statement = _statement(table, connection.dialect.name)
    counted = {"preserve_rowcount": True}  # else psycopg's count is gone with its cursor
    return connection.execute(statement, dict(values), execution_options=counted).rowcount == 1


@cache
def _statement(table: Table, dialect: str) -> Insert:
    """Put the statement together once: that takes longer than to run it."""
    build = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return build(table).on_conflict_do_nothing()

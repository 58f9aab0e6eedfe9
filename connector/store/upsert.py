"""Insert one row unless it stands: the same on both databases."""

from collections.abc import Mapping

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_missing(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert the row, or leave what stands (any unique key); tell whether it was inserted."""
    build = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = build(table).values(**values).on_conflict_do_nothing()
    return connection.execute(statement).rowcount == 1

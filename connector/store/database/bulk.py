"""Many rows in one statement: Core builds the SQL once, the driver takes plain tuples."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import cast

from sqlalchemy import Connection, Delete, Dialect, Insert, Table, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql.dml import Update

# Positional parameters, so that rows are plain tuples.
_psycopg = cast("Callable[..., Dialect]", psycopg.PGDialect_psycopg)
_MANY = 500
"""So many values share one statement: more of them make SQLite slower again."""
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
    if not rows:
        return
    dialect = connection.dialect.name
    if dialect == "sqlite" and verb != "delete" and len(rows) > _MANY:
        _run_joined(connection, table, verb, rows)
    else:
        connection.exec_driver_sql(_sql(table, verb, dialect), list(rows))


def _run_joined(connection: Connection, table: Table, verb: str, rows: Rows) -> None:
    """Let many rows share a statement and bind only once what is the same in all of them.

    The driver's work for each row and each value is half of what SQLite needs for small rows;
    None and booleans cost it most.
    """
    columns = list(zip(*rows, strict=True))
    shared = tuple([_is_one_value(column) for column in columns[:-1]])
    once = [column[0] for column, is_one in zip(columns, shared, strict=False) if is_one]
    own = [_plain(column) for at, column in enumerate(columns) if at not in _where(shared)]
    values = list(chain.from_iterable(zip(*own, strict=True)))
    many = max((_MANY - len(once)) // len(own), 1)
    width, whole = many * len(own), len(rows) // many
    groups = [(*once, *values[at * width : (at + 1) * width]) for at in range(whole)]
    connection.exec_driver_sql(_joined_sql(table, verb, shared, many), groups)
    if rest := rows[whole * many :]:
        connection.exec_driver_sql(_sql(table, verb, "sqlite"), list(rest))


def _is_one_value(column: Sequence[object]) -> bool:
    first = column[0]
    return first == column[-1] and column.count(first) == len(column)


def _plain(column: Sequence[object]) -> Sequence[object]:
    if type(column[0]) is not bool:
        return column
    return [None if value is None else int(bool(value)) for value in column]


def _where(shared: tuple[bool, ...]) -> frozenset[int]:
    return frozenset(at for at, is_one in enumerate(shared) if is_one)


@lru_cache(maxsize=256)
def _joined_sql(table: Table, verb: str, shared: tuple[bool, ...], many: int) -> str:
    """Return the statement for `many` rows; numbers of parameters tell which are bound once."""
    ones = sum(shared)
    first, following = iter(range(1, ones + 1)), iter(range(ones + 1, 2 * _MANY))
    once = [f"?{next(first)}" if is_one else None for is_one in (*shared, False)]
    groups = [[it or f"?{next(following)}" for it in once] for _ in range(many)]
    text = ", ".join(f"({', '.join(group)})" for group in groups)
    one = f"({', '.join('?' * len(table.c))})"
    return _sql(table, verb, "sqlite").replace(one, text, 1)


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

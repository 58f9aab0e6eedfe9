"""Statements put together once: the same shape with other values costs what the driver costs.

Building and compiling a statement takes twenty times as long as running it. What is read before
every answer is therefore compiled once for each shape and run by the driver with plain values.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select

_MOST = 2000


class _Compiled(Struct, frozen=True):
    """SQL text with its parameters: by place for SQLite, by name for Postgres."""

    sql: str
    places: Sequence[str] | None
    constants: Mapping[str, Any]


_held: dict[tuple[str, Hashable], _Compiled] = {}


def rows(
    connection: Connection,
    shape: Hashable,
    values: Mapping[str, Any],
    build: Callable[[], Select[Any]],
) -> Sequence[Any]:
    """Return the rows of the statement that `build` makes of named parameters.

    `shape` must tell apart all statements that differ in more than `values`.
    """
    key = (connection.dialect.name, shape)
    found = _held.get(key) or _compiled(connection, key, build)
    given = {**found.constants, **values}
    driver: Any = connection.connection.dbapi_connection
    answer: Sequence[Any]
    if found.places is None:
        answer = driver.execute(found.sql, given, binary=True).fetchall()
    else:
        answer = driver.execute(found.sql, [given[it] for it in found.places]).fetchall()
    return answer


def _compiled(
    connection: Connection, key: tuple[str, Hashable], build: Callable[[], Select[Any]]
) -> _Compiled:
    compiled = build().compile(dialect=connection.dialect)
    places = list(compiled.positiontup or ()) if compiled.positional else None
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    if len(_held) >= _MOST:
        _held.clear()
    _held[key] = _Compiled(str(compiled), places, constants)
    return _held[key]

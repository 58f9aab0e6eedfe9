"""Rows as they lie in a ledger's tables, whatever was done to them: nothing in them is trusted."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import Column, Connection, Select, select, type_coerce
from sqlalchemy.types import NULLTYPE

Row = tuple[Any, ...]
_Kind = TypeVar("_Kind", bound=Struct)
_AT_ONCE = 1000


def plain(columns: Iterable[Column[Any]]) -> Select[Any]:
    """Return a query that gives values as the driver has them, of whatever type they are."""
    return select().add_columns(*[type_coerce(column, NULLTYPE) for column in columns])


def rows(connection: Connection, query: Select[Any]) -> list[Row]:
    """Return the rows of a query made with `plain`."""
    with _lenient(connection):
        return [tuple(row) for row in connection.execute(query)]


def streamed(connection: Connection, query: Select[Any]) -> Iterator[Row]:
    """Yield the rows; what is not asked for yet waits in the database."""
    with _lenient(connection):
        result = connection.execute(query, execution_options={"stream_results": True})
    try:
        while True:
            with _lenient(connection):
                part = result.fetchmany(_AT_ONCE)
            if not part:
                return
            yield from map(tuple, part)
    finally:
        result.close()


@contextmanager
def _lenient(connection: Connection) -> Iterator[None]:
    """Read text that is no UTF-8 as well, which only SQLite can hold."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    before, driver.text_factory = driver.text_factory, _text
    try:
        yield
    finally:
        driver.text_factory = before


def _text(value: bytes) -> str:
    return value.decode(errors="surrogateescape")


def typed(kind: type[_Kind], row: Row) -> _Kind | None:
    """Return a row as what it was written as; None where a value cannot be one of its kind."""
    if not is_legible(*row):
        return None
    is_array = kind.__struct_config__.array_like
    values = row if is_array else dict(zip(kind.__struct_fields__, row, strict=True))
    try:
        return msgspec.convert(values, kind, builtin_types=(bytes,))
    except msgspec.ValidationError:
        return None


def is_legible(*values: object) -> bool:
    """Tell whether all text among the values is text."""
    try:
        "".join([it for it in values if isinstance(it, str)]).encode()
    except UnicodeEncodeError:
        return False
    return True


def name_of(value: object) -> str:
    """Return how a value is told to people; bytes that are no text are written out."""
    raw = value if isinstance(value, bytes) else str(value).encode(errors="surrogateescape")
    return raw.decode(errors="backslashreplace")

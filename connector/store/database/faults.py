"""What the driver's errors mean in our words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from connector.model.errors import RegieError
from connector.store.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseUnreachable,
    DiskFull,
    NulInText,
)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn the driver's errors into ours; programming errors stay what they are."""
    try:
        yield
    except Exception as error:
        known = translated(error)
        if known is None:
            raise
        raise known from error


def translated(error: BaseException | None) -> RegieError | None:
    """Return our error for one of a driver, bare or wrapped by SQLAlchemy; None for any other."""
    if isinstance(error, exc.DBAPIError):
        return _translate(str(error.orig).lower(), lost=error.connection_invalidated)
    if isinstance(error, sqlite3.Error):
        return _translate(str(error).lower())
    return _translate(str(error).lower(), lost=_is_lost(error)) if _is_of_psycopg(error) else None


def _is_of_psycopg(error: BaseException | None) -> bool:
    """Tell whether an error is the driver's of Postgres, which need not be installed."""
    return any(it.__module__ == "psycopg" and it.__name__ == "Error" for it in type(error).__mro__)


def _is_lost(error: BaseException | None) -> bool:
    """Tell whether it says that the connection is no more (PEP 249)."""
    names = {it.__name__ for it in type(error).__mro__ if it.__module__ == "psycopg"}
    return bool(names & {"OperationalError", "InterfaceError"})


_MEANINGS: tuple[tuple[tuple[str, ...], type[RegieError], str], ...] = (
    (
        ("disk is full", "disk full", "no space left"),
        DiskFull,
        "The database has no room to write.",
    ),
    (("disk i/o error",), DiskFull, "The database's disk is full, or it fails."),
    (
        ("locked", "busy", "deadlock detected", "lock timeout"),
        DatabaseBusy,
        "The database is busy with another write.",
    ),
    (
        ("not a database", "malformed"),
        DatabaseDamaged,
        "The database file is damaged or is no database.",
    ),
    (("cannot contain nul",), NulInText, "A text holds the character NUL."),
    (
        ("could not connect", "unable to open"),
        DatabaseUnreachable,
        "The database cannot be opened.",
    ),
    (
        ("connection refused", "server closed", "connection failed", "failed to resolve"),
        DatabaseUnreachable,
        "The database does not answer.",
    ),
)
"""By what the drivers say; the first that fits counts."""


def _translate(text: str, *, lost: bool = False) -> RegieError | None:
    for signs, error, message in _MEANINGS:
        if any(sign in text for sign in signs):
            return error(message)
    return DatabaseUnreachable("The database cannot be opened.") if lost else None

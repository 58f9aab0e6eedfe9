"""What the driver's errors mean in our words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

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
    except (exc.DBAPIError, sqlite3.Error) as error:
        known = translated(error)
        if known is None:
            raise
        raise known from error


def translated(error: BaseException | None) -> Exception | None:
    """Return our error for one of a driver, bare or wrapped by SQLAlchemy; None for any other."""
    if isinstance(error, exc.DBAPIError):
        return _translate(str(error.orig).lower(), lost=error.connection_invalidated)
    return _translate(str(error).lower()) if isinstance(error, sqlite3.Error) else None


def _translate(text: str, *, lost: bool = False) -> Exception | None:
    if "disk is full" in text or "disk full" in text or "no space left" in text:
        return DiskFull("The database has no room to write.")
    if "disk i/o error" in text:
        return DiskFull("The database's disk is full, or it fails.")
    if any(sign in text for sign in ("locked", "busy", "deadlock detected")):
        return DatabaseBusy("The database is busy with another write.")
    if "cannot contain nul" in text:
        return NulInText("A text holds the character NUL.")
    if "not a database" in text or "malformed" in text:
        return DatabaseDamaged("The database file is damaged or is no database.")
    if lost or "could not connect" in text or "unable to open" in text:
        return DatabaseUnreachable("The database cannot be opened.")
    return DatabaseUnreachable("The database does not answer.") if _gone(text) else None


def _gone(text: str) -> bool:
    return any(
        sign in text
        for sign in (
            "connection refused",
            "server closed",
            "connection failed",
            "failed to resolve",
        )
    )

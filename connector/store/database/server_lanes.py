"""Connections of Postgres that stay checked out: a turn with the server costs more than most reads.

From SQLAlchemy's pool, one statement took four of them: a question whether the connection still
stands, the begin, the statement, the end.
"""

import os
import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from sqlalchemy import Connection

from connector.store.database.deadline import QueryTooSlow, timed_out
from connector.store.database.faults import translated
from connector.store.database.lanes import Lane, Lanes, raise_translated, taken

_TRUSTED_FOR = 1.0
"""Seconds after its last use until a connection is asked whether it still stands."""
_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_IDLE = 0
"""What libpq says of a connection outside of any transaction (PQTRANS_IDLE)."""


class ServerLanes(Lanes):
    """Lanes in which each statement is a transaction by itself, unless one is begun."""

    most_idle = 6

    def picture(self, patience: float | None = None) -> AbstractContextManager[Connection]:
        """Give a connection that reads from one consistent picture for up to so many seconds."""
        return ServerPicture(self, patience)

    def take(self) -> Lane:
        """Return a lane outside of any transaction that stands, as far as can be known."""
        lane = super().take()
        if time.monotonic() - lane.used <= _TRUSTED_FOR or _stands(lane):
            return lane
        _drop(lane)
        return self.opened()

    def give_back(self, lane: Lane, *, sound: bool, bare: bool = False) -> None:
        """Undo what is not committed, and remember when it was.

        A connection that is lost by now undoes it as well, and what was read or committed stands.
        """
        lane.used = time.monotonic()
        if lane.driver.closed:
            _drop(lane)
            return
        try:
            super().give_back(lane, sound=sound, bare=bare)
        except Exception as error:
            _drop(lane)
            if translated(error) is None:
                raise

    def is_begun(self, lane: Lane) -> bool:
        """Tell whether a transaction is open."""
        return bool(lane.driver.pgconn.transaction_status != _IDLE)

    def opened(self) -> Lane:
        """Return a new lane, or one of the pool, which asks whether it stands."""
        core = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return Lane(core, core.connection.dbapi_connection, os.getpid(), time.monotonic())


def _stands(lane: Lane) -> bool:
    try:
        lane.driver.execute("SELECT 1", prepare=False)
    except Exception:  # noqa: BLE001 - whatever it is, another connection is opened
        return False
    return True


def _drop(lane: Lane) -> None:
    """Tell the pool that the connection is gone."""
    lane.core.invalidate()
    lane.core.close()


class ServerPicture:
    """Lends a connection in a read transaction that Postgres ends when it reads for too long."""

    __slots__ = ("_began", "_lane", "_lanes", "_patience")

    def __init__(self, lanes: ServerLanes, patience: float | None) -> None:
        self._lanes = lanes
        self._patience = patience

    def __enter__(self) -> Connection:
        lane = self._lane = taken(self._lanes)
        self._began = time.monotonic()
        try:
            lane.driver.execute(_beginning(self._patience), prepare=False)
        except BaseException as error:
            self._lanes.give_back(lane, sound=False)
            raise_translated(error)
            raise
        return lane.core

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        patience = self._patience
        late = patience is not None and timed_out(self._lane.driver, error, self._began, patience)
        self._lanes.give_back(self._lane, sound=kind is None)
        if patience is not None and late:
            raise QueryTooSlow(patience) from error
        if error is not None:
            raise_translated(error)


def _beginning(patience: float | None) -> Any:
    """Return what begins a picture, in one turn with the server."""
    if patience is None:
        return _BEGIN
    return f"{_BEGIN}; SET LOCAL statement_timeout = {max(1, int(patience * 1000))}"

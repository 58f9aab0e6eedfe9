"""Connections of SQLite that stay checked out for what is read and written before every answer.

To take one from SQLAlchemy's pool and to begin by its rules costs more than what most answers read.
"""

import os
from types import TracebackType
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine

from connector.store.database.deadline import STEPS, QueryTooSlow, Watch
from connector.store.database.faults import translated
from connector.store.errors import ForkedConnection

_MOST_IDLE = 16
_forgotten: list[object] = []
"""Lanes of a parent process: to close them here would end its locks."""


class Lane(Struct, frozen=True, eq=False):
    """One connection: `core` for statements of SQLAlchemy, `driver` for those of the driver."""

    core: Connection
    driver: Any
    pid: int

    def reset(self) -> None:
        """Leave whatever was begun."""
        if self.core.in_transaction():
            self.core.rollback()
        if self.driver.in_transaction:
            self.driver.rollback()


class Lanes:
    """The lanes of one database; the one used last is given out first, for it is the warmest."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[Lane] = []

    def picture(self, patience: float | None = None) -> "Picture":
        """Give a connection that reads from one consistent picture for up to so many seconds."""
        return Picture(self, patience)

    def glance(self) -> "Glance":
        """Give a connection for one statement."""
        return Glance(self)

    def bare(self) -> "Bare":
        """Give the driver's connection, outside of any transaction."""
        return Bare(self)

    def take(self) -> Lane:
        """Return a lane outside of any transaction."""
        try:
            lane = self._idle.pop()
        except IndexError:
            return self._opened()
        if lane.pid != os.getpid():
            _forgotten.append(lane)
            raise ForkedConnection("A database connection crossed a fork.")
        return lane

    def give_back(self, lane: Lane, *, sound: bool, bare: bool = False) -> None:
        """Undo what is not committed; what failed goes through the pool, which looks after it.

        Of a `bare` one only the driver's connection was used.
        """
        if sound and len(self._idle) < _MOST_IDLE:
            if not bare or lane.driver.in_transaction:
                lane.reset()
            self._idle.append(lane)
        else:
            lane.core.close()

    def close(self) -> None:
        """Give all idle lanes back to the pool."""
        while self._idle:
            self._idle.pop().core.close()

    def forget(self) -> None:
        """Keep what the parent opened out of use, and open."""
        _forgotten.append(self._idle)
        self._idle = []

    def _opened(self) -> Lane:
        core = self._engine.connect()
        return Lane(core, core.connection.dbapi_connection, os.getpid())


class Bare:
    """Lends the driver's connection; errors come out in our words."""

    __slots__ = ("_lane", "_lanes")

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    def __enter__(self) -> Any:
        lane = self._lane = _taken(self._lanes)
        return lane.driver

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._lanes.give_back(self._lane, sound=kind is None, bare=True)
        if error is not None:
            _raise_translated(error)


class Glance:
    """Lends a connection outside of any transaction: its one statement is a transaction itself."""

    __slots__ = ("_lane", "_lanes")

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    def __enter__(self) -> Connection:
        lane = self._lane = _taken(self._lanes)
        return lane.core

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._lanes.give_back(self._lane, sound=kind is None)
        if error is not None:
            _raise_translated(error)


class Picture:
    """Lends a connection in a read transaction, and interrupts what reads for too long."""

    __slots__ = ("_lane", "_lanes", "_patience", "_watch")

    def __init__(self, lanes: Lanes, patience: float | None) -> None:
        self._lanes = lanes
        self._patience = patience
        self._watch: Watch | None = None

    def __enter__(self) -> Connection:
        lane = self._lane = _taken(self._lanes)
        try:
            lane.driver.execute("BEGIN")
        except BaseException as error:
            self._lanes.give_back(lane, sound=False)
            _raise_translated(error)
            raise
        if self._patience is not None:
            self._watch = Watch(self._patience)
            lane.driver.set_progress_handler(self._watch, STEPS)
        return lane.core

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        watch = self._watch
        if watch is not None:
            self._lane.driver.set_progress_handler(None, 0)
        self._lanes.give_back(self._lane, sound=kind is None)
        if watch is not None and watch.is_over and (kind is None or issubclass(kind, Exception)):
            raise QueryTooSlow(watch.seconds) from error
        if error is not None:
            _raise_translated(error)


def _taken(lanes: Lanes) -> Lane:
    try:
        return lanes.take()
    except Exception as error:
        _raise_translated(error)
        raise


def _raise_translated(error: BaseException) -> None:
    known = translated(error)
    if known is not None:
        raise known from error

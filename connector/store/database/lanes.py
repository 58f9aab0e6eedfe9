"""Connections that stay checked out for what is read and written before every answer.

To take one from SQLAlchemy's pool and to begin by its rules costs more than what most answers read.
These are SQLite's; those of Postgres are in `server_lanes`.
"""

import os
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine

from connector.store.database.deadline import STEPS, QueryTooSlow, Watch
from connector.store.database.faults import translated
from connector.store.errors import ForkedConnection

_forgotten: list[object] = []
"""Lanes of a parent process: to close them here would end its locks."""


class Lane(Struct, eq=False):
    """One connection: `core` for statements of SQLAlchemy, `driver` for those of the driver.

    `used` is when it was given back, in seconds of the monotonic clock, where somebody asks.
    """

    core: Connection
    driver: Any
    pid: int
    used: float = 0.0


class Lanes:
    """The lanes of one database; the one used last is given out first, for it is the warmest."""

    most_idle = 16

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[Lane] = []

    def picture(self, patience: float | None = None) -> AbstractContextManager[Connection]:
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
            return self.opened()
        if lane.pid != os.getpid():
            _forgotten.append(lane)
            raise ForkedConnection("A database connection crossed a fork.")
        return lane

    def give_back(self, lane: Lane, *, sound: bool, bare: bool = False) -> None:
        """Undo what is not committed; what failed goes through the pool, which looks after it.

        Of a `bare` one only the driver's connection was used.
        """
        if sound and len(self._idle) < self.most_idle:
            if not bare and lane.core.in_transaction():
                lane.core.rollback()
            if self.is_begun(lane):
                lane.driver.rollback()
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

    def is_begun(self, lane: Lane) -> bool:
        """Tell whether a transaction is open."""
        begun: bool = lane.driver.in_transaction
        return begun

    def opened(self) -> Lane:
        """Return a new lane."""
        core = self._engine.connect()
        return Lane(core, core.connection.dbapi_connection, os.getpid())


class Bare:
    """Lends the driver's connection; errors come out in our words."""

    __slots__ = ("_lane", "_lanes")

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    def __enter__(self) -> Any:
        lane = self._lane = taken(self._lanes)
        return lane.driver

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._lanes.give_back(self._lane, sound=kind is None, bare=True)
        if error is not None:
            raise_translated(error)


class Glance:
    """Lends a connection outside of any transaction: its one statement is a transaction itself."""

    __slots__ = ("_lane", "_lanes")

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    def __enter__(self) -> Connection:
        lane = self._lane = taken(self._lanes)
        return lane.core

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._lanes.give_back(self._lane, sound=kind is None)
        if error is not None:
            raise_translated(error)


class Picture:
    """Lends a connection in a read transaction, and interrupts what reads for too long."""

    __slots__ = ("_lane", "_lanes", "_patience", "_watch")

    def __init__(self, lanes: Lanes, patience: float | None) -> None:
        self._lanes = lanes
        self._patience = patience
        self._watch: Watch | None = None

    def __enter__(self) -> Connection:
        lane = self._lane = taken(self._lanes)
        try:
            lane.driver.execute("BEGIN")
        except BaseException as error:
            self._lanes.give_back(lane, sound=False)
            raise_translated(error)
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
            raise_translated(error)


def taken(lanes: Lanes) -> Lane:
    """Take a lane; errors come out in our words."""
    try:
        return lanes.take()
    except Exception as error:
        raise_translated(error)
        raise


def raise_translated(error: BaseException) -> None:
    """Raise our error for one of a driver; nothing for any other."""
    known = translated(error)
    if known is not None:
        raise known from error

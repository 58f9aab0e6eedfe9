"""One way into the database: short reads, immediate writes, and no connection across a fork."""

import os
import random
import time
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, RootTransaction, create_engine, event, exc, text
from sqlalchemy.engine import URL, make_url

from connector.store.database import sqlite_files
from connector.store.database.faults import translated_errors
from connector.store.database.lanes import Lanes
from connector.store.database.server_lanes import ServerLanes
from connector.store.database.taking_turns import WritersQueue
from connector.store.database.wal_index import WalIndex
from connector.store.errors import DatabaseBusy, ForkedConnection

_QUICK, _DURABLE = "NORMAL", "FULL"
_WAIT = text("SELECT set_config('lock_timeout', :ms, :here)")
_open_databases: "weakref.WeakSet[Database]" = weakref.WeakSet()
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=100",
    "PRAGMA cache_size=-8192",
    "PRAGMA mmap_size=0",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA secure_delete=ON",  # what is erased is overwritten, and not only let go of
)


class Database:
    """SQLite or Postgres behind SQLAlchemy Core.

    `patience` is how many seconds a writer waits for its turn before it raises DatabaseBusy.
    Safe to share between threads; after a fork, the child gets connections of its own.
    """

    def __init__(self, url: str | URL, *, patience: float = 30.0) -> None:
        self.url: URL = make_url(url)
        self.patience = patience
        self.engine: Engine = _engine(self.url, patience)
        self._lanes = Lanes(self.engine) if self.is_sqlite else ServerLanes(self.engine)
        self._wal_index = WalIndex(self.path) if self.path else None
        self._writer = WritersQueue()
        _open_databases.add(self)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The database file of the embedded database."""
        named = self.url.database
        return Path(named) if self.is_sqlite and named and named != ":memory:" else None

    def read(self) -> AbstractContextManager[Connection]:
        """Give a connection in a read transaction: on SQLite, one consistent picture."""
        return self._lanes.picture() if self.is_sqlite else self._begun()

    def glance(self) -> AbstractContextManager[Connection]:
        """Give a connection for one single statement, which is one picture by itself."""
        return self._lanes.glance()

    def snapshot(self, *, patience: float | None = None) -> AbstractContextManager[Connection]:
        """Give a connection that only reads: no statement sees what came in between.

        A read that takes longer than `patience` seconds is interrupted: QueryTooSlow.
        """
        return self._lanes.picture(patience)

    def state(self) -> bytes | None:
        """Return what tells the newest commit from all others, where a query is not needed for it.

        None where it cannot be told, as on Postgres. What was read between two equal states is
        still as it was read.
        """
        return self._wal_index.state() if self._wal_index else None

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with translated_errors(), self.engine.connect() as connection, connection.begin():
            yield connection

    def driver(self) -> AbstractContextManager[Any]:
        """Give the driver's own connection, outside of any transaction.

        What is begun there and not committed by the end is undone.
        """
        return self._lanes.bare()

    @contextmanager
    def write(
        self, *, patience: float | None = None, durable: bool = False
    ) -> Iterator[Connection]:
        """Yield a connection in a write transaction; all of it is stored, or nothing.

        A `durable` write survives the loss of power, too: SQLite waits until the disk has it.
        """
        wait = self.patience if patience is None else patience
        with translated_errors(), self._turn(wait), self.engine.connect() as plain:
            connection = plain.execution_options(regie_write=_DURABLE if durable else _QUICK)
            with _begin_patiently(connection, wait):
                if patience is not None and not self.is_sqlite:
                    connection.execute(_WAIT, {"ms": _milliseconds(patience), "here": True})
                yield connection

    @contextmanager
    def _turn(self, patience: float) -> Iterator[None]:
        """Queue writers of this process fairly: SQLite's own waiting is not."""
        if not self.is_sqlite:
            yield
            return
        if not self._writer.acquire(timeout=patience):
            raise DatabaseBusy("The database is busy with another write.")
        try:
            yield
        finally:
            self._writer.release()

    def close(self) -> None:
        """Close all idle connections."""
        self.before_fork()

    def before_fork(self) -> None:
        """Close all idle connections, so that a child inherits none."""
        self._lanes.close()
        if self._wal_index:
            self._wal_index.close()
        self.engine.dispose()

    def after_fork(self) -> None:
        """Forget the parent's connections without closing them, and start anew."""
        self._lanes.forget()
        if self._wal_index:
            self._wal_index.forget()
        self.engine.dispose(close=False)
        self._writer = WritersQueue()


def _engine(url: URL, patience: float) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=4,  # beside the lanes, which stay checked out
        max_overflow=28,
        hide_parameters=True,  # errors land in logs, and what is stored may be a person's
    )

    def prepare(connection: Any, _record: Any) -> None:
        """Let nobody wait for ever behind a writer that hangs."""
        wait = {"ms": _milliseconds(patience), "here": False}
        connection.execute("SELECT set_config('lock_timeout', %(ms)s, %(here)s)", wait)
        connection.commit()

    event.listen(engine, "connect", prepare)
    _guard_forks(engine)
    return engine


def _milliseconds(seconds: float) -> str:
    """Return a wait as Postgres reads it; there, nothing would mean for ever."""
    return str(max(1, round(seconds * 1000)))


def _sqlite_engine(url: URL) -> Engine:
    path = Path(url.database) if url.database and url.database != ":memory:" else None
    if path is not None:
        sqlite_files.refuse_unsafe(path)
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": 5.0, "cached_statements": 512},
        pool_size=8,
        max_overflow=64,
        pool_use_lifo=True,  # the connection used last has the warmest pages and statements
        hide_parameters=True,  # as with Postgres
    )
    if path is not None:
        event.listen(engine, "do_connect", lambda *_: sqlite_files.make_private(path))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    _guard_forks(engine)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin, unless the connection's lane has begun already."""
    driver: Any = connection.connection.dbapi_connection
    if driver.in_transaction:
        return
    write = connection.get_execution_options().get("regie_write")
    if write is None:
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA synchronous={write}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _guard_forks(engine: Engine) -> None:
    """Refuse a connection in any process but the one that opened it (two would corrupt SQLite)."""

    def remember(_connection: Any, record: Any) -> None:
        record.info["pid"] = os.getpid()

    def check(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info.get("pid") != os.getpid():
            raise ForkedConnection("A database connection crossed a fork.")

    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", check)


def _begin_patiently(connection: Connection, patience: float) -> RootTransaction:
    """Begin, trying again with jitter while another process writes."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return connection.begin()
        except exc.OperationalError as error:
            busy = "locked" in str(error.orig) or "busy" in str(error.orig)
            if not busy or time.monotonic() > deadline:
                raise
        time.sleep(random.uniform(0.001, 0.02))  # noqa: S311 - jitter, not a secret


def _before_fork() -> None:
    for database in list(_open_databases):
        database.before_fork()


def _after_fork_in_child() -> None:
    for database in list(_open_databases):
        database.after_fork()


os.register_at_fork(before=_before_fork, after_in_child=_after_fork_in_child)

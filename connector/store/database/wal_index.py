"""What SQLite's wal-index tells: whether anything was committed since, without a query.

Its header stands twice at the beginning of the -shm file; whoever commits writes it anew, and all
who read compare it, to know whether what they hold of the database still holds
(https://sqlite.org/walformat.html, section 2.1).
"""

import os
import sqlite3
import threading
import time
from itertools import count
from pathlib import Path

from msgspec import Struct

_HEADER = 48
_VERSION = (3_007_000).to_bytes(4, "little"), (3_007_000).to_bytes(4, "big")
_IS_INIT = 12
_PAUSE = 1.0
"""Seconds until it is tried again to hold what could not be held."""
_forgotten: list[object] = []
"""Connections of a parent process: to close them here would end its locks."""


class _Hold(Struct, frozen=True, eq=False):
    """A connection that keeps the file in its place, SQLite's descriptor of it, and a mark.

    Headers repeat once the file was removed, and so do inodes and descriptors; holds never do.
    """

    connection: sqlite3.Connection
    descriptor: int
    mark: bytes


class WalIndex:
    """Reads the header through the descriptor that SQLite itself holds.

    One of our own could never be closed: to close any descriptor of a file ends all locks that
    this process has on it (https://sqlite.org/howtocorrupt.html, section 2.2). As long as our
    connection is open, nobody removes the file, and the descriptor stands for nothing else.
    """

    def __init__(self, database: Path, descriptors: Path = Path("/proc/self/fd")) -> None:
        self._database = database
        self._descriptors = descriptors
        self._lock = threading.Lock()
        self._marks = count()
        self._held: _Hold | None = None
        self._vain_until = 0.0

    def state(self) -> bytes | None:
        """Return what this state of the database shares with no other that is asked for here.

        None where it cannot be told: somebody is just writing the header, the database is not
        there, or this is not Linux.
        """
        held = self._held or self._hold()
        if held is None:
            return None
        header = _header(held.descriptor)
        # What was let go of meanwhile may have been read from another file.
        return held.mark + header if header and self._held is held else None

    def close(self) -> None:
        """Let go of the file; before a fork as well, so that no child inherits it."""
        with self._lock:
            held, self._held = self._held, None
            if held is not None:
                held.connection.close()

    def forget(self) -> None:
        """Let go of what a parent process held, and leave it open."""
        _forgotten.append(self._held)
        self._held = None
        self._lock = threading.Lock()

    def _hold(self) -> _Hold | None:
        with self._lock:
            if self._held is None and time.monotonic() >= self._vain_until:
                self._held = self._opened()
                self._vain_until = 0.0 if self._held else time.monotonic() + _PAUSE
            return self._held

    def _opened(self) -> _Hold | None:
        """Open a connection and look for its descriptor."""
        try:
            address = f"{self._database.resolve().as_uri()}?mode=rw"  # and make no new file
            connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            try:
                connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
                descriptor = self._descriptor_of(_path(connection))
            except BaseException:
                connection.close()
                raise
        except (sqlite3.Error, OSError):
            return None
        return _Hold(connection, descriptor, next(self._marks).to_bytes(8, "big"))

    def _descriptor_of(self, path: str) -> int:
        """Return the descriptor of a database's -shm file, or raise OSError."""
        for name in os.listdir(self._descriptors):  # noqa: PTH208 - plain names
            link = self._descriptors / name
            try:
                if os.readlink(link) != f"{path}-shm":  # noqa: PTH115
                    continue
            except OSError:
                continue
            return int(name)
        raise FileNotFoundError(path)


def _path(connection: sqlite3.Connection) -> str:
    """Return where the database lies by SQLite's own word."""
    path: str = connection.execute("PRAGMA database_list").fetchall()[0][2]
    return path


def _header(descriptor: int) -> bytes | None:
    """Return the header where both of its copies are whole and agree."""
    try:
        found = os.pread(descriptor, 2 * _HEADER, 0)
    except OSError:
        return None
    first = found[:_HEADER]
    is_whole = len(found) == 2 * _HEADER and first == found[_HEADER:]
    return first if is_whole and first[:4] in _VERSION and first[_IS_INIT] else None

"""What SQLite's wal-index tells: whether anything was committed since, without a query.

Its header stands twice at the beginning of the -shm file; whoever commits writes it anew, and all
who read compare it, to know whether what they hold of the database still holds
(https://sqlite.org/walformat.html, section 2.1).
"""

import os
from pathlib import Path

from msgspec import Struct

_HEADER = 48
_VERSION = (3_007_000).to_bytes(4, "little"), (3_007_000).to_bytes(4, "big")
_IS_INIT = 12


class _Opened(Struct, frozen=True):
    """A descriptor, and the file that it stood for when it was found."""

    descriptor: int
    device: int
    inode: int

    def is_there(self) -> bool:
        """Tell whether it still stands for that file, and the file still has its name."""
        try:
            found = os.fstat(self.descriptor)
        except OSError:
            return False
        return found.st_ino == self.inode and found.st_dev == self.device and found.st_nlink > 0


class WalIndex:
    """Reads the header through the descriptor that SQLite itself holds.

    One of our own could never be closed: to close any descriptor of a file ends all locks that
    this process has on it (https://sqlite.org/howtocorrupt.html, section 2.2).
    """

    def __init__(self, database: Path, descriptors: Path = Path("/proc/self/fd")) -> None:
        self._name = f"{database.resolve()}-shm"
        self._descriptors = descriptors
        self._opened: _Opened | None = None

    def state(self) -> bytes | None:
        """Return what no earlier and no later state of the database shares.

        None where it cannot be told: no connection is open, somebody is just writing the header,
        or this is not Linux.
        """
        opened = self._opened
        if opened is None or not opened.is_there():
            opened = self._opened = self._found()
        return _header(opened.descriptor) if opened else None

    def _found(self) -> _Opened | None:
        """Look for a descriptor of the file that has the name now."""
        try:
            links = sorted(map(int, os.listdir(self._descriptors)))  # noqa: PTH208 - plain names
        except OSError:
            return None
        for descriptor in links:
            try:
                if os.readlink(self._descriptors / str(descriptor)) != self._name:  # noqa: PTH115
                    continue
                found = os.fstat(descriptor)
            except OSError:
                continue
            return _Opened(descriptor, found.st_dev, found.st_ino)
        return None


def _header(descriptor: int) -> bytes | None:
    """Return the header where both of its copies are whole and agree."""
    try:
        found = os.pread(descriptor, 2 * _HEADER, 0)
    except OSError:
        return None
    first = found[:_HEADER]
    is_whole = len(found) == 2 * _HEADER and first == found[_HEADER:]
    return first if is_whole and first[:4] in _VERSION and first[_IS_INIT] else None

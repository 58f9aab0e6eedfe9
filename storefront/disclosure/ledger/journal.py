"""A file to which one process appends what it answered, before the answer leaves."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

TAIL = ".entries"
ASIDE = ".damaged"
_NONE = -1


class Journal:
    """One file of this process, locked for as long as the process lives.

    It knows what it wrote, so that a file that somebody changed is noticed.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.frames: list[bytes] = []
        self.size = 0
        self.is_closed = False
        self._descriptor = descriptor

    def append(self, frame: bytes) -> None:
        """Write one record with one call; it is in the file when this returns.

        What was written in part is cut off again, and nothing follows it: who reads at the same
        time must never meet two records in one place.
        """
        try:
            written = os.write(self._descriptor, frame)
        except OSError:
            self._cut_back()
            raise
        if written < len(frame):
            self._cut_back()
            raise OSError("The record was written in part.")
        self.frames.append(frame)
        self.size += written

    def _cut_back(self) -> None:
        """Leave whole records only; where even that fails, a last one in part is ignored."""
        self.is_closed = True
        with suppress(OSError):
            os.ftruncate(self._descriptor, self.size)

    def is_as_written(self) -> bool:
        """Tell whether the file stands in its place and holds what was written, and only that."""
        try:
            there, held = self.path.stat(), os.fstat(self._descriptor)
            written = os.pread(self._descriptor, held.st_size + 1, 0)
        except OSError:
            return False
        if (there.st_ino, there.st_dev) != (held.st_ino, held.st_dev):
            return False
        known = b"".join(self.frames)
        return written == known or (self.is_closed and written[: self.size] == known)

    def remove(self) -> None:
        """Throw the file away: its entries stand in the tables."""
        with suppress(FileNotFoundError):
            self.path.unlink()
        self.let_go()

    def set_aside(self) -> None:
        """Keep the file as evidence, or at least its name where it is gone."""
        set_aside(self.path)
        self.let_go()

    def let_go(self) -> None:
        """Close the file and with it the lock; in a fork this leaves the parent's lock alone."""
        descriptor, self._descriptor = self._descriptor, _NONE
        if descriptor != _NONE:  # its number may be another file's by now
            os.close(descriptor)


def begun(folder: Path, fresh: Iterator[str]) -> Journal:
    """Begin a file under the first name that nobody disturbs.

    Until it is locked, a reader may take it for that of a dead process and throw it away.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
    while True:
        path = folder / f"{next(fresh)}{TAIL}"
        descriptor = os.open(path, flags, 0o600)
        if _is_undisturbed(descriptor):
            return Journal(path, descriptor)
        os.close(descriptor)


def _is_undisturbed(descriptor: int) -> bool:
    """Lock a new file; tell whether no reader was quicker."""
    return _is_mine(descriptor) and os.fstat(descriptor).st_nlink > 0


def _is_mine(descriptor: int) -> bool:
    """Lock an open file; tell whether nobody else has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Standing(Struct, frozen=True):
    """A journal that stands in the folder: `data` is what is in it behind `start`.

    `is_left` says that its process is gone; whoever reads it then has its lock until he is done.
    """

    path: Path
    start: int
    data: bytes
    is_left: bool


@contextmanager
def standing(path: Path, start: int = 0) -> Iterator[Standing | None]:
    """Yield a journal with what stands behind a place; None where it was folded meanwhile."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    try:
        is_left = _is_mine(descriptor)
        size = os.fstat(descriptor).st_size
        data = os.pread(descriptor, max(size - start, 0), start)
        yield Standing(path, start, data, is_left)
    finally:
        os.close(descriptor)


def names(folder: Path, tail: str = TAIL) -> list[Path]:
    """Return the journals of a folder in the order in which each process wrote them."""
    try:
        found = [Path(it.path) for it in os.scandir(folder) if it.name.endswith(tail)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(found)


def set_aside(path: Path) -> None:
    """Keep a journal that is not what was written, under a name by which it is found."""
    aside = path.with_suffix(ASIDE)
    with suppress(OSError):
        os.replace(path, aside)  # noqa: PTH105 - one word for the one atomic step
    with suppress(OSError):
        aside.parent.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))

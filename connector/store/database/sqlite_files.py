"""Dangers around the files of the embedded database, found before they cost a write."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from connector.store.errors import UnsafeFilesystem

_UNSAFE = ("nfs", "nfs4", "9p", "cifs", "smb3", "smbfs", "ceph", "afs")


def refuse_unsafe(database: Path, mounts: Path = Path("/proc/self/mountinfo")) -> None:
    """Raise UnsafeFilesystem where SQLite's locks are known not to hold (NFS, 9p, FUSE)."""
    kind = filesystem(database, mounts)
    if kind in _UNSAFE or (kind or "").startswith("fuse"):
        raise UnsafeFilesystem(f"The database lies on {kind}.", path=str(database), kind=kind)


def make_private(path: Path) -> None:
    """Create a database file for its owner alone; SQLite gives its -wal and -shm the same rights.

    What stands is left as it is, and what cannot be made SQLite itself will tell.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def readable_by_all(database: Path) -> bool:
    """Tell whether any user of the machine may read the file or what belongs to it."""
    files = (database.with_name(database.name + tail) for tail in ("", "-wal", "-shm"))
    return any(file.stat().st_mode & 0o004 for file in files if file.exists())


def is_sound(database: Path) -> bool:
    """Tell whether the file is a database whose pages can be read."""
    address = f"{database.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False


def holds_rows(database: Path, table: str) -> bool:
    """Tell whether there is anything in a table of a database file."""
    address = f"{database.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            query = f"SELECT 1 FROM {table} LIMIT 1"  # noqa: S608 - our own names only
            return connection.execute(query).fetchone() is not None
    except sqlite3.Error:
        return False


def filesystem(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str | None:
    """Return the type of the file system that holds `path`; None where nobody tells (no Linux)."""
    if not mounts.exists():
        return None
    lines = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    found = [(fields[4], fields[fields.index("-") + 1]) for fields in lines if "-" in fields]
    real = str(path.resolve())
    holding = [(len(point), kind) for point, kind in found if _holds(point, real)]
    return max(holding)[1] if holding else None


def _holds(mount_point: str, path: str) -> bool:
    return path == mount_point or path.startswith(mount_point.rstrip("/") + "/")


def wal_split(database: Path, descriptors: Path = Path("/proc/self/fd")) -> bool | None:
    """Tell whether this process writes to a -wal file that is no longer the one on disk.

    That happens when a connection crossed a fork and a parent removed the file: every later write
    of one side is lost although `integrity_check` says ok. None where it cannot be told.
    """
    if not descriptors.exists():
        return None
    wal = f"{database.resolve()}-wal"
    return any(_is_other_file(link, wal) for link in descriptors.iterdir())


def _is_other_file(link: Path, wal: str) -> bool:
    try:
        if link.readlink().as_posix().removesuffix(" (deleted)") != wal:
            return False
        opened = os.stat(link)  # noqa: PTH116 - follows the descriptor, not the name
        return not os.path.exists(wal) or os.stat(wal).st_ino != opened.st_ino  # noqa: PTH110, PTH116
    except OSError:
        return False

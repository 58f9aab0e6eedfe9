"""Dangers around the files of the embedded database, found before they cost a write."""

import os
from pathlib import Path

from connector.store.errors import UnsafeFilesystem

_UNSAFE = ("nfs", "nfs4", "9p", "cifs", "smb3", "smbfs", "ceph", "afs")


def refuse_unsafe(database: Path, mounts: Path = Path("/proc/self/mountinfo")) -> None:
    """Raise UnsafeFilesystem where SQLite's locks are known not to hold (NFS, 9p, FUSE)."""
    kind = filesystem(database, mounts)
    if kind in _UNSAFE or (kind or "").startswith("fuse"):
        raise UnsafeFilesystem(f"The database lies on {kind}.", path=str(database), kind=kind)


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

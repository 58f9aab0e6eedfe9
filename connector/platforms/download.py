"""Write a file that is being downloaded so that it appears whole or not at all."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from connector.platforms.body import CHUNK, gunzip

GZIP_MAGIC = b"\x1f\x8b"


class Download(Struct, frozen=True):
    """A file that arrived complete: its place and size in bytes."""

    path: Path
    size: int


def save(pieces: Iterable[bytes], target: Path, host: str) -> Download:
    """Write `pieces` to a `.part` file beside `target` and rename it when all is well.

    A file that is itself gzip is read to its end first; raises Truncated or BadEncoding. On any
    fault, Ctrl-C included, the part is removed and an older `target` stays as it was.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        _check_gzip(part, host)
        size = part.stat().st_size
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return Download(target, size)


def _check_gzip(path: Path, host: str) -> None:
    with path.open("rb") as file:
        if file.read(len(GZIP_MAGIC)) != GZIP_MAGIC:
            return
        file.seek(0)
        for _ in gunzip(iter(lambda: file.read(CHUNK), b""), host):
            pass

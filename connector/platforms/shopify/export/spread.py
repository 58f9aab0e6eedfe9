"""Small files that share out notes by a key, so that what belongs together is read together."""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path
from struct import Struct

BLOCK = 1024 * 1024
NOTE = Struct(">Q16scQI")
"""Of one line: whose it is, the digest of its text (16 bytes of it are kept), its tag, where it
starts and how long it is."""
PLACE = Struct(">cQI")
"""The end of a note."""
SPLIT_NOTE = Struct(">8s16s13s")
"""A note again, with its place in one piece."""
KEYED_NOTE = Struct(">8s29s")
"""A note again, with all behind its key in one piece."""
ALIAS = Struct(">QQ")
"""A key by which lines call a variant, and the product that it belongs to."""
ALIAS_TEXT = Struct(">8s8s")
KEY = Struct(">Q")


class Spread:
    """`parts` files of one purpose in a folder; notes of one key always share a file.

    In the hot loops notes go straight into `lists[key % parts]`; `flush` writes them out.
    """

    def __init__(self, folder: Path, name: str, parts: int) -> None:
        self.lists: list[list[bytes]] = [[] for _ in range(parts)]
        self._folder = folder
        self._name = name

    def flush(self) -> None:
        """Write what has gathered, and forget it."""
        for part, notes in enumerate(self.lists):
            if notes:
                with self._path(part).open("ab") as file:
                    file.write(b"".join(notes))
                notes.clear()

    def take(self, part: int) -> bytes:
        """Return the notes of a part and remove its file."""
        path = self._path(part)
        if not path.exists():
            return b""
        notes = path.read_bytes()
        path.unlink()
        return notes

    def _path(self, part: int) -> Path:
        return self._folder / f"{self._name}-{part:04d}"


def blocks(path: Path) -> Iterator[list[bytes]]:
    """Yield a file's lines, many at once; the last one may lack its end."""
    with path.open("rb", buffering=0) as file:
        rest = b""
        while block := file.read(BLOCK):
            lines = block.split(b"\n")
            lines[0] = rest + lines[0]
            rest = lines.pop()
            yield lines
        if rest:
            yield [rest]


def unpack(path: Path) -> None:
    """Turn a gzip file into what it holds; leave any other file alone."""
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return
    plain = path.with_suffix(".plain")
    with gzip.open(path) as packed, plain.open("wb") as file:
        shutil.copyfileobj(packed, file, BLOCK)
    plain.replace(path)

"""Small files that share out notes by a key, so that what belongs together is read together."""

import gzip
import shutil
from array import array
from collections.abc import Callable
from os import SEEK_END
from pathlib import Path
from struct import Struct
from typing import BinaryIO, Generic, TypeVar

Noted = TypeVar("Noted")
BLOCK = 1024 * 1024
READ = 256 * 1024
"""So much of a file is read at once: it still lies in the processor's cache when it is used."""
NOTE = Struct(">QcQII16s")
"""Of neighbouring lines: whose they are, their tag, where they start, how long they are, the same
once more, and the sum of their digests."""
PLACE = Struct(">cQI")
"""Tag, start and length of a note."""
SPLIT_NOTE = Struct(">Q13s20s")
"""A note again, with its place in one piece, and length and sum in one piece, to be added up."""
KEYED_NOTE = Struct(">Q33s")
"""A note again, with all behind its key in one piece."""
KEY = Struct(">Q")


class Spread(Generic[Noted]):
    """`parts` files of one purpose in a folder; notes of one key always share a file.

    In the hot loops notes go straight into `lists[key % parts]`; `flush` writes them out, as
    `text` says.
    """

    def __init__(
        self, folder: Path, name: str, parts: int, text: Callable[[list[Noted]], bytes]
    ) -> None:
        self.lists: list[list[Noted]] = [[] for _ in range(parts)]
        self._folder = folder
        self._name = name
        self._text = text

    def flush(self) -> None:
        """Write what has gathered, and forget it."""
        for part, notes in enumerate(self.lists):
            if notes:
                with self._path(part).open("ab") as file:
                    file.write(self._text(notes))
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


def numbers_text(numbers: list[int]) -> bytes:
    """Write numbers for an array to read back."""
    return array("Q", numbers).tobytes()


def ended(path: Path) -> BinaryIO:
    """Open a file of lines to be read.

    A last line without an end gets one, and a blank before it: no line ends like this as usual, so
    it is looked at closely, for it may have been cut.
    """
    with path.open("rb+") as file:
        file.seek(max(file.seek(0, SEEK_END) - 1, 0))
        if file.read() not in {b"", b"\n"}:
            file.write(b" \n")
    return path.open("rb", buffering=READ)


def unpack(path: Path) -> None:
    """Turn a gzip file into what it holds; leave any other file alone."""
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return
    plain = path.with_suffix(".plain")
    with gzip.open(path) as packed, plain.open("wb") as file:
        shutil.copyfileobj(packed, file, BLOCK)
    plain.replace(path)

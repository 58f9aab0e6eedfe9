"""The index of a shelf: its products by number, in as many files as parts, read as one list."""

import os
from collections.abc import Iterator, Sequence
from heapq import merge
from operator import attrgetter
from pathlib import Path

import msgspec
from msgspec import Struct

_HELD = 16_384
"""So many entries of all parts together are in memory while they are read."""
_FEWEST = 16
_LENGTH = 4


class Entry(Struct, frozen=True, array_like=True, gc=False):
    """One product: its number, the sum of its lines, where they lie and how long all are."""

    number: int
    digest: bytes
    places: bytes
    size: int


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Entry]).decode


class Index:
    """Entries in a folder; each number lies in one part only.

    They come back by number whatever their part, so that neighbours in the shop are read and stored
    as neighbours: else each product would touch pages of the database that no other one near it
    does, and its lines would lie far from those of the one before.
    """

    def __init__(self, folder: Path, parts: int) -> None:
        self._folder = folder
        self._parts = parts
        self._together = max(_HELD // parts, _FEWEST)

    def write(self, part: int, entries: Sequence[Entry]) -> None:
        """Write the entries of a part, which come by number."""
        with self._path(part).open("wb") as file:
            for start in range(0, len(entries), self._together):
                block = _encode(entries[start : start + self._together])
                file.write(len(block).to_bytes(_LENGTH) + block)

    def entries(self) -> Iterator[Entry]:
        """Yield all entries by number."""
        return merge(*map(self._of_part, range(self._parts)), key=attrgetter("number"))

    def _of_part(self, part: int) -> Iterator[Entry]:
        """Yield those of one part; there may be more parts than files may be open at once."""
        at = 0
        while block := self._block(part, at):
            at += _LENGTH + len(block)
            yield from _decode(block)

    def _block(self, part: int, at: int) -> bytes:
        with self._path(part).open("rb", buffering=0) as file:
            size = int.from_bytes(os.pread(file.fileno(), _LENGTH, at))
            return os.pread(file.fileno(), size, at + _LENGTH)

    def _path(self, part: int) -> Path:
        return self._folder / f"index-{part:04d}"

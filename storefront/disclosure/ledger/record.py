"""One record of a journal: some entries as they stand in the file, and how they are read back."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from struct import Struct as Layout
from zlib import crc32

import msgspec
from msgspec import Struct

from storefront.disclosure.ledger.entry import Entry

_MAGIC = b"RLJ1"
_HEADER = Layout(">4sII")
_SUM = Layout(">I")
_START = _HEADER.size + _SUM.size


class Group(Struct, frozen=True, array_like=True):
    """Entries that were written together.

    A detail is merchant, digest and payload; an end is merchant, writer, number, hash and mark.
    """

    entries: list[Entry]
    details: list[tuple[str, bytes, bytes]]
    ends: list[tuple[str, str, int, bytes, bytes]]


class Found(Struct, frozen=True):
    """What a journal holds, as far as it is whole; read as groups, records take far more room.

    `bad` are the places of bytes that no process of ours wrote; `sound` is where the whole records
    before the first such place end.
    """

    frames: list[memoryview]
    bad: list[int]
    sound: int


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Group).decode


def framed(group: Group) -> bytes:
    """Return a record: length and checksum, a checksum of these two, and the group."""
    body = _encode(group)
    head = _HEADER.pack(_MAGIC, len(body), crc32(body))
    return b"".join((head, _SUM.pack(crc32(head)), body))


def groups_in(frames: Sequence[bytes | memoryview]) -> list[Group]:
    """Return the groups of records that are known to be whole."""
    return [_decode(memoryview(frame)[_START:]) for frame in frames]


def found_in(data: bytes, *, is_growing: bool = False) -> Found:
    """Return what a journal holds.

    A last record that is not whole was cut short with its process, and its answer never left. In
    a file that still grows, what stands behind a bad place is left to the process that writes it.
    """
    frames: list[memoryview] = []
    bad: list[int] = []
    sound = place = 0
    while place < len(data):
        end = _end_of_whole(data, place)
        if end is not None:
            frames.append(memoryview(data)[place:end])
            place, sound = end, sound if bad else end
            continue
        following = next(_whole_behind(data, place), None)
        if following is None and _is_torn(data, place):
            break
        bad.append(place)
        if following is None or is_growing:
            break
        place = following
    return Found(frames, bad, sound)


def _end_of_whole(data: bytes, place: int) -> int | None:
    """Return where the whole record at a place ends, None where none stands."""
    body = place + _START
    length = _length(data, place)
    if length is None or body + length > len(data):
        return None
    _, _, digest = _HEADER.unpack_from(data, place)
    text = memoryview(data)[body : body + length]
    return body + length if crc32(text) == digest and _says_something(text) else None


def _says_something(text: memoryview) -> bool:
    """Tell whether a text with a right checksum is a group."""
    with suppress(msgspec.DecodeError):
        return isinstance(_decode(text), Group)
    return False


def _length(data: bytes, place: int) -> int | None:
    """Return how long the header at a place says that its record is, None where none stands."""
    if place + _START > len(data):
        return None
    magic, length, _ = _HEADER.unpack_from(data, place)
    (digest,) = _SUM.unpack_from(data, place + _HEADER.size)
    known = magic == _MAGIC and digest == crc32(data[place : place + _HEADER.size])
    return int(length) if known else None


def _whole_behind(data: bytes, place: int) -> Iterator[int]:
    """Yield the places of whole records behind a place."""
    while (place := data.find(_MAGIC, place + 1)) >= 0:
        if _end_of_whole(data, place) is not None:
            yield place


def _is_torn(data: bytes, place: int) -> bool:
    """Tell whether the rest is the beginning of a record, or room that was never written."""
    rest = data[place:]
    if len(rest) < _START:
        return rest[: len(_MAGIC)] == _MAGIC[: len(rest)] or not rest.strip(b"\0")
    length = _length(data, place)
    return not rest.strip(b"\0") if length is None else _START + length > len(rest)

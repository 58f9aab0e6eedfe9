"""Stored documents are JSON or MessagePack; the first byte tells which, for JSON is text."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
import orjson

PACKED: Final = 0x80
"""Maps of MessagePack begin with this byte or a greater one; JSON begins with ASCII."""

Decode = Callable[[bytes], Any]


def decoders(kind: Any) -> tuple[Decode, Decode]:
    """Return the decoders of JSON and of MessagePack into a type."""
    return msgspec.json.Decoder(kind).decode, msgspec.msgpack.Decoder(kind).decode


def decoder(kind: Any) -> Decode:
    """Return the function that decodes a document, whichever it is, into a type."""
    from_text, from_packed = decoders(kind)
    return lambda data: from_packed(data) if data[0] >= PACKED else from_text(data)


_unpack = msgspec.msgpack.Decoder().decode


def loaded(data: bytes) -> Any:
    """Return a document as plain Python."""
    return _unpack(data) if data[0] >= PACKED else orjson.loads(data)

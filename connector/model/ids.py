"""Names that Regie gives to things: prefixed, sortable, and the same after every re-read."""

import os
import re
import time
from collections.abc import Callable
from hashlib import blake2b

_VERSION_7 = 7
_VERSION_8 = 8
_TIME_BITS = (1 << 48) - 1
_VARIANT = 0x2 << 62
_TAIL_MASK = (1 << 80) - 1 & ~(0xF << 76) & ~(0x3 << 62)
_DIGITS = re.compile("[0-9]+")


def new_id(prefix: str, now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> str:
    """Return `prefix_` and a fresh UUIDv7 (RFC 9562 section 5.7), for what happens once."""
    return f"{prefix}_{_layout(now_ms(), int.from_bytes(os.urandom(10), 'big'), _VERSION_7)}"


def source_id(prefix: str, platform: str, shop: str, external_id: str) -> str:
    """Return the id of an entity that a platform owns: UUIDv8 (RFC 9562 section 5.8).

    It is a function of where the entity lives, so that a second database, a restore or a sync that
    was killed give the same id. The first 48 bits are the platform's number, which keeps the order
    of creation and the locality of the index; the rest is a digest of the whole source.
    """
    end = external_id.rpartition("/")[2]
    number = (
        int(end if end.isascii() and end.isdecimal() else "".join(_DIGITS.findall(end)) or 0)
        & _TIME_BITS
    )
    source = f"{prefix}\0{platform}\0{shop}\0{external_id}".encode()
    head, tail = f"{number:012x}", blake2b(source, digest_size=10).hexdigest()
    first = f"{prefix}_{head[:8]}-{head[8:]}-{_VERSION_8}{tail[1:4]}"
    return f"{first}-{_VARIANTS[tail[4]]}{tail[5:8]}-{tail[8:]}"


_VARIANTS = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""A hexadecimal digit with the two variant bits of RFC 9562 in front of its last two bits."""


def _layout(head: int, tail: int, version: int) -> str:
    """Write 48 leading and 74 trailing bits around version and variant, as UUID text."""
    value = (head & _TIME_BITS) << 80 | tail & _TAIL_MASK | version << 76 | _VARIANT
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

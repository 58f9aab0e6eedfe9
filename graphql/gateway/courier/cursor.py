"""Where a courier is in the list of offers: the last write that he knows, the last job he saw."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec
from msgspec import Struct

from gateway.errors import BadCursor


class Place(Struct, frozen=True, array_like=True):
    """`seq` is a number of the change feed, `job_id` the last offer shown, if any was.

    `band_m` is how far its store was, as the offer says: its place in the list when it is taken.
    """

    seq: int
    job_id: str | None = None
    band_m: int | None = None


def encode(place: Place) -> str:
    """Return a cursor."""
    return urlsafe_b64encode(msgspec.json.encode(place)).rstrip(b"=").decode()


def decode(text: str) -> Place:
    """Read a cursor, or raise BadCursor."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        found = msgspec.json.decode(raw, type=Place)
    except (ValueError, msgspec.DecodeError):
        raise BadCursor("This is no cursor of ours.", field="after") from None
    if not 0 <= found.seq < 2**53:
        raise BadCursor("This is no cursor of ours.", field="after")
    return found

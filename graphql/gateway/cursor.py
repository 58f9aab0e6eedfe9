"""Where a page ended, as opaque text that only fits the order it came from."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

import msgspec

from connector.store.page import Position, Sort
from gateway.errors import BadCursor

_VALUES: Mapping[Sort, type] = {
    Sort.ID: type(None),
    Sort.PRICE_ASC: int,
    Sort.PRICE_DESC: int,
    Sort.TITLE: str,
    Sort.UPDATED: int,
}


def encode(sort: Sort, position: Position) -> str:
    """Return the cursor of a position."""
    data = msgspec.json.encode([sort.value, position.value, position.id])
    return urlsafe_b64encode(data).decode().rstrip("=")


def decode(sort: Sort, text: str) -> Position:
    """Read a cursor back, or raise BadCursor."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        name, value, key = msgspec.json.decode(data, type=tuple[str, int | str | None, str])
    except (ValueError, msgspec.MsgspecError):
        raise BadCursor("This is no cursor of ours.") from None
    if name != sort.value or not isinstance(value, _VALUES[sort]):
        raise BadCursor("This cursor belongs to another order.", sort=name)
    return Position(value, key)

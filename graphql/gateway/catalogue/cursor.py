"""Where a page ended, as opaque text that only fits the order it came from."""

from base64 import b64decode
from binascii import b2a_base64
from collections.abc import Mapping

import msgspec

from connector.store.listing.page import Position, Sort
from gateway.catalogue.given import searchable
from gateway.errors import BadCursor

_VALUES: Mapping[Sort, type[int | str | None]] = {
    Sort.ID: type(None),
    Sort.PRICE_ASC: int,
    Sort.PRICE_DESC: int,
    Sort.TITLE: str,
    Sort.UPDATED: int,
    Sort.RELEVANCE: int,
}
_encode = msgspec.json.Encoder().encode
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_LONGEST = 2000
_LARGEST = 2**63 - 1


def encode(sort: Sort, position: Position) -> str:
    """Return the cursor of a position."""
    text = b2a_base64(_encode((sort, position.value, position.id)), newline=False)
    return text.translate(_URL_SAFE, b"=").decode()


def decode(sort: Sort, text: str) -> Position:
    """Read a cursor back, or raise BadCursor."""
    name, value, key = _opened(text)
    if name != sort.value or not isinstance(value, _VALUES[sort]):
        raise BadCursor("This cursor belongs to another order.", sort=sort.value)
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise BadCursor("This is no cursor of ours.")
    if isinstance(value, str) and value:
        searchable(value, BadCursor, "after", _LONGEST)
    return Position(value, searchable(key, BadCursor, "after"))


def _opened(text: str) -> tuple[str, int | str | None, str]:
    if len(text) > _LONGEST:
        raise BadCursor("This is no cursor of ours.")
    try:
        data = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(data, type=tuple[str, int | str | None, str])
    except (ValueError, msgspec.MsgspecError):
        raise BadCursor("This is no cursor of ours.") from None

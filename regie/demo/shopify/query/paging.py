"""Pages of a long list, cut the way the shop cuts them."""

import json
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from regie.demo.shopify.query.answers import problem

Row = dict[str, Any]
LARGEST: Final = 250


def check_size(field: str, arguments: Mapping[str, Any]) -> None:
    """Refuse a page without a size, or with one the shop does not give."""
    first, last = arguments.get("first"), arguments.get("last")
    if first is None and last is None:
        raise problem(f"you must provide one of first or last on {field}", "BAD_REQUEST")
    if first is not None and last is not None:
        raise problem(f"first and last cannot be used together on {field}", "BAD_REQUEST")
    if not 0 < (first if first is not None else last or 0) <= LARGEST:
        raise problem(f"first and last on {field} must be 1 to {LARGEST}", "BAD_REQUEST")


def by_place(_row: Row, place: int) -> str:
    """Name an entry by its place in the list."""
    return str(place + 1)


def write_mark(value: Any, last_id: int) -> str:
    """Name an entry by its id and the value it is sorted by, so that pages survive changes."""
    return b64encode(json.dumps({"last_id": last_id, "last_value": value}).encode()).decode()


def number(gid: str) -> int:
    """Return the number inside a global id."""
    return int(gid.rpartition("/")[2].partition("?")[0])


def mark_of(cursor: str) -> tuple[Any, int]:
    """Read a cursor made by `write_mark`."""
    try:
        mark = json.loads(b64decode(cursor, validate=True))
        return mark["last_value"], int(mark["last_id"])
    except (BadBase64, ValueError, KeyError, TypeError):
        raise _bad_cursor(cursor) from None


def _bad_cursor(cursor: str) -> Exception:
    return problem(f"Invalid cursor for current pagination sort: {cursor}", "BAD_REQUEST")


def _place_of(cursor: str) -> int:
    if not cursor.isdigit():
        raise _bad_cursor(cursor)
    return int(cursor)


def after_place(rows: Sequence[Row], arguments: Mapping[str, Any]) -> tuple[int, int]:
    """Return where the asked window starts and ends, for cursors by place."""
    after, before = arguments.get("after"), arguments.get("before")
    start = _place_of(after) if after else 0
    end = _place_of(before) - 1 if before else len(rows)
    return start, max(start, end)


def page(
    rows: Sequence[Row],
    arguments: Mapping[str, Any],
    *,
    window: tuple[int, int] | None = None,
    cursor: Callable[[Row, int], str] = by_place,
) -> Row:
    """Cut one page out of a list that is already in order."""
    start, end = window or after_place(rows, arguments)
    first, last = arguments.get("first"), arguments.get("last")
    if first is not None:
        end = min(end, start + first)
    elif last is not None:
        start = max(start, end - last)
    chosen = rows[start:end]
    marks = [cursor(row, start + place) for place, row in enumerate(chosen)]
    return {
        "nodes": chosen,
        "edges": [{"node": row, "cursor": mark} for row, mark in zip(chosen, marks, strict=True)],
        "pageInfo": {
            "hasNextPage": end < len(rows),
            "hasPreviousPage": start > 0,
            "startCursor": marks[0] if marks else None,
            "endCursor": marks[-1] if marks else None,
        },
    }

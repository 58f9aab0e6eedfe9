"""Pages that follow the floor: the server tells that something changed, the page reads anew."""

import time
from collections.abc import Callable, Iterator

from flask import Response, request

from storefront.fulfillment.errors.deed import Resync
from storefront.fulfillment.store import floor as floors
from storefront.fulfillment.work import following
from storefront.fulfillment.work.following import HEARTBEAT_S, RETRY_MS, Wanted
from storefront.pages.shell import Rooms

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_BUSY_S = 10
_LONGEST_S = 300.0


def position(rooms: Rooms, merchant_id: str) -> int:
    """Return what a page that is drawn now has seen of the floor."""
    with rooms.floor.database.read() as connection:
        return floors.position(connection, merchant_id)


def follow(
    rooms: Rooms,
    merchant_id: str,
    wanted: Wanted,
    who: str,
    *,
    leaving_free: int = 0,
    goes_on: Callable[[], bool] = lambda: True,
) -> Response:
    """Answer with server-sent events, or 503 where too many follow already.

    Of a change nothing is told but its kind: the page reads what it may see. Who comes back from
    too far behind begins at the present. After each rest `goes_on` is asked.
    """
    start = _start(rooms, merchant_id)
    if not rooms.waiters.enter(who, leaving_free=leaving_free):
        return Response(status=503, headers={**_HEADERS, "Retry-After": str(_BUSY_S)})
    body = _events(rooms, merchant_id, start, wanted, goes_on)
    answer = Response(body, content_type="text/event-stream", headers=_HEADERS)
    answer.call_on_close(lambda: rooms.waiters.leave(who))
    return answer


def _start(rooms: Rooms, merchant_id: str) -> int:
    """Return from where to tell: where the browser stopped, or what its page has seen."""
    now = position(rooms, merchant_id)
    given = request.headers.get("Last-Event-ID") or request.args.get("since", "")
    start = int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else now
    try:
        following.since(rooms.floor, merchant_id, start, lambda _: False)
    except Resync:
        return now
    return min(start, now)


def _events(
    rooms: Rooms, merchant_id: str, at: int, wanted: Wanted, goes_on: Callable[[], bool]
) -> Iterator[bytes]:
    """Yield events until some minutes are over; the browser then comes back by itself."""
    end = time.monotonic() + _LONGEST_S
    yield f"retry: {RETRY_MS}\nid: {at}\n\n".encode()
    while time.monotonic() < end:
        at, found = following.await_changes(
            rooms.floor, rooms.waker, merchant_id, at, wanted, HEARTBEAT_S
        )
        if not goes_on():
            return
        for change in found:
            yield f"id: {change.seq}\nevent: {change.kind}\ndata: {{}}\n\n".encode()
        if not found:
            yield f": still here\nid: {at}\n\n".encode()

"""Pages that follow the shop floor: the server tells that something changed, the page reads anew."""

from collections.abc import Callable

from flask import Response, request

from storefront.fulfillment.errors import Resync
from storefront.fulfillment.store import floor as floors
from storefront.fulfillment.store.floor import Change
from storefront.fulfillment.work import following
from storefront.pages.shell import Rooms

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_BUSY_S = 10


def position(rooms: Rooms, merchant_id: str) -> int:
    """Return what a page that is drawn now has seen of the floor."""
    with rooms.floor.database.read() as connection:
        return floors.position(connection, merchant_id)


def follow(rooms: Rooms, merchant_id: str, wanted: Callable[[Change], bool], name: str) -> Response:
    """Answer with server-sent events about `name`, or 503 where too many follow already.

    Nothing of a change is told but its kind: the page reads what it may see. Who comes back from
    too far behind begins at the present.
    """
    if not rooms.waiters.enter():
        return Response(status=503, headers={**_HEADERS, "Retry-After": str(_BUSY_S)})
    start = _start(rooms, merchant_id)
    body = following.stream(
        rooms.floor,
        rooms.waker,
        merchant_id,
        start,
        wanted,
        told=lambda _: {},
        named=lambda _: name,
    )
    answer = Response(body, content_type="text/event-stream", headers=_HEADERS)
    answer.call_on_close(rooms.waiters.leave)
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

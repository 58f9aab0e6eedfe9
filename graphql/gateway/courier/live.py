"""The courier's live events: offers that come and go, his own jobs, and claims about to end."""

from collections.abc import Callable, Iterator
from itertools import chain

import msgspec
from flask import Request, Response

from connector.model.errors import InvalidInput, RegieError
from gateway.courier.depot import Caller, Depot, caller_of
from gateway.courier.errors import NoPlaceToWait
from gateway.courier.shown import instant
from storefront.fulfillment.courier import lease
from storefront.fulfillment.store import floor as floors
from storefront.fulfillment.store import jobs
from storefront.fulfillment.store.floor import Change
from storefront.fulfillment.work import following

STREAM_S = 300.0
_OFFERS = frozenset({"offer.added", "offer.gone"})
_COME_BACK_S = 5


class BadEventId(InvalidInput):
    """A position that we never gave."""

    code = "bad_event_id"
    remedy = "Send the id of the last event as it came, or none."


def events(depot: Depot, asked: Request, seconds: float = STREAM_S) -> Response:
    """Answer with server-sent events from Last-Event-ID on; the phone comes back by itself."""
    caller = caller_of(depot, asked.headers.get("Authorization", ""), asked.host)
    position = _position(depot, caller, asked.headers.get("Last-Event-ID", ""))
    who = caller.device.id
    if not depot.waiters.enter(who):
        raise NoPlaceToWait("Too many wait.", retry_after=_COME_BACK_S)
    try:
        stream = _stream(depot, asked, caller, position, seconds)
        opened = next(stream)
    except BaseException:
        depot.waiters.leave(who)
        raise
    body = chain([opened], stream)
    answer = Response(body, content_type="text/event-stream; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    answer.call_on_close(lambda: depot.waiters.leave(who))
    return answer


def _position(depot: Depot, caller: Caller, told: str) -> int:
    if told:
        if not (told.isascii() and told.isdecimal() and len(told) < 16):
            raise BadEventId("Last-Event-ID is no number of ours.")
        return int(told)
    with depot.floor.database.read() as connection:
        return floors.position(connection, caller.merchant_id)


def _stream(
    depot: Depot, asked: Request, caller: Caller, position: int, seconds: float
) -> Iterator[bytes]:
    """Follow the floor for one phone; whoever is shut out meanwhile hears no more."""
    return following.stream(
        depot.floor,
        depot.waker,
        caller.merchant_id,
        position,
        _wanted(caller),
        seconds=seconds,
        beside=_Warnings(depot, caller),
        goes_on=_still_signed_in(depot, asked),
    )


def _wanted(caller: Caller) -> following.Wanted:
    """Tell of offers to all, and of a job only to whose it is or was."""

    def wanted(change: Change) -> bool:
        mine = change.courier_id == caller.courier.id
        return change.kind in _OFFERS or (change.kind == "job.changed" and mine)

    return wanted


def _still_signed_in(depot: Depot, asked: Request) -> Callable[[], bool]:
    token, host = asked.headers.get("Authorization", ""), asked.host

    def goes_on() -> bool:
        try:
            caller_of(depot, token, host)
        except RegieError:
            return False
        return True

    return goes_on


class _Warnings:
    """Says once for each claim that it ends within two minutes."""

    def __init__(self, depot: Depot, caller: Caller) -> None:
        self._depot = depot
        self._caller = caller
        self._told: set[tuple[str, int]] = set()

    def __call__(self) -> bytes:
        """Return the warnings that are due now."""
        now = self._depot.floor.now()
        with self._depot.floor.database.read() as connection:
            mine = jobs.of_courier(connection, self._caller.merchant_id, self._caller.courier.id)
        found = []
        for job in mine:
            warn_at, until = lease.warn_at(job), job.lease_until or 0
            if warn_at is None or warn_at > now or (job.id, until) in self._told:
                continue
            self._told.add((job.id, until))
            body = msgspec.json.encode({"id": job.id, "data": {"until": instant(until)}}).decode()
            found.append(f"event: lease.warn\ndata: {body}\n\n")
        return "".join(found).encode()

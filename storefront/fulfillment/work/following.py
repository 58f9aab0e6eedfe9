"""Following the shop floor live: what changed since, in order, with nothing lost in between."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import msgspec

from storefront.fulfillment.store import floor as floors
from storefront.fulfillment.store.floor import Change, ShopFloor

RETRY_MS = 3000
HEARTBEAT_S = 15.0
MOST_WAITERS = 32
MOST_OF_ONE = 6
KEPT_FOR_WORK = 12
LONGEST_S = 25.0
Wanted = Callable[[Change], bool]


class Waker(Protocol):
    """Who tells that something changed; being told too often, or late, does no harm."""

    def wait(self, merchant_id: str, seconds: float) -> None:
        """Return when the merchant's floor may have changed, or when the time is over."""


class Waiters:
    """How many may wait at once in this process: each of them holds a thread.

    Nobody takes many places, however many windows he opens, and customers leave some to those who
    work.
    """

    def __init__(self, most: int = MOST_WAITERS, each: int = MOST_OF_ONE) -> None:
        self._most = most
        self._each = each
        self._here: Counter[str] = Counter()
        self._lock = threading.Lock()

    def enter(self, who: str = "", *, leaving_free: int = 0) -> bool:
        """Take a place, or return False where none is free, or this one has enough of them."""
        with self._lock:
            free = self._most - self._here.total() > leaving_free
            able = free and self._here[who] < self._each
            self._here[who] += able
            return able

    def leave(self, who: str = "") -> None:
        """Give the place back."""
        with self._lock:
            self._here[who] -= 1
            if self._here[who] <= 0:
                del self._here[who]


def since(
    floor: ShopFloor, merchant_id: str, position: int, wanted: Wanted
) -> tuple[int, Sequence[Change]]:
    """Return the newest position and the wanted changes behind `position`; raises Resync."""
    with floor.database.read() as connection:
        found = floors.changes(connection, merchant_id, position)
        end = found[-1].seq if found else floors.position(connection, merchant_id)
    return max(end, position), [change for change in found if wanted(change)]


def await_changes(
    floor: ShopFloor,
    waker: Waker,
    merchant_id: str,
    position: int,
    wanted: Wanted,
    seconds: float,
) -> tuple[int, Sequence[Change]]:
    """Return as soon as there is something wanted, or with nothing when the time is over."""
    deadline = time.monotonic() + min(seconds, LONGEST_S)
    while True:
        position, found = since(floor, merchant_id, position, wanted)
        left = deadline - time.monotonic()
        if found or left <= 0:
            return position, found
        waker.wait(merchant_id, left)


def stream(
    floor: ShopFloor,
    waker: Waker,
    merchant_id: str,
    position: int,
    wanted: Wanted,
    *,
    seconds: float = 300.0,
    told: Callable[[Change], object] = lambda change: change.detail or {},
    beside: Callable[[], bytes] = lambda: b"",
    goes_on: Callable[[], bool] = lambda: True,
) -> Iterator[bytes]:
    """Yield server-sent events (WHATWG HTML, section 9.2).

    An id says that all up to there was told: it stands behind the last event of a write, so that
    who loses the line in between hears of it again, and of nothing too little. `beside` gives what
    is told besides the changes; after each rest `goes_on` is asked. Ends by itself after
    `seconds`; the browser then comes back with Last-Event-ID. Raises Resync before the first byte,
    where the position is too old.
    """
    end = time.monotonic() + seconds
    start = position
    position, found = since(floor, merchant_id, position, wanted)
    yield f"retry: {RETRY_MS}\nid: {start}\n\n".encode() + beside()
    while True:
        yield _events(found, told) + f"id: {position}\n\n".encode()
        if time.monotonic() >= end or not goes_on():
            return
        position, found = await_changes(floor, waker, merchant_id, position, wanted, HEARTBEAT_S)
        yield beside() if found else b": still here\n" + beside()


def _events(found: Sequence[Change], told: Callable[[Change], object]) -> bytes:
    """Encode changes; only the last of a write carries its number."""
    lines = []
    for number, change in enumerate(found, start=1):
        body = msgspec.json.encode({"id": change.subject_id, "data": told(change)}).decode()
        is_last = number == len(found) or found[number].seq != change.seq
        mark = f"id: {change.seq}\n" if is_last else ""
        lines.append(f"{mark}event: {change.kind}\ndata: {body}\n\n")
    return "".join(lines).encode()

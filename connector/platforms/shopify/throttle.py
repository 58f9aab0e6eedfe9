"""Ask Shopify no faster than it refills: the points left are learnt from its own answers."""

import threading
import time
from collections.abc import Callable

from msgspec import Struct

LONGEST_WAIT = 60.0


class ThrottleStatus(Struct, frozen=True, rename="camel"):
    """Shopify's bucket after one request, in points and points per second."""

    maximum_available: float
    currently_available: float
    restore_rate: float


class Cost(Struct, frozen=True, rename="camel"):
    """What one request asked for, in points, and what is left."""

    requested_query_cost: float | None = None
    throttle_status: ThrottleStatus | None = None


class CostBucket:
    """The points one app has left in one shop. Threads share one instance.

    Knows nothing until the first answer: no size or rate is assumed. A request that is known to
    cost more than what is left waits (requested - available) / restoreRate seconds, and requests
    in flight count, so that parallel threads queue instead of failing together.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._status: ThrottleStatus | None = None
        self._at = 0.0
        self._in_flight = 0.0
        self._known: dict[str, float] = {}

    @property
    def filled(self) -> bool:
        """Whether Shopify has told its figures yet."""
        return self._status is not None

    def reserve(self, operation: str) -> float:
        """Wait until `operation` fits; return the points set aside, to be given to `settle`."""
        with self._lock:
            points = self._known.get(operation, 0.0)
            wait = self._wait_for(points)
            self._in_flight += points
        if wait > 0:
            self._sleep(min(wait, LONGEST_WAIT))
        return points

    def settle(self, operation: str, points: float, cost: Cost | None) -> None:
        """Give the reservation back and take over what the answer said, if there was one."""
        with self._lock:
            self._in_flight -= points
            if cost is None:
                return
            if cost.requested_query_cost is not None:
                self._known[operation] = cost.requested_query_cost
            if cost.throttle_status is not None:
                self._status = cost.throttle_status
                self._at = self._clock()

    def _wait_for(self, points: float) -> float:
        status = self._status
        if status is None or status.restore_rate <= 0:
            return 0.0
        refilled = status.currently_available + (self._clock() - self._at) * status.restore_rate
        available = min(refilled, status.maximum_available) - self._in_flight
        return (points - available) / status.restore_rate

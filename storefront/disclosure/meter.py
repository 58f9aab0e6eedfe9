"""How much each agent may ask: a budget of requests and of cost points, minute by minute."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from msgspec import Struct

from connector.model.errors import RateLimited as RateLimited
from storefront.disclosure.grant import Budget

if TYPE_CHECKING:
    from limits.storage import Storage

_log = structlog.get_logger()
_WINDOW = 60
_PAUSE = 5.0


class Standing(Struct, frozen=True):
    """What is left of a budget; `reset` is seconds until it is full again."""

    budget: Budget
    requests_left: int
    cost_left: int
    reset: int

    def headers(self) -> list[tuple[str, str]]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers-10."""
        most = self.budget
        policy = f'"requests";q={most.requests};w={_WINDOW}, "cost";q={most.cost};w={_WINDOW}'
        left = f'"requests";r={self.requests_left};t={self.reset}, '
        return [
            ("RateLimit-Policy", policy),
            ("RateLimit", f'{left}"cost";r={self.cost_left};t={self.reset}'),
        ]


class OwnWindows:
    """Counts in the memory of this process: one small list for each agent and budget."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._held: dict[str, tuple[float, int]] = {}

    def add(self, name: str, amount: int) -> tuple[int, int]:
        """Add to a count; return it and the seconds until it is set back."""
        now = self._now()
        with self._lock:
            end, count = self._held.get(name, (0.0, 0))
            if end <= now:
                end, count = now + _WINDOW, 0
            self._held[name] = (end, count + amount)
        return count + amount, _seconds(end - now)


class SharedWindows:
    """Counts in a storage of the `limits` library, for all processes together.

    When a window ends is remembered, so that a count costs one call and not three.
    """

    def __init__(self, storage: "Storage") -> None:
        self._storage = storage
        self._ends: dict[str, float] = {}

    def add(self, name: str, amount: int) -> tuple[int, int]:
        """Add to a count; return it and the seconds until it is set back."""
        count = self._storage.incr(name, _WINDOW, amount)
        end, now = self._ends.get(name, 0.0), time.time()
        if count == amount:
            end = self._ends[name] = now + _WINDOW
        elif end <= now:
            end = self._ends[name] = self._storage.get_expiry(name)
        return count, _seconds(end - now)


def _seconds(rest: float) -> int:
    return max(1, round(rest))


class Counted(Struct, frozen=True):
    """A request that fits its budget: how many are left, and seconds until it is full again."""

    left: int
    reset: int


class Meter:
    """Takes every request and its cost off the agent's budget.

    `shared` counts for all processes together (Redis). Where it fails, each process counts for
    itself for a few seconds: a limit is no reason to stop answering.
    """

    def __init__(self, shared: "Storage | None" = None) -> None:
        self._own = OwnWindows()
        self._shared = SharedWindows(shared) if shared else None
        self._silent_until = 0.0
        self._lock = threading.Lock()

    def count(self, merchant_id: str, agent: str, budget: Budget) -> Counted:
        """Count one request, before anything is done for it, or raise RateLimited."""
        return Counted(*self._taken("requests", merchant_id, agent, budget.requests, 1))

    def charge(
        self, merchant_id: str, agent: str, budget: Budget, cost: int, counted: Counted
    ) -> Standing:
        """Take the cost of a counted request off, or raise RateLimited."""
        left, _ = self._taken("cost", merchant_id, agent, budget.cost, max(cost, 1))
        return Standing(budget, counted.left, left, counted.reset)

    def _taken(
        self, kind: str, merchant_id: str, agent: str, most: int, amount: int
    ) -> tuple[int, int]:
        count, reset = self._add(f"regie-{kind}/{merchant_id}/{agent}/{most}", amount)
        if count > most:
            raise RateLimited(
                f"The budget of {most} {kind} a minute is used up.",
                budget=kind,
                limit=most,
                retry_after=reset,
            )
        return most - count, reset

    def _add(self, name: str, amount: int) -> tuple[int, int]:
        if self._shared is None or not self._may_try():
            return self._own.add(name, amount)
        try:
            found = self._shared.add(name, amount)
        except Exception as error:  # noqa: BLE001 - whatever Redis has, requests go on
            self._silent_until = time.monotonic() + _PAUSE
            _log.warning("meter.alone", error=type(error).__name__)
            return self._own.add(name, amount)
        self._silent_until = 0.0
        return found

    def _may_try(self) -> bool:
        """Tell whether to ask what is shared; after a failure, one at a time finds out."""
        if not self._silent_until:
            return True
        with self._lock:
            if time.monotonic() < self._silent_until:
                return False
            self._silent_until = time.monotonic() + _PAUSE
            return True

"""How much each agent may ask: a budget of requests and of cost points, minute by minute."""

import time
from typing import Protocol

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from msgspec import Struct

from connector.model.errors import TooMany
from storefront.disclosure.grant import Budget

_log = structlog.get_logger()
_WINDOW = 60
_PAUSE = 5.0


class RateLimited(TooMany):
    """The budget of this minute is used up."""

    code = "rate_limited"
    remedy = "Wait for the seconds in Retry-After, ask for less, or ask the merchant for more."


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


class Counter(Protocol):
    """Counts against a limit."""

    def hit(self, kind: str, key: str, limit: int, amount: int) -> tuple[bool, int, int]:
        """Count and return whether it fits, what is left, and seconds until the reset."""
        ...


class OwnMemory(MemoryStorage):
    """Counts in memory without a thread that sweeps: there is one counter for each agent.

    The library starts a timer behind a hit, which costs more than many an answer.
    """

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - the library's own name
        """Leave old counters: each is set back when it is looked at."""


class Windows:
    """Counts in fixed windows of a minute, in a storage of the `limits` library."""

    def __init__(self, storage: Storage) -> None:
        self._limiter = FixedWindowRateLimiter(storage)

    def hit(self, kind: str, key: str, limit: int, amount: int) -> tuple[bool, int, int]:
        """Count and return whether it fits, what is left, and seconds until the reset."""
        item = RateLimitItemPerMinute(limit, namespace=f"regie-{kind}")
        fits = self._limiter.hit(item, key, cost=amount)
        stats = self._limiter.get_window_stats(item, key)
        left = max(int(stats.remaining), 0)
        return fits, left, max(1, round(stats.reset_time - time.time()))


class Meter:
    """Takes every request and its cost off the agent's budget.

    `shared` counts for all processes together (Redis). Where it fails, each process counts for
    itself for a few seconds: a limit is no reason to stop answering.
    """

    def __init__(self, shared: Storage | None = None) -> None:
        self._own = Windows(OwnMemory())
        self._shared = Windows(shared) if shared else None
        self._silent_until = 0.0

    def take(self, merchant_id: str, agent: str, budget: Budget, cost: int) -> Standing:
        """Count one request of this cost, or raise RateLimited."""
        key = f"{merchant_id}/{agent}"
        fits, requests_left, reset = self._hit("requests", key, budget.requests, 1)
        affordable, cost_left, _ = (
            self._hit("cost", key, budget.cost, max(cost, 1)) if fits else (False, 0, reset)
        )
        if not (fits and affordable):
            what, most = ("cost", budget.cost) if fits else ("requests", budget.requests)
            raise RateLimited(
                f"The budget of {most} {what} a minute is used up.",
                budget=what,
                limit=most,
                retry_after=reset,
            )
        return Standing(budget, requests_left, cost_left, reset)

    def _hit(self, kind: str, key: str, limit: int, amount: int) -> tuple[bool, int, int]:
        if self._shared is None or time.monotonic() < self._silent_until:
            return self._own.hit(kind, key, limit, amount)
        try:
            return self._shared.hit(kind, key, limit, amount)
        except Exception as error:  # noqa: BLE001 - whatever Redis has, requests go on
            self._silent_until = time.monotonic() + _PAUSE
            _log.warning("meter.alone", error=type(error).__name__)
            return self._own.hit(kind, key, limit, amount)

"""How much each agent may ask: a budget of requests and of cost points, minute by minute."""

import math
import threading
import time
from collections.abc import Callable
from typing import Protocol

import structlog
from msgspec import Struct, structs

from connector.model.errors import RateLimited as RateLimited
from connector.model.errors import TooMany
from storefront.disclosure.grant import Budget

_log = structlog.get_logger()
_WINDOW = 60
_PAUSE = 5.0


class OverWholeBudget(TooMany):
    """A query that costs more than the agent may spend in a whole minute."""

    code = "query_over_budget"
    status = 400
    remedy = "Ask for fewer items per page or fewer nested lists, or ask the merchant for more."


class Left(Struct, frozen=True):
    """What is left of one half of a budget; `reset` is seconds until it is full again."""

    left: int
    reset: int


class Standing(Struct, frozen=True):
    """What is left of a budget, as far as a request came to ask for it."""

    budget: Budget
    requests: Left | None = None
    cost: Left | None = None

    def after(self, refused: RateLimited) -> "Standing":
        """Return what is left when one half of the budget was not enough."""
        facts = refused.facts
        return structs.replace(self, **{facts["budget"]: Left(facts["left"], facts["retry_after"])})

    def headers(self) -> list[tuple[str, str]]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers-10."""
        most = self.budget
        policy = f'"requests";q={most.requests};w={_WINDOW}, "cost";q={most.cost};w={_WINDOW}'
        named = (("requests", self.requests), ("cost", self.cost))
        left = ", ".join(f'"{name}";r={it.left};t={it.reset}' for name, it in named if it)
        return [("RateLimit-Policy", policy), ("RateLimit", left)]


class Windows(Protocol):
    """Counts by name, each set back a minute after its first addition."""

    def add(self, name: str, amount: int, most: int) -> tuple[int, float]:
        """Add to a count where it fits; return what it comes to, and seconds until it is set back.

        More than `most` says that it did not fit and that nothing was added. In one step: what
        others add at the same time never makes it more than `most`.
        """
        ...


class OwnWindows:
    """Counts in the memory of this process: one small list for each agent."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._held: dict[str, tuple[float, int]] = {}

    def add(self, name: str, amount: int, most: int) -> tuple[int, float]:
        """Add to a count where it fits; see `Windows`."""
        now = self._now()
        with self._lock:
            end, count = self._held.get(name, (0.0, 0))
            if end <= now:
                end, count = now + _WINDOW, 0
            if count + amount <= most:
                self._held[name] = (end, count + amount)
        return count + amount, end - now


def _seconds(rest: float) -> int:
    """Tell a time so that whoever waits for it does not come too early."""
    return min(max(math.ceil(rest), 1), _WINDOW)


class Meter:
    """Takes every request and its cost off the agent's budget.

    An agent has one count, whatever it asks for and however many grants it has. `shared` counts
    for all processes together (Redis). Where it fails, each process counts for itself for a few
    seconds: a limit is no reason to stop answering.
    """

    def __init__(self, shared: Windows | None = None) -> None:
        self._own = OwnWindows()
        self._shared = shared
        self._silent_until = 0.0
        self._lock = threading.Lock()

    def count(self, merchant_id: str, agent: str, budget: Budget) -> Standing:
        """Count one request, before anything is done for it, or raise RateLimited."""
        return Standing(budget, self._taken("requests", merchant_id, agent, budget.requests, 1))

    def charge(
        self, merchant_id: str, agent: str, budget: Budget, cost: int, counted: Standing
    ) -> Standing:
        """Take the cost of a counted request off, or raise RateLimited or OverWholeBudget."""
        points = max(cost, 1)
        if points > budget.cost:
            raise OverWholeBudget(
                f"The query costs {points} points, the budget of a minute is {budget.cost}.",
                cost=points,
                limit=budget.cost,
            )
        left = self._taken("cost", merchant_id, agent, budget.cost, points)
        return Standing(budget, counted.requests, left)

    def _taken(self, kind: str, merchant_id: str, agent: str, most: int, amount: int) -> Left:
        count, rest = self._add(f"regie-{kind}/{merchant_id}/{agent}", amount, most)
        reset = _seconds(rest)
        if count > most:
            left = max(most - count + amount, 0)
            ended = f"leaves {left}, which is not enough" if left else "is used up"
            raise RateLimited(
                f"The budget of {most} {kind} a minute {ended}.",
                budget=kind,
                limit=most,
                left=left,
                retry_after=reset,
            )
        return Left(most - count, reset)

    def _add(self, name: str, amount: int, most: int) -> tuple[int, float]:
        if self._shared is None or not self._may_try():
            return self._own.add(name, amount, most)
        try:
            found = self._shared.add(name, amount, most)
        except Exception as error:  # noqa: BLE001 - whatever Redis has, requests go on
            self._silent_until = time.monotonic() + _PAUSE
            _log.warning("meter.alone", error=type(error).__name__)
            return self._own.add(name, amount, most)
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

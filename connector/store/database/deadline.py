"""No read runs for ever: a statement beyond its time is interrupted by the database itself."""

import time
from typing import Any

from connector.model.errors import TooMany

STEPS = 10_000
"""Of SQLite's machine, between two looks at the clock: about a millisecond."""
_GAP = 0.1
"""The longest time between two looks that counts; what lies between two statements is not ours."""


class QueryTooSlow(TooMany):
    """A read took longer than the database may be busy with it."""

    code = "query_too_slow"
    status = 503
    remedy = "Ask for less at once, or try again in a moment."

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Reading took longer than {seconds:g} seconds.", seconds=seconds)


class Watch:
    """Counts for how long SQLite has been busy; a progress handler of its connection."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._last = time.monotonic()
        self._spent = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the time is used up."""
        return self._spent > self.seconds

    def __call__(self) -> bool:
        """Look at the clock; true interrupts the statement."""
        now = time.monotonic()
        self._spent += min(now - self._last, _GAP)
        self._last = now
        return self.is_over


def timed_out(driver: Any, error: BaseException | None, began: float, seconds: float) -> bool:
    """Tell whether Postgres ended a transaction for its time, even if somebody caught that."""
    if error is not None:
        return "statement timeout" in _told(error)
    failed = driver.info.transaction_status.name == "INERROR"
    return failed and time.monotonic() - began >= seconds


def _told(error: BaseException | None) -> str:
    """Return what an error and those behind it say."""
    told: list[str] = []
    while error is not None and len(told) < 9:
        told.append(str(error))
        error = error.__cause__ or error.__context__
    return "\n".join(told)

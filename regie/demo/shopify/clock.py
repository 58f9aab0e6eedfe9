"""The shop's clock: real time in the demo, wound forward by hand in the tests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def wall_time() -> datetime:
    """Return the present, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Write a moment the way the Admin API does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Clock:
    """A source of time that can be wound forward."""

    def __init__(self, source: Callable[[], datetime] = wall_time) -> None:
        self._source = source
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the shop's present, in UTC."""
        return self._source() + self._ahead

    def seconds(self) -> float:
        """Return the shop's present as seconds since 1970."""
        return self.now().timestamp()

    def stamp(self) -> str:
        """Return the shop's present as the Admin API writes it."""
        return stamp(self.now())

    def advance(self, seconds: float) -> None:
        """Wind the clock forward."""
        self._ahead += timedelta(seconds=seconds)

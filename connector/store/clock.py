"""What time it is: as an argument, and as tables keep it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the machine's time, aware and in UTC."""
    return datetime.now(UTC)


def ms(moment: datetime) -> int:
    """Return epoch milliseconds UTC, the form of all times in tables."""
    return round(moment.timestamp() * 1000)


def maybe_ms(moment: datetime | None) -> int | None:
    """Return epoch milliseconds UTC, or None for an unknown time."""
    return None if moment is None else ms(moment)

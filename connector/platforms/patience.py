"""When to try a request again, and how long to wait before."""

import random
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TypeVar

import stamina

from connector.platforms.errors import ServerFault, TimedOut, Truncated, Unreachable

T = TypeVar("T")
RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})


def patiently(call: Callable[[], T], *, attempts: int, total: float) -> T:
    """Return `call()`, repeated on passing faults up to `attempts` times within `total` seconds."""
    retries = stamina.retry_context(on=backoff, attempts=attempts, timeout=total, wait_max=10.0)
    for attempt in retries:
        with attempt:
            return call()
    raise AssertionError  # stamina returns or raises


def backoff(error: Exception) -> bool | float:
    """Tell stamina whether to try again; a number is the seconds the shop asked us to wait."""
    if isinstance(error, ServerFault):
        if error.status_seen not in RETRIED_STATUSES:
            return False
        if error.retry_after is not None:
            return error.retry_after + random.uniform(0, 1)  # noqa: S311  # spreads callers
        return True
    return isinstance(error, (Unreachable, TimedOut, Truncated))


def retry_after_seconds(value: str | None, now: float, cap: float) -> float | None:
    """Read a Retry-After header (seconds or HTTP date) as seconds from `now`, within 0..cap."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        instant = _http_date(value)
        if instant is None:
            return None
        seconds = instant - now
    return max(0.0, min(seconds, cap)) if seconds == seconds else None  # noqa: PLR0124  # NaN


def skew_seconds(date: str | None, now: float) -> float | None:
    """Return the `Date` header minus `now` in seconds; None without a readable one."""
    instant = _http_date(date) if date else None
    return None if instant is None else instant - now


def _http_date(value: str) -> float | None:
    try:
        parsed = parsedate_to_datetime(value)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None

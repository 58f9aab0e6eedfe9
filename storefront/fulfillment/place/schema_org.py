"""Opening hours in the words that search engines and assistants read (schema.org)."""

from collections.abc import Iterable
from typing import Any

from storefront.fulfillment.place.hours import DAY_MIN, WEEKDAYS, Hours, Interval, merged

_DAYS = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


def opening_hours_specification(hours: Hours) -> list[dict[str, Any]]:
    """Return the usual week: one entry per interval, with all days that have it.

    Source: https://schema.org/OpeningHoursSpecification; `closes` below `opens` is the next day.
    """
    days: dict[Interval, list[str]] = {}
    for weekday in WEEKDAYS:
        for interval in merged(hours.weekly.on(weekday)):
            days.setdefault(interval, []).append(f"https://schema.org/{_DAYS[weekday]}")
    return [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": named, **_clock(interval)}
        for interval, named in days.items()
    ]


def special_opening_hours_specification(hours: Hours) -> list[dict[str, Any]]:
    """Return the dates that differ; a closed day opens and closes at 00:00.

    Holidays that the merchant has not confirmed are not told.
    """
    return [
        {
            "@type": "OpeningHoursSpecification",
            "validFrom": one.date.isoformat(),
            "validThrough": one.date.isoformat(),
            **times,
        }
        for one in hours.exceptions
        if one.holds
        for times in _times(merged(one.intervals))
    ]


def _times(intervals: Iterable[Interval]) -> list[dict[str, str]]:
    return [_clock(one) for one in intervals] or [{"opens": "00:00", "closes": "00:00"}]


def _clock(interval: Interval) -> dict[str, str]:
    """Write an interval; what lasts a day or longer ends a minute before it has lasted one."""
    start, end = interval
    closes = min(end, start + DAY_MIN - 1)
    return {"opens": _wall(start), "closes": _wall(closes % DAY_MIN)}


def _wall(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"

"""The instants between which a store is open, worked out from what its shopkeeper wrote."""

import datetime as dt
from collections.abc import Iterable

from storefront.fulfillment.place.hours import Hours
from storefront.fulfillment.place.wall import instant, local_date

Opening = tuple[int, int]
"""From and to (without), epoch milliseconds UTC."""

_ONE_DAY = dt.timedelta(days=1)
_FAR_DAYS = 400


def open_intervals(hours: Hours, date: dt.date, zone: str) -> list[Opening]:
    """Return the openings that begin on a date of the store's own zone, in order.

    Both ends are the first instant at which the wall shows them; within a gap, its end. What
    lies wholly within a gap is no opening.
    """
    found = [
        (instant(date, start, zone), instant(date, end, zone)) for start, end in hours.on(date)
    ]
    return [(start, end) for start, end in found if start < end]


def openings(hours: Hours, zone: str, since: int, until: int) -> list[Opening]:
    """Return all openings that reach into [since, until): whole, in order, joined over midnight."""
    date = local_date(since, zone) - 2 * _ONE_DAY
    last = local_date(until, zone) + _ONE_DAY
    found: list[Opening] = []
    while date <= last:
        found.extend(open_intervals(hours, date, zone))
        date += _ONE_DAY
    return [one for one in joined(found) if one[1] > since and one[0] < until]


def joined(intervals: Iterable[Opening]) -> list[Opening]:
    """Return the intervals in order, with those that touch or overlap made one."""
    found: list[Opening] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def is_open(hours: Hours, zone: str, at: int) -> bool:
    """Tell whether the store is open at an instant."""
    return bool(openings(hours, zone, at, at + 1))


def next_opening(hours: Hours, zone: str, at: int) -> int | None:
    """Return the first instant from `at` on at which it is open: `at` itself where it is.

    None where it does not open within 400 days.
    """
    date = local_date(at, zone) - _ONE_DAY
    for _ in range(_FAR_DAYS):
        ahead = [max(at, start) for start, end in open_intervals(hours, date, zone) if end > at]
        if ahead:
            return min(ahead)
        date += _ONE_DAY
    return None


def closes_at(hours: Hours, zone: str, at: int) -> int | None:
    """Return when an open store closes next; None where it is closed or never closes in a week."""
    week = 8 * 24 * 3_600_000
    ends = [end for _, end in openings(hours, zone, at, at + 1)]
    if not ends:
        return None
    end = next(end for start, end in openings(hours, zone, at, at + week) if start <= at)
    return None if end > at + week else end

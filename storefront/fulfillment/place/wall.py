"""From the clock on the wall of a store to the instant it means, also when clocks are changed."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storefront.fulfillment.errors.place import BadStore

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DAY_MIN = 1440


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """Return the IANA time zone, or raise BadStore."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadStore(f"{name!r} is no time zone.", field="timezone") from None


def instants(date: dt.date, minute: int, zone: str) -> tuple[int, ...]:
    """Return when the wall shows this minute: never, once, or twice where clocks go back.

    `minute` counts from midnight of `date` and may lie in the next days (RFC 5545 3.3.5 gives
    the first of two; here both).
    """
    wall, place = _wall(date, minute), zone_of(zone)
    found = {_utc_ms(wall, place, fold) for fold in (0, 1)}
    return tuple(sorted(at for at in found if _shows(at, place) == wall))


def instant(date: dt.date, minute: int, zone: str) -> int:
    """Return when the wall first shows this minute or a later one: the end of a gap within it."""
    found = instants(date, minute, zone)
    return found[0] if found else _end_of_gap(_wall(date, minute), zone_of(zone))


def local_date(at: int, zone: str) -> dt.date:
    """Return the date on the wall at an instant."""
    return _shows(at, zone_of(zone)).date()


def local_minute(at: int, zone: str) -> int:
    """Return the minutes since midnight on the wall at an instant."""
    shown = _shows(at, zone_of(zone))
    return shown.hour * 60 + shown.minute


def _wall(date: dt.date, minute: int) -> dt.datetime:
    days, rest = divmod(minute, _DAY_MIN)
    return dt.datetime.combine(date + dt.timedelta(days=days), dt.time(rest // 60, rest % 60))


def _utc_ms(wall: dt.datetime, zone: ZoneInfo, fold: int) -> int:
    aware = wall.replace(tzinfo=zone, fold=fold)
    return (aware - _EPOCH) // dt.timedelta(milliseconds=1)


def _shows(at: int, zone: ZoneInfo) -> dt.datetime:
    moment = _EPOCH + dt.timedelta(milliseconds=at)
    return moment.astimezone(zone).replace(tzinfo=None)


def _end_of_gap(wall: dt.datetime, zone: ZoneInfo) -> int:
    """Return the instant at which the clock jumps over `wall`, found by halving, to the second."""
    before = _utc_ms(wall, zone, 1) // 1000
    after = _utc_ms(wall, zone, 0) // 1000
    while after - before > 1:
        middle = (before + after) // 2
        if _shows(middle * 1000, zone) < wall:
            before = middle
        else:
            after = middle
    return after * 1000

"""The rules of hours, slots and promises once more: minute by minute, slow and plain."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from storefront.fulfillment.place.hours import Hours
from storefront.fulfillment.slot.template import SlotTemplate

ZONES = (
    "Europe/Amsterdam",
    "Asia/Jerusalem",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
)
"""Five zones whose clocks change, at different days and hours and by half an hour, too; and one
whose clocks do not."""
MINUTE = 60_000
DAY = dt.timedelta(days=1)


# Wall clocks: the minutes of the world are gone through one by one.


@lru_cache(maxsize=512)
def minutes_around(zone: str, date: dt.date, before: int, after: int) -> list[tuple[int, int]]:
    """Return each real minute of some days: its instant, and what the wall shows.

    What the wall shows is in minutes since the midnight of `date`, as the wall counts.
    """
    place = ZoneInfo(zone)
    noon = dt.datetime(date.year, date.month, date.day, 12, tzinfo=dt.UTC)
    first = int(noon.timestamp()) // 60 - before * 1440
    midnight = dt.datetime(date.year, date.month, date.day)  # noqa: DTZ001  a wall shows no zone
    shown = []
    for minute in range(first, first + (before + after) * 1440):
        wall = dt.datetime.fromtimestamp(minute * 60, place).replace(tzinfo=None)
        shown.append((minute * MINUTE, int((wall - midnight).total_seconds()) // 60))
    return shown


@lru_cache(maxsize=100_000)
def first_showing(zone: str, date: dt.date, minute: int) -> int:
    """Return the first instant at which the wall shows this minute of the date, or a later one.

    Minute by minute, from two hours before it would be if no clock were changed that day.
    """
    place = ZoneInfo(zone)
    ahead = dt.datetime(date.year, date.month, date.day, tzinfo=place).utcoffset()
    wall = dt.datetime(date.year, date.month, date.day) + dt.timedelta(minutes=minute)  # noqa: DTZ001
    early = wall.replace(tzinfo=dt.UTC) - (ahead or dt.timedelta()) - dt.timedelta(hours=2)
    now = int(early.timestamp())
    while dt.datetime.fromtimestamp(now, place).replace(tzinfo=None) < wall:
        now += 60
    return now * 1000


def open_minutes(hours: Hours, zone: str, date: dt.date, before: int, after: int) -> set[int]:
    """Return the instants of all minutes in which it is open, of some days."""
    found: set[int] = set()
    for ahead in range(-before, after):
        day = date + ahead * DAY
        for start, end in hours.on(day):
            opens, closes = first_showing(zone, day, start), first_showing(zone, day, end)
            found.update(range(opens, closes, MINUTE))
    return found


def change_days(zone: str) -> list[dt.date]:
    """Return the days of 2024 to 2030 on which the clocks of a zone are changed."""
    place, found = ZoneInfo(zone), []
    date = dt.date(2024, 1, 1)
    while date <= dt.date(2030, 12, 31):
        ends = [
            dt.datetime(day.year, day.month, day.day, tzinfo=place).utcoffset()
            for day in (date, date + DAY)
        ]
        if ends[0] != ends[1]:
            found.append(date)
        date += DAY
    return found


def slots_by_minutes(
    templates: Sequence[SlotTemplate], hours: Hours, zone: str, date: dt.date
) -> list[tuple[int, int, str]]:
    """Return start, end and template of the slots of a date, by looking at every minute."""
    opened = open_minutes(hours, zone, date, 4, 5)
    ranked = sorted(templates, key=lambda one: (-_narrowness(one), one.id))
    days = [_slots_within(ranked, opened, zone, date - back * DAY) for back in (2, 1, 0)]
    earlier = days[0] + days[1]
    kept = [one for one in days[2] if not any(_clash(one, other) for other in earlier)]
    return sorted((start, end, name) for start, end, name, _ in kept)


def _slots_within(
    ranked: Sequence[SlotTemplate], opened: set[int], zone: str, date: dt.date
) -> list[tuple[int, int, str, int]]:
    owner: dict[int, str] = {}
    found = []
    for template in ranked:
        if date.strftime("%A")[:2].lower() not in {day.value for day in template.days}:
            continue
        least = min(template.step_min, template.length_min)
        last = None
        for instant, shown in minutes_around(zone, date, 2, 3):
            steps, rest = divmod(shown - template.from_min, template.step_min)
            if rest or steps < 0 or shown + template.length_min > template.to_min:
                continue
            span = range(instant, instant + template.length_min * MINUTE, MINUTE)
            if not all(minute in opened for minute in span):
                continue
            if last is not None and instant - last < least * MINUTE:
                continue
            if any(owner.get(minute, template.id) != template.id for minute in span):
                continue
            last = instant
            owner.update(dict.fromkeys(span, template.id))
            found.append((instant, span.stop, template.id, least * MINUTE))
    return found


def _clash(one: tuple[int, int, str, int], other: tuple[int, int, str, int]) -> bool:
    if one[2] == other[2]:
        return abs(one[0] - other[0]) < one[3]
    return bool(set(range(one[0], one[1], MINUTE)) & set(range(other[0], other[1], MINUTE)))


def _narrowness(template: SlotTemplate) -> int:
    scope = template.scope
    return len([1 for one in (scope.product_tags, scope.zone_ids, scope.customer_group) if one])


def ready_by_minutes(store_open: set[int], pickup_open: set[int], start: int, prep: int) -> int:
    """Return when goods can be collected: count open minutes, then wait for the counter."""
    now, done = start, 0
    while done < prep:
        done += now in store_open
        now += MINUTE
    while now not in pickup_open:
        now += MINUTE
    return now

"""When a store is open, as the shopkeeper writes it: minutes of the wall clock, day by day."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum

from msgspec import Struct, structs

from storefront.fulfillment.errors.place import BadHours

DAY_MIN = 1440
LAST_MIN = 2 * DAY_MIN
PICKUP_ENDS_BEFORE_MIN = 30
YEARS = (2000, 2200)

Interval = tuple[int, int]
"""From and to, in minutes since midnight; `to` may lie in the next day (up to 2880)."""


class Service(Enum):
    """What the hours are for."""

    STORE = "STORE"
    PICKUP = "PICKUP"
    DELIVERY = "DELIVERY"


class Weekday(Enum):
    """The days in the order of ISO 8601, named as OpenStreetMap names them."""

    MO = "mo"
    TU = "tu"
    WE = "we"
    TH = "th"
    FR = "fr"
    SA = "sa"
    SU = "su"

    @staticmethod
    def of(date: dt.date) -> "Weekday":
        """Return the day of the week of a date."""
        return WEEKDAYS[date.weekday()]


WEEKDAYS = tuple(Weekday)


class ExceptionSource(Enum):
    """MERCHANT said so himself; HOLIDAY_PROPOSAL counts only when he confirms it."""

    MERCHANT = "MERCHANT"
    HOLIDAY_PROPOSAL = "HOLIDAY_PROPOSAL"


class Week(Struct, frozen=True):
    """The usual intervals of each day; none means closed."""

    mo: tuple[Interval, ...] = ()
    tu: tuple[Interval, ...] = ()
    we: tuple[Interval, ...] = ()
    th: tuple[Interval, ...] = ()
    fr: tuple[Interval, ...] = ()
    sa: tuple[Interval, ...] = ()
    su: tuple[Interval, ...] = ()

    def on(self, weekday: Weekday) -> tuple[Interval, ...]:
        """Return the intervals of one day."""
        found: tuple[Interval, ...] = getattr(self, weekday.value)
        return found


class DayException(Struct, frozen=True):
    """One date that differs: its intervals replace the day; none means closed."""

    date: dt.date
    intervals: tuple[Interval, ...] = ()
    label: Mapping[str, str] = {}
    source: ExceptionSource = ExceptionSource.MERCHANT
    confirmed: bool = True

    @property
    def holds(self) -> bool:
        """Whether it counts: a holiday never closes a shop by itself."""
        return self.confirmed or self.source is ExceptionSource.MERCHANT


class Hours(Struct, frozen=True, rename="camel"):
    """The opening hours of one service of one store; `osm` is the text they were read from."""

    store_id: str
    service: Service
    weekly: Week = Week()
    exceptions: tuple[DayException, ...] = ()
    osm: str | None = None

    def on(self, date: dt.date) -> tuple[Interval, ...]:
        """Return the intervals that begin on a date, merged."""
        special = next((one for one in self.exceptions if one.date == date and one.holds), None)
        return merged(special.intervals if special else self.weekly.on(Weekday.of(date)))


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the intervals in order, with those that touch or overlap made one."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def checked_hours(hours: Hours) -> Hours:
    """Return the hours with merged intervals, or raise BadHours with `field`."""
    week = {day.value: _checked(hours.weekly.on(day), f"weekly.{day.value}") for day in WEEKDAYS}
    exceptions = tuple(
        structs.replace(one, intervals=_checked(one.intervals, f"exceptions.{one.date}"))
        for one in sorted(hours.exceptions, key=lambda one: one.date)
    )
    _require_one_per_date(exceptions)
    return structs.replace(hours, weekly=Week(**week), exceptions=exceptions)


def pickup_hours(store: Hours) -> Hours:
    """Return the default for collecting: the store's own hours, ending 30 minutes earlier.

    A day that runs on into the next is not cut at midnight.
    """
    week = {
        day.value: _ending_early(store.weekly.on(day), store.weekly.on(after))
        for day, after in zip(WEEKDAYS, (*WEEKDAYS[1:], WEEKDAYS[0]), strict=True)
    }
    return structs.replace(
        store,
        service=Service.PICKUP,
        weekly=Week(**week),
        exceptions=tuple(_early_exceptions(store)),
        osm=None,
    )


def hours_of(service: Service, known: Sequence[Hours]) -> Hours:
    """Return the hours of a service; PICKUP and DELIVERY follow STORE where they are not set.

    Raises BadHours where the store has none at all.
    """
    by = {hours.service: hours for hours in known}
    if service in by:
        return by[service]
    if Service.STORE not in by:
        raise BadHours("The store has no opening hours.", field="service", service=service.value)
    store = by[Service.STORE]
    if service is Service.PICKUP:
        return pickup_hours(store)
    return structs.replace(store, service=service)


def _checked(intervals: Iterable[Interval], field: str) -> tuple[Interval, ...]:
    given = tuple(intervals)
    for start, end in given:
        if not (0 <= start < DAY_MIN and start < end <= LAST_MIN):
            raise BadHours("An interval begins in its day and is not empty.", field=field)
    return merged(given)


def _require_one_per_date(exceptions: Iterable[DayException]) -> None:
    seen: set[dt.date] = set()
    for one in exceptions:
        if not YEARS[0] <= one.date.year <= YEARS[1]:
            raise BadHours("The date lies too far away.", field=f"exceptions.{one.date}")
        if one.holds and one.date in seen:
            raise BadHours("One date has two exceptions.", field=f"exceptions.{one.date}")
        if one.holds:
            seen.add(one.date)


def _early_exceptions(store: Hours) -> Iterator[DayException]:
    """Yield the exceptions, and the eves of exceptions, which may end otherwise than usual."""
    one_day = dt.timedelta(days=1)
    dates = {one.date for one in store.exceptions if one.holds}
    labels = {one.date: one.label for one in store.exceptions if one.holds}
    for date in sorted(dates | {date - one_day for date in dates}):
        cut = _ending_early(store.on(date), store.on(date + one_day))
        yield DayException(date, cut, labels.get(date, {}))
    yield from (one for one in store.exceptions if not one.holds)


def _ending_early(
    intervals: Iterable[Interval], following: Iterable[Interval]
) -> tuple[Interval, ...]:
    nexts = merged(following)
    cut = [(start, _end_early(end, nexts)) for start, end in merged(intervals)]
    return tuple((start, end) for start, end in cut if start < end)


def _end_early(end: int, following: Iterable[Interval]) -> int:
    runs_on = any(start <= end - DAY_MIN < until for start, until in following)
    return end if runs_on else end - PICKUP_ENDS_BEFORE_MIN

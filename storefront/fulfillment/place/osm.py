"""Takes over opening hours as OpenStreetMap writes them: "Mo-Fr 09:00-18:00; PH off"."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec

from msgspec import structs

from storefront.fulfillment.errors.place import BadHours
from storefront.fulfillment.place.hours import (
    WEEKDAYS,
    DayException,
    ExceptionSource,
    Hours,
    Interval,
    Service,
    Week,
    Weekday,
    checked_hours,
)
from storefront.fulfillment.place.osm_grammar import DateRange, MonthDay, Rule, read_rules

Holidays = Mapping[dt.date, Mapping[str, str]]
"""Public holidays by date, with their names by language."""

_ONE_DAY = dt.timedelta(days=1)
_LONGEST_DAYS = 366


def read_osm(
    text: str,
    store_id: str,
    service: Service,
    years: Sequence[int],
    holidays: Holidays | None = None,
    language: str = "en",
) -> Hours:
    """Return the hours that a text describes, or raise BadHours with the `rule`.

    Dates without a year become exceptions in each of `years`. Rules for public holidays (PH)
    become proposals on the dates of `holidays`: they close nothing until they are confirmed.
    Where the package opening_hours is installed, it must be able to read the text too.
    """
    _validate(text)
    book = _Book(sorted(set(years)), holidays or {}, language)
    for rule in read_rules(text):
        book.enter(rule)
    return checked_hours(book.hours(store_id, service, text))


def _validate(text: str) -> None:
    if find_spec("opening_hours") is None:
        return
    if not import_module("opening_hours").validate(text):
        raise BadHours(f"{text!r} cannot be read.", rule=text)


class _Book:
    """What the rules so far say; later rules replace what earlier ones say of the same days."""

    def __init__(self, years: Sequence[int], holidays: Holidays, language: str) -> None:
        self._years = years
        self._holidays = holidays
        self._language = language
        self._week: dict[Weekday, tuple[Interval, ...]] = {}
        self._dates: dict[dt.date, DayException] = {}
        self._proposals: dict[dt.date, DayException] = {}

    def enter(self, rule: Rule) -> None:
        """Write one rule down."""
        if rule.holidays:
            self._propose(rule)
        if rule.dates:
            self._enter_dates(rule)
        elif rule.weekdays or not rule.holidays:
            self._enter_week(rule)

    def hours(self, store_id: str, service: Service, text: str) -> Hours:
        """Return all that was written; what the merchant says of a date goes before holidays."""
        proposed = [one for day, one in self._proposals.items() if day not in self._dates]
        week = Week(**{day.value: found for day, found in self._week.items()})
        exceptions = (*self._dates.values(), *proposed)
        return Hours(store_id, service, week, exceptions, text)

    def _enter_week(self, rule: Rule) -> None:
        days = rule.weekdays or WEEKDAYS
        for day in days:
            before = self._week.get(day, ()) if rule.adds else ()
            self._week[day] = (*before, *rule.intervals)
        mine = {date for date in self._dates if Weekday.of(date) in days}
        for date in mine:
            known = self._dates.pop(date)
            if rule.adds:
                more = (*known.intervals, *rule.intervals)
                self._dates[date] = structs.replace(known, intervals=more)

    def _enter_dates(self, rule: Rule) -> None:
        for date in self._dates_of(rule):
            if rule.weekdays and Weekday.of(date) not in rule.weekdays:
                continue
            before = self._on(date) if rule.adds else ()
            label = {self._language: rule.comment} if rule.comment else {}
            self._dates[date] = DayException(date, (*before, *rule.intervals), label)

    def _on(self, date: dt.date) -> tuple[Interval, ...]:
        known = self._dates.get(date)
        return known.intervals if known else self._week.get(Weekday.of(date), ())

    def _propose(self, rule: Rule) -> None:
        for date, label in self._holidays.items():
            self._proposals[date] = DayException(
                date, rule.intervals, label, ExceptionSource.HOLIDAY_PROPOSAL, confirmed=False
            )

    def _dates_of(self, rule: Rule) -> Iterator[dt.date]:
        for span in rule.dates:
            for start, end in self._spans(span, rule):
                yield from (start + one * _ONE_DAY for one in range((end - start).days + 1))

    def _spans(self, span: DateRange, rule: Rule) -> Iterator[tuple[dt.date, dt.date]]:
        """Yield the range in the years it is for; one that runs over New Year ends in the next."""
        first, last = span
        for year in self._years if first.year is None else (first.year,):
            start = _date(first, year)
            over = last.year is None and (last.month, last.day) < (first.month, first.day)
            end = _date(last, last.year or year + over)
            if start is not None and end is not None:
                if not 0 <= (end - start).days <= _LONGEST_DAYS:
                    raise BadHours(f"The rule {rule.text!r} is no range.", rule=rule.text)
                yield start, end


def _date(day: MonthDay, year: int) -> dt.date | None:
    """Return the date; None for 29 February where the year has none."""
    try:
        return dt.date(day.year or year, day.month, day.day)
    except ValueError:
        return None

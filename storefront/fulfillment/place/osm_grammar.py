"""Reads the text of OpenStreetMap's opening_hours into rules, or says which rule it cannot read."""

import re

from msgspec import Struct

from storefront.fulfillment.errors.place import BadHours
from storefront.fulfillment.place.hours import DAY_MIN, LAST_MIN, WEEKDAYS, Interval, Weekday

WHOLE_DAY: Interval = (0, DAY_MIN)
_LONGEST = 2000
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_TOKEN = re.compile(
    r"\s*(?:(?P<comment>\"[^\"]*\")"
    r"|(?P<span>\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}(?!\+))"
    r"|(?P<always>24/7)"
    r"|(?P<number>\d+)(?![:\d/])"
    r"|(?P<word>[A-Za-z]+)"
    r"|(?P<sign>[-,;]))"
)


class MonthDay(Struct, frozen=True):
    """A day of a month; without `year` it comes every year."""

    month: int
    day: int
    year: int | None = None


DateRange = tuple[MonthDay, MonthDay]


class Rule(Struct, frozen=True):
    """One rule: on these dates and weekdays (none given: all), these intervals.

    `holidays` means public holidays; `adds` joins the rule before instead of replacing it.
    """

    dates: tuple[DateRange, ...]
    weekdays: tuple[Weekday, ...]
    holidays: bool
    intervals: tuple[Interval, ...]
    comment: str | None
    adds: bool
    text: str


class _Token(Struct, frozen=True):
    kind: str
    text: str
    start: int
    end: int


def read_rules(text: str) -> list[Rule]:
    """Return the rules in order, or raise BadHours with `rule`.

    The usual part of the language is read: weekdays, dates with or without a year, PH, 24/7,
    times, off, closed, open, comments, and rules parted by ";" or by ",". Source:
    https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
    """
    if len(text) > _LONGEST:
        raise BadHours(f"The text has more than {_LONGEST} characters.", rule=text[:_LONGEST])
    rules: list[Rule] = []
    for part in re.split(r";(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", text):
        if part.strip():
            rules.extend(_Reader(part).rules())
    if not rules:
        raise BadHours("The text holds no rule.", rule=text)
    return rules


class _Reader:
    """Goes through the tokens of what stands between two semicolons."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._split()
        self._at = 0

    def rules(self) -> list[Rule]:
        """Return the first rule and those that a comma adds to it."""
        found = [self._rule(adds=False)]
        while self._sign(","):
            found.append(self._rule(adds=True))
        if self._at < len(self._tokens):
            raise self._bad()
        return found

    def _split(self) -> list[_Token]:
        found, at, text = [], 0, self._text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                raise self._bad()
            kind = match.lastgroup
            found.append(_Token(kind, match[kind], match.start(kind), match.end()))
            at = match.end()
        return found

    def _rule(self, *, adds: bool) -> Rule:
        first = self._at
        always = self._take("always") is not None
        dates, (weekdays, holidays) = self._dates(), self._weekdays()
        intervals = (WHOLE_DAY,) if always else self._times()
        comment = self._take("comment")
        words = self._text[self._tokens[first].start : self._tokens[self._at - 1].end]
        plain = comment.strip('"') if comment else None
        return Rule(dates, weekdays, holidays, intervals, plain, adds, words)

    def _dates(self) -> tuple[DateRange, ...]:
        found: list[DateRange] = []
        while self._is_date():
            start = self._date(found[-1][1] if found else None)
            end = self._date(start) if self._sign("-") else start
            if start.year is not None and end.year is None:
                end = MonthDay(end.month, end.day, start.year)
            found.append((start, end))
            if not (self._is_date(1) and self._sign(",")):
                break
        return tuple(found)

    def _date(self, before: MonthDay | None) -> MonthDay:
        """Read "2026 Dec 24", "Dec 24", or "24" after another date of that month."""
        year = self._number() if self._is_year() else None
        word = self._peek()
        if word is not None and word.kind == "word" and word.text.upper() in _MONTHS:
            self._at += 1
            return self._month_day(_MONTHS.index(word.text.upper()) + 1, year)
        if before is None or year is not None:
            raise self._bad()
        return self._month_day(before.month, before.year)

    def _month_day(self, month: int, year: int | None) -> MonthDay:
        day = self._number()
        longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
        if not 1 <= day <= longest:
            raise self._bad()
        return MonthDay(month, day, year)

    def _weekdays(self) -> tuple[tuple[Weekday, ...], bool]:
        days: list[Weekday] = []
        holidays = False
        while self._is_weekday():
            if self._word("PH"):
                holidays = True
            else:
                days.extend(self._weekday_range())
            if not (self._is_weekday(1) and self._sign(",")):
                break
        return tuple(day for day in WEEKDAYS if day in days), holidays

    def _weekday_range(self) -> list[Weekday]:
        start = self._weekday()
        if not self._sign("-"):
            return [start]
        first, last = WEEKDAYS.index(start), WEEKDAYS.index(self._weekday())
        span = (last - first) % 7
        return [WEEKDAYS[(first + one) % 7] for one in range(span + 1)]

    def _weekday(self) -> Weekday:
        word = self._take("word")
        if word is None or word.lower() not in {day.value for day in WEEKDAYS}:
            raise self._bad()
        return Weekday(word.lower())

    def _times(self) -> tuple[Interval, ...]:
        if self._word("OFF") or self._word("CLOSED"):
            return ()
        if self._word("OPEN"):
            return (WHOLE_DAY,)
        found = [self._time()]
        while self._is("span", 1) and self._sign(","):
            found.append(self._time())
        return tuple(found)

    def _time(self) -> Interval:
        span = self._take("span")
        if span is None:
            raise self._bad()
        hour, minute, to_hour, to_minute = (int(one) for one in re.findall(r"\d+", span))
        start, end = hour * 60 + minute, to_hour * 60 + to_minute
        end += DAY_MIN if end < start else 0
        if minute > 59 or to_minute > 59 or start >= DAY_MIN or not start < end <= LAST_MIN:
            raise self._bad()
        return start, end

    def _is_date(self, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        if token is None:
            return False
        month = token.kind == "word" and token.text.upper() in _MONTHS
        return month or token.kind == "number"

    def _is_year(self) -> bool:
        token = self._peek()
        return token is not None and token.kind == "number" and len(token.text) == 4

    def _is_weekday(self, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        known = {day.value for day in WEEKDAYS} | {"ph"}
        return token is not None and token.kind == "word" and token.text.lower() in known

    def _is(self, kind: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token is not None and token.kind == kind

    def _peek(self, ahead: int = 0) -> _Token | None:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def _take(self, kind: str) -> str | None:
        token = self._peek()
        if token is None or token.kind != kind:
            return None
        self._at += 1
        return token.text

    def _number(self) -> int:
        text = self._take("number")
        if text is None:
            raise self._bad()
        return int(text)

    def _word(self, wanted: str) -> bool:
        token = self._peek()
        found = token is not None and token.kind == "word" and token.text.upper() == wanted
        self._at += found
        return found

    def _sign(self, wanted: str) -> bool:
        token = self._peek()
        found = token is not None and token.kind == "sign" and token.text == wanted
        self._at += found
        return found

    def _bad(self) -> BadHours:
        rule = self._text.strip()
        return BadHours(f"The rule {rule!r} cannot be read.", rule=rule)

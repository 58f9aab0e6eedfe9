"""How instants, amounts and stretches of time read in a language."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_timedelta
from babel.numbers import format_currency
from babel.units import format_unit

from connector.model.money import Money, minor_digits


def moment(at: int, zone: str) -> datetime:
    """Return an instant (epoch ms) on the clock of a place."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))


def clock(at: int, zone: str, language: str) -> str:
    """Return the time of day, of 24 hours in every language: 15:00."""
    return format_skeleton("Hm", moment(at, zone), locale=language)


def day(at: int, zone: str, language: str) -> str:
    """Return a date with its weekday: za 21 nov."""
    return format_skeleton("MMMEd", moment(at, zone), locale=language)


def whole_date(at: int, zone: str, language: str) -> str:
    """Return a date with its year: 21 nov 2026."""
    return format_date(moment(at, zone).date(), "medium", locale=language)


def whole_day(at: int, zone: str, language: str) -> str:
    """Return a date written out: zaterdag 21 november 2026."""
    return format_date(moment(at, zone).date(), "full", locale=language)


def span(start: int, end: int, zone: str, language: str) -> str:
    """Return a window: 15:00\N{EN DASH}17:00, with its days where it has two."""
    first, last = moment(start, zone), moment(end, zone)
    times = f"{clock(start, zone, language)}\N{EN DASH}{clock(end, zone, language)}"
    if first.date() == last.date():
        return times
    return f"{day(start, zone, language)} {times} {day(end, zone, language)}"


def until(at: int, now: int, language: str) -> str:
    """Return how far an instant is from now, in words: in 20 minutes, 5 minutes ago."""
    apart = timedelta(milliseconds=at - now)
    return format_timedelta(apart, add_direction=True, locale=language, threshold=1.2)


def amount(money: Money, language: str) -> str:
    """Return an amount in its currency."""
    digits = minor_digits(money.currency)
    return format_currency(money.amount / 10**digits, money.currency, locale=language)


def measure(value: float, unit: str, language: str) -> str:
    """Return a measure with at most one digit behind the point: 1.2 km."""
    return format_unit(value, unit, "short", "#,##0.#", locale=language)


def iso(at: int) -> str:
    """Return an instant as machines write it (RFC 3339)."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")

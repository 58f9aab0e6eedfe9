"""What somebody typed into a form, read field by field, and which field could not stand."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TypeVar

from flask import request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from connector.model.errors import InvalidInput, RegieError
from connector.model.location import Geo
from connector.model.money import minor_digits

_MOST_DIGITS = 12
_PAIR = re.compile(r"(-?\d+\.\d+)\s*,\s*(-?\d+\.\d+)")
E = TypeVar("E", bound=Enum)


class Given:
    """The refused form, so that nothing typed is lost; empty where nothing was refused."""

    def __init__(
        self, sent: MultiDict[str, str] | None = None, error: RegieError | None = None
    ) -> None:
        self._sent: Mapping[str, str] = sent or ImmutableMultiDict()
        self._error = error

    def value(self, form: str, name: str, stored: object) -> str:
        """Return what was typed into the field of the refused form, else what is stored."""
        if self._sent.get("form") == form and name in self._sent:
            return self._sent[name]
        return "" if stored is None else str(stored)

    def ticked(self, form: str, name: str, stored: object, value: str = "1") -> bool:
        """Tell whether a box is ticked, or a choice chosen."""
        if self._sent.get("form") == form and isinstance(self._sent, MultiDict):
            return value in self._sent.getlist(name)
        return bool(stored)

    def bad(self, form: str, name: str) -> bool:
        """Tell whether this field is the one that could not stand."""
        if self._error is None or self._sent.get("form") != form:
            return False
        field = str(self._error.details().get("field") or "")
        return field == name or field.startswith((f"{name}[", f"{name}."))


def text(name: str) -> str:
    """Return a field without the blanks around it."""
    return request.form.get(name, "").strip()


def maybe(name: str) -> str | None:
    """Return a field, None where it is empty."""
    return text(name) or None


def ticked(name: str) -> bool:
    """Tell whether a box was ticked."""
    return name in request.form


def several(name: str) -> tuple[str, ...]:
    """Return all values of a field."""
    return tuple(request.form.getlist(name))


def words(name: str) -> tuple[str, ...]:
    """Return what stands between commas, blanks or new lines."""
    return tuple(request.form.get(name, "").replace(",", " ").split())


def lines(name: str) -> tuple[str, ...]:
    """Return what stands between commas or new lines."""
    parts = request.form.get(name, "").replace(",", "\n").splitlines()
    return tuple(part.strip() for part in parts if part.strip())


def whole(name: str, fault: type[InvalidInput]) -> int:
    """Return a whole number, or raise the fault with the field."""
    given = text(name)
    if not given.removeprefix("-").isdecimal() or len(given) > _MOST_DIGITS:
        raise fault("This is no whole number.", field=name)
    return int(given)


def maybe_whole(name: str, fault: type[InvalidInput]) -> int | None:
    """Return a whole number, None where the field is empty."""
    return whole(name, fault) if text(name) else None


def degrees(name: str, fault: type[InvalidInput]) -> float:
    """Return a number such as 52.37, or raise the fault with the field."""
    return float(_decimal(name, fault))


def point(latitude: str, longitude: str, fault: type[InvalidInput]) -> Geo | None:
    """Return where something lies, None where both fields are empty.

    Both numbers may stand in the first field, as maps give them to be copied: 52.3731, 4.8926.
    """
    pair = _PAIR.fullmatch(text(latitude))
    if pair is not None and not text(longitude):
        return Geo(float(pair[1]), float(pair[2]))
    if not (text(latitude) or text(longitude)):
        return None
    return Geo(degrees(latitude, fault), degrees(longitude, fault))


def one(kind: type[E], name: str, fault: type[InvalidInput]) -> E:
    """Return one of the choices, or raise the fault with the field."""
    try:
        return kind(text(name))
    except ValueError:
        raise fault("This is none of the choices.", field=name) from None


def minor(name: str, currency: str, fault: type[InvalidInput]) -> int:
    """Return an amount such as 4.95 in minor units, or raise the fault with the field."""
    digits = minor_digits(currency)
    found = _decimal(name, fault).scaleb(digits)
    if found != found.to_integral_value():
        raise fault("The currency has no such small parts.", field=name)
    return int(found)


def maybe_minor(name: str, currency: str, fault: type[InvalidInput]) -> int | None:
    """Return an amount in minor units, None where the field is empty."""
    return minor(name, currency, fault) if text(name) else None


def minute(name: str, fault: type[InvalidInput], most: int = 2880) -> int:
    """Return a time such as 09:30 in minutes since midnight; up to 48:00 for the night."""
    return read_minute(text(name), name, fault, most)


def read_minute(given: str, name: str, fault: type[InvalidInput], most: int = 2880) -> int:
    """Return the minutes of a text such as 09:30, or raise the fault with the field."""
    hours, colon, rest = given.strip().partition(":")
    sound = colon and hours.isdecimal() and rest.isdecimal() and len(hours) <= 2 and len(rest) == 2
    found = int(hours) * 60 + int(rest) if sound else -1
    if not sound or int(rest) > 59 or found > most:
        raise fault("This is no time such as 09:30.", field=name)
    return found


def clock_text(minutes: int) -> str:
    """Return minutes since midnight as they are typed: 09:30."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def amount_text(amount: int | None, currency: str) -> str:
    """Return minor units as they are typed: 4.95."""
    if amount is None:
        return ""
    digits = minor_digits(currency)
    return f"{Decimal(amount).scaleb(-digits):.{digits}f}"


def _decimal(name: str, fault: type[InvalidInput]) -> Decimal:
    given = text(name).replace(",", ".")
    try:
        found = Decimal(given)
    except InvalidOperation:
        raise fault("This is no number.", field=name) from None
    if not found.is_finite() or abs(found) >= 10**_MOST_DIGITS:
        raise fault("This is no number.", field=name)
    return found

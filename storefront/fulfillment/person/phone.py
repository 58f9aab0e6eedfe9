"""Telephone numbers as people type them into our own forms; what shops send is kept as it is."""

import re
import unicodedata

from connector.model.errors import InvalidInput

_BETWEEN = " ()-./"
_FEWEST_DIGITS, _MOST_DIGITS, _LONGEST = 5, 15, 30
_TYPED = re.compile(rf"\+?[0-9{re.escape(_BETWEEN)}]+")


class BadPhone(InvalidInput):
    """A telephone number that nobody could ring."""

    code = "bad_phone"
    remedy = "Give 5 to 15 digits, with the country in front, such as +31 20 123 4567."


def checked_phone(text: str, field: str = "phone") -> str:
    """Return the number as it was typed, or raise BadPhone, which names the field only."""
    found = _visible(text)
    digits = sum(sign.isdigit() for sign in found)
    typed = len(found) <= _LONGEST and _TYPED.fullmatch(found)
    if not typed or not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        raise BadPhone("This is no telephone number.", field=field)
    return found


def dialled(text: str) -> str:
    """Return what is left of a number without the signs that only part its digits."""
    return "".join(sign for sign in _visible(text) if sign not in _BETWEEN)


def _visible(text: str) -> str:
    """Return a pasted number without its marks of direction, blanks and dashes of one kind."""
    kept = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    dashes = "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in kept)
    return " ".join(dashes.split())

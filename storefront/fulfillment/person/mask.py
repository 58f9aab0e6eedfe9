"""Telling a little of a person: a first name, the end of a number, a street without its number."""

import re

_AFTER_NUMBER = frozenset({"bis", "ter", "quater"})
_OUTWARD = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?: ?[0-9][A-Z]{2})?")
_KEPT = {"NL": 4, "BE": 2, "FR": 2, "DE": 2, "IL": 2, "LU": 2, "US": 3}
_TITLES = frozenset(
    {"mr", "mrs", "ms", "mx", "dr", "m", "mme", "mlle", "dhr", "mevr", "herr", "frau"}
)


def first_name(name: str) -> str:
    """Return what one calls out in a shop: "Mevr. Anna van Dijk" gives "Anna"."""
    words = name.replace(",", " ").split()
    called = [word for word in words if word.rstrip(".").casefold() not in _TITLES]
    return called[0] if called else ""


def masked_phone(phone: str) -> str:
    """Return the last two digits, to tell numbers apart: "+31 6 1234 5678" gives "•••78"."""
    digits = [sign for sign in phone if sign.isdigit()]
    return f"•••{''.join(digits[-2:])}" if len(digits) > 4 else "•••"


def postcode_prefix(postcode: str, country: str | None) -> str:
    """Return the part of a postcode that names an area, never a street: "1012 AB" gives "1012"."""
    text = postcode.strip().upper()
    if country == "GB":
        found = _OUTWARD.fullmatch(text)
        return found[1] if found else ""
    plain = re.sub(r"[\s-]", "", text)
    return plain[: min(_KEPT.get(country or "", 2), max(0, len(plain) - 2))]


def street(line: str) -> str:
    """Return a street without number and door: "Damrak 1-3 hs" gives "Damrak"."""
    words = line.replace(",", " ").split()
    while words and (_numbered(words[0]) or words[0].casefold() in _AFTER_NUMBER):
        words.pop(0)
    end = next((at for at, word in enumerate(words) if _numbered(word)), len(words))
    return " ".join(words[:end])


def _numbered(word: str) -> bool:
    return any(sign.isdigit() for sign in word)

"""Postcodes as they stand on letters, and lists of them as shopkeepers write them."""

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from storefront.fulfillment.errors.place import BadPostcode


class _Shape(Struct, frozen=True):
    """How a country writes postcodes: an area part, and a rest after a space where there is one."""

    pattern: re.Pattern[str]
    ordered: bool = True


_SHAPES = {
    "NL": _Shape(re.compile(r"([1-9][0-9]{3})((?!SA|SD|SS)[A-Z]{2})?")),
    "BE": _Shape(re.compile(r"([1-9][0-9]{3})()")),
    "DE": _Shape(re.compile(r"([0-9]{5})()")),
    "FR": _Shape(re.compile(r"([0-9]{5})()")),
    "IL": _Shape(re.compile(r"([0-9]{7}|[0-9]{5})()")),
    "GB": _Shape(re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})"), ordered=False),
    "IE": _Shape(re.compile(r"([AC-FHKNPRTV-Y][0-9][0-9W])([0-9AC-FHKNPRTV-Y]{4})"), ordered=False),
}
_ANY = _Shape(re.compile(r"([A-Z0-9]{2,10})()"))
_AREA = {
    "NL": re.compile(r"[1-9][0-9]{3}"),
    "GB": re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?"),
    "IE": re.compile(r"[AC-FHKNPRTV-Y][0-9][0-9W]"),
}
_COUNTRY_SIGN = {"BE": "B", "DE": "D", "FR": "F"}
_RANGE = re.compile(r"\s*(?:\.\.\.|…)\s*")
_DIGIT_RANGE = re.compile(r"([0-9]+)\s*[-\u2013]\s*([0-9]+)")


class RuleKind(Enum):
    """How a line of a list matches."""

    EXACT = "EXACT"
    AREA = "AREA"
    PREFIX = "PREFIX"
    RANGE = "RANGE"


class PostcodeRule(Struct, frozen=True):
    """One line of a list; `high` is for ranges, which include both ends."""

    kind: RuleKind
    low: str
    high: str = ""

    def matches(self, postcode: str) -> bool:
        """Tell whether a normalised postcode is meant."""
        tight = postcode.replace(" ", "")
        if self.kind is RuleKind.EXACT:
            return postcode == self.low
        if self.kind is RuleKind.AREA:
            return postcode.split(" ", maxsplit=1)[0] == self.low
        if self.kind is RuleKind.PREFIX:
            return (postcode if " " in self.low else tight).startswith(self.low)
        return self.low <= tight and tight[: len(self.high)] <= self.high


def normalise(postcode: str, country: str) -> str:
    """Return the postcode as its country writes it ("1012 AB", "SW1A 1AA"), or raise BadPostcode.

    `country` is ISO 3166-1 alpha-2. Dutch codes may lack their letters. Countries without rules
    of their own keep letters and digits.
    """
    tight = _tight(postcode, country)
    found = _SHAPES.get(country, _ANY).pattern.fullmatch(tight)
    if found is None:
        raise BadPostcode(
            f"{postcode!r} is no postcode of {country}.", postcode=postcode, country=country
        )
    return " ".join(part for part in found.groups() if part)


def lookups(postcode: str, country: str) -> tuple[str, ...]:
    """Return the codes under which a centroid may be known, the most exact first."""
    whole = normalise(postcode, country)
    area = whole.split(" ")[0]
    return (whole,) if whole == area else (whole, area)


def is_whole(postcode: str, country: str) -> bool:
    """Tell whether a normalised code names a few doors (a street side), not a part of a town."""
    return country in _AREA and " " in postcode


@lru_cache(maxsize=1024)
def read_list(lines: tuple[str, ...], country: str) -> tuple[PostcodeRule, ...]:
    """Read the lines of a list, or raise BadPostcode with the line.

    A line is a postcode, an area of the country ("1011" in NL, "SW1A" in GB), a prefix "1011*",
    or a range "1012 AA...1019 ZZ" (as WooCommerce writes them). Empty lines say nothing.
    """
    return tuple(_rule(line.strip(), country) for line in lines if line.strip())


def in_list(postcode: str, rules: Iterable[PostcodeRule]) -> bool:
    """Tell whether any rule means the normalised postcode."""
    return any(rule.matches(postcode) for rule in rules)


def _rule(line: str, country: str) -> PostcodeRule:
    ends = _RANGE.split(line)
    digits = _DIGIT_RANGE.fullmatch(line)
    if len(ends) == 2 or digits:
        low, high = digits.groups() if digits else ends
        return _range(low, high, line, country)
    if line.endswith("*"):
        return _prefix(line, country)
    area = _AREA.get(country)
    if area and area.fullmatch(_tight(line, country)):
        return PostcodeRule(RuleKind.AREA, _tight(line, country))
    return PostcodeRule(RuleKind.EXACT, normalise(line, country))


def _prefix(line: str, country: str) -> PostcodeRule:
    """Read "1011*"; a space within counts ("SW1 *" is not SW11), and so is kept."""
    text = re.sub(r"\s+", " ", line[:-1].upper().lstrip())
    start = text if country in _AREA and " " in text else _tight(text, country)
    if not re.fullmatch(r"[A-Z0-9]+ ?[A-Z0-9]*", start):
        raise _bad_line(line, country)
    return PostcodeRule(RuleKind.PREFIX, start)


def _range(low: str, high: str, line: str, country: str) -> PostcodeRule:
    start, end = _tight(low, country), _tight(high, country)
    comparable = len(start) == len(end) and start <= end
    numbers = start.isdigit() and end.isdigit()
    known = country == "NL" and all(_SHAPES["NL"].pattern.fullmatch(one) for one in (start, end))
    if not (comparable and (numbers or known) and _SHAPES.get(country, _ANY).ordered):
        raise _bad_line(line, country)
    return PostcodeRule(RuleKind.RANGE, start, end)


def _tight(text: str, country: str) -> str:
    """Return the code in capitals without spaces, dashes or the sign of its country ("NL-")."""
    plain = text.upper().strip()
    for sign in (country, _COUNTRY_SIGN.get(country, country)):
        plain = plain.removeprefix(f"{sign}-")
    return re.sub(r"[\s-]+", "", plain)


def _bad_line(line: str, country: str) -> BadPostcode:
    return BadPostcode(
        f"{line!r} is no postcode, prefix or range of {country}.", line=line, country=country
    )

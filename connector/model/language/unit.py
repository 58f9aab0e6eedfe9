"""Numbers with their units: "500 ml", "0,5 l" and "500ml" are each one word."""

import re
from decimal import Decimal

# Ways to write a unit, and the one that is kept.
_UNITS = {
    **dict.fromkeys(("ml", "milliliter", "millilitre"), "ml"),
    **dict.fromkeys(("cl", "centiliter", "centilitre"), "cl"),
    **dict.fromkeys(("dl", "deciliter", "decilitre"), "dl"),
    **dict.fromkeys(("l", "liter", "litre", "liters", "litres", "ltr", "ליטר"), "l"),
    **dict.fromkeys(("mg", "milligram"), "mg"),
    **dict.fromkeys(("g", "gr", "gram", "gramm", "grams", "gramme", "grammes", "גרמ"), "g"),
    **dict.fromkeys(("kg", "kilo", "kilos", "kilogram", "kilogramm", "קג"), "kg"),
    **dict.fromkeys(("mm", "millimeter", "millimetre"), "mm"),
    **dict.fromkeys(("cm", "centimeter", "zentimeter", "centimetre", "\u05e1מ"), "cm"),
    **dict.fromkeys(("m", "meter", "metre", "metres", "meters"), "m"),
    **dict.fromkeys(("w", "watt"), "w"),
    **dict.fromkeys(("v", "volt"), "v"),
    **dict.fromkeys(("mah",), "mah"),
    **dict.fromkeys(("inch", "zoll"), "inch"),
}
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_NAMES = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_MEASURE = re.compile(rf"(?<![\w.])(\d+(?:\.\d+)?)[ \u00a0-]?({_NAMES})(?![\w.]\w|\w)")


def joined_units(folded: str) -> str:
    """Write each measure as one word with its unit's short name."""
    if not any(map(str.isdigit, folded)):
        return folded
    return _MEASURE.sub(_one_word, _DECIMAL_COMMA.sub(".", folded))


def measure_parts(word: str) -> tuple[str, ...]:
    """Return number and unit of a measure that is written as one word."""
    found = _MEASURE.fullmatch(word)
    return (found[1], found[2]) if found else ()


# The unit in which amounts are compared, and how many of it there are in each.
_SAME = {
    "ml": ("ml", 1),
    "cl": ("ml", 10),
    "dl": ("ml", 100),
    "l": ("ml", 1000),
    "mg": ("mg", 1),
    "g": ("mg", 1000),
    "kg": ("mg", 1_000_000),
    "mm": ("mm", 1),
    "cm": ("mm", 10),
    "m": ("mm", 1000),
}


def same_amount(word: str) -> str:
    """Return a measure in its smallest unit, so that 0.5l and 500ml are one; else the word."""
    amount, unit = measure_parts(word) or ("", "")
    if unit not in _SAME or len(amount) > 12:
        return word
    smallest, times = _SAME[unit]
    return f"{(Decimal(amount) * times).normalize():f}{smallest}"


def _one_word(found: re.Match[str]) -> str:
    return found[1] + _UNITS[found[2]]

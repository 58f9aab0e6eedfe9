"""Weights, sizes and unit prices in SI units, with the shop's own unit kept beside them."""

from decimal import Decimal, InvalidOperation

from msgspec import Struct

from connector.model.errors import InvalidInput

_GRAMS = {
    "g": "1",
    "grams": "1",
    "kg": "1000",
    "kilograms": "1000",
    "lb": "453.59237",
    "lbs": "453.59237",
    "pounds": "453.59237",
    "oz": "28.349523125",
    "ounces": "28.349523125",
}
_MILLIMETRES = {"mm": "1", "cm": "10", "m": "1000", "in": "25.4", "yd": "914.4", "ft": "304.8"}


# Kind and size of units that packages are sold by.
_BASE: dict[str, tuple[str, float]] = {
    **{name: ("g", float(factor)) for name, factor in _GRAMS.items()},
    "mg": ("g", 0.001),
    "ml": ("ml", 1.0),
    "cl": ("ml", 10.0),
    "dl": ("ml", 100.0),
    "l": ("ml", 1000.0),
    "m3": ("ml", 1_000_000.0),
    **{name: ("mm", float(factor)) for name, factor in _MILLIMETRES.items()},
    "m2": ("m2", 1.0),
    "item": ("item", 1.0),
    "items": ("item", 1.0),
    "pcs": ("item", 1.0),
}


class BadMeasure(InvalidInput):
    """A weight or a size that cannot be read."""

    code = "bad_measure"
    remedy = "Give a number that is not negative, and a known unit."


class Weight(Struct, frozen=True, rename="camel"):
    """`grams` rounded to a milligram; `value` and `unit` are the shop's own."""

    grams: float
    value: str
    unit: str


class Dimensions(Struct, frozen=True, rename="camel"):
    """Length, width and height in millimetres; `unit` is the shop's own. None is unknown."""

    length_mm: float | None
    width_mm: float | None
    height_mm: float | None
    unit: str


class UnitMeasure(Struct, frozen=True, rename="camel"):
    """What one package holds (`quantity` `unit`) and per what the unit price is stated."""

    quantity: float
    unit: str
    reference_quantity: float
    reference_unit: str

    def packages_per_reference(self) -> float | None:
        """Return how many packages hold one reference quantity; None between unlike units."""
        held, per = _BASE.get(self.unit.lower()), _BASE.get(self.reference_unit.lower())
        if not (held and per and held[0] == per[0] and self.quantity > 0):
            return None
        return self.reference_quantity * per[1] / (self.quantity * held[1])


def weight(value: str, unit: str) -> Weight | None:
    """Read a weight; empty text and zero mean that the shop does not know it."""
    number = _number(value)
    if not number:
        return None
    return Weight(_scaled(number, unit, _GRAMS), f"{number:f}", unit.lower())


def dimensions(length: str, width: str, height: str, unit: str) -> Dimensions | None:
    """Read three sizes; None when the shop knows none of them."""
    sides = [_number(side) for side in (length, width, height)]
    if not any(sides):
        return None
    known = [_scaled(side, unit, _MILLIMETRES) if side else None for side in sides]
    return Dimensions(known[0], known[1], known[2], unit.lower())


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text or "0")
    except InvalidOperation:
        raise BadMeasure(f"{text!r} is not a number.", value=text) from None
    if not number.is_finite() or number < 0:
        raise BadMeasure(f"{text!r} is not a measure.", value=text)
    return number


def _scaled(number: Decimal, unit: str, factors: dict[str, str]) -> float:
    factor = factors.get(unit.lower())
    if factor is None:
        raise BadMeasure(f"{unit!r} is not a known unit.", unit=unit)
    return float((number * Decimal(factor)).quantize(Decimal("0.001")))

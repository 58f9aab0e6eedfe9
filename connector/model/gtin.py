"""Barcodes by the rules of GS1: what is a trade item number, and why another text is not."""

from msgspec import Struct

_LENGTHS = (8, 12, 13, 14)
_SHOP_OWN = ("02", "04", *(str(prefix) for prefix in range(20, 30)))
_SHOP_OWN_SHORT = ("0", "2")
_COUPONS = ("98", "99", "05")


class Gtin(Struct, frozen=True):
    """A barcode as the shop wrote it and, when it is a valid GTIN, its 14-digit form.

    `value` is the GTIN-14 text (leading zeros kept, never a number) or None; `reason` then says
    why: not_digits, bad_length, bad_check_digit, all_zeros, restricted_circulation, coupon
    (GS1 General Specifications, sections 1.4 and 2.1).
    """

    raw: str
    value: str | None
    reason: str | None


def parse_gtin(raw: str) -> Gtin | None:
    """Judge a barcode; blank text is no barcode at all."""
    text = raw.strip().replace(" ", "").replace("-", "")
    if not text:
        return None
    reason = _reason(text)
    return Gtin(raw, None if reason else text.zfill(14), reason)


def _reason(text: str) -> str | None:
    if not (text.isascii() and text.isdigit()):
        return "not_digits"
    if len(text) not in _LENGTHS:
        return "bad_length"
    if not int(text):
        return "all_zeros"
    if not has_check_digit(text):
        return "bad_check_digit"
    return _prefix_reason(text)


def has_check_digit(digits: str) -> bool:
    """Tell whether the last digit fits (GS1 General Specifications, section 7.9).

    From the right, digits weigh 1 and 3 in turn, and the sum is a multiple of ten.
    """
    codes = digits.encode()
    ones, threes = codes[::-2], codes[-2::-2]
    return not (sum(ones) + 3 * sum(threes) - _ZERO * (len(ones) + 3 * len(threes))) % 10


_ZERO = ord("0")


def _prefix_reason(text: str) -> str | None:
    """Numbers that a shop may print for itself identify nothing outside it."""
    if len(text) == 8:
        return "restricted_circulation" if text.startswith(_SHOP_OWN_SHORT) else None
    thirteen = text.zfill(14)[1:]
    if thirteen.startswith(_SHOP_OWN):
        return "restricted_circulation"
    return "coupon" if thirteen.startswith(_COUPONS) else None

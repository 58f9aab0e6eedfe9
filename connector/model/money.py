"""Amounts of money as whole minor units of a currency, never as a float."""

from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import get_currency_precision, list_currencies
from msgspec import Struct

from connector.model.errors import InvalidInput

_LARGEST = 10**15
_COUNTED = {
    **dict.fromkeys(("AFN", "ALL", "IRR", "KPW", "LAK", "LBP", "MGA"), 2),
    **dict.fromkeys(("MMK", "RSD", "SLL", "SOS", "SYP", "YER"), 2),
    "IQD": 3,
}
"""Decimals of ISO 4217 where CLDR says how many are shown in its country, which are none."""
_NO_MONEY = frozenset({"XAG", "XAU", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"})
"""Codes of ISO 4217 for metals, units of account and tests: no shop has its prices in them."""


class BadMoney(InvalidInput):
    """An amount or a currency that cannot be a price."""

    code = "bad_money"
    remedy = "Give a plain decimal with a dot, such as 12.50, and an ISO 4217 currency."


class Money(Struct, frozen=True):
    """`amount` minor units (cents, yen, fils) of the ISO 4217 `currency`."""

    amount: int
    currency: str


@lru_cache(maxsize=256)
def minor_digits(currency: str) -> int:
    """Return how many decimals the currency has: EUR 2, JPY 0, IQD 3 (ISO 4217, by CLDR's list)."""
    if currency not in _known_currencies():
        raise BadMoney(f"{currency!r} is not an ISO 4217 currency.", currency=currency)
    return _COUNTED.get(currency) or get_currency_precision(currency)


@lru_cache(maxsize=1)
def _known_currencies() -> frozenset[str]:
    return frozenset(list_currencies()) - _NO_MONEY


@lru_cache(maxsize=16384)
def parse_money(text: str, currency: str) -> Money:
    """Read a platform's decimal string ("12.50", "1200.0") without loss, or raise BadMoney.

    More decimals than the currency has are accepted only if they are zeros: a rounded price is a
    wrong price.
    """
    digits = minor_digits(currency)
    whole, _, part = text.partition(".")
    if text.isascii() and whole.isdigit() and part.isdigit() and len(part) <= digits:
        amount = int(whole + part.ljust(digits, "0"))
        if amount <= _LARGEST:
            return Money(amount, currency)
    return _odd_money(text, currency, digits)


def _odd_money(text: str, currency: str, digits: int) -> Money:
    """Read what is not simply written, or say what is wrong with it."""
    if not text.isascii() or any(sign in text for sign in "_eE "):
        raise BadMoney(f"{text!r} is not an amount.", amount=text)
    try:
        scaled = Decimal(text).scaleb(digits)
    except InvalidOperation:
        raise BadMoney(f"{text!r} is not an amount.", amount=text) from None
    if not scaled.is_finite() or scaled < 0 or scaled > _LARGEST:
        raise BadMoney(f"{text!r} is out of range.", amount=text)
    if scaled != scaled.to_integral_value():
        raise BadMoney(f"{text!r} has more decimals than {currency}.", amount=text)
    return Money(int(scaled), currency)


def scale_money(money: Money, factor: float) -> Money:
    """Multiply an amount, rounded half-even to the minor unit."""
    scaled = Decimal(money.amount) * Decimal(str(factor))
    return Money(int(scaled.to_integral_value()), money.currency)


def decimal_text(money: Money) -> str:
    """Show an amount as a plain decimal: Money(1250, "EUR") gives "12.50"."""
    return f"{Decimal(money.amount).scaleb(-minor_digits(money.currency)):f}"

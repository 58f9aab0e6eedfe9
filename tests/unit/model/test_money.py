"""Money is whole minor units; nothing is ever rounded in silence."""

from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import get_territory_currencies
from hypothesis import given
from hypothesis import strategies as st

from connector.model.money import (
    BadMoney,
    Money,
    decimal_text,
    minor_digits,
    parse_money,
    scale_money,
)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12.50", "EUR", 1250),
        ("12.5", "EUR", 1250),
        ("1200", "JPY", 1200),
        ("1200.0", "JPY", 1200),
        ("1.234", "KWD", 1234),
        ("1.5", "BHD", 1500),
        ("1299.50", "RSD", 129950),
        ("1.25", "IQD", 1250),
        ("0", "EUR", 0),
    ],
)
def test_amounts_are_read_in_minor_units(text: str, currency: str, amount: int) -> None:
    assert parse_money(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    "text",
    ["12,50", "", " 1", "1e3", "abc", "-1", "NaN", "Infinity", "12.505", "1_000", "١٢", "1" * 30],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(BadMoney):
        parse_money(text, "EUR")


@pytest.mark.parametrize("currency", ["EURO", "eur", "", "XYZ9", "XXX", "XAU", "XTS"])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(BadMoney):
        minor_digits(currency)


def test_currencies_have_the_decimals_of_iso_4217() -> None:
    """The lists are those of ISO 4217's table A.1; all other currencies in use have two."""
    none = [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
    three = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
    expected = dict.fromkeys(none, 0) | dict.fromkeys(three, 3)
    places = [it for it in Locale("en").territories if len(it) == 2]
    used = {code for it in places for code in get_territory_currencies(it)}

    assert len(used) > 140
    assert {it: minor_digits(it) for it in used} == {it: expected.get(it, 2) for it in used}


@given(st.integers(0, 10**15), st.sampled_from(["EUR", "JPY", "KWD", "ILS"]))
def test_every_amount_survives_text_and_back(amount: int, currency: str) -> None:
    money = Money(amount, currency)

    assert parse_money(decimal_text(money), currency) == money


@given(st.integers(0, 10**9), st.integers(1, 1000))
def test_scaling_errs_by_at_most_half_a_unit(amount: int, factor: int) -> None:
    scaled = scale_money(Money(amount, "EUR"), factor / 8)

    assert abs(Decimal(scaled.amount) - Decimal(amount) * factor / 8) <= Decimal("0.5")

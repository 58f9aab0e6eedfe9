"""Weights and sizes come out in SI, with the shop's own unit beside them."""

import pytest

from connector.model.measure import BadMeasure, Dimensions, Weight, dimensions, weight


@pytest.mark.parametrize(
    ("value", "unit", "grams"),
    [
        ("0.5", "kg", 500.0),
        ("250", "GRAMS", 250.0),
        ("1", "lbs", 453.592),
        ("2", "OUNCES", 56.699),
    ],
)
def test_a_weight_is_in_grams(value: str, unit: str, grams: float) -> None:
    found = weight(value, unit)

    assert found is not None
    assert found.grams == grams


def test_a_weight_keeps_the_shops_own_words() -> None:
    assert weight("1.250", "kg") == Weight(1250.0, "1.250", "kg")


@pytest.mark.parametrize("value", ["", "0", "0.0"])
def test_no_weight_is_unknown(value: str) -> None:
    assert weight(value, "kg") is None


@pytest.mark.parametrize(
    ("value", "unit"), [("-1", "kg"), ("heavy", "kg"), ("1", "stone"), ("NaN", "kg")]
)
def test_what_is_no_weight_is_refused(value: str, unit: str) -> None:
    with pytest.raises(BadMeasure):
        weight(value, unit)


def test_sizes_are_in_millimetres_and_unknown_ones_stay_unknown() -> None:
    assert dimensions("10", "", "2.5", "cm") == Dimensions(100.0, None, 25.0, "cm")


def test_no_size_at_all_is_unknown() -> None:
    assert dimensions("", "0", "", "cm") is None

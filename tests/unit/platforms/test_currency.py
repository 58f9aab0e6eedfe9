"""A shop whose currency is none is told so by its name."""

import pytest

from connector.platforms.errors import UnknownCurrency, checked_currency


def test_a_currency_of_the_list_is_taken_as_it_is() -> None:
    assert checked_currency("shop.example", "RSD") == "RSD"


@pytest.mark.parametrize("currency", ["XXZ", "", "eur", "XTS"])
def test_what_is_no_currency_names_the_shop_and_what_to_mend(currency: str) -> None:
    with pytest.raises(UnknownCurrency) as refused:
        checked_currency("shop.example", currency)

    assert "shop.example" in str(refused.value)
    assert refused.value.facts["field"] == "currency"
    assert "settings" in refused.value.remedy

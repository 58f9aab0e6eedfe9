"""What the demo prints of money is what people read."""

import pytest

from regie.demo.reading import amounts_note, price, product_line


@pytest.mark.parametrize(
    ("amount", "currency", "read"),
    [
        (790, "EUR", "7.90 EUR"),
        (5, "EUR", "0.05 EUR"),
        (1200, "JPY", "1200 JPY"),
        (1500, "KWD", "1.500 KWD"),
    ],
)
def test_an_amount_is_read_with_the_decimals_of_its_currency(
    amount: int, currency: str, read: str
) -> None:
    assert price({"amount": amount, "currency": currency}) == read


def test_the_note_reads_the_very_number_that_stands_below_it() -> None:
    told = amounts_note({"amount": 790, "currency": "EUR"})

    assert told.endswith("790 is 7.90 EUR")


@pytest.mark.parametrize(
    ("most", "line"),
    [(2790, "Elbe: 7.90 EUR to 27.90 EUR; K-1 costs 8.90 EUR"), (790, "Elbe: 7.90 EUR; K-1 costs")],
)
def test_a_product_is_one_line_with_the_price_that_was_changed(most: int, line: str) -> None:
    euros = {"currency": "EUR"}
    spread = {"min": {"amount": 790, **euros}, "max": {"amount": most, **euros}}
    product = {"title": "Elbe", "priceRange": spread}

    assert product_line(product, "K-1", {"amount": 890, **euros}).startswith(line)

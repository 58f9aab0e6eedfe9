"""A telephone number that is typed into our own forms can be rung."""

import pytest

from storefront.fulfillment.person.phone import BadPhone, checked_phone, dialled

NUMBER = "+972\N{NO-BREAK SPACE}3\N{NON-BREAKING HYPHEN}765 4321"
PASTED = f"\N{LEFT-TO-RIGHT EMBEDDING}{NUMBER}\N{POP DIRECTIONAL FORMATTING}"


@pytest.mark.parametrize(
    "text", ["+31 6 9999 1234", "020 123 45 67", "(020) 123-4567", "0475/12.34.56", "12345"]
)
def test_a_number_is_kept_as_it_was_typed(text: str) -> None:
    assert checked_phone(text) == text


def test_what_a_phone_book_puts_around_a_number_is_taken_off() -> None:
    assert checked_phone(PASTED) == "+972 3-765 4321"


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "",
        "1234",
        "1" * 16,
        "+",
        "31+6123456",
        "06-1234-abcd",
        "1" + " " * 3 + "-" * 40 + "2345",
    ],
)
def test_what_nobody_could_ring_is_refused_and_the_field_named(text: str) -> None:
    with pytest.raises(BadPhone) as error:
        checked_phone(text, "contact.phone")

    assert error.value.details() == {"field": "contact.phone"}


def test_a_refused_number_stands_in_no_error() -> None:
    with pytest.raises(BadPhone) as error:
        checked_phone("0612345678 of Saskia")

    assert "0612345678" not in repr(error.value) + str(error.value)


def test_digits_are_taken_from_between_the_signs_that_part_them() -> None:
    assert dialled(" +31 (20) 123-45.67 ") == "+31201234567"

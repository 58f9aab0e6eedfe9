"""Postcodes as they stand on letters, and lists of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.fulfillment.errors.place import BadPostcode
from storefront.fulfillment.place.postcode import in_list, lookups, normalise, read_list


@pytest.mark.parametrize(
    ("country", "given_code", "told"),
    [
        ("NL", "1012js", "1012 JS"),
        ("NL", " NL-1012  JS ", "1012 JS"),
        ("NL", "1012", "1012"),
        ("BE", "B-1000", "1000"),
        ("DE", "D-10115", "10115"),
        ("FR", "75 001", "75001"),
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("GB", "M1 1AE", "M1 1AE"),
        ("IL", "6100000", "6100000"),
        ("IL", "61000", "61000"),
        ("IE", "d02af30", "D02 AF30"),
        ("US", "90210-1234", "902101234"),
    ],
)
def test_a_postcode_is_written_as_on_a_letter(country: str, given_code: str, told: str) -> None:
    assert normalise(given_code, country) == told


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("NL", "0123 AB"),
        ("NL", "1012 SS"),
        ("NL", "10123"),
        ("BE", "100"),
        ("DE", "1011"),
        ("GB", "12345"),
        ("IL", "610000"),
        ("IE", "D02"),
        ("US", ""),
        ("NL", "١٠١٢"),
    ],
)
def test_another_text_is_no_postcode(country: str, code: str) -> None:
    with pytest.raises(BadPostcode) as bad:
        normalise(code, country)

    assert bad.value.facts["country"] == country


@pytest.mark.parametrize(
    ("country", "line", "inside", "outside"),
    [
        ("NL", "1011*", ["1011 AB", "1011"], ["1012 AB"]),
        ("NL", "101*", ["1011 AB", "1019 ZZ"], ["1021 AB"]),
        ("NL", "1011", ["1011 AB", "1011"], ["1012 AB"]),
        ("NL", "1011 ab", ["1011 AB"], ["1011 AC", "1011"]),
        ("NL", "1012 AA...1019 ZZ", ["1012 AA", "1015 KL", "1019 ZZ"], ["1011 ZZ", "1020 AA"]),
        ("NL", "1012...1014", ["1012 AA", "1014 ZZ"], ["1011 ZZ", "1015 AA"]),
        ("BE", "1000-1020", ["1000", "1020"], ["1021", "999 9"]),
        ("DE", "10115…10119", ["10115", "10117", "10119"], ["10120"]),
        ("GB", "SW1A", ["SW1A 1AA"], ["SW1 1AA", "SW11 1AA"]),
        ("GB", "SW1 *", ["SW1 1AA"], ["SW11 1AA", "SW1A 1AA"]),
        ("GB", "SW1*", ["SW1 1AA", "SW11 1AA"], ["SW2 1AA"]),
        ("IE", "D02", ["D02 AF30"], ["D03 AF30"]),
        ("US", "902*", ["90210"], ["90310"]),
    ],
)
def test_a_line_of_a_list_means_what_it_says(
    country: str, line: str, inside: list[str], outside: list[str]
) -> None:
    rules = read_list((line, " "), country)

    assert all(in_list(code, rules) for code in inside)
    assert not any(in_list(code, rules) for code in outside)


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("NL", "*"),
        ("NL", "1019 ZZ...1012 AA"),
        ("NL", "1012...1019 ZZ"),
        ("GB", "SW1A 1AA...SW1A 2AA"),
        ("NL", "somewhere"),
        ("DE", "1011"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(country: str, line: str) -> None:
    with pytest.raises(BadPostcode) as bad:
        read_list((line,), country)

    assert line in {bad.value.facts.get("line"), bad.value.facts.get("postcode")}


def test_a_centroid_is_looked_up_by_the_whole_code_and_then_by_its_area() -> None:
    assert lookups("1012js", "NL") == ("1012 JS", "1012")
    assert lookups("10115", "DE") == ("10115",)


@given(st.sampled_from(["NL", "BE", "DE", "FR", "GB", "IL", "IE", "US"]), st.text(max_size=12))
def test_normalising_twice_changes_nothing(country: str, text: str) -> None:
    try:
        once = normalise(text, country)
    except BadPostcode:
        return
    assert normalise(once, country) == once

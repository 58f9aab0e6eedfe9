"""A barcode is a GTIN only by the rules of GS1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from connector.model.gtin import has_check_digit, parse_gtin


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("4006381333931", "04006381333931"),
        ("036000291452", "00036000291452"),
        ("12345670", "00000012345670"),
        ("10012345678902", "10012345678902"),
        ("9783161484100", "09783161484100"),
        (" 4006381-333931 ", "04006381333931"),
    ],
)
def test_a_valid_number_becomes_its_fourteen_digits(raw: str, value: str) -> None:
    gtin = parse_gtin(raw)

    assert gtin is not None
    assert (gtin.value, gtin.reason) == (value, None)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("4006381333932", "bad_check_digit"),
        ("12345", "bad_length"),
        ("abc-123", "not_digits"),
        ("-123", "bad_length"),
        ("X4006381333931", "not_digits"),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", "not_digits"),
        ("0000000000000", "all_zeros"),
        ("2000000000008", "restricted_circulation"),
        ("0212345678901", "bad_check_digit"),
        ("0412345678903", "restricted_circulation"),
        ("20123451", "restricted_circulation"),
        ("9912345678909", "coupon"),
    ],
)
def test_what_is_none_is_kept_with_its_reason(raw: str, reason: str) -> None:
    gtin = parse_gtin(raw)

    assert gtin is not None
    assert (gtin.raw, gtin.value, gtin.reason) == (raw, None, reason)


@pytest.mark.parametrize("raw", ["", "  ", "--"])
def test_blank_text_is_no_barcode(raw: str) -> None:
    assert parse_gtin(raw) is None


@given(
    st.sampled_from([8, 12, 13, 14]).flatmap(
        lambda n: st.text("0123456789", min_size=n, max_size=n)
    )
)
def test_check_digits_agree_with_another_library(digits: str) -> None:
    assert has_check_digit(digits) == (digits[-1] == ean.calc_check_digit(digits[:-1]))


@given(st.text(alphabet="0123456789", min_size=12, max_size=12))
def test_exactly_one_check_digit_fits(body: str) -> None:
    found = [parse_gtin(body + str(digit)) for digit in range(10)]

    wrong = [it for it in found if it and it.reason in ("bad_check_digit", "all_zeros")]
    assert len(wrong) in (9, 10) if int(body) == 0 else len(wrong) == 9

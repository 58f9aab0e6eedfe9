"""The number and the square at the counter."""

import pytest

from storefront.fulfillment.order import code

HANDOVER = "hov_0190a000-0000-7000-8000-000000000001"
TOKEN = bytes(range(16))
KEY = b"k" * 32


def test_a_square_reads_as_it_was_written() -> None:
    assert code.scanned(code.qr_text(HANDOVER, TOKEN)) == code.Scanned(HANDOVER, TOKEN)


def test_a_square_is_short_text_of_ours() -> None:
    assert code.qr_text(HANDOVER, TOKEN) == f"RG1.{HANDOVER}.AAECAwQFBgcICQoLDA0ODw"


def test_a_scanner_may_end_with_a_new_line() -> None:
    assert code.scanned(code.qr_text(HANDOVER, TOKEN) + "\r\n") is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RG1",
        f"RG2.{HANDOVER}.AAECAwQFBgcICQoLDA0ODw",
        f"RG1.{HANDOVER}.AAECAwQFBgcICQoLDA0OD",
        f"RG1.{HANDOVER}.AAECAwQFBgcICQoLDA0ODw==",
        "RG1.../../x.AAECAwQFBgcICQoLDA0ODw",
        "https://example.org/",
    ],
)
def test_other_squares_are_none_of_ours(text: str) -> None:
    assert code.scanned(text) is None


@pytest.mark.parametrize("text", ["123456", "123 456", " 12-34-56 "])
def test_a_pin_may_be_typed_in_groups(text: str) -> None:
    assert code.pin_of(text) == "123456"


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"])
def test_what_is_not_six_digits_is_no_pin(text: str) -> None:
    assert code.pin_of(text) is None


@pytest.mark.parametrize(("number", "pin"), [(7, "000007"), (999_999, "999999"), (0, "000000")])
def test_a_pin_keeps_its_zeros(number: int, pin: str) -> None:
    assert code.pin_text(number) == pin


def test_a_hash_depends_on_key_and_hand_over_and_use() -> None:
    hashes = {
        code.pin_hash(KEY, HANDOVER, "123456"),
        code.pin_hash(b"x" * 32, HANDOVER, "123456"),
        code.pin_hash(KEY, "hov_2", "123456"),
        code.token_hash(KEY, HANDOVER, b"123456"),
    }

    assert len(hashes) == 4


def test_the_hash_of_a_pin_is_hmac_sha256() -> None:
    found = code.pin_hash(b"key", "hov_1", "123456")

    assert found == "9611e16267df4a6b9f1677e27df40f7c2726a47026abb98d7c0d0c9baa9ac2df"

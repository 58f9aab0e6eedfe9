import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.platforms.redact import redact_headers, redact_text, redact_url

SECRETS = [
    "ck_0123456789abcdef0123456789abcdef01234567",
    "cs_0123456789abcdef0123456789abcdef01234567",
    "shpat_TEST_000000000000000000000001",
    "shprt_TEST_000000000000000000000001",
    "shpss_TEST_ONLY_not_a_real_secret",
    "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL3gifQ.dhgLNHPH1",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "text",
    ["{}", "no route for {} today", "'{}'", "token={}&x=1", "Authorization: Basic {}",
     '{{"a":"{}"}}',
     "Max retries exceeded with url: /wp-json/wc/v3/products?consumer_key={}&page=1",
     "https://shop.example/admin?signature={}", "https://u:{}@shop.example/x"],
)  # fmt: skip  # one text per line would hide the pattern
def test_no_known_form_of_a_secret_survives_in_a_text(secret: str, text: str) -> None:
    assert secret not in redact_text(text.format(secret))


@pytest.mark.parametrize(
    "text",
    ["oauth_signature=Ab12%2Bcd%3D", "hmac: f802cc9f7db4", '"refresh_token": "opaque-1"',
     "client_secret='opaque-1'", "Bearer opaque-opaque-1", "GET /cb?code=opaque-1&state=opaque-1",
     "X-Shopify-Access-Token: opaque-1", "password=opaque-1"],
)  # fmt: skip  # as above
def test_values_are_masked_by_the_name_before_them(text: str) -> None:
    assert not any(
        value in redact_text(text) for value in ("Ab12", "f802cc", "opaque-1", "opaque-opaque")
    )


def test_a_url_keeps_its_place_and_harmless_parameters_only() -> None:
    url = "https://u:p@shop.example/wp-json/products?page=2&consumer_key=ck_1&q=Mara&orderby=date#f"

    assert (
        redact_url(url)
        == "https://shop.example/wp-json/products?page=2&consumer_key=***&q=***&orderby=date"
    )


@given(st.text())
def test_any_text_can_be_redacted(text: str) -> None:
    assert isinstance(redact_url(text) + redact_text(text), str)


def test_a_secret_that_the_caller_knows_is_masked_wherever_it_stands() -> None:
    assert redact_text("abc-own-key-def", ["own-key", ""]) == "abc-***-def"


def test_headers_that_carry_secrets_are_masked_and_others_kept() -> None:
    headers = {
        "Authorization": "Basic x",
        "X-Shopify-Access-Token": "x",
        "X-Shopify-Hmac-Sha256": "x",
        "X-WC-Webhook-Signature": "x",
        "Cookie": "x",
        "Set-Cookie": "x",
        "Content-Type": "application/json",
    }

    shown = redact_headers(headers)

    assert set(shown.values()) == {"***", "application/json"}

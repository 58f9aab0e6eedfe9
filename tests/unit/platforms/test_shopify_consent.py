"""What an app asks the merchant to agree to, and how he comes back."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from connector.model.errors import BadSignature, InvalidInput
from connector.platforms.shopify.access.auth import (
    authorize_url,
    check_state,
    missing_scopes,
    new_state,
)
from connector.platforms.shopify.access.domain import InvalidShop
from tests.kit.shops.shopify_calls import SHOP

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_write_access_covers_read_access() -> None:
    granted = "write_inventory, read_products"

    assert missing_scopes(granted, ["read_inventory", "read_products"]) == ()
    assert missing_scopes(granted, ["read_locations", "write_products"]) == (
        "read_locations",
        "write_products",
    )


def test_a_scope_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput):
        missing_scopes("everything", ["read_products"])


def test_the_authorize_link_names_app_scopes_return_address_and_state() -> None:
    url = urlsplit(authorize_url(SHOP, "ID", ["read_products", "b"], "https://r.example/x", "st"))

    assert (url.netloc, url.path) == (SHOP, "/admin/oauth/authorize")
    assert parse_qs(url.query) == {
        "client_id": ["ID"],
        "scope": ["read_products,b"],
        "redirect_uri": ["https://r.example/x"],
        "state": ["st"],
    }


def test_no_authorize_link_is_made_for_a_foreign_shop() -> None:
    with pytest.raises(InvalidShop):
        authorize_url("evil.com", "ID", [], "https://r.example", "st")


def test_a_state_is_good_for_its_own_browser_and_one_minute() -> None:
    state, cookie = new_state("secret", NOW)

    check_state(state, cookie, "secret", NOW + timedelta(seconds=59))


@pytest.mark.parametrize("wrong", ["state", "cookie", "secret", "late", "none", "forged"])
def test_a_foreign_or_late_state_is_refused(wrong: str) -> None:
    state, cookie = new_state("secret", NOW)
    cookies = {"none": None, "cookie": new_state("secret", NOW)[1], "forged": f"9{cookie}"}

    with pytest.raises(BadSignature):
        check_state(
            "other" if wrong == "state" else state,
            cookies.get(wrong, cookie),
            "other" if wrong == "secret" else "secret",
            NOW + timedelta(seconds=61 if wrong == "late" else 0),
        )

"""An app of Shopify is granted tokens as recorded, and no refusal shows a secret."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import responses
import stamina

import regie
from connector.model.errors import PlatformCredentials, PlatformUnavailable
from connector.platforms.shopify import errors
from connector.platforms.shopify.access.auth import AppRefused, OAuth, SessionTokenRefused
from connector.platforms.shopify.access.token import ReconnectNeeded, TokenPair
from connector.platforms.transport import Transport
from tests.kit.shops.shopify_calls import SHOP

URL = f"https://{SHOP}/admin/oauth/access_token"
DATA = Path(regie.__file__).parent / "demo" / "data" / "hafen-und-hof" / "responses"
TOLD: dict[str, Any] = json.loads((DATA / "oauth.json").read_text())
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def oauth() -> Iterator[OAuth]:
    with Transport() as transport:
        yield OAuth(SHOP, "TEST_CLIENT_ID", "TEST_CLIENT_SECRET", transport, now=lambda: NOW)


def sent(shop: responses.RequestsMock) -> dict[str, str]:
    body: dict[str, str] = json.loads(shop.calls[-1].request.body or "")
    return body


def test_a_session_token_is_exchanged_for_an_expiring_pair(
    oauth: OAuth, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json=TOLD["token_exchange_response_expiring"])

    pair = oauth.exchange("<session token JWT>")

    assert sent(shop) == TOLD["token_exchange_request"]["json"]
    assert pair.expires_at == NOW + timedelta(hours=1)
    assert pair.refresh_expires_at == NOW + timedelta(days=90)


def test_a_refresh_asks_as_recorded_and_gives_the_next_pair(
    oauth: OAuth, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json=TOLD["refresh_response"])

    pair = oauth.refresh("shprt_TEST_000000000000000000000001")

    assert sent(shop) == TOLD["refresh_request"]
    assert pair.refresh_token == "shprt_TEST_000000000000000000000002"


def test_an_old_token_is_migrated_to_an_expiring_pair_in_one_attempt(
    oauth: OAuth, shop: responses.RequestsMock
) -> None:
    shop.post(URL, status=503)
    shop.post(URL, json=TOLD["token_exchange_response_expiring"])

    with pytest.raises(PlatformUnavailable):
        oauth.migrate("shpat_old")
    assert oauth.migrate("shpat_old").refresh_token

    assert sent(shop)["subject_token_type"].endswith("offline-access-token")
    assert (sent(shop)["subject_token"], sent(shop)["expiring"]) == ("shpat_old", "1")


def test_client_credentials_give_a_token_for_a_day_even_after_a_fault(
    oauth: OAuth, shop: responses.RequestsMock
) -> None:
    shop.post(URL, status=502)
    shop.post(URL, json={"access_token": "t", "scope": "read_products", "expires_in": 86399})

    pair = oauth.client_credentials()

    assert sent(shop)["grant_type"] == "client_credentials"
    assert (pair.expires_at, pair.refresh_token) == (NOW + timedelta(seconds=86399), None)


def test_an_authorize_code_is_redeemed_once(oauth: OAuth, shop: responses.RequestsMock) -> None:
    shop.post(URL, json={"access_token": "t"})

    pair = oauth.redeem("one-time")

    assert (sent(shop)["code"], pair.expires_at) == ("one-time", None)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, TOLD["refresh_error_invalid_grant"]["json"], ReconnectNeeded),
        (400, TOLD["token_exchange_error_invalid_subject_token"]["json"], SessionTokenRefused),
        (400, {"error": "invalid_client"}, AppRefused),
        (401, {"error": "application_cannot_be_found"}, AppRefused),
        (403, {}, AppRefused),
        (402, {}, errors.ShopFrozen),
        (404, {}, errors.ShopNotFound),
        (423, {}, errors.ShopLocked),
    ],
)
def test_a_refusal_tells_who_must_act_and_shows_no_secret(
    oauth: OAuth, shop: responses.RequestsMock, status: int, body: object, kind: type[Exception]
) -> None:
    shop.post(URL, status=status, json=body)

    with pytest.raises(kind) as error:
        oauth.refresh("shprt_x")

    assert len(shop.calls) == 1
    assert "SECRET" not in str(error.value)


def test_an_ended_grant_asks_the_merchant_to_reconnect(
    oauth: OAuth, shop: responses.RequestsMock
) -> None:
    shop.post(URL, status=400, json=TOLD["refresh_error_invalid_grant"]["json"])

    with pytest.raises(PlatformCredentials, match="again"):
        oauth.refresh("shprt_x")


@pytest.mark.parametrize(
    "pair", [None, TokenPair("a"), TokenPair("a", NOW, "r", NOW)], ids=["none", "single", "ended"]
)
def test_a_pair_that_cannot_be_refreshed_asks_nobody_but_the_merchant(
    oauth: OAuth, shop: responses.RequestsMock, pair: TokenPair | None
) -> None:
    with pytest.raises(ReconnectNeeded):
        oauth.rotating_grant()(pair)

    assert len(shop.calls) == 0


def test_the_two_modes_of_an_app_each_have_their_grant(
    oauth: OAuth, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json=TOLD["refresh_response"])

    oauth.own_shop_grant()(None)
    assert sent(shop)["grant_type"] == "client_credentials"

    oauth.rotating_grant()(TokenPair("a", NOW, "r", NOW + timedelta(days=1)))
    assert sent(shop)["refresh_token"] == "r"

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses

from connector.model.errors import ClockSkew, PlatformMalformed
from connector.platforms.errors import NotJson
from connector.platforms.transport import Transport
from connector.platforms.woocommerce.client import WooClient
from connector.platforms.woocommerce.errors import (
    ApiMissing,
    KeyLacksRights,
    KeyRefused,
    Refused,
    UnknownResource,
    WrongHome,
)

HOME = "https://shop.example"
PRODUCTS = f"{HOME}/wp-json/wc/v3/products"
KEY, SECRET = "ck_0123456789abcdef", "cs_fedcba9876543210"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STRIPPED = {"code": "woocommerce_rest_cannot_view", "message": "Sorry.", "data": {"status": 401}}

pytestmark = pytest.mark.usefixtures("no_waiting")


def client(home: str = HOME, keys: dict[str, str] | None = None) -> WooClient:
    pair = {"consumer_key": KEY, "consumer_secret": SECRET} if keys is None else keys
    transport = Transport(
        allow_private=True,
        clock=NOW.timestamp,
        resolver=lambda _host, _port: ["93.184.216.34"],
    )
    return WooClient(home, lambda: pair, transport, lambda: NOW)


def refused(shop: responses.RequestsMock, status: int, body: Any, **headers: str) -> Exception:
    shop.get(PRODUCTS, json=body, status=status, headers=headers)
    with pytest.raises(Exception) as error:  # noqa: PT011 - the callers say which
        client().listing("products", {})
    return error.value


def asked(shop: responses.RequestsMock, number: int = -1) -> dict[str, list[str]]:
    request: requests.PreparedRequest = shop.calls[number].request  # type: ignore[assignment]  # one call, not a list
    return parse_qs(urlsplit(request.url or "").query)


def test_over_https_the_key_goes_into_the_header(shop: responses.RequestsMock) -> None:
    shop.get(PRODUCTS, json=[])

    client().listing("products", {"per_page": 5})

    assert shop.calls[0].request.headers["Authorization"].startswith("Basic ")
    assert asked(shop) == {"per_page": ["5"]}


def test_over_http_the_call_is_signed(shop: responses.RequestsMock) -> None:
    shop.get("http://shop.example/wp-json/wc/v3/products", json=[])

    client("http://shop.example").listing("products", {"per_page": 5})

    told = asked(shop)
    assert (told["oauth_consumer_key"], told["oauth_timestamp"]) == ([KEY], ["1795262400"])
    assert SECRET not in str(told)


def test_a_repeated_call_is_signed_anew(shop: responses.RequestsMock) -> None:
    url = "http://shop.example/wp-json/wc/v3/products"
    shop.get(url, status=503)
    shop.get(url, json=[])

    client("http://shop.example").listing("products", {})

    assert asked(shop, 0)["oauth_nonce"] != asked(shop, 1)["oauth_nonce"]


def test_a_host_that_strips_the_header_is_asked_by_query_from_then_on(
    shop: responses.RequestsMock,
) -> None:
    shop.get(PRODUCTS, json=STRIPPED, status=401)
    shop.get(PRODUCTS, json=[])
    shop.get(PRODUCTS, json=[])
    found = client()

    found.listing("products", {"per_page": 5})
    found.listing("products", {"per_page": 6})

    assert len(shop.calls) == 3
    assert asked(shop)["consumer_secret"] == [SECRET]
    assert "Authorization" not in shop.calls[2].request.headers


def test_a_header_that_worked_once_is_not_doubted(shop: responses.RequestsMock) -> None:
    shop.get(PRODUCTS, json=[])
    shop.get(PRODUCTS, json=STRIPPED, status=401)
    found = client()
    found.listing("products", {})

    with pytest.raises(KeyRefused):
        found.listing("products", {})

    assert len(shop.calls) == 2


def test_a_wrong_key_is_refused_both_ways_and_told(shop: responses.RequestsMock) -> None:
    error = refused(shop, 401, STRIPPED)

    assert isinstance(error, KeyRefused)
    assert len(shop.calls) == 2


def test_parameters_of_the_caller_stay_as_they_are(shop: responses.RequestsMock) -> None:
    shop.get(PRODUCTS, json=STRIPPED, status=401)
    shop.get(PRODUCTS, json=[])
    params = {"include": [1, 2], "dates_are_gmt": True, "page": None}
    before = dict(params)

    client().listing("products", params)

    assert params == before


def test_lists_are_sent_as_text_with_commas(shop: responses.RequestsMock) -> None:
    shop.get(PRODUCTS, json=[])

    client().listing("products", {"include": [1, 2], "dates_are_gmt": True, "page": None})

    assert asked(shop) == {"include": ["1,2"], "dates_are_gmt": ["true"]}


def test_the_call_says_that_it_is_regie(shop: responses.RequestsMock) -> None:
    shop.get(PRODUCTS, json=[])

    client().listing("products", {})

    assert shop.calls[0].request.headers["User-Agent"] == "Regie"


def test_a_link_header_is_never_followed(shop: responses.RequestsMock) -> None:
    link = f'<{PRODUCTS}?page=2&consumer_secret={SECRET}>; rel="next"'
    shop.get(PRODUCTS, json=[{"id": 1}], headers={"Link": link, "X-WP-Total": "200"})

    found = client().listing("products", {})

    assert (len(shop.calls), found.total, SECRET in repr(found)) == (1, 200, False)


def test_a_write_is_sent_once(shop: responses.RequestsMock) -> None:
    shop.post(f"{HOME}/wp-json/wc/v3/webhooks", status=503)

    with pytest.raises(Exception, match="503"):
        client().write("POST", "webhooks", {"topic": "product.updated"})

    assert len(shop.calls) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"code": "woocommerce_rest_authentication_error", "message": "..."}, KeyRefused),
        (
            401,
            {
                "code": "woocommerce_rest_authentication_error",
                "message": "The API key provided does not have read permissions.",
            },
            KeyLacksRights,
        ),
        (403, {"code": "woocommerce_rest_cannot_view", "message": "..."}, KeyLacksRights),
        (404, {"code": "rest_no_route", "message": "..."}, ApiMissing),
        (404, {"code": "woocommerce_rest_product_invalid_id", "message": "..."}, UnknownResource),
        (400, {"code": "rest_invalid_param", "message": "..."}, Refused),
        (400, {"code": 7, "message": "..."}, Refused),
    ],
)
def test_every_refusal_has_its_name_and_a_remedy(
    shop: responses.RequestsMock, status: int, body: Any, kind: type[Exception]
) -> None:
    error = refused(shop, status, body)

    assert type(error) is kind
    assert error.remedy  # type: ignore[attr-defined]  # all of them are RegieErrors


def test_a_wrong_clock_is_told_from_a_wrong_key_by_the_date(shop: responses.RequestsMock) -> None:
    late = format_datetime(NOW.replace(hour=13), usegmt=True)
    body = {"code": "woocommerce_rest_authentication_error", "message": "Ongeldig tijdstempel."}

    error = refused(shop, 401, body, Date=late)

    assert isinstance(error, ClockSkew)
    assert error.facts == {"minutes": 60}


def test_a_firewalls_page_is_malformed(shop: responses.RequestsMock) -> None:
    shop.get(PRODUCTS, body="<html>Forbidden</html>", status=403)

    with pytest.raises(PlatformMalformed):
        client().listing("products", {})


def test_a_connection_without_keys_is_told(shop: responses.RequestsMock) -> None:
    del shop

    with pytest.raises(KeyRefused):
        client(keys={}).listing("products", {})


def test_a_site_without_an_api_is_told_with_what_to_do(shop: responses.RequestsMock) -> None:
    shop.get(f"{HOME}/wp-json/", body="<html>Not found</html>", status=404)

    with pytest.raises(ApiMissing, match="permalink"):
        client().index()


def test_a_site_that_answers_with_a_page_is_malformed(shop: responses.RequestsMock) -> None:
    shop.get(f"{HOME}/wp-json/", body="<html>Sleep</html>", status=403)

    with pytest.raises(NotJson):
        client().index()


def test_a_redirect_tells_the_right_address(shop: responses.RequestsMock) -> None:
    target = "https://www.shop.example/wp-json/"
    shop.get(f"{HOME}/wp-json/", status=301, headers={"Location": target})

    with pytest.raises(WrongHome) as error:
        client().index()

    assert error.value.home == "https://www.shop.example"


@pytest.mark.parametrize("home", [HOME, "http://shop.example"])
def test_no_error_shows_the_key(shop: responses.RequestsMock, home: str) -> None:
    message = f"Signature for {KEY} with {SECRET} does not match"
    body = {"code": "woocommerce_rest_authentication_error", "message": message}
    shop.get(f"{home}/wp-json/wc/v3/products", json=body, status=401)

    with pytest.raises(KeyRefused) as error:
        client(home).listing("products", {})

    told = f"{error.value!r} {error.value} {error.value.details()}"
    assert KEY not in told
    assert SECRET not in told

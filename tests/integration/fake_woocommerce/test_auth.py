"""Who the fake shop lets in: the rules of the real one, tried with the real client."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from werkzeug.test import TestResponse
from woocommerce import API

from regie.demo.woocommerce import Key, Served, WooShop, serve
from regie.demo.woocommerce.auth import sign
from regie.demo.woocommerce.testing import NOON, Caller

PATH = "/wp-json/wc/v3/products"


@pytest.fixture
def served() -> Iterator[Served]:
    with serve(WooShop.load()) as running:
        yield running


def client(served: Served, key: Key | None = None, **options: Any) -> API:
    used = key or served.shop.keys[next(iter(served.shop.keys))]
    url = options.pop("url", served.url)
    return API(url, used.consumer_key, used.consumer_secret, timeout=30, **options)


def signed(shop: WooShop, method: str = "GET", **changed: str) -> TestResponse:
    """Call the shop over plain http, signed by hand, with some parts changed."""
    params = {
        "oauth_consumer_key": shop.key.consumer_key,
        "oauth_timestamp": str(int(NOON.timestamp())),
        "oauth_nonce": "once",
        "oauth_signature_method": "HMAC-SHA256",
    } | {name: value for name, value in changed.items() if name != "oauth_signature"}
    how = params["oauth_signature_method"]
    usable = how if how in {"HMAC-SHA1", "HMAC-SHA256"} else "HMAC-SHA256"
    secret = shop.key.consumer_secret
    made = sign(method, f"{shop.home}{PATH}", params, secret, usable)
    params["oauth_signature"] = changed.get("oauth_signature", made)
    client = shop.app().test_client()
    kept = {name: value for name, value in params.items() if value}
    return client.open(PATH, method=method, query_string=kept, base_url="http://localhost")


def message(answer: TestResponse) -> str:
    return str(answer.get_json()["message"])


def code(answer: TestResponse) -> str:
    return str(answer.get_json()["code"])


def test_the_signature_is_that_of_oauth_1() -> None:
    params = {"b": "x y", "a": "1", "oauth_nonce": "n"}
    plain = "a%3D1%26b%3Dx%2520y%26oauth_nonce%3Dn"
    text = f"GET&{quote('http://shop.example/p', safe='')}&{plain}"

    wanted = b64encode(hmac.new(b"cs&", text.encode(), hashlib.sha256).digest()).decode()

    assert sign("GET", "http://shop.example/p", params, "cs") == wanted


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"search": "crème & kaas"},
        {"search": "50% + btw"},
        {"include": "101,102"},
        {"include[0]": "101"},
        {"modified_after": "2026-01-01T00:00:00", "dates_are_gmt": True},
        {"_fields": "id,status,date_modified_gmt", "per_page": 100, "orderby": "id"},
    ],
)
def test_the_clients_signature_is_accepted(served: Served, params: dict[str, Any]) -> None:
    answer = client(served).get("products", params=params)

    assert answer.status_code == 200


def test_a_write_of_the_client_is_accepted(served: Served) -> None:
    answer = client(served).post("products", {"name": "Café & thee", "status": "draft"})

    assert answer.status_code == 201


def test_a_list_value_breaks_the_clients_signature(served: Served) -> None:
    answer = client(served).get("products", params={"include": [101, 102]})

    assert answer.json()["message"] == "Invalid signature - provided signature does not match."


def test_another_name_for_the_same_host_breaks_the_signature(served: Served) -> None:
    elsewhere = served.url.replace("127.0.0.1", "localhost")

    answer = client(served, url=elsewhere).get("products")

    assert answer.status_code == 401


def test_the_dead_legacy_api_is_not_there(served: Served) -> None:
    answer = client(served, version="v3").get("products")

    assert answer.json()["code"] == "rest_no_route"


def test_basic_over_plain_http_counts_as_nobody(served: Served) -> None:
    key = next(iter(served.shop.keys.values()))

    answer = requests.get(
        f"{served.url}{PATH}", auth=(key.consumer_key, key.consumer_secret), timeout=30
    )

    assert answer.json()["code"] == "woocommerce_rest_cannot_view"


def test_nobody_is_refused(shop: WooShop) -> None:
    answer = shop.app().test_client().get(PATH)

    assert (answer.status_code, code(answer)) == (401, "woocommerce_rest_cannot_view")


def test_basic_over_https_is_accepted(shop: WooShop) -> None:
    assert Caller(shop)("GET", "products").status_code == 200


def test_basic_with_an_unknown_key_counts_as_nobody(shop: WooShop) -> None:
    shop.keys.clear()

    answer = Caller(shop)("GET", "products")

    assert code(answer) == "woocommerce_rest_cannot_view"


def test_basic_with_a_wrong_secret_is_an_authentication_error(shop: WooShop) -> None:
    name = shop.key.consumer_key
    caller = Caller(shop)
    shop.keys[name] = Key(1, name, "cs_other")

    assert code(caller("GET", "products")) == "woocommerce_rest_authentication_error"


def test_the_key_in_the_query_is_accepted_over_https_only(shop: WooShop) -> None:
    query = {"consumer_key": shop.key.consumer_key, "consumer_secret": shop.key.consumer_secret}
    browser = shop.app().test_client()

    found = [
        browser.get(PATH, query_string=query, base_url=f"{scheme}://localhost").status_code
        for scheme in ("https", "http")
    ]

    assert found == [200, 401]


@pytest.mark.parametrize("how", ["HMAC-SHA1", "HMAC-SHA256"])
def test_both_signature_methods_are_accepted(shop: WooShop, how: str) -> None:
    assert signed(shop, oauth_signature_method=how).status_code == 200


def test_another_signature_method_is_refused(shop: WooShop) -> None:
    answer = signed(shop, oauth_signature_method="PLAINTEXT")

    assert message(answer) == "Invalid signature - signature method is invalid."


def test_an_unknown_key_with_a_signature_is_named_invalid(shop: WooShop) -> None:
    answer = signed(shop, oauth_consumer_key="ck_unknown")

    assert message(answer) == "Consumer key is invalid."


def test_a_wrong_signature_is_refused(shop: WooShop) -> None:
    answer = signed(shop, oauth_signature="AAAA")

    assert message(answer) == "Invalid signature - provided signature does not match."


def test_a_missing_parameter_is_named(shop: WooShop) -> None:
    answer = signed(shop, oauth_nonce="")

    assert message(answer) == "Missing OAuth parameter oauth_nonce"


@pytest.mark.parametrize("distance", [-901, 901])
def test_a_clock_more_than_15_minutes_off_is_refused(shop: WooShop, distance: int) -> None:
    moment = str(int(NOON.timestamp()) + distance)

    assert message(signed(shop, oauth_timestamp=moment)) == "Invalid timestamp."


@pytest.mark.parametrize("distance", [-900, 900])
def test_a_clock_up_to_15_minutes_off_is_accepted(shop: WooShop, distance: int) -> None:
    moment = str(int(NOON.timestamp()) + distance)

    assert signed(shop, oauth_timestamp=moment).status_code == 200


def test_a_nonce_works_once(shop: WooShop) -> None:
    signed(shop)

    assert message(signed(shop)) == "Invalid nonce - nonce has already been used."


@pytest.mark.parametrize(
    ("permissions", "method", "word"), [("read", "POST", "write"), ("write", "GET", "read")]
)
def test_a_key_does_only_what_it_may(
    served: Served, permissions: str, method: str, word: str
) -> None:
    api = client(served, served.shop.new_key(permissions))

    answer = api.get("products") if method == "GET" else api.post("products", {"name": "x"})

    wanted = f"The API key provided does not have {word} permissions."
    assert (answer.status_code, answer.json()["message"]) == (401, wanted)


def test_keys_do_not_open_the_settings_of_wordpress(shop: WooShop) -> None:
    answer = Caller(shop)("GET", "/wp-json/wp/v2/settings")

    assert (answer.status_code, code(answer)) == (401, "rest_forbidden")


def test_plain_permalinks_do_not_take_keys(shop: WooShop) -> None:
    answer = Caller(shop)("GET", "/index.php", rest_route="/wc/v3/products")

    assert (answer.status_code, code(answer)) == (401, "woocommerce_rest_cannot_view")


def test_the_index_is_open_to_all(shop: WooShop) -> None:
    answer = shop.app().test_client().get("/wp-json/")

    assert answer.get_json()["timezone_string"] == "Europe/Amsterdam"


def test_the_link_header_repeats_the_secret_of_query_auth(shop: WooShop) -> None:
    query = {"consumer_key": shop.key.consumer_key, "consumer_secret": shop.key.consumer_secret}

    answer = shop.app().test_client().get(PATH, query_string=query, base_url="https://localhost")

    assert shop.key.consumer_secret in answer.headers["Link"]


def test_the_request_log_holds_no_credentials(served: Served) -> None:
    client(served).get("products", params={"per_page": 1})

    assert served.shop.log[-1].query == "per_page=1"

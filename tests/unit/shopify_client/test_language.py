"""A shop that will not say its language is read without one; one that cannot just now is not."""

import json
from typing import Any

import pytest
import responses
from requests import PreparedRequest

from connector.model.errors import PlatformError, PlatformUnavailable
from connector.platforms.shopify import errors
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.context import read_context
from tests.kit.shops.shopify_calls import CASES, RESPONSES, URL

RECORDED = {
    "ShopInfo": "shop",
    "Locations": "locations",
    "Publications": "publications",
    "ShopLanguage": "shop_language",
}
Played = tuple[int, dict[str, str], str]


def open_shop(shop: responses.RequestsMock, asked_for_its_language: dict[str, Any]) -> None:
    """Play the recorded answers, and this one where the language is asked for."""

    def answer(request: PreparedRequest) -> Played:
        name = json.loads(request.body or "")["query"].split("(")[0].split()[1]
        if name == "ShopLanguage":
            return _played(asked_for_its_language)
        return _played(json.loads((RESPONSES / f"{RECORDED[name]}.json").read_text()))

    shop.add_callback(responses.POST, URL, answer)


def _played(told: dict[str, Any]) -> Played:
    body = told["response"]
    headers = {k: v for k, v in told.get("headers", {}).items() if k != "content-type"}
    return told["status"], headers, body if isinstance(body, str) else json.dumps(body)


def answered(localization: Any) -> dict[str, Any]:
    domain = {"primaryDomain": {"localization": localization}}
    return {"status": 200, "response": {"data": {"shop": domain}}}


def test_the_language_is_what_the_shops_main_address_speaks(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    open_shop(shop, answered({"defaultLocale": "pt-BR"}))

    found = read_context(client)

    assert (found.context.shop.language, found.terms.language) == ("pt-BR", "pt-BR")


@pytest.mark.parametrize("case", ["access_denied", "protected_customer_data", "undefined_field"])
def test_a_shop_that_refuses_to_say_its_language_has_none(
    client: ShopifyClient, shop: responses.RequestsMock, case: str
) -> None:
    open_shop(shop, CASES[case])

    found = read_context(client)

    assert (found.context.shop.language, found.terms.language) == (None, None)


def test_a_refusal_and_no_language_are_one_and_the_same(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    open_shop(shop, CASES["access_denied"])
    refused = read_context(client).context.digest
    shop.reset()
    open_shop(shop, answered(None))

    assert read_context(client).context.digest == refused


@pytest.mark.parametrize(
    "case", ["throttled", "internal_error", "http_429", "http_502_html", "http_503_retry_after"]
)
def test_a_passing_fault_is_not_taken_for_no_language(
    client: ShopifyClient, shop: responses.RequestsMock, case: str
) -> None:
    open_shop(shop, CASES[case])

    with pytest.raises(PlatformUnavailable):
        read_context(client)


def test_a_shop_that_does_not_answer_in_time_is_not_taken_for_one_without_a_language(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    timeout = {"errors": [{"message": "Timeout", "extensions": {"code": "TIMEOUT"}}]}
    open_shop(shop, {"status": 200, "response": timeout})

    with pytest.raises(errors.ShopifyFault):
        read_context(client)


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ("http_401_invalid_token", errors.TokenRefused),
        ("http_402_frozen", errors.ShopFrozen),
        ("http_403_nonexpiring", errors.ShopForbidden),
        ("http_423_locked", errors.ShopLocked),
    ],
)
def test_a_shop_that_refuses_us_altogether_is_not_taken_for_one_without_a_language(
    client: ShopifyClient, shop: responses.RequestsMock, case: str, kind: type[PlatformError]
) -> None:
    open_shop(shop, CASES[case])

    with pytest.raises(kind):
        read_context(client)

"""The page on which the owner of the fake shop gives an app its key."""

from html import unescape
from typing import Any

import pytest

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.testing import Inbox
from tests.kit.shops.fake_woo import AUTHORIZE


def grant(shop: WooShop) -> Any:
    """Walk through the key page as the owner does."""
    browser = shop.app().test_client()
    browser.get("/wc-auth/v1/enter", query_string=AUTHORIZE)
    page = browser.get("/wc-auth/v1/authorize", query_string=AUTHORIZE).get_data(as_text=True)
    return browser.get(unescape(page.split('href="')[1].split('"')[0]))


def test_a_stranger_is_sent_to_the_login(shop: WooShop) -> None:
    answer = shop.app().test_client().get("/wc-auth/v1/authorize", query_string=AUTHORIZE)

    assert (answer.status_code, "/wc-auth/v1/login/?" in answer.location) == (302, True)


@pytest.mark.parametrize(
    "change",
    [
        {"callback_url": "http://regie.example/cb"},
        {"scope": "all"},
        *({name: ""} for name in AUTHORIZE),
    ],
)
def test_an_incomplete_or_plain_request_is_denied(shop: WooShop, change: dict[str, str]) -> None:
    browser = shop.app().test_client()

    answer = browser.get("/wc-auth/v1/authorize", query_string={**AUTHORIZE, **change})

    assert (answer.status_code, b"Access denied" in answer.data) == (401, True)


def test_a_granted_key_is_posted_unsigned(shop: WooShop) -> None:
    inbox = Inbox()
    shop.webhooks.sender = inbox

    grant(shop)

    told = inbox.letters[0].json()
    assert (told["user_id"], told["key_permissions"], inbox.letters[0].url) == (
        "once-1",
        "read_write",
        AUTHORIZE["callback_url"],
    )


def test_a_granted_key_opens_the_shop(shop: WooShop) -> None:
    inbox = Inbox()
    shop.webhooks.sender = inbox

    grant(shop)

    assert inbox.letters[0].json()["consumer_key"] in shop.keys


def test_after_the_grant_the_browser_goes_back(shop: WooShop) -> None:
    shop.webhooks.sender = Inbox()

    answer = grant(shop)

    assert answer.location == "https://regie.example/return?success=1&user_id=once-1"


def test_a_callback_that_does_not_answer_200_gets_no_key(shop: WooShop) -> None:
    shop.webhooks.sender = Inbox(status=204)

    answer = grant(shop)

    assert (answer.status_code, len(shop.keys)) == (401, 1)


def test_the_grant_needs_the_owner(shop: WooShop) -> None:
    answer = shop.app().test_client().get("/wc-auth/v1/access_granted", query_string=AUTHORIZE)

    assert answer.status_code == 401

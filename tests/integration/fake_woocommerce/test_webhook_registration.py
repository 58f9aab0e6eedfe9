"""Webhooks of the fake shop are registered, pinged, changed and listed."""

from typing import Any

import pytest

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.testing import Caller, Inbox
from regie.demo.woocommerce.webhooks import is_safe
from tests.kit.shops.fake_woo import fail_times, topics, watch


def hook(call: Caller, **fields: Any) -> Any:
    body = {"topic": "product.updated", "delivery_url": "https://x.example/hook", **fields}
    return call("POST", "webhooks", body)


def test_registering_pings_unsigned_and_not_in_json(call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")

    letter = inbox.letters[0]
    kind = "application/x-www-form-urlencoded"
    assert (letter.body, letter.headers["Content-Type"]) == (b"webhook_id=1", kind)


def test_a_ping_has_no_hook_headers(call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")

    assert not [name for name in inbox.letters[0].headers if name.startswith("X-WC-")]


@pytest.mark.parametrize("status", [201, 204, 301, 401, 500])
def test_a_ping_not_answered_with_200_comes_again_after_each_delivery(
    shop: WooShop, call: Caller, inbox: Inbox, status: int
) -> None:
    inbox.status = status
    watch(call, "product.updated")

    fail_times(shop, call, 2)

    assert len(inbox.about("ping")) == 3


def test_an_answered_ping_does_not_come_again(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")

    fail_times(shop, call, 2)

    assert len(inbox.about("ping")) == 1


def test_an_unknown_topic_is_refused(call: Caller) -> None:
    answer = call("POST", "webhooks", {"topic": "stock.updated", "delivery_url": "https://x.y/z"})

    assert answer.get_json()["code"] == "woocommerce_rest_shop_webhook_invalid_topic"


@pytest.mark.usefixtures("inbox")
def test_neither_the_failures_nor_the_secret_are_told(call: Caller) -> None:
    hook = watch(call, "product.updated")[0]

    assert not {"failure_count", "secret"} & set(hook)


def test_dead_hooks_are_listed_when_asked_for(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated", "product.deleted")
    inbox.status = 500
    fail_times(shop, call, 7)

    found = {hook["id"]: hook["status"] for hook in call.get("webhooks", status="all")}

    assert found == {1: "disabled", 2: "active"}


def test_a_hook_without_a_secret_gets_one_nobody_knows(shop: WooShop, call: Caller) -> None:
    shop.webhooks.sender = Inbox()

    call("POST", "webhooks", {"topic": "product.updated", "delivery_url": "https://x.y/z"})

    assert len(shop.webhooks.hooks[1].secret) == 50


def test_a_deleted_hook_is_silent(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")

    call("DELETE", "webhooks/1", force="true")
    fail_times(shop, call, 1)

    assert topics(inbox) == []


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://regie.example/hook", True),
        ("http://regie.example:8080/hook", True),
        ("https://regie.example:9000/hook", False),
        ("http://127.0.0.1/hook", False),
        ("http://192.168.1.5/hook", False),
        ("http://localhost/hook", False),
    ],
)
def test_a_real_shop_posts_only_to_public_hosts_and_common_ports(url: str, *, safe: bool) -> None:
    assert is_safe(url) is safe


def test_a_shop_that_posts_only_publicly_fails_on_this_machine(
    shop: WooShop, call: Caller, inbox: Inbox
) -> None:
    shop.webhooks.public_only = True

    call("POST", "webhooks", {"topic": "product.updated", "delivery_url": "http://127.0.0.1/x"})

    assert inbox.letters == []


def test_a_moved_hook_is_pinged_at_its_new_place(shop: WooShop, call: Caller) -> None:
    inbox = Inbox()
    shop.webhooks.sender = inbox
    hook(call)

    call("PUT", "webhooks/1", {"delivery_url": "https://y.example/hook", "name": "nieuw"})

    assert [letter.url for letter in inbox.about("ping")] == [
        "https://x.example/hook",
        "https://y.example/hook",
    ]


def test_a_hook_can_change_its_topic(shop: WooShop, call: Caller) -> None:
    shop.webhooks.sender = Inbox()
    hook(call)

    found = call("PUT", "webhooks/1", {"topic": "order.created"}).get_json()

    assert (found["topic"], found["hooks"]) == ("order.created", ["woocommerce_new_order"])


@pytest.mark.parametrize(
    "fields",
    [{"delivery_url": "ftp://x.example"}, {"status": "asleep"}, {"topic": "action.DROP TABLE"}],
)
def test_a_hook_that_makes_no_sense_is_refused(call: Caller, fields: dict[str, str]) -> None:
    assert hook(call, **fields).status_code == 400


def test_a_hook_needs_force_to_be_deleted(shop: WooShop, call: Caller) -> None:
    shop.webhooks.sender = Inbox()
    hook(call)

    assert call("DELETE", "webhooks/1").status_code == 501


def test_an_unknown_hook_is_not_found(call: Caller) -> None:
    assert call("GET", "webhooks/9").status_code == 404

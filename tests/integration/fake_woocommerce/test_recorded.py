"""The fake, loaded with recordings of a real shop, answers as the real shop did."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from regie.demo.woocommerce import Options, WooShop
from regie.demo.woocommerce.testing import Caller, HandClock, Inbox

OPEN = Path(__file__).parents[4] / "shared" / "data" / "woocommerce" / "open"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not OPEN.is_dir(), reason="the recordings in ../shared/data are not here"),
]

CHANGED_SINCE = {"include_trash", "orders", "webhooks_after"}
"""Recorded before the last change of the shop, or about hooks of the recording itself."""
READS = (
    sorted(
        path.stem
        for path in (OPEN / "rest").glob("*.json")
        if path.stem not in CHANGED_SINCE and "enable" not in path.stem
    )
    if OPEN.is_dir()
    else []
)
COUNTED = [name for name in READS if not name.startswith(("settings", "reports"))]
ERRORS = (
    "bad_date",
    "bad_enum",
    "bad_body_type",
    "duplicate_sku",
    "gtin_dup",
    "not_found_product",
    "not_found_route",
    "order_fractional_qty",
    "per_page_too_large",
)
IGNORED = {"price_html"}


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((OPEN / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def shop() -> WooShop:
    clock = HandClock(datetime(2026, 11, 21, 17, 46, tzinfo=UTC))
    return WooShop.load(OPEN / "rest", clock=clock, options=Options(shuffle_ties=False))


@pytest.fixture(scope="module")
def seen() -> Caller:
    """Return a caller of one shop for all reads."""
    clock = HandClock(datetime(2026, 11, 21, 17, 46, tzinfo=UTC))
    return Caller(WooShop.load(OPEN, clock=clock, options=Options(shuffle_ties=False)))


def without_theme(body: Any) -> Any:
    if isinstance(body, list):
        return [without_theme(item) for item in body]
    if isinstance(body, dict):
        return {name: value for name, value in body.items() if name not in IGNORED}
    return body


@pytest.mark.parametrize("name", READS)
def test_a_recorded_read_is_answered_with_the_recorded_body(seen: Caller, name: str) -> None:
    exchange = recorded(f"rest/{name}")
    request, wanted = exchange["request"], exchange["response"]

    answer = seen("GET", request["path"], **dict(request["query"]))

    assert without_theme(answer.get_json()) == without_theme(wanted["body"])


@pytest.mark.parametrize("name", COUNTED)
def test_a_recorded_read_is_answered_with_the_recorded_totals(seen: Caller, name: str) -> None:
    exchange = recorded(f"rest/{name}")
    wanted = dict(exchange["response"]["headers"])
    request = exchange["request"]

    answer = seen("GET", request["path"], **dict(request["query"]))

    names = ("X-WP-Total", "X-WP-TotalPages")
    assert [answer.headers.get(n) for n in names] == [wanted.get(n) for n in names]


@pytest.mark.parametrize("name", ERRORS)
def test_a_recorded_refusal_is_repeated_word_for_word(shop: WooShop, name: str) -> None:
    exchange = recorded(f"errors/{name}")
    request, wanted = exchange["request"], exchange["response"]

    answer = Caller(shop)(
        request["method"], request["path"], request["body"], **dict(request["query"])
    )

    assert (answer.status_code, answer.get_json()) == (wanted["status"], wanted["body"])


def test_a_batch_over_a_hundred_is_refused_as_recorded(shop: WooShop) -> None:
    exchange = recorded("batch/too_many")

    answer = Caller(shop)("POST", "products/batch", exchange["request"]["body"])

    assert answer.get_json() == exchange["response"]["body"]


def test_a_product_hook_has_the_recorded_fields_in_the_recorded_order(shop: WooShop) -> None:
    wanted = json.loads(recorded("webhooks/received/036_product.updated")["body_text"])
    inbox = watched(shop, "product.updated")

    shop.changes.set_stock(72, 3)
    shop.webhooks.run()

    assert list(inbox.about("product.updated")[0].json()) == list(wanted)


def test_a_hook_carries_the_recorded_headers(shop: WooShop) -> None:
    wanted = dict(recorded("webhooks/received/036_product.updated")["headers"])
    inbox = watched(shop, "product.updated")

    shop.changes.set_stock(72, 3)
    shop.webhooks.run()

    sent = inbox.about("product.updated")[0].headers
    transport = {"Host", "Accept", "Accept-Encoding", "Connection", "Content-Length"}
    assert set(sent) == set(wanted) - transport


def test_a_signature_has_the_recorded_form(shop: WooShop) -> None:
    inbox = watched(shop, "product.updated")

    shop.changes.set_stock(72, 3)
    shop.webhooks.run()

    sent = inbox.about("product.updated")[0].headers["X-WC-Webhook-Signature"]
    assert len(b64decode(sent)) == 32


def test_an_order_costs_what_the_recorded_one_cost(shop: WooShop) -> None:
    exchange = recorded("orders/create_set_paid")
    fields = ("total", "total_tax", "cart_tax", "shipping_total", "shipping_tax", "status")

    made = Caller(shop)("POST", "orders", exchange["request"]["body"]).get_json()

    wanted = exchange["response"]["body"]
    assert {name: made[name] for name in fields} == {name: wanted[name] for name in fields}


def test_an_order_has_the_recorded_fields(shop: WooShop) -> None:
    exchange = recorded("orders/create_set_paid")

    made = Caller(shop)("POST", "orders", exchange["request"]["body"]).get_json()

    assert list(made) == list(exchange["response"]["body"])


def test_an_order_line_has_the_recorded_net_price(shop: WooShop) -> None:
    exchange = recorded("orders/create_pending_unpaid")

    made = Caller(shop)("POST", "orders", exchange["request"]["body"]).get_json()

    assert made["line_items"][0]["price"] == exchange["response"]["body"]["line_items"][0]["price"]


def watched(shop: WooShop, topic: str) -> Inbox:
    inbox = Inbox()
    shop.webhooks.sender = inbox
    body = {"topic": topic, "delivery_url": "https://regie.example/hook", "secret": "s"}
    Caller(shop)("POST", "webhooks", body)
    return inbox

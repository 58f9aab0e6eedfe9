"""What a message of the fake shop carries, and when it is written."""

import hashlib
import hmac
from base64 import b64encode

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.testing import Caller, HandClock, Inbox
from tests.kit.shops.fake_woo import fail_times, item, watch


def test_the_signature_covers_the_raw_body(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")

    fail_times(shop, call, 1)

    letter = inbox.about("product.updated")[0]
    wanted = b64encode(hmac.new(b"geheim", letter.body, hashlib.sha256).digest()).decode()
    assert letter.headers["X-WC-Webhook-Signature"] == wanted


def test_a_body_is_written_as_php_writes_it(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")

    shop.changes.set_stock(item(call, "GP-SCHAAL")["id"], 1)
    shop.webhooks.run()

    body = inbox.about("product.updated")[0].body
    assert (b"Cr\\u00e8me" in body, b"https:\\/\\/" in body) == (True, True)


def test_the_headers_name_hook_topic_and_source(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")

    fail_times(shop, call, 1)

    headers = inbox.about("product.updated")[0].headers
    names = ("Source", "Topic", "Resource", "Event", "ID")
    assert [headers[f"X-WC-Webhook-{name}"] for name in names] == [
        f"{shop.home}/",
        "product.updated",
        "product",
        "updated",
        "1",
    ]


def test_two_events_of_one_hook_in_one_second_share_their_delivery_id(
    shop: WooShop, call: Caller, inbox: Inbox
) -> None:
    watch(call, "product.updated")

    for sku in ("GP-KAAS", "GP-BOTER"):
        shop.changes.set_stock(item(call, sku)["id"], 3)
    shop.webhooks.run()

    ids = {letter.headers["X-WC-Webhook-Delivery-ID"] for letter in inbox.about("product.updated")}
    assert (len(inbox.about("product.updated")), len(ids)) == (2, 1)


def test_the_delivery_id_changes_with_the_second(
    shop: WooShop, clock: HandClock, call: Caller, inbox: Inbox
) -> None:
    watch(call, "product.updated")

    fail_times(shop, call, 1)
    clock.pass_by(1)
    fail_times(shop, call, 1)

    ids = {letter.headers["X-WC-Webhook-Delivery-ID"] for letter in inbox.about("product.updated")}
    assert len(ids) == 2


def test_events_that_wait_are_coalesced(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")
    product = item(call, "GP-KAAS")

    for price in ("1.00", "2.00", "3.00"):
        shop.changes.set_price(product["id"], price)
    shop.webhooks.run()

    assert [letter.json()["price"] for letter in inbox.about("product.updated")] == ["3.00"]


def test_an_event_more_than_ten_minutes_later_waits_beside_the_first(
    shop: WooShop, clock: HandClock, call: Caller, inbox: Inbox
) -> None:
    watch(call, "product.updated")
    product = item(call, "GP-KAAS")

    shop.changes.set_price(product["id"], "1.00")
    clock.pass_by(601)
    shop.changes.set_price(product["id"], "2.00")
    shop.webhooks.run()

    assert len(inbox.about("product.updated")) == 2


def test_the_body_is_built_when_it_is_sent(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.created")

    product = shop.changes.create(name="Laatste", manage_stock=True, stock_quantity=1)
    shop.changes.sell(product["id"], 2)
    shop.webhooks.run()

    assert inbox.about("product.created")[0].json()["stock_quantity"] == -1


def test_a_cancelled_order_arrives_as_created_and_cancelled(
    shop: WooShop, call: Caller, inbox: Inbox
) -> None:
    watch(call, "order.created")

    order = shop.changes.sell(item(call, "GP-KAAS")["id"])
    shop.changes.set_order_status(order["id"], "cancelled")
    shop.webhooks.run()

    assert inbox.about("order.created")[0].json()["status"] == "cancelled"


def test_an_order_gone_before_delivery_arrives_as_a_signed_error(
    shop: WooShop, call: Caller, inbox: Inbox
) -> None:
    watch(call, "order.created")

    order = shop.changes.sell(item(call, "GP-KAAS")["id"])
    shop.changes.delete_order(order["id"], force=True)
    shop.webhooks.run()

    letter = inbox.about("order.created")[0]
    assert letter.json()["code"] == "woocommerce_rest_shop_order_invalid_id"


def test_a_demoted_owner_sends_refusals(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")
    shop.changes.demote_webhook_owner()

    fail_times(shop, call, 1)

    assert inbox.about("product.updated")[0].json()["code"] == "woocommerce_rest_cannot_view"

"""The fake shop's messages: when they come, what they carry, and how they get lost."""

import hashlib
import hmac
from base64 import b64encode
from typing import Any

import pytest

from regie.demo.woocommerce import Options, WooShop
from regie.demo.woocommerce.testing import Caller, HandClock, Inbox
from regie.demo.woocommerce.webhooks import is_safe

PRODUCT_TOPICS = ("product.created", "product.updated", "product.deleted", "product.restored")
ORDER_TOPICS = ("order.created", "order.updated", "order.deleted")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def shop(clock: HandClock) -> WooShop:
    return WooShop.load(clock=clock)


@pytest.fixture
def call(shop: WooShop) -> Caller:
    return Caller(shop)


@pytest.fixture
def inbox(shop: WooShop) -> Inbox:
    box = Inbox()
    shop.webhooks.sender = box
    return box


def watch(call: Caller, *topics: str) -> list[dict[str, Any]]:
    bodies = [
        {"topic": topic, "delivery_url": "https://regie.example/hook", "secret": "geheim"}
        for topic in topics
    ]
    return [call("POST", "webhooks", body).get_json() for body in bodies]


def item(call: Caller, sku: str) -> dict[str, Any]:
    found: dict[str, Any] = call.get("products", sku=sku)[0]
    return found


def topics(inbox: Inbox) -> list[tuple[str, int]]:
    """Return what came, without pings: topic and the id it is about."""
    return [(x.topic, x.json().get("id")) for x in inbox.letters if x.topic != "ping"]


def fail_times(shop: WooShop, call: Caller, times: int) -> None:
    """Let a number of deliveries fail."""
    product = item(call, "GP-KAAS")
    for count in range(times):
        shop.changes.set_stock(product["id"], 50 + count)
        shop.webhooks.run()


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


def test_a_variation_speaks_for_itself_and_its_parent_is_silent(
    shop: WooShop, call: Caller, inbox: Inbox
) -> None:
    watch(call, *PRODUCT_TOPICS)
    variation = item(call, "GP-GLAS-M")

    shop.changes.set_stock(variation["id"], 3)
    shop.webhooks.run()

    assert topics(inbox) == [("product.updated", variation["id"])]


def test_a_variations_message_has_the_form_of_a_product_with_its_parent(
    shop: WooShop, call: Caller, inbox: Inbox
) -> None:
    watch(call, "product.updated")
    variation = item(call, "GP-GLAS-M")

    shop.changes.set_stock(variation["id"], 3)
    shop.webhooks.run()

    body = inbox.about("product.updated")[0].json()
    assert (body["type"], body["parent_id"]) == ("variation", variation["parent_id"])


def test_a_draft_is_announced(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.created")

    product = shop.changes.create(name="Concept", status="draft")
    shop.webhooks.run()

    assert topics(inbox) == [("product.created", product["id"])]


def test_trash_sends_nothing_but_the_id(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, *PRODUCT_TOPICS)
    product = item(call, "GP-KAAS")

    shop.changes.trash(product["id"])
    shop.webhooks.run()

    assert [x.json() for x in inbox.about("product.deleted")] == [{"id": product["id"]}]


def test_a_restored_product_is_only_updated(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    product = item(call, "GP-KAAS")
    shop.changes.trash(product["id"])
    watch(call, *PRODUCT_TOPICS)

    shop.changes.restore(product["id"])
    shop.webhooks.run()

    assert topics(inbox) == [("product.updated", product["id"])]


@pytest.mark.parametrize("sku", ["GP-KAAS", "GP-GLAS-M", "GP-GLAS"])
def test_a_permanent_deletion_sends_nothing(
    shop: WooShop, call: Caller, inbox: Inbox, sku: str
) -> None:
    watch(call, *PRODUCT_TOPICS)

    shop.changes.force_delete(item(call, sku)["id"])
    shop.webhooks.run()

    assert topics(inbox) == []


def test_a_permanently_deleted_order_sends_nothing(
    shop: WooShop, call: Caller, inbox: Inbox
) -> None:
    order = shop.changes.sell(item(call, "GP-KAAS")["id"])
    watch(call, *ORDER_TOPICS)

    shop.changes.delete_order(order["id"], force=True)
    shop.webhooks.run()

    assert topics(inbox) == []


def test_a_trashed_order_looks_like_a_trashed_product_too(
    shop: WooShop, call: Caller, inbox: Inbox
) -> None:
    order = shop.changes.sell(item(call, "GP-KAAS")["id"])
    watch(call, "order.deleted", "product.deleted")

    shop.changes.delete_order(order["id"])
    shop.webhooks.run()

    assert topics(inbox) == [("order.deleted", order["id"]), ("product.deleted", order["id"])]


def test_in_the_new_order_tables_only_the_order_is_deleted(clock: HandClock) -> None:
    shop = WooShop.load(clock=clock, options=Options(hpos=True))
    call, inbox = Caller(shop), Inbox()
    shop.webhooks.sender = inbox
    order = shop.changes.sell(item(call, "GP-KAAS")["id"])
    watch(call, "order.deleted", "product.deleted")

    shop.changes.delete_order(order["id"])
    shop.webhooks.run()

    assert topics(inbox) == [("order.deleted", order["id"])]


def test_one_order_is_created_and_updated(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, *ORDER_TOPICS)

    order = shop.changes.sell(item(call, "GP-KAAS")["id"])
    shop.webhooks.run()

    assert topics(inbox) == [("order.created", order["id"]), ("order.updated", order["id"])]


def test_stock_taken_by_an_order_updates_the_item(
    shop: WooShop, call: Caller, inbox: Inbox
) -> None:
    watch(call, "product.updated")
    product = item(call, "GP-KAAS")

    shop.changes.sell(product["id"])
    shop.webhooks.run()

    assert topics(inbox) == [("product.updated", product["id"])]


def test_an_order_of_an_uncounted_item_updates_nothing(
    shop: WooShop, call: Caller, inbox: Inbox
) -> None:
    watch(call, "product.updated")

    shop.changes.sell(item(call, "GP-THEEDOEK")["id"])
    shop.webhooks.run()

    assert topics(inbox) == []


@pytest.mark.parametrize(("quantity", "word"), [(11, "low_stock"), (13, "no_stock")])
def test_a_warning_about_stock_says_nothing_useful(
    shop: WooShop, call: Caller, inbox: Inbox, quantity: int, word: str
) -> None:
    watch(call, "action.woocommerce_low_stock", "action.woocommerce_no_stock")

    shop.changes.sell(item(call, "GP-BOTER")["id"], quantity)
    shop.webhooks.run()

    bodies = [letter.json() for letter in inbox.letters if letter.topic != "ping"]
    assert bodies == [{"action": f"woocommerce_{word}", "arg": []}]


def test_a_sale_that_starts_by_the_clock_is_an_update(
    shop: WooShop, clock: HandClock, call: Caller, inbox: Inbox
) -> None:
    watch(call, "product.updated")
    clock.pass_by(30 * 86400)

    call.get("products")
    shop.webhooks.run()

    assert "Wok met platte bodem" in {x.json()["name"] for x in inbox.about("product.updated")}


def test_the_seventh_failure_disables(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")
    inbox.status = 500

    fail_times(shop, call, 6)
    before = call.get("webhooks/1")["status"]
    fail_times(shop, call, 1)

    assert (before, call.get("webhooks/1")["status"]) == ("active", "disabled")


def test_a_failed_message_is_never_sent_again(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")
    inbox.status = 500
    fail_times(shop, call, 1)

    inbox.status = 200
    shop.webhooks.run()

    assert len(inbox.about("product.updated")) == 1


def test_making_a_dead_hook_active_forgives_no_failure(
    shop: WooShop, call: Caller, inbox: Inbox
) -> None:
    watch(call, "product.updated")
    inbox.status = 500
    fail_times(shop, call, 7)

    call("PUT", "webhooks/1", {"status": "active"})
    fail_times(shop, call, 1)

    assert call.get("webhooks/1")["status"] == "disabled"


def test_making_a_dead_hook_active_pings(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")
    inbox.status = 500
    fail_times(shop, call, 7)
    before = len(inbox.about("ping"))

    call("PUT", "webhooks/1", {"status": "active"})

    assert len(inbox.about("ping")) == before + 1


def test_a_success_forgets_the_failures(shop: WooShop, call: Caller, inbox: Inbox) -> None:
    watch(call, "product.updated")
    inbox.status = 500
    fail_times(shop, call, 6)
    inbox.status = 200
    fail_times(shop, call, 1)
    inbox.status = 500

    fail_times(shop, call, 6)

    assert call.get("webhooks/1")["status"] == "active"


@pytest.mark.parametrize(("status", "failures"), [(200, 0), (301, 0), (302, 0), (303, 1), (0, 1)])
def test_success_is_anything_from_200_to_302(
    shop: WooShop, call: Caller, inbox: Inbox, status: int, failures: int
) -> None:
    watch(call, "product.updated")
    inbox.status = status

    fail_times(shop, call, 1)

    assert shop.webhooks.hooks[1].failures == failures


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


def test_a_paused_queue_sends_nothing_until_it_runs(
    shop: WooShop, call: Caller, inbox: Inbox
) -> None:
    watch(call, "product.updated")
    shop.webhooks.paused = True
    fail_times(shop, call, 1)
    before = len(inbox.about("product.updated"))

    shop.webhooks.paused = False
    shop.webhooks.run()

    assert (before, len(inbox.about("product.updated"))) == (0, 1)


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [("hook_dropped", []), ("hook_doubled", [1, 1, 2, 2]), ("hook_swapped", [2, 1])],
)
def test_messages_get_lost_doubled_and_swapped(
    shop: WooShop, call: Caller, inbox: Inbox, fault: str, wanted: list[int]
) -> None:
    watch(call, "product.updated")
    ids = [item(call, sku)["id"] for sku in ("GP-KAAS", "GP-BOTER")]
    shop.faults.update(**{fault: 1.0})

    for product_id in ids:
        shop.changes.set_stock(product_id, 3)
    shop.webhooks.run()

    assert [about for _, about in topics(inbox)] == [ids[place - 1] for place in wanted]


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

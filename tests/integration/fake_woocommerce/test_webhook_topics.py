"""Which change in the fake shop sends which message."""

import pytest

from regie.demo.woocommerce import Options, WooShop
from regie.demo.woocommerce.testing import Caller, HandClock, Inbox
from tests.kit.shops.fake_woo import ORDER_TOPICS, PRODUCT_TOPICS, item, topics, watch


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

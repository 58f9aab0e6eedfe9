"""How messages of the fake shop fail, wait and get lost."""

import pytest

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.testing import Caller, Inbox
from tests.kit.shops.fake_woo import fail_times, item, topics, watch


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

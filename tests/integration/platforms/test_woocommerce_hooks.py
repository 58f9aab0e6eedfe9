"""Our webhooks in a shop: made, kept, found broken and made anew; what they bring."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.platforms.woocommerce import WooCommercePlatform
from connector.platforms.woocommerce.hooks import TOPICS
from regie.demo.woocommerce import Options
from regie.demo.woocommerce.testing import Inbox
from tests.kit.shops.woo import Open, config, incoming, opened

URL = "https://regie.example/webhooks/woocommerce/con_1"
SECRET = "a secret of our own"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Open]:
    with opened(tmp_path) as found:
        yield found


@pytest.fixture
def inbox(shop: Open) -> Inbox:
    found = Inbox()
    shop.shop.webhooks.sender = found
    return found


def statuses(shop: Open) -> dict[str, str]:
    return {hook.topic: hook.status for hook in shop.shop.webhooks.hooks.values()}


def test_the_first_look_makes_all_of_them_with_our_secret(shop: Open, inbox: Inbox) -> None:
    report = shop.platform.ensure_hooks(URL, SECRET)

    assert (report.created, report.kept, report.failed) == (TOPICS, (), ())
    assert {hook.secret for hook in shop.shop.webhooks.hooks.values()} == {SECRET}
    assert len(inbox.letters) == len(TOPICS)


def test_every_ping_is_greeted(shop: Open, inbox: Inbox) -> None:
    """Trap 5: they come while we create, unsigned and as a form."""
    shop.platform.ensure_hooks(URL, SECRET)

    answers = [shop.platform.receive(incoming(letter), [SECRET]) for letter in inbox.letters]

    assert answers == [None] * len(TOPICS)


def test_what_works_is_kept(shop: Open) -> None:
    shop.platform.ensure_hooks(URL, SECRET)
    before = set(shop.shop.webhooks.hooks)

    report = shop.platform.ensure_hooks(URL, SECRET)

    assert (report.kept, report.created) == (TOPICS, ())
    assert set(shop.shop.webhooks.hooks) == before


def test_a_disabled_hook_is_made_anew_and_not_switched_on(shop: Open, inbox: Inbox) -> None:
    """Trap 6: the shop would remember its failures; the next one would end it again."""
    shop.platform.ensure_hooks(URL, SECRET)
    inbox.status = 500
    for number in range(7):
        shop.changes.set_stock(107, number)
        shop.shop.webhooks.run()
    assert statuses(shop)["product.updated"] == "disabled"
    inbox.status = 200

    report = shop.platform.ensure_hooks(URL, SECRET)

    (hook,) = [each for each in shop.shop.webhooks.hooks.values() if each.topic in report.created]
    assert (hook.topic, hook.status, hook.failures) == ("product.updated", "active", 0)


def test_a_hook_that_points_at_an_old_address_of_ours_is_replaced(shop: Open) -> None:
    shop.platform.ensure_hooks(URL.replace("https", "http"), SECRET)

    report = shop.platform.ensure_hooks(URL, SECRET)

    urls = {hook.delivery_url for hook in shop.shop.webhooks.hooks.values()}
    assert (report.created, urls) == (TOPICS, {URL})


def test_hooks_of_others_are_left_alone(shop: Open) -> None:
    shop.platform.ensure_hooks("https://other.example/hook", "theirs")

    shop.platform.ensure_hooks(URL, SECRET)

    assert len(shop.shop.webhooks.hooks) == 2 * len(TOPICS)


def test_a_doubled_hook_is_dropped(shop: Open) -> None:
    shop.platform.ensure_hooks(URL, SECRET)
    double = {"topic": "product.updated", "delivery_url": URL, "secret": SECRET}
    shop.platform._client.write("POST", "webhooks", double)

    shop.platform.ensure_hooks(URL, SECRET)

    assert len(shop.shop.webhooks.hooks) == len(TOPICS)


def test_a_hook_that_the_merchant_paused_stays_paused_and_is_told(shop: Open) -> None:
    shop.platform.ensure_hooks(URL, SECRET)
    next(iter(shop.shop.webhooks.hooks.values())).status = "paused"

    report = shop.platform.ensure_hooks(URL, SECRET)

    assert report.failed == (f"{TOPICS[0]}: paused in the shop",)


def test_a_key_that_may_only_read_is_told_and_raises_nothing(shop: Open, tmp_path: Path) -> None:
    shop.shop.key = shop.shop.new_key("read")
    platform = WooCommercePlatform.open(config(shop.served.url, shop.shop, shop.clock, tmp_path))

    report = platform.ensure_hooks(URL, SECRET)
    platform.close()

    assert (report.kept, report.created, len(report.failed)) == ((), (), len(TOPICS))
    assert "permissions" in report.failed[0]


@pytest.mark.parametrize("hpos", [True, False])
def test_all_that_a_busy_shop_sends_is_understood(tmp_path: Path, hpos: bool) -> None:  # noqa: FBT001
    with opened(tmp_path, options=Options(hpos=hpos)) as shop:
        inbox = Inbox()
        shop.shop.webhooks.sender = inbox
        shop.platform.ensure_hooks(URL, SECRET)
        shop.shop.webhooks.run()
        inbox.letters.clear()
        order = shop.changes.sell(107)
        shop.changes.set_price(113, "40")
        shop.changes.create(name="Concept", status="draft")
        shop.changes.delete_order(order["id"])
        shop.changes.trash(130)
        shop.shop.webhooks.run()

        for letter in inbox.letters:
            delivery = shop.platform.receive(incoming(letter), [SECRET])
            assert delivery
            assert shop.platform.hints(delivery.topic, letter.body)

        assert {letter.topic for letter in inbox.letters} >= {"product.updated", "order.deleted"}

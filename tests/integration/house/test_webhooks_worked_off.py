"""Webhooks of the fake shops through the door and the worker: goodbye, return, oblivion."""

import pytest

from tests.kit.shops.scene import Scene

HOUR = 3600


def test_news_of_both_shops_reaches_the_catalogue(scene: Scene) -> None:
    scene.shops.hafen.changes.rename("emaillebecher-anker", "Becher von heute")
    scene.shops.pan.changes.rename(107, "Pan van vandaag")

    scene.deliver()

    assert "Becher von heute" in scene.titles()
    assert "Pan van vandaag" in scene.titles()


def test_a_removed_app_is_left_alone(scene: Scene) -> None:
    scene.shops.hafen.changes.uninstall()
    scene.deliver()
    before = scene.shops.hafen.log.counts.total()
    scene.shops.clock.advance(25 * HOUR)

    scene.home.worker.drain()

    assert (scene.status(scene.hafen), scene.shops.hafen.log.counts.total()) == (
        "uninstalled",
        before,
    )


def test_what_a_removed_app_had_read_stays_until_the_shop_asks(scene: Scene) -> None:
    before = scene.home.export()

    scene.shops.hafen.changes.uninstall()
    scene.deliver()

    assert scene.home.export() == before


def test_a_late_goodbye_does_not_end_an_app_that_is_back(scene: Scene) -> None:
    assert scene.post("app/uninstalled", b'{"id": 1}') == 200

    scene.shops.hafen.changes.rename("emaillebecher-anker", "Noch da")
    scene.deliver()
    assert (scene.status(scene.hafen), "Noch da" in scene.titles()) == ("active", True)


def test_a_goodbye_waits_while_the_shop_does_not_answer(scene: Scene) -> None:
    scene.shops.hafen.closed = 503
    scene.post("app/uninstalled", b'{"id": 1}')
    waiting = scene.home.states().get("waiting")
    scene.shops.hafen.closed = None
    scene.shops.hafen.changes.uninstall()
    scene.shops.clock.advance(HOUR)

    scene.deliver()

    assert (waiting, scene.status(scene.hafen)) == (1, "uninstalled")


def test_an_app_that_lacks_a_right_is_not_gone(scene: Scene) -> None:
    scene.shops.hafen.scopes = ("read_products",)

    scene.post("app/uninstalled", b'{"id": 1}')

    assert scene.status(scene.hafen) == "active"


def test_a_shop_that_comes_back_goes_on_where_it_was(scene: Scene) -> None:
    scene.shops.hafen.changes.uninstall()
    scene.deliver()
    scene.shops.hafen.changes.install()
    again = scene.shops.connect_hafen(scene.home.house)
    scene.shops.hafen.changes.rename("emaillebecher-anker", "Wieder da")

    scene.deliver()

    assert (again.id, again.status, "Wieder da" in scene.titles()) == (
        scene.hafen.id,
        "active",
        True,
    )


@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact"])
def test_what_a_shop_asks_about_customers_changes_nothing(scene: Scene, topic: str) -> None:
    before = scene.home.export()
    body = {"shop_domain": scene.shops.hafen.domain, "customer": {"id": 1, "email": "a@b.example"}}
    scene.shops.hafen.post.tell_compliance(topic, body, "http://x/webhooks/shopify")

    statuses = scene.deliver()

    assert (statuses, scene.home.export()) == ([200], before)


def test_a_subscription_that_shopify_deleted_is_made_anew(scene: Scene) -> None:
    whole = len(scene.hooks_at_hafen())
    for row in scene.hooks_at_hafen()[:5]:
        scene.shops.hafen.post.forget(row)
    scene.shops.clock.advance(1800)

    scene.home.worker.drain()

    assert (whole > 10, len(scene.hooks_at_hafen())) == (True, whole)


def test_a_webhook_that_woocommerce_switched_off_is_made_anew(scene: Scene) -> None:
    whole = len(scene.hooks_at_pan())
    scene.shops.bag.status = 500
    for number in range(7):
        scene.shops.pan.changes.rename(107, f"Pan {number}")
        scene.shops.send()
    scene.shops.bag.status = 200
    left = len(scene.hooks_at_pan())
    scene.shops.clock.advance(1800)

    scene.home.worker.drain()

    assert (whole - left, len(scene.hooks_at_pan())) == (1, whole)


def test_a_product_deleted_that_is_none_of_ours_is_nothing(scene: Scene) -> None:
    """With orders kept as posts, a deleted order is told as `product.deleted` too."""
    before = scene.home.export()
    order = scene.shops.pan.changes.sell(107)
    scene.deliver()
    after_sale = scene.home.export()

    scene.shops.pan.changes.delete_order(order["id"])
    scene.deliver()

    assert (scene.home.export() == after_sale, len(after_sale)) == (True, len(before))

"""The fake shop's news: signed, and only what happened."""

from regie.demo.shopify import sign
from regie.demo.shopify.testing import Practice
from tests.kit.shops.fake_shopify import everything, told


def test_a_message_is_signed_over_its_exact_bytes() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE")
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe & Söhne")
    practice.shop.deliver_due()

    message = practice.sent[0]

    signature = sign(practice.shop.client_secret, message.body)
    assert message.headers["X-Shopify-Hmac-Sha256"] == signature


def test_a_price_change_tells_the_product() -> None:
    practice = Practice()
    everything(practice)

    practice.shop.changes.set_price("KAF-1-250-B", "8.5")

    assert told(practice) == ["products/update"]


def test_a_stock_change_tells_the_level_only() -> None:
    practice = Practice()
    everything(practice)

    practice.shop.changes.set_stock("KAF-1-250-B", "Laden Ottensen", 3)

    assert told(practice) == ["inventory_levels/update"]


def test_a_deletion_tells_the_bare_number() -> None:
    practice = Practice()
    everything(practice)

    practice.shop.changes.delete("hausr-stung-elbe")
    practice.shop.deliver_due()

    assert practice.sent[0].read() == {"id": 7400000294912}


def test_a_creation_is_told() -> None:
    practice = Practice()
    everything(practice)

    practice.shop.changes.create("Neue Tasse", "12.5", sku="NEU-1", available=4)

    assert told(practice) == ["products/create"]


def test_untracked_stock_is_told_as_null() -> None:
    practice = Practice()
    practice.subscribe("INVENTORY_LEVELS_UPDATE")
    item = next(row for row in practice.shop.store.items.values() if row["inventoryLevels"])
    item["tracked"] = False
    level = item["inventoryLevels"][0]

    practice.shop.changes.set_stock(item["sku"], level["location"]["name"], 3)
    practice.shop.deliver_due()

    assert practice.sent[0].read()["available"] is None


def test_one_event_through_two_subscriptions_keeps_its_event_id() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE", "https://a.example/")
    practice.subscribe("PRODUCTS_UPDATE", "https://b.example/")
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.shop.deliver_due()

    one, other = (message.headers for message in practice.sent)

    assert one["X-Shopify-Event-Id"] == other["X-Shopify-Event-Id"]
    assert one["X-Shopify-Webhook-Id"] != other["X-Shopify-Webhook-Id"]


def test_a_subscription_may_ask_for_a_few_fields() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE", includeFields=["id", "updated_at"])
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.shop.deliver_due()

    assert set(practice.sent[0].read()) == {"id", "updated_at"}


def test_a_subscription_may_ask_for_metafields() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE", metafieldNamespaces=["custom"])
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.shop.deliver_due()

    keys = {row["key"] for row in practice.sent[0].read()["metafields"]}
    assert keys == {"roast_level", "allergens"}


def test_an_uninstall_kills_the_token_and_is_told() -> None:
    practice = Practice()
    practice.subscribe("APP_UNINSTALLED")

    practice.shop.changes.uninstall()

    assert practice.ask("{ shop { name } }").status == 401
    assert told(practice) == ["app/uninstalled"]


def test_a_privacy_message_needs_no_subscription() -> None:
    practice = Practice()

    practice.shop.post.tell_compliance("shop/redact", {"shop_id": 1}, "https://regie.example/")

    assert told(practice) == ["shop/redact"]

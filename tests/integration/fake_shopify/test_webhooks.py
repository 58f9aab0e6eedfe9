"""The fake shop's news: signed, repeated, sometimes late, doubled or lost."""

import pytest

from regie.demo.shopify import Faults, sign
from regie.demo.shopify.testing import Practice
from regie.demo.shopify.webhooks import LADDER

FOUR_HOURS = 14_400


def told(practice: Practice) -> list[str]:
    practice.shop.deliver_due()
    return [message.topic for message in practice.sent]


def everything(practice: Practice) -> None:
    topics = ("PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE", "INVENTORY_LEVELS_UPDATE")
    for topic in topics:
        practice.subscribe(topic)


def fail_until_dead(practice: Practice) -> int:
    tries = 0
    while practice.shop.post.waiting:
        tries += len(practice.shop.deliver_due())
        practice.shop.clock.advance(FOUR_HOURS)
    return tries


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


@pytest.mark.parametrize("status", [0, 302, 404, 500])
def test_everything_but_2xx_is_a_failure(status: int) -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE")
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.status = status

    practice.shop.deliver_due()

    assert len(practice.shop.post.waiting) == 1


def test_a_retry_repeats_the_same_bytes_and_ids() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE")
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.status = 500
    practice.shop.deliver_due()
    practice.shop.clock.advance(LADDER[0])
    practice.shop.deliver_due()

    first, second = practice.sent

    assert first == second


def test_a_retry_waits_for_its_time() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE")
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.status = 500
    practice.shop.deliver_due()

    practice.shop.clock.advance(LADDER[0] - 1)

    assert practice.shop.deliver_due() == []


def test_eight_retries_fill_four_hours() -> None:
    assert (len(LADDER), round(sum(LADDER))) == (8, FOUR_HOURS)


def test_a_subscription_dies_after_eight_failures() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE")
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.status = 500

    tries = fail_until_dead(practice)

    assert (tries, practice.shop.store.subscriptions) == (1 + 8, {})


def test_a_subscription_of_the_apps_file_survives() -> None:
    practice = Practice()
    practice.shop.post.subscribe_by_file("PRODUCTS_UPDATE", "https://regie.example/")
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.status = 500

    fail_until_dead(practice)

    assert len(practice.shop.store.subscriptions) == 1


def test_a_subscription_of_the_apps_file_is_hidden_from_the_api() -> None:
    practice = Practice()
    practice.shop.post.subscribe_by_file("PRODUCTS_UPDATE", "https://regie.example/")

    data = practice.data("{ webhookSubscriptions(first: 5) { nodes { id } } }")

    assert data["webhookSubscriptions"]["nodes"] == []


@pytest.mark.parametrize("uri", ["http://regie.example/", "ftp://regie.example/", "regie", ""])
def test_an_address_without_tls_is_refused(uri: str) -> None:
    assert _refused(Practice(), "PRODUCTS_UPDATE", uri) == ["Address is invalid"]


def test_the_same_address_twice_is_refused() -> None:
    practice = Practice()
    practice.subscribe("PRODUCTS_UPDATE", "https://regie.example/")

    refused = _refused(practice, "PRODUCTS_UPDATE", "https://regie.example/")

    assert refused == ["Address for this topic has already been taken"]


def test_a_topic_without_its_scope_is_refused() -> None:
    practice = Practice(scopes=["read_products"])

    assert _refused(practice, "INVENTORY_LEVELS_UPDATE", "https://regie.example/")


def test_a_deleted_subscription_is_told_nothing() -> None:
    practice = Practice()
    wanted = practice.subscribe("PRODUCTS_UPDATE")
    query = (
        "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId } }"
    )

    practice.data(query, {"id": wanted})
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")

    assert told(practice) == []


def test_a_subscription_can_move() -> None:
    practice = Practice()
    wanted = practice.subscribe("PRODUCTS_UPDATE")
    query = (
        "mutation($id: ID!, $s: WebhookSubscriptionInput!) {"
        " webhookSubscriptionUpdate(id: $id, webhookSubscription: $s) {"
        " webhookSubscription { uri } userErrors { message } } }"
    )

    practice.data(query, {"id": wanted, "s": {"uri": "https://new.example/"}})
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.shop.deliver_due()

    assert practice.sent[0].uri == "https://new.example/"


def test_a_dropped_message_is_never_sent() -> None:
    practice = Practice(faults=Faults(webhook_dropped=1.0))
    everything(practice)
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")

    assert told(practice) == []


def test_a_duplicate_is_the_same_message_again() -> None:
    practice = Practice(faults=Faults(webhook_duplicate=1.0))
    everything(practice)
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.shop.deliver_due()

    first, second = practice.sent

    assert first == second


def test_a_reordered_message_comes_after_later_ones() -> None:
    practice = Practice(faults=Faults(webhook_reordered=1.0, at_most=1))
    everything(practice)
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.shop.changes.delete("hausr-stung-elbe")
    practice.shop.clock.advance(10)

    assert told(practice) == ["products/delete", "products/update"]


def test_a_bad_signature_does_not_fit_the_bytes() -> None:
    practice = Practice(faults=Faults(webhook_bad_hmac=1.0))
    everything(practice)
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")
    practice.shop.deliver_due()

    message = practice.sent[0]

    signature = sign(practice.shop.client_secret, message.body)
    assert message.headers["X-Shopify-Hmac-Sha256"] != signature


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


def test_an_unknown_subscription_cannot_be_changed() -> None:
    query = (
        "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { userErrors { message } }"
        ' webhookSubscriptionUpdate(id: $id, webhookSubscription: {name: "x"})'
        " { userErrors { message } } }"
    )

    data = Practice().data(query, {"id": "gid://shopify/WebhookSubscription/1"})

    assert all(payload["userErrors"] for payload in data.values())


@pytest.mark.parametrize("more", [{"filter": "id:1"}, {"format": "XML"}])
def test_a_kind_of_subscription_that_is_not_played_is_refused(more: dict[str, str]) -> None:
    query = (
        "mutation($s: WebhookSubscriptionInput!) { webhookSubscriptionCreate("
        "topic: PRODUCTS_UPDATE, webhookSubscription: $s) { userErrors { message } } }"
    )

    codes = Practice().codes(query, {"s": {"uri": "https://regie.example/", **more}})

    assert codes == ["DEMO_NOT_PLAYED"]


def _refused(practice: Practice, topic: str, uri: str) -> list[str]:
    data = practice.data(
        "mutation($t: WebhookSubscriptionTopic!, $s: WebhookSubscriptionInput!) {"
        " webhookSubscriptionCreate(topic: $t, webhookSubscription: $s) {"
        " userErrors { message } } }",
        {"t": topic, "s": {"uri": uri}},
    )
    return [error["message"] for error in data["webhookSubscriptionCreate"]["userErrors"]]

"""Who may be told what by the fake shop, and where."""

import pytest

from regie.demo.shopify.testing import Practice
from tests.kit.shops.fake_shopify import told


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

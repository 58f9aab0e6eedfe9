"""Every webhook about an order leads to that order, however the shop names it inside."""

import json

import pytest

from connector.platforms import Hint, HintKind
from connector.platforms.shopify import news
from connector.platforms.shopify.access.scopes import TOPICS

PART = "gid://shopify/FulfillmentOrder/7"
OTHER = "gid://shopify/FulfillmentOrder/8"
ORDER = "gid://shopify/Order/5"


@pytest.mark.parametrize(
    ("topic", "body", "expected"),
    [
        ("orders/create", {"id": 5}, ORDER),
        ("orders/updated", {"id": 5, "admin_graphql_api_id": ORDER}, ORDER),
        ("orders/delete", {"id": 5}, ORDER),
        ("orders/edited", {"order_edit": {"id": 1, "order_id": 5}}, ORDER),
        ("fulfillment_orders/cancelled", {"fulfillment_order": {"id": PART}}, PART),
        (
            "fulfillment_orders/moved",
            {"original_fulfillment_order": {"id": PART}, "moved_fulfillment_order": {"id": OTHER}},
            PART,
        ),
        (
            "fulfillment_orders/split",
            {"fulfillment_order": {"id": PART}, "remaining_fulfillment_order": {"id": OTHER}},
            PART,
        ),
        ("fulfillments/update", {"id": 9}, "gid://shopify/Fulfillment/9"),
    ],
)
def test_where_to_look_again(topic: str, body: object, expected: str) -> None:
    found = news.hints(topic, json.dumps(body).encode())

    assert found == (Hint(HintKind.ORDER, expected),)


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("orders/edited", {"order_edit": {"id": 1}}),
        ("orders/edited", {"order_edit": [1]}),
        ("fulfillment_orders/merged", {"fulfillment_order_merges": [{"intent": {}}]}),
        ("fulfillment_orders/moved", {"moved_fulfillment_order": "7"}),
        ("orders/create", {}),
    ],
)
def test_what_names_no_order_gives_no_reason(topic: str, body: object) -> None:
    found = news.hints(topic, json.dumps(body).encode())

    assert found == (Hint(HintKind.NOTHING),)


def test_deleted_orders_are_subscribed_to() -> None:
    assert "ORDERS_DELETE" in TOPICS

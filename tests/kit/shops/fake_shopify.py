"""Questions to the fake Shopify shop that several suites put."""

from typing import Any

from regie.demo.shopify import ShopifyShop
from regie.demo.shopify.testing import Practice

PRODUCT = "gid://shopify/Product/7400000294912"
ITEM = "gid://shopify/InventoryItem/7400014581760"
PLACE = "gid://shopify/Location/7400000000001"
SHOP = "{ shop { name } }"
DEAR = "{ products(first: 250) { nodes { variants(first: 10) { nodes { id } } } } }"
SET = """mutation($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id changes { name delta quantityAfterChange } }
    userErrors { code field message } } }"""
ADMIN = "/admin/api/2026-10/graphql.json"
ASK = {"query": SHOP}


def setting(quantity: int, **more: Any) -> dict[str, Any]:
    row = {"inventoryItemId": ITEM, "locationId": PLACE, "quantity": quantity}
    given = {"name": "available", "reason": "correction"}
    return {**given, "quantities": [{**row, "changeFromQuantity": None, **more}]}


def set_codes(practice: Practice, given: dict[str, Any], key: str = "k") -> list[str]:
    payload = practice.data(SET, {"input": given, "key": key})["inventorySetQuantities"]
    return [error["code"] for error in payload["userErrors"]]


def available(practice: Practice) -> int:
    data = practice.data(
        "query($i: ID!, $l: ID!) { inventoryItem(id: $i) { inventoryLevel(locationId: $l) {"
        ' quantities(names: ["available"]) { quantity } } } }',
        {"i": ITEM, "l": PLACE},
    )
    return int(data["inventoryItem"]["inventoryLevel"]["quantities"][0]["quantity"])


def sku(practice: Practice) -> str:
    return str(practice.shop.store.items[ITEM]["sku"])


def asked(shop: ShopifyShop, **more: Any) -> Any:
    headers = {"X-Shopify-Access-Token": shop.access_token} | more.pop("headers", {})
    return shop.app().test_client().post(ADMIN, json=more.pop("json", ASK), headers=headers)


def told(practice: Practice) -> list[str]:
    practice.shop.deliver_due()
    return [message.topic for message in practice.sent]


def everything(practice: Practice) -> None:
    topics = ("PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE", "INVENTORY_LEVELS_UPDATE")
    for topic in topics:
        practice.subscribe(topic)

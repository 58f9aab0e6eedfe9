"""Orders in the fake Shopify shop: what is bought, asked of its parts, and counted."""

from typing import Any

from regie.demo.shopify.query.fields import quantity
from regie.demo.shopify.testing import Practice

COFFEE, HERE, THERE = "KAF-1-250-B", "Laden Ottensen", "Laden Eimsbüttel"
PREPARE = """mutation($i: FulfillmentOrderLineItemsPreparedForPickupInput!) {
  fulfillmentOrderLineItemsPreparedForPickup(input: $i) { userErrors { code field message } } }"""
CREATE = """mutation($f: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $f) {
    fulfillment { id status displayStatus totalQuantity
      fulfillmentLineItems(first: 5) { nodes { quantity } } }
    userErrors { field message } } }"""
EVENT = """mutation($e: FulfillmentEventInput!) {
  fulfillmentEventCreate(fulfillmentEvent: $e) {
    fulfillmentEvent { id status happenedAt message } userErrors { field message } } }"""
CANCEL = """mutation($id: ID!) {
  fulfillmentCancel(id: $id) { fulfillment { id status } userErrors { field message } } }"""
HOLD = """mutation($id: ID!, $h: FulfillmentOrderHoldInput!) {
  fulfillmentOrderHold(id: $id, fulfillmentHold: $h) {
    fulfillmentHold { id handle } fulfillmentOrder { id status }
    userErrors { code field message } } }"""
RELEASE = """mutation($id: ID!) {
  fulfillmentOrderReleaseHold(id: $id) {
    fulfillmentOrder { id status } userErrors { code field message } } }"""
STATE = """query($id: ID!) { order(id: $id) {
  displayFulfillmentStatus displayFinancialStatus
  totalPriceSet { shopMoney { amount currencyCode } }
  totalOutstandingSet { shopMoney { amount } }
  lineItems(first: 5) { nodes { sku quantity currentQuantity unfulfilledQuantity } }
  fulfillmentOrders(first: 5) { nodes { id status supportedActions { action }
    lineItems(first: 5) { nodes { sku totalQuantity remainingQuantity } } } } } }"""
NOBODY = "gid://shopify/FulfillmentOrder/1"


def bought(practice: Practice, pieces: int = 2, **more: Any) -> dict[str, Any]:
    lines = [{"sku": COFFEE, "quantity": pieces}]
    return practice.shop.orders.place(lines, **{"location": HERE, **more})


def counts(practice: Practice, place: str = HERE) -> tuple[int, ...]:
    """Return what is available, committed and on hand."""
    item = practice.shop.store.variant(COFFEE)["inventoryItem"]
    level = practice.shop.store.level(item, practice.shop.store.location(place))
    assert level is not None
    return tuple(
        quantity(level, each)["quantity"] for each in ("available", "committed", "on_hand")
    )


def part_of(row: dict[str, Any]) -> str:
    return str(row["fulfillmentOrders"][0]["id"])


def wanted(row: dict[str, Any], *pieces: int) -> dict[str, Any]:
    lines = row["fulfillmentOrders"][0]["lineItems"]
    asked = [{"id": each["id"], "quantity": n} for each, n in zip(lines, pieces, strict=False)]
    return {
        "f": {
            "lineItemsByFulfillmentOrder": [
                {"fulfillmentOrderId": part_of(row), "fulfillmentOrderLineItems": asked}
            ]
        }
    }


def errors(practice: Practice, query: str, variables: dict[str, Any]) -> list[Any]:
    (payload,) = practice.data(query, variables).values()
    return [each.get("code") or each["message"] for each in payload["userErrors"]]


def prepare(practice: Practice, part: str) -> list[Any]:
    rows = [{"fulfillmentOrderId": part}]
    return errors(practice, PREPARE, {"i": {"lineItemsByFulfillmentOrder": rows}})

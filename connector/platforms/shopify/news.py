"""Shopify's webhooks: proven, numbered, and taken as a reason to look again."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from connector.platforms import Delivery, Hint, HintKind, Incoming
from connector.platforms.shopify.access.signature import verify_webhook

KINDS: Mapping[str, tuple[HintKind, str]] = {
    "products": (HintKind.PRODUCT, "Product"),
    "variants": (HintKind.VARIANT, "ProductVariant"),
    "inventory_items": (HintKind.STOCK_ITEM, "InventoryItem"),
    "inventory_levels": (HintKind.STOCK_ITEM, "InventoryItem"),
    "orders": (HintKind.ORDER, "Order"),
    "fulfillment_orders": (HintKind.ORDER, "FulfillmentOrder"),
    "fulfillments": (HintKind.ORDER, "Fulfillment"),
}
PLAIN: Mapping[str, HintKind] = {
    "app/uninstalled": HintKind.UNINSTALLED,
    "app/scopes_update": HintKind.CONTEXT,
    "shop/update": HintKind.CONTEXT,
    "customers/data_request": HintKind.COMPLIANCE,
    "customers/redact": HintKind.COMPLIANCE,
    "shop/redact": HintKind.COMPLIANCE,
}
"""What is not here, exports and collections included, gives no reason to read anything."""


def receive(incoming: Incoming, secrets: Sequence[str]) -> Delivery:
    """Verify a delivery over its raw bytes, or raise BadSignature.

    All webhooks that one action of the merchant causes share an Event-Id, so topic and resource
    are part of the key: a new order must not swallow the news of the stock it took.
    """
    headers = incoming.headers
    verify_webhook(incoming.body, headers.get("x-shopify-hmac-sha256"), secrets)
    topic = headers.get("x-shopify-topic", "")
    resource = _resource(incoming.body)
    event = headers.get("x-shopify-event-id")
    if event:
        return Delivery(topic, f"{event}:{topic}:{resource}", resource)
    once = headers.get("x-shopify-webhook-id") or hashlib.sha256(incoming.body).hexdigest()
    return Delivery(topic, once, resource)


def hints(topic: str, body: bytes) -> Sequence[Hint]:
    """Say what to read again; an odd body gives no reason, never an error."""
    if topic in PLAIN:
        return (Hint(PLAIN[topic]),)
    family = topic.partition("/")[0]
    if family == "locations":
        return (Hint(HintKind.CONTEXT),)
    if family not in KINDS:
        return (Hint(HintKind.NOTHING),)
    kind, name = KINDS[family]
    found = _id(family, _read(body), name)
    return (Hint(kind, found),) if found else (Hint(HintKind.NOTHING),)


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
    return told if type(told) is dict else {}


def _id(family: str, told: Mapping[str, Any], name: str) -> str:
    """Return the id of what the news is about; "" where it does not say."""
    if family == "inventory_levels":
        return _gid(told.get("inventory_item_id"), name)
    if family == "orders" and type(told.get("order_edit")) is dict:
        return _gid(told["order_edit"].get("order_id"), name)
    if family == "fulfillment_orders":
        return _part(told)
    return _gid(told.get("admin_graphql_api_id"), name) or _gid(told.get("id"), name)


def _part(told: Mapping[str, Any]) -> str:
    """Return the first part of an order that is told of: moved and split ones come in pairs."""
    inner = (value for key, value in told.items() if key.endswith("fulfillment_order"))
    ids = (_gid(each.get("id"), "FulfillmentOrder") for each in inner if type(each) is dict)
    return next(filter(None, ids), "")


def _gid(value: Any, name: str) -> str:
    """Return a number or an id as an id of that kind."""
    if type(value) is int:
        return f"gid://shopify/{name}/{value}"
    prefix = f"gid://shopify/{name}/"
    if type(value) is str and value.startswith(prefix) and value[len(prefix) :].isdigit():
        return value
    return ""


def _resource(body: bytes) -> str:
    """Return what a body calls itself, short enough to be kept beside it."""
    told = _read(body)
    item, place = told.get("inventory_item_id"), told.get("location_id")
    if type(item) is int:
        return f"{item}@{place}" if type(place) is int else str(item)
    for key in ("admin_graphql_api_id", "id"):
        value = told.get(key)
        if type(value) in (int, str) and value != "":
            return str(value)[:200]
    inner = told.get("fulfillment_order")
    return str(inner.get("id", ""))[:200] if type(inner) is dict else ""

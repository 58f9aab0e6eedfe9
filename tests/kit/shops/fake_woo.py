"""Short words for tests of the fake WooCommerce shop."""

from typing import Any

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.testing import Caller, Inbox

STORE = "/wp-json/wc/store/v1"
PRODUCT_TOPICS = ("product.created", "product.updated", "product.deleted", "product.restored")
ORDER_TOPICS = ("order.created", "order.updated", "order.deleted")
AUTHORIZE = {
    "app_name": "Regie",
    "scope": "read_write",
    "user_id": "once-1",
    "return_url": "https://regie.example/return",
    "callback_url": "https://regie.example/install/woocommerce",
}


def item(call: Caller, sku: str) -> dict[str, Any]:
    found: dict[str, Any] = call.get("products", sku=sku)[0]
    return found


def made(call: Caller, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = call("POST", "products", {"name": "Proef", **fields}).get_json()
    return found


def watch(call: Caller, *topics: str) -> list[dict[str, Any]]:
    bodies = [
        {"topic": topic, "delivery_url": "https://regie.example/hook", "secret": "geheim"}
        for topic in topics
    ]
    return [call("POST", "webhooks", body).get_json() for body in bodies]


def topics(inbox: Inbox) -> list[tuple[str, int]]:
    """Return what came, without pings: topic and the id it is about."""
    return [(x.topic, x.json().get("id")) for x in inbox.letters if x.topic != "ping"]


def fail_times(shop: WooShop, call: Caller, times: int) -> None:
    """Let a number of deliveries fail."""
    product = item(call, "GP-KAAS")
    for count in range(times):
        shop.changes.set_stock(product["id"], 50 + count)
        shop.webhooks.run()


def ordered(call: Caller, sku: str, quantity: int = 1, **fields: Any) -> dict[str, Any]:
    line = {"product_id": item(call, sku)["id"], "quantity": quantity}
    found: dict[str, Any] = call("POST", "orders", {"line_items": [line], **fields}).get_json()
    return found


def stock(call: Caller, sku: str) -> int:
    return int(item(call, sku)["stock_quantity"])


def every(call: Caller, path: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call.get(path, per_page=100, orderby="id", order="asc", **params)
    return found


def by_name(call: Caller, name: str, **params: Any) -> dict[str, Any]:
    return next(item for item in every(call, "products", **params) if item["name"] == name)


def names(call: Caller, path: str = "products", **params: Any) -> set[str]:
    return {entry["name"] for entry in call.get(path, per_page=100, **params)}

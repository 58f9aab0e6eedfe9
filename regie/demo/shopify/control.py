"""The strings behind the stage: what the demo's buttons and the tests may pull."""

from typing import Any

import msgspec
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from connector.model.errors import RegieError
from regie.demo.shopify.faults import Faults
from regie.demo.shopify.order.book import shown
from regie.demo.shopify.shop import ShopifyShop
from regie.demo.shopify.webhooks import Delivery

VERBS = frozenset(
    {
        "create",
        "delete",
        "describe",
        "disconnect_level",
        "install",
        "publish",
        "rename",
        "rename_location",
        "set_location_active",
        "set_metafield",
        "set_price",
        "set_status",
        "set_stock",
        "uninstall",
        "unpublish",
    }
)

ORDER_VERBS = frozenset(
    {
        "cancel",
        "delete",
        "edit",
        "fulfill",
        "hold",
        "move",
        "pay",
        "place",
        "refund",
        "release",
    }
)


def control(shop: ShopifyShop) -> Blueprint:
    """Return the control routes of one shop."""
    routes = Blueprint("fake", __name__, url_prefix="/_fake")

    @routes.errorhandler(RegieError)
    def told(error: RegieError) -> ResponseReturnValue:
        return {"code": error.code, "message": str(error), **error.details()}, error.status

    @routes.errorhandler(TypeError)
    @routes.errorhandler(msgspec.ValidationError)
    def misread(error: Exception) -> ResponseReturnValue:
        return {"code": "invalid_input", "message": str(error)}, 400

    _play_merchant(routes, shop)
    _play_orders(routes, shop)
    _play_weather(routes, shop)
    _show_records(routes, shop)
    return routes


def _given() -> dict[str, Any]:
    given = request.get_json(silent=True)
    return given if isinstance(given, dict) else {}


def _play_merchant(routes: Blueprint, shop: ShopifyShop) -> None:
    """Change what the shop sells."""

    @routes.post("/changes/<verb>")
    def change(verb: str) -> ResponseReturnValue:
        if verb not in VERBS:
            return {"code": "not_found", "verbs": sorted(VERBS)}, 404
        row = getattr(shop.changes, verb)(**_given())
        return {"id": row["id"] if row else None}

    @routes.get("/catalogue")
    def catalogue() -> ResponseReturnValue:
        with shop.lock:
            return {"products": [_listed(row) for row in shop.store.products.values()]}

    @routes.post("/compliance")
    def compliance() -> ResponseReturnValue:
        given = _given()
        shop.post.tell_compliance(**given)
        return {"queued": given["topic"]}


def _play_orders(routes: Blueprint, shop: ShopifyShop) -> None:
    """Let shoppers buy, and the merchant change what they bought."""

    @routes.post("/orders/<verb>")
    def act(verb: str) -> ResponseReturnValue:
        if verb not in ORDER_VERBS:
            return {"code": "not_found", "verbs": sorted(ORDER_VERBS)}, 404
        row = getattr(shop.orders, verb)(**_given())
        return {"id": row["id"], "name": row.get("name")}

    @routes.get("/orders")
    def orders() -> ResponseReturnValue:
        with shop.lock:
            return {"orders": [shown(row) for row in shop.store.orders.values()]}


def _play_weather(routes: Blueprint, shop: ShopifyShop) -> None:
    """Make the shop's days good or bad, long or short."""

    @routes.put("/faults")
    def set_faults() -> ResponseReturnValue:
        shop.set_faults(msgspec.convert(_given(), Faults))
        return msgspec.structs.asdict(shop.dice.faults)

    @routes.get("/faults")
    def faults() -> ResponseReturnValue:
        return {"faults": msgspec.structs.asdict(shop.dice.faults), "struck": shop.dice.struck}

    @routes.post("/clock")
    def clock() -> ResponseReturnValue:
        shop.clock.advance(float(_given().get("advance", 0)))
        return {"now": shop.clock.stamp()}

    @routes.post("/closed")
    def closed() -> ResponseReturnValue:
        shop.closed = _given().get("status")
        return {"closed": shop.closed}


def _show_records(routes: Blueprint, shop: ShopifyShop) -> None:
    """Show what was asked and what was sent."""

    @routes.get("/log")
    def log() -> ResponseReturnValue:
        with shop.lock:
            return {"entries": list(shop.log.entries), "counts": dict(shop.log.counts)}

    @routes.get("/deliveries")
    def deliveries() -> ResponseReturnValue:
        with shop.lock:
            tried = [msgspec.to_builtins(each) for each in shop.post.tried]
            return {"tried": tried, "waiting": [_waiting(each) for each in shop.post.waiting]}

    @routes.post("/deliveries")
    def deliver() -> ResponseReturnValue:
        return {"tried": [msgspec.to_builtins(each) for each in shop.deliver_due()]}


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    kept = ("id", "handle", "title", "status", "updatedAt")
    variants = [
        {"sku": each["sku"], "price": each["price"], "inventory": each["inventoryQuantity"]}
        for each in row["variants"]
    ]
    return {key: row[key] for key in kept} | {"variants": variants}


def _waiting(message: Delivery) -> dict[str, Any]:
    kept = ("topic", "uri", "due", "failures")
    return {key: getattr(message, key) for key in kept}

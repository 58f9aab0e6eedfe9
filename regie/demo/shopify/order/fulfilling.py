"""What an app may do to parts of orders through the API, with every check the shop makes."""

from collections.abc import Mapping
from typing import Any, Final

from regie.demo.shopify.order import shipping
from regie.demo.shopify.query.answers import NotPlayed, user_error
from regie.demo.shopify.query.call import Call
from regie.demo.shopify.query.idempotency import failed
from regie.demo.shopify.store import Row

MOST_HOLDS: Final = 10
WORKABLE: Final = frozenset({"OPEN", "IN_PROGRESS"})
ENDED: Final = frozenset({"CLOSED", "CANCELLED", "INCOMPLETE"})


def prepared(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Mark parts as ready to be picked up."""
    wanted = arguments["input"]["lineItemsByFulfillmentOrder"]
    parts = []
    for place, row in enumerate(wanted):
        path = ("input", "lineItemsByFulfillmentOrder", str(place), "fulfillmentOrderId")
        part = call.shop.store.parts.get(row["fulfillmentOrderId"])
        if part is None:
            return failed("FULFILLMENT_ORDER_INVALID", "Fulfillment order does not exist.", *path)
        is_pickup = part["deliveryMethod"]["methodType"] == "PICK_UP"
        if not is_pickup or part["status"] not in WORKABLE:
            message = "Fulfillment order can't be prepared for pickup."
            return failed("FULFILLMENT_ORDER_INVALID", message, *path)
        if part["prepared"]:
            message = "There are no line items to prepare."
            return failed("NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER", message, *path)
        parts.append(part)
    for part in parts:
        shipping.prepare(call.shop, part)
    return {"userErrors": []}


def create(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Let pieces of one part leave."""
    given = arguments["fulfillment"]
    wanted = given["lineItemsByFulfillmentOrder"]
    if len(wanted) != 1:
        raise NotPlayed("a fulfillment of several fulfillment orders")
    part = call.shop.store.parts.get(wanted[0]["fulfillmentOrderId"])
    if part is None:
        return _refused("Fulfillment order does not exist.", "fulfillment")
    if part["status"] not in WORKABLE:
        number, status = part["id"].rpartition("/")[2], part["status"].lower()
        message = f"Fulfillment order {number} has an unfulfillable status= {status}."
        return _refused(message, "fulfillment")
    pieces = _pieces(part, wanted[0].get("fulfillmentOrderLineItems") or [])
    if pieces is None:
        message = "Invalid fulfillment order line item quantity requested."
        return _refused(message, "fulfillment")
    tracking = _tracking(given.get("trackingInfo") or {})
    row = shipping.ship(call.shop, part, pieces, tracking)
    return {"fulfillment": row, "userErrors": []}


def _pieces(part: Row, wanted: list[Row]) -> list[tuple[Row, int]] | None:
    """Return what shall leave; nothing where a line or quantity does not fit."""
    known = {each["id"]: each for each in part["lineItems"]}
    if not wanted:
        return [
            (each, each["remainingQuantity"])
            for each in known.values()
            if each["remainingQuantity"]
        ]
    found = []
    for row in wanted:
        piece = known.get(row["id"])
        if piece is None or not 0 < row["quantity"] <= piece["remainingQuantity"]:
            return None
        found.append((piece, row["quantity"]))
    return found if len({piece["id"] for piece, _ in found}) == len(found) else None


def _tracking(given: Mapping[str, Any]) -> list[Row]:
    if not given:
        return []
    return [{key: given.get(key) for key in ("company", "number", "url")}]


def event(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Note what befell a shipment."""
    given = arguments["fulfillmentEvent"]
    shipment = call.shop.store.shipments.get(given["fulfillmentId"])
    if shipment is None or shipment["status"] != "SUCCESS":
        return _refused("Fulfillment does not exist.", "fulfillmentEvent", "fulfillmentId")
    row = shipping.befall(call.shop, shipment, given)
    return {"fulfillmentEvent": row, "userErrors": []}


def cancel(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Call a shipment back."""
    shipment = call.shop.store.shipments.get(arguments["id"])
    if shipment is None:
        return _refused("Fulfillment does not exist.", "id")
    if shipment["status"] == "CANCELLED":
        return _refused("Fulfillment is already cancelled.", "id")
    shipping.take_back(call.shop, shipment)
    return {"fulfillment": shipment, "userErrors": []}


def hold(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Hold a part back."""
    given = arguments["fulfillmentHold"]
    if given.get("fulfillmentOrderLineItems"):
        raise NotPlayed("a hold of some line items")
    part = call.shop.store.parts.get(arguments["id"])
    if part is None:
        return failed("FULFILLMENT_ORDER_NOT_FOUND", "Fulfillment order does not exist.", "id")
    if part["status"] in ENDED:
        return failed("TAKEN", "The fulfillment order is not in an open state.", "id")
    ours = [each for each in part["fulfillmentHolds"] if each["heldByRequestingApp"]]
    if (given.get("handle") or "") in {each["handle"] for each in ours}:
        message = "The handle provided for the fulfillment hold is already in use."
        path = ("fulfillmentHold", "handle")
        return failed("DUPLICATE_FULFILLMENT_HOLD_HANDLE", message, *path)
    if len(ours) >= MOST_HOLDS:
        message = "The maximum number of fulfillment holds has been reached."
        return failed("FULFILLMENT_ORDER_HOLD_LIMIT_REACHED", message, "id")
    row = shipping.hold(call.shop, part, given)
    held = {"fulfillmentHold": row, "fulfillmentOrder": part}
    return held | {"remainingFulfillmentOrder": None, "userErrors": []}


def release(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Lift holds of this app, all of them where none is named."""
    part = call.shop.store.parts.get(arguments["id"])
    if part is None:
        return failed("FULFILLMENT_ORDER_NOT_FOUND", "Fulfillment order does not exist.", "id")
    ours = [each["id"] for each in part["fulfillmentHolds"] if each["heldByRequestingApp"]]
    wanted = arguments.get("holdIds") or ours
    shipping.release(call.shop, part, [each for each in wanted if each in ours])
    return {"fulfillmentOrder": part, "userErrors": []}


def progress(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Note that somebody works on a part."""
    part = call.shop.store.parts.get(arguments["id"])
    if part is None:
        return failed("FULFILLMENT_ORDER_NOT_FOUND", "Fulfillment order does not exist.", "id")
    if part["status"] not in WORKABLE:
        message = "Progress can't be reported on this fulfillment order."
        return failed("FULFILLMENT_ORDER_STATUS_INVALID", message, "id")
    shipping.progress(call.shop, part)
    return {"fulfillmentOrder": part, "userErrors": []}


def _refused(message: str, *path: str) -> Row:
    """Return the payload of a refused write whose errors have no codes."""
    payload = failed("", message, *path)
    payload["userErrors"] = [user_error(None, message, *path)]
    return payload

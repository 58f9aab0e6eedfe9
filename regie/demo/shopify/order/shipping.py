"""Parts of orders leave, come back and are held: what follows from it in the shop."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from regie.demo.shopify.order import stock as order_stock
from regie.demo.shopify.order.rows import new_shipment
from regie.demo.shopify.store import Row, gid
from regie.demo.shopify.telling import TellingShop

SHOWN: Final[Mapping[str, str]] = {
    "ATTEMPTED_DELIVERY": "ATTEMPTED_DELIVERY",
    "CARRIER_PICKED_UP": "CARRIER_PICKED_UP",
    "CONFIRMED": "CONFIRMED",
    "DELAYED": "DELAYED",
    "DELIVERED": "DELIVERED",
    "FAILURE": "FAILURE",
    "IN_TRANSIT": "IN_TRANSIT",
    "OUT_FOR_DELIVERY": "OUT_FOR_DELIVERY",
    "READY_FOR_PICKUP": "READY_FOR_PICKUP",
}
WORDS: Final[Mapping[str, str]] = {
    "INVENTORY_OUT_OF_STOCK": "Inventory out of stock",
    "AWAITING_PAYMENT": "Awaiting payment",
}
Pieces = Sequence[tuple[Row, int]]


def ship(shop: TellingShop, part: Row, pieces: Pieces, tracking: Iterable[Row]) -> Row:
    """Let pieces of a part leave."""
    order, moment = part["order"], shop.clock.stamp()
    shipment = new_shipment(shop.store, moment, order, part, list(tracking))
    for piece, quantity in pieces:
        piece["remainingQuantity"] -= quantity
        piece["lineItem"]["unfulfilledQuantity"] -= quantity
        order_stock.leave(shop, part, piece, quantity)
        shipment["pieces"].append((piece, quantity))
        shipment["totalQuantity"] += quantity
        number = shop.store.new_number()
        row = {"id": gid("FulfillmentLineItem", number), "quantity": quantity}
        shipment["fulfillmentLineItems"].append(row | {"lineItem": piece["lineItem"]})
    if part["deliveryMethod"]["methodType"] == "PICK_UP":
        shipment["displayStatus"] = "PICKED_UP"
    shop.store.put(shop.store.shipments, shipment)
    part["fulfillments"].append(shipment)
    order["fulfillments"].append(shipment)
    _follow(shop, part)
    shop.news.shipment_changed(shipment, "FULFILLMENTS_CREATE")
    return shipment


def take_back(shop: TellingShop, shipment: Row) -> None:
    """Call a shipment back: its pieces are owed again, by the same part."""
    shipment |= {"status": "CANCELLED", "displayStatus": "CANCELED"}
    shipment["updatedAt"] = shop.clock.stamp()
    (part,) = shipment["fulfillmentOrders"]
    for piece, quantity in shipment["pieces"]:
        piece["remainingQuantity"] += quantity
        piece["lineItem"]["unfulfilledQuantity"] += quantity
        order_stock.come_back(shop, part, piece, quantity)
    _follow(shop, part)
    shop.news.shipment_changed(shipment)


def befall(shop: TellingShop, shipment: Row, given: Mapping[str, Any]) -> Row:
    """Note what befell a shipment."""
    moment = shop.clock.stamp()
    kept = ("address1", "city", "country", "province", "zip", "latitude", "longitude")
    event = {
        "id": gid("FulfillmentEvent", shop.store.new_number()),
        "status": given["status"],
        "happenedAt": given.get("happenedAt") or moment,
        "createdAt": moment,
        "estimatedDeliveryAt": given.get("estimatedDeliveryAt"),
        "message": given.get("message"),
        **{key: given.get(key) for key in kept},
    }
    shipment["events"].append(event)
    shipment["displayStatus"] = SHOWN.get(given["status"], shipment["displayStatus"])
    if given["status"] == "DELIVERED":
        shipment["deliveredAt"] = event["happenedAt"]
    shipment["updatedAt"] = moment
    shop.news.shipment_changed(shipment)
    return event


def hold(shop: TellingShop, part: Row, given: Mapping[str, Any], *, ours: bool = True) -> Row:
    """Hold a part back."""
    row = {
        "id": gid("FulfillmentHold", shop.store.new_number()),
        "reason": given["reason"],
        "reasonNotes": given.get("reasonNotes"),
        "displayReason": WORDS.get(given["reason"], "Other"),
        "handle": given.get("handle") or "",
        "heldByRequestingApp": ours,
    }
    part["fulfillmentHolds"].append(row)
    part["status"] = "ON_HOLD"
    part["updatedAt"] = shop.clock.stamp()
    shop.news.part_changed(part, "FULFILLMENT_ORDERS_PLACED_ON_HOLD")
    return row


def release(shop: TellingShop, part: Row, holds: Iterable[str]) -> None:
    """Lift holds; without any left the part can be worked on."""
    wanted = set(holds)
    part["fulfillmentHolds"] = [
        each for each in part["fulfillmentHolds"] if each["id"] not in wanted
    ]
    if part["status"] == "ON_HOLD" and not part["fulfillmentHolds"]:
        _follow(shop, part)
        shop.news.part_changed(part, "FULFILLMENT_ORDERS_HOLD_RELEASED")


def prepare(shop: TellingShop, part: Row) -> None:
    """Mark a part as ready to be picked up; the buyer gets a mail."""
    part["prepared"] = True
    part["updatedAt"] = shop.clock.stamp()
    shop.news.part_changed(part, "FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_PICKUP")


def progress(shop: TellingShop, part: Row) -> None:
    """Note that somebody works on a part."""
    part["status"] = "IN_PROGRESS"
    part["updatedAt"] = shop.clock.stamp()
    shop.news.part_changed(part, "FULFILLMENT_ORDERS_PROGRESS_REPORTED")


def _follow(shop: TellingShop, part: Row) -> None:
    """Bring the part's status in line with what has left, and date part and order anew."""
    stands = any(each["status"] == "SUCCESS" for each in part["fulfillments"])
    if not any(each["remainingQuantity"] for each in part["lineItems"]):
        part["status"] = "CLOSED"
    else:
        part["status"] = "IN_PROGRESS" if stands else "OPEN"
    moment = shop.clock.stamp()
    part["updatedAt"] = part["order"]["updatedAt"] = moment
    shop.news.order_changed(part["order"])

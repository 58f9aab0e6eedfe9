"""What follows from an order's rows: how far it is, and what may be done to a part of it."""

from collections.abc import Mapping
from typing import Any, Final

from regie.demo.shopify.store import Row

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "OPEN": ("CREATE_FULFILLMENT", "REPORT_PROGRESS", "MOVE", "HOLD", "SPLIT"),
    "IN_PROGRESS": ("CREATE_FULFILLMENT", "REPORT_PROGRESS", "HOLD", "MARK_AS_OPEN"),
    "ON_HOLD": ("RELEASE_HOLD", "HOLD", "MOVE"),
}


def fulfillment_status(order: Row) -> str:
    """Return how far the whole order is."""
    parts = [each for each in order["fulfillmentOrders"] if each["status"] != "CANCELLED"]
    states = {each["status"] for each in parts}
    if states == {"CLOSED"}:
        return "FULFILLED"
    if any(each["status"] == "SUCCESS" for each in order["fulfillments"]):
        return "PARTIALLY_FULFILLED"
    if states & {"ON_HOLD"}:
        return "ON_HOLD"
    return "IN_PROGRESS" if "IN_PROGRESS" in states else "UNFULFILLED"


def status_shape(order: Row, _arguments: Mapping[str, Any]) -> str:
    """Answer Order.displayFulfillmentStatus."""
    return fulfillment_status(order)


def actions_shape(part: Row, _arguments: Mapping[str, Any]) -> list[Row]:
    """Answer FulfillmentOrder.supportedActions."""
    names = ACTIONS.get(part["status"], ())
    return [{"action": name, "externalUrl": None} for name in names]


def events_shape(shipment: Row, _arguments: Mapping[str, Any]) -> list[Row]:
    """Answer Fulfillment.events in the order in which it happened."""
    return sorted(shipment["events"], key=lambda each: str(each["happenedAt"]))

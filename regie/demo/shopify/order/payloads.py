"""What the shop writes into the webhooks about orders, in its older words."""

from collections.abc import Collection

from regie.demo.shopify.order.fields import fulfillment_status
from regie.demo.shopify.payloads import local
from regie.demo.shopify.query.paging import number
from regie.demo.shopify.store import Row, Store


def order_body(store: Store, order: Row, approved: Collection[str]) -> Row:
    """Return the body of orders/*; what is protected and not approved is null."""
    total = order["currentTotalPriceSet"]["shopMoney"]["amount"]
    status = fulfillment_status(order)
    return {
        "id": number(order["id"]),
        "admin_graphql_api_id": order["id"],
        "name": order["name"],
        "order_number": order["number"],
        "confirmation_number": order["confirmationNumber"],
        "created_at": local(store, order["createdAt"]),
        "updated_at": local(store, order["updatedAt"]),
        "processed_at": local(store, order["processedAt"]),
        "cancelled_at": local(store, order["cancelledAt"]),
        "cancel_reason": (order["cancelReason"] or "").lower() or None,
        "closed_at": local(store, order["closedAt"]),
        "currency": order["currencyCode"],
        "current_total_price": total,
        "total_price": order["totalPriceSet"]["shopMoney"]["amount"],
        "financial_status": order["displayFinancialStatus"].lower(),
        "fulfillment_status": {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}.get(
            status
        ),
        "source_name": order["sourceName"],
        "test": order["test"],
        "customer_locale": order["customerLocale"],
        "email": order["email"] if "email" in approved else None,
        "phone": order["phone"] if "phone" in approved else None,
        "note": order["note"],
        "note_attributes": [
            {"name": each["key"], "value": each["value"]} for each in order["customAttributes"]
        ],
        "line_items": [_line(each) for each in order["lineItems"]],
    }


def _line(line: Row) -> Row:
    return {
        "id": number(line["id"]),
        "admin_graphql_api_id": line["id"],
        "title": line["title"],
        "sku": line["sku"],
        "quantity": line["quantity"],
        "current_quantity": line["currentQuantity"],
        "variant_id": number(line["variant"]["id"]),
        "product_id": number(line["product"]["id"]),
        "price": str(line["price"]),
    }


def edit_body(store: Store, order: Row) -> Row:
    """Return the body of orders/edited, which names the order only inside."""
    edit = {
        "id": number(order["id"]) + 1,
        "app_id": None,
        "created_at": local(store, order["updatedAt"]),
        "order_id": number(order["id"]),
    }
    return {"order_edit": edit}


def part_body(part: Row) -> Row:
    """Return the body of most fulfillment_orders/*."""
    return {
        "fulfillment_order": {
            "id": part["id"],
            "status": part["status"].lower(),
            "preparable": not part["prepared"],
            "delivery_method": {"method_type": part["deliveryMethod"]["methodType"].lower()},
        }
    }


def moved_body(part: Row) -> Row:
    """Return the body of fulfillment_orders/moved, where the whole part went elsewhere."""
    told = part_body(part)["fulfillment_order"]
    return {"original_fulfillment_order": told, "moved_fulfillment_order": told}


def shipment_body(store: Store, shipment: Row) -> Row:
    """Return the body of fulfillments/*."""
    return {
        "id": number(shipment["id"]),
        "admin_graphql_api_id": shipment["id"],
        "order_id": number(shipment["order"]["id"]),
        "name": shipment["name"],
        "status": shipment["status"].lower(),
        "shipment_status": shipment["displayStatus"].lower(),
        "created_at": local(store, shipment["createdAt"]),
        "updated_at": local(store, shipment["updatedAt"]),
    }

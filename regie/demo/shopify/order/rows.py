"""What an order, its parts and its shipments look like inside the shop."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from regie.demo.shopify.store import Row, Store, gid

COURIER_FEE: Final = Decimal("4.90")
NAMES: Final = {"PICK_UP": "Abholung", "LOCAL": "Lokale Lieferung", "SHIPPING": "Standardversand"}
ADDRESS: Final = ("address1", "address2", "city", "company", "provinceCode", "zip", "phone")


def money(amount: Decimal, currency: str) -> Row:
    """Return an amount in the shop's money and, the same, in the buyer's."""
    text = f"{amount.normalize():f}"
    held = {"amount": text if "." in text else f"{text}.0", "currencyCode": currency}
    return {"shopMoney": held, "presentmentMoney": held}


def new_order(store: Store, moment: str, given: Mapping[str, Any]) -> Row:
    """Return an order without lines."""
    number, turn = store.new_number(), 1001 + store.orders_taken
    store.orders_taken += 1
    buyer = given.get("buyer") or {}
    return {
        "id": gid("Order", number),
        "legacyResourceId": str(number),
        "name": f"#{turn}",
        "number": turn,
        "confirmationNumber": f"DEMO{turn}",
        "createdAt": moment,
        "updatedAt": moment,
        "processedAt": moment,
        "cancelledAt": None,
        "cancelReason": None,
        "closedAt": None,
        "closed": False,
        "edited": False,
        "test": bool(given.get("test")),
        "currencyCode": store.currency,
        "presentmentCurrencyCode": store.currency,
        "displayFinancialStatus": given.get("financial", "PAID"),
        "paymentGatewayNames": [given.get("gateway", "shopify_payments")],
        "sourceName": given.get("source", "web"),
        "sourceIdentifier": None,
        "attribution": None,
        "publication": None,
        "retailLocation": None,
        "tags": [],
        "note": given.get("note"),
        "customAttributes": [
            {"key": key, "value": value} for key, value in (given.get("attributes") or {}).items()
        ],
        "customerLocale": given.get("locale", "de-DE"),
        "email": buyer.get("email"),
        "phone": buyer.get("phone"),
        "billingAddress": mailing(store, buyer, given.get("address") or {}),
        "shippingAddress": (
            mailing(store, buyer, given["address"]) if given.get("address") else None
        ),
        "lineItems": [],
        "fulfillmentOrders": [],
        "fulfillments": [],
        "shippingLine": None,
    }


def mailing(store: Store, buyer: Mapping[str, Any], address: Mapping[str, Any]) -> Row:
    """Return a postal address with its person."""
    first, last = buyer.get("firstName"), buyer.get("lastName")
    return {
        "id": gid("MailingAddress", store.new_number()),
        "firstName": first,
        "lastName": last,
        "name": " ".join(filter(None, (first, last))) or None,
        **{key: address.get(key) for key in ADDRESS},
        "phone": address.get("phone") or buyer.get("phone"),
        "countryCodeV2": address.get("countryCode", "DE"),
        "latitude": address.get("latitude"),
        "longitude": address.get("longitude"),
    }


def new_line(store: Store, order: Row, variant: Row, quantity: int) -> Row:
    """Put a line into an order."""
    price = Decimal(variant["price"])
    line = {
        "id": gid("LineItem", store.new_number()),
        "title": variant["product"]["title"],
        "name": variant["product"]["title"],
        "variantTitle": None if variant["title"] == "Default Title" else variant["title"],
        "sku": variant["sku"],
        "quantity": quantity,
        "currentQuantity": quantity,
        "unfulfilledQuantity": quantity,
        "requiresShipping": variant["inventoryItem"]["requiresShipping"],
        "product": variant["product"],
        "variant": variant,
        "originalUnitPriceSet": money(price, store.currency),
        "customAttributes": [],
        "price": price,
    }
    order["lineItems"].append(line)
    return line


def new_part(
    store: Store, order: Row, moment: str, method: str, place: Row, given: Mapping[str, Any]
) -> Row:
    """Put a part into an order: what one place owes."""
    number = store.new_number()
    earliest, latest = given.get("window") or (None, None)
    part = {
        "id": gid("FulfillmentOrder", number),
        "status": "OPEN",
        "requestStatus": "UNSUBMITTED",
        "createdAt": moment,
        "updatedAt": moment,
        "fulfillAt": moment,
        "fulfillBy": None,
        "order": order,
        "orderId": order["id"],
        "orderName": order["name"],
        "orderProcessedAt": order["processedAt"],
        "deliveryMethod": {
            "id": gid("DeliveryMethod", store.new_number()),
            "methodType": method,
            "minDeliveryDateTime": earliest,
            "maxDeliveryDateTime": latest,
            "presentedName": place["name"] if method == "PICK_UP" else NAMES.get(method),
            "serviceCode": place["name"] if method == "PICK_UP" else NAMES.get(method),
            "sourceReference": None,
            "additionalInformation": None,
        },
        "assignedLocation": assigned(place),
        "destination": _destination(store, given),
        "lineItems": [],
        "fulfillmentHolds": [],
        "fulfillments": [],
        "prepared": False,
    }
    store.put(store.parts, part)
    order["fulfillmentOrders"].append(part)
    return part


def assigned(place: Row) -> Row:
    """Return a location as a part of an order shows it."""
    address = place["address"]
    kept = ("address1", "address2", "city", "province", "zip", "countryCode", "phone")
    return {"name": place["name"], "location": place, **{key: address[key] for key in kept}}


def _destination(store: Store, given: Mapping[str, Any]) -> Row:
    buyer, address = given.get("buyer") or {}, given.get("address") or {}
    return {
        "id": gid("FulfillmentOrderDestination", store.new_number()),
        "firstName": buyer.get("firstName"),
        "lastName": buyer.get("lastName"),
        "email": buyer.get("email"),
        "phone": buyer.get("phone"),
        "company": None,
        "province": None,
        **{key: address.get(key) for key in ("address1", "address2", "city", "zip")},
        "countryCode": address.get("countryCode"),
        "location": None,
    }


def new_piece(store: Store, part: Row, line: Row, quantity: int) -> Row:
    """Let a part owe pieces of a line."""
    item = line["variant"]["inventoryItem"]
    piece = {
        "id": gid("FulfillmentOrderLineItem", store.new_number()),
        "productTitle": line["title"],
        "variantTitle": line["variantTitle"],
        "sku": line["sku"],
        "vendor": line["product"]["vendor"],
        "totalQuantity": quantity,
        "remainingQuantity": quantity,
        "requiresShipping": line["requiresShipping"],
        "inventoryItemId": item["id"],
        "lineItem": line,
        "variant": line["variant"],
        "weight": item["measurement"]["weight"],
        "warnings": [],
    }
    part["lineItems"].append(piece)
    return piece


def new_shipment(store: Store, moment: str, order: Row, part: Row, tracking: Sequence[Row]) -> Row:
    """Return what left the place together, still empty."""
    number, turn = store.new_number(), len(order["fulfillments"]) + 1
    return {
        "id": gid("Fulfillment", number),
        "legacyResourceId": str(number),
        "name": f"{order['name']}-F{turn}",
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "createdAt": moment,
        "updatedAt": moment,
        "deliveredAt": None,
        "inTransitAt": None,
        "estimatedDeliveryAt": None,
        "trackingInfo": list(tracking),
        "events": [],
        "fulfillmentLineItems": [],
        "fulfillmentOrders": [part],
        "order": order,
        "location": part["assignedLocation"]["location"],
        "requiresShipping": True,
        "totalQuantity": 0,
        "pieces": [],
    }


def price_up(store: Store, order: Row) -> None:
    """Work out an order's totals from its lines."""
    courier = any(
        part["deliveryMethod"]["methodType"] == "LOCAL" for part in order["fulfillmentOrders"]
    )
    fee = COURIER_FEE if courier else Decimal(0)
    lines = order["lineItems"]
    total = sum((line["price"] * line["currentQuantity"] for line in lines), fee)
    paid = order["displayFinancialStatus"] != "PENDING"
    order.setdefault("totalPriceSet", money(total, store.currency))
    order["currentTotalPriceSet"] = money(total, store.currency)
    order["totalOutstandingSet"] = money(Decimal(0) if paid else total, store.currency)
    order["fullyPaid"], order["unpaid"] = paid, not paid

"""Orders as shoppers make them, by one call: fetched, brought by the store, or shipped."""

from collections.abc import Mapping, Sequence
from typing import Any

from regie.demo.woocommerce.errors import RestError, unknown
from regie.demo.woocommerce.order.orders import create_order, find_order, update_order
from regie.demo.woocommerce.order.pickup import pickup_meta
from regie.demo.woocommerce.order.refunds import create_refund
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json

ANNA: Json = {
    "first_name": "Anna",
    "last_name": "Proef",
    "address_1": "Oudegracht 158",
    "city": "Utrecht",
    "postcode": "3511 AZ",
    "country": "NL",
    "phone": "+31 30 555 0123",
}
LOCAL_TITLE = "Lokale bezorging"


def place_order(
    shop: Shop,
    lines: Sequence[Mapping[str, Any]],
    *,
    way: str = "pickup",
    place: int = 0,
    payment: str = "ideal",
    paid: bool = True,
    person: Mapping[str, str] | None = None,
    references: Mapping[str, str] | None = None,
    **fields: Any,
) -> Json:
    """Buy `lines` of {item_id, quantity}; `way` is pickup, classic, delivery, flat or shipping.

    `place` is the pickup location's place in its list. Cash on delivery is `payment="cod"`;
    `paid=False` leaves the order pending. `references` become custom fields of the order.
    """
    buyer = {**ANNA, **(person or {})}
    body: Json = {
        "line_items": [_line(shop, wish) for wish in lines],
        "shipping_lines": _ways(shop, way, place),
        "payment_method": payment,
        "billing": {"email": "anna@proef.example", **buyer},
        "shipping": buyer,
        "meta_data": [{"key": key, "value": value} for key, value in (references or {}).items()],
        "created_via": "checkout",
        "status": "processing" if paid or payment == "cod" else "pending",
    }
    return create_order(shop, {**body, **fields})


def _line(shop: Shop, wish: Mapping[str, Any]) -> Json:
    item = shop.sellable(int(wish["item_id"]))
    if not item:
        raise unknown("product")
    line = {"product_id": item["id"], "quantity": int(wish.get("quantity", 1))}
    if item["type"] == "variation":
        line |= {"product_id": item["parent_id"], "variation_id": item["id"]}
    return line


def _ways(shop: Shop, way: str, place: int) -> list[Json]:
    """Return the shipping line that a checkout would have written."""
    plain: Mapping[str, Json] = {
        "classic": {"method_id": "local_pickup", "method_title": "Afhalen"},
        "delivery": {"method_id": "local_delivery", "method_title": LOCAL_TITLE, "total": "4.00"},
        "flat": {"method_id": "flat_rate", "method_title": LOCAL_TITLE, "total": "4.00"},
        "shipping": {"method_id": "flat_rate", "method_title": "PostNL", "total": "4.95"},
    }
    if way == "pickup":
        return pickup_meta(shop, f"pickup_location:{place}")
    if way not in plain:
        raise RestError("no_such_way", f"pickup or one of {', '.join(plain)}", 400)
    return [{"instance_id": "1", **plain[way]}]


def edit_order(shop: Shop, order_id: int, quantities: Mapping[str | int, int]) -> Json:
    """Set how many pieces of each line are wanted, by the line's id; 0 takes it off."""
    lines = [{"id": int(key), "quantity": number} for key, number in quantities.items()]
    return update_order(shop, order_id, {"line_items": lines})


def refund_order(
    shop: Shop, order_id: int, quantities: Mapping[str | int, int], *, restock: bool = True
) -> Json:
    """Give back the money for pieces of lines, by the line's id."""
    held = {line["id"]: line for line in find_order(shop, order_id)["line_items"]}
    lines = []
    for key, number in quantities.items():
        line = held[int(key)]
        each = (float(line["total"]) + float(line["total_tax"])) / line["quantity"]
        total = round(each * number, 2)
        lines.append({"id": int(key), "quantity": number, "refund_total": total})
    return create_refund(
        shop, order_id, {"line_items": lines, "api_refund": False, "api_restock": restock}
    )

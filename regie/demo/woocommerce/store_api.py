"""The shop's own checkout for shoppers: it looks at the stock and holds it, unlike `wc/v3`."""

import base64
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from regie.demo.woocommerce.call import Answer, Call
from regie.demo.woocommerce.chance import token
from regie.demo.woocommerce.errors import RestError
from regie.demo.woocommerce.order.money import cents, split, tax_class_of
from regie.demo.woocommerce.order.orders import create_order
from regie.demo.woocommerce.order.pickup import pickup_meta, pickup_rates
from regie.demo.woocommerce.product.blank import BILLING_ADDRESS, SHIPPING_ADDRESS
from regie.demo.woocommerce.product.views import amount, item_view
from regie.demo.woocommerce.selection import answer_page, check_params
from regie.demo.woocommerce.state import Reservation, Shop
from regie.demo.woocommerce.stock import stock_holder
from regie.demo.woocommerce.text import Json

CURRENCY: Json = {
    "currency_code": "EUR",
    "currency_symbol": "€",
    "currency_minor_unit": 2,
    "currency_decimal_separator": ".",
    "currency_thousand_separator": ",",
    "currency_prefix": "€",
    "currency_suffix": "",
}
TOKEN_HOURS = 48
MOST_OF_ONE = 9999


def list_store_products(shop: Shop, call: Call) -> Answer:
    """Answer what shoppers see: published products, prices in cents."""
    check_params(call.params, {"order": ("asc", "desc")})
    kept = [item for item in shop.products.values() if item["status"] == "publish"]
    newest = sorted(kept, key=lambda item: (item["date_created"], item["id"]), reverse=True)
    return answer_page(call, newest, lambda item: store_product(shop, item), allow="GET")


def read_store_product(shop: Shop, product_id: int) -> Answer:
    """Answer one product as shoppers see it."""
    item = shop.sellable(product_id)
    if not item or item["status"] != "publish":
        text = "Invalid product ID."
        raise RestError("woocommerce_rest_product_invalid_id", text, 404)
    return Answer(store_product(shop, item))


def store_product(shop: Shop, item: Json) -> Json:
    """Return a product in the shape of the Store API."""
    fields = ("id", "name", "type", "permalink", "sku", "description", "weight", "dimensions")
    return {
        **{name: item[name] for name in fields},
        "slug": item.get("slug", ""),
        "parent": item["parent_id"],
        "short_description": item.get("short_description", ""),
        "on_sale": item_view(shop, item)["on_sale"],
        "prices": _prices(shop, item),
        "images": item.get("images") or [],
        "categories": item.get("categories", []),
        "tags": item.get("tags", []),
        "brands": item.get("brands", []),
        "variations": [{"id": child} for child in item.get("variations", [])],
        "has_options": item.get("has_options", False),
        "is_purchasable": item["purchasable"],
        "is_in_stock": item["stock_status"] != "outofstock",
        "is_on_backorder": item["stock_status"] == "onbackorder",
        "is_password_protected": bool(item.get("post_password")),
        "extensions": {},
    }


def _shown_price(shop: Shop, item: Json, field: str) -> str:
    price = amount(item[field] or item["price"])
    if price is None:
        return ""
    net, tax = split(shop, price, tax_class_of(shop, item))
    net_shown = shop.setting("tax", "woocommerce_tax_display_cart", "incl") == "excl"
    return minor(net if net_shown else net + tax)


def minor(value: Decimal) -> str:
    """Return an amount in cents, as text."""
    return str(int(Decimal(cents(value)) * 100))


def _prices(shop: Shop, item: Json) -> Json:
    fields = ("price", "regular_price", "sale_price")
    found = {field: _shown_price(shop, item, field) for field in fields}
    return {**found, "price_range": None, **CURRENCY}


def open_cart(shop: Shop, call: Call) -> tuple[str, Json]:
    """Return the caller's cart, a new one where there is none, and its token."""
    sent = call.headers.get("Cart-Token", "")
    if sent in shop.carts:
        return sent, shop.carts[sent]
    number = len(shop.carts) + 1
    limit = int((shop.now() + timedelta(hours=TOKEN_HOURS)).timestamp())
    claims = {"user_id": f"t_{token(30, shop.seed, 'cart', number)}", "exp": limit}
    parts = [{"alg": "HS256", "typ": "JWT"}, claims]
    head = ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode() for p in parts)
    made = f"{head}.{token(43, shop.seed, 'sign', number)}".replace("=", "")
    addresses = {"billing_address": {**BILLING_ADDRESS}, "shipping_address": {**SHIPPING_ADDRESS}}
    shop.carts[made] = {"items": {}, "rate": "", **addresses}
    return made, shop.carts[made]


def nonce_of(shop: Shop) -> str:
    """Return the nonce of this shop."""
    return token(10, shop.seed, "nonce")


def need_nonce(shop: Shop, call: Call) -> None:
    """Refuse a change that proves neither by nonce nor by token whose cart it is."""
    if call.headers.get("Cart-Token", "") in shop.carts and call.headers.get("Cart-Token"):
        return
    sent = call.headers.get("Nonce", "")
    if not sent:
        text = "Missing the Nonce header. This endpoint requires a valid nonce."
        raise RestError("woocommerce_rest_missing_nonce", text, 401)
    if sent != nonce_of(shop):
        raise RestError("woocommerce_rest_invalid_nonce", "Nonce is invalid.", 403)


def add_item(shop: Shop, cart: Json, body: Json) -> None:
    """Put something in the cart, if the shelf allows."""
    item_id, quantity = int(body.get("id", 0)), int(body.get("quantity", 1))
    item = shop.sellable(item_id)
    if not item or item["status"] != "publish" or not item["purchasable"]:
        text = "This product cannot be added to the cart."
        raise RestError("woocommerce_rest_product_not_purchasable", text, 400)
    wanted = cart["items"].get(item_id, 0) + quantity
    check_shelf(shop, item, wanted)
    cart["items"][item_id] = wanted


def check_shelf(shop: Shop, item: Json, wanted: int) -> None:
    """Refuse more than is there and not held for others."""
    if item["stock_status"] == "outofstock":
        text = f"You cannot add &quot;{item['name']}&quot; to the cart: it is out of stock."
        raise RestError("woocommerce_rest_product_out_of_stock", text, 400)
    holder = stock_holder(shop, item["parent_id"] or item["id"], item["id"])
    if not holder or holder["backorders_allowed"]:
        return
    if wanted > holder["stock_quantity"] - shop.reserved(holder["id"]):
        text = f"There is not enough stock of &quot;{item['name']}&quot;."
        raise RestError("woocommerce_rest_product_partially_out_of_stock", text, 400)


def cart_view(shop: Shop, cart: Json) -> Json:
    """Return the cart with its totals in cents."""
    net, tax = Decimal(0), Decimal(0)
    items = []
    for item_id, quantity in cart["items"].items():
        item = shop.variations.get(item_id) or shop.products[item_id]
        each = split(shop, amount(item["price"]) or Decimal(0), tax_class_of(shop, item))
        net, tax = net + each[0] * quantity, tax + each[1] * quantity
        items.append(_cart_item(shop, item, quantity))
    totals = {
        "total_items": minor(net),
        "total_items_tax": minor(tax),
        "total_price": minor(net + tax),
        "total_tax": minor(tax),
        **CURRENCY,
    }
    rates = pickup_rates(shop, cart) if items else []
    return {
        "items": items,
        "totals": totals,
        "billing_address": cart["billing_address"],
        "shipping_address": cart["shipping_address"],
        "needs_payment": net > 0,
        "needs_shipping": bool(items),
        "shipping_rates": [{"package_id": 0, "shipping_rates": rates}] if items else [],
        "items_count": sum(cart["items"].values()),
        "errors": [],
        "extensions": {},
    }


def _cart_item(shop: Shop, item: Json, quantity: int) -> Json:
    return {
        "key": token(32, "line", item["id"]),
        "id": item["id"],
        "type": item["type"],
        "quantity": quantity,
        "quantity_limits": {"minimum": 1, "maximum": MOST_OF_ONE, "multiple_of": 1},
        "name": item["name"],
        "sku": item["sku"],
        "prices": _prices(shop, item),
        "extensions": {},
    }


def checkout(shop: Shop, cart: Json, body: Json) -> Json:
    """Make an order of the cart: the last look at the shelf, then the units are taken or held."""
    if not cart["items"]:
        raise RestError("woocommerce_rest_cart_empty", "Cannot checkout with an empty cart.", 400)
    for item_id, quantity in cart["items"].items():
        item = shop.variations.get(item_id) or shop.products[item_id]
        check_shelf(shop, item, quantity)
    method = str(body.get("payment_method", ""))
    order = create_order(shop, _order_body(shop, cart, body, method))
    if order["status"] == "pending":
        _hold(shop, order)
    cart["items"] = {}
    return _receipt(order, method)


def _order_body(shop: Shop, cart: Json, body: Json, method: str) -> Json:
    lines = []
    for item_id, quantity in cart["items"].items():
        variation = shop.variations.get(item_id)
        owner = variation["parent_id"] if variation else item_id
        line = {"product_id": owner, "quantity": quantity}
        lines.append({**line, "variation_id": item_id} if variation else line)
    sent: Json = {
        "line_items": lines,
        "payment_method": method,
        "billing": body.get("billing_address", cart["billing_address"]),
        "shipping": body.get("shipping_address", cart["shipping_address"]),
        "created_via": "store-api",
        "status": "processing" if method == "cod" else "pending",
    }
    ways: list[Any] = pickup_meta(shop, cart["rate"])
    return {**sent, "shipping_lines": ways} if ways else sent


def _hold(shop: Shop, order: Json) -> None:
    minutes = int(shop.setting("products", "woocommerce_hold_stock_minutes") or 60)
    until = shop.now() + timedelta(minutes=minutes)
    for line in order["line_items"]:
        holder = stock_holder(shop, line["product_id"], line["variation_id"])
        if holder:
            held = Reservation(order["id"], holder["id"], line["quantity"], until)
            shop.reservations.append(held)


def _receipt(order: Json, method: str) -> Json:
    return {
        "order_id": order["id"],
        "status": order["status"],
        "order_key": order["order_key"],
        "order_number": order["number"],
        "customer_id": 0,
        "billing_address": order["billing"],
        "shipping_address": order["shipping"],
        "payment_method": method,
        "payment_result": {"payment_status": "success" if method == "cod" else "pending"},
        "extensions": {},
    }

"""Orders through the API: taken without a look at the shelf, and never the same one twice."""

from functools import partial
from typing import Any

from regie.demo.woocommerce.call import Answer, Call
from regie.demo.woocommerce.chance import token
from regie.demo.woocommerce.errors import RestError, invalid_params, not_in, unknown
from regie.demo.woocommerce.order.lines import (
    check_lines,
    fee_line,
    goods_line,
    meta,
    shipping_line,
)
from regie.demo.woocommerce.order.money import sum_up
from regie.demo.woocommerce.product.blank import ORDER, blank
from regie.demo.woocommerce.product.products import date_tests
from regie.demo.woocommerce.selection import answer_page, check_params, pick_fields, sort_items
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.stock import move_stock
from regie.demo.woocommerce.text import HOME, Json, as_ids, as_list, is_true, links, set_dates

STATUSES = (
    *("auto-draft", "pending", "processing", "on-hold", "completed"),
    *("cancelled", "refunded", "failed", "checkout-draft"),
)
OURS = "rg-ready"
"""The status that the Regie plugin adds."""
TAKES_STOCK = {"processing", "on-hold", "completed"}
GIVES_STOCK = {"cancelled", "pending"}
PAID = {"processing", "completed"}
PLAIN = (
    *("payment_method", "payment_method_title", "transaction_id", "created_via"),
    *("customer_note", "customer_id", "parent_id"),
)
LINES = {"line_items": goods_line, "shipping_lines": shipping_line, "fee_lines": fee_line}
MARK = "_reduced_stock"


def list_orders(shop: Shop, call: Call) -> Answer:
    """Answer orders of every status but trash, newest first."""
    check_params(call.params, {"order": ("asc", "desc"), "orderby": tuple(_sort_keys())})
    kept = [order for order in shop.orders.values() if _is_wanted(order, call.params)]
    for keep in date_tests(shop, call.params):
        kept = [order for order in kept if keep(order)]
    return answer_page(call, sort_items(shop, call, kept, _sort_keys()), lambda order: order)


def _sort_keys() -> dict[str, Any]:
    keys = {"date": "date_created", "modified": "date_modified", "id": "id", "title": "number"}
    return {word: partial(_field, name=name) for word, name in keys.items()}


def _field(order: Json, *, name: str) -> Any:
    return order[name]


def _is_wanted(order: Json, params: Json) -> bool:
    wanted = as_list(params.get("status", "any"))
    if order["status"] not in wanted and ("any" not in wanted or order["status"] == "trash"):
        return False
    if params.get("include") and order["id"] not in as_ids(params["include"]):
        return False
    if params.get("exclude") and order["id"] in as_ids(params["exclude"]):
        return False
    if params.get("created_via") and order["created_via"] not in as_list(params["created_via"]):
        return False
    if params.get("product"):
        ids = {line["product_id"] for line in order["line_items"]}
        return int(params["product"]) in ids
    return _mentions(order, str(params.get("search", "")).lower())


def _mentions(order: Json, text: str) -> bool:
    names = [line["name"] for line in order["line_items"]]
    words = [order["number"], *map(str, order["billing"].values()), *names]
    return text in " ".join(words).lower()


def find_order(shop: Shop, order_id: int) -> Json:
    """Return an order, or refuse."""
    if order_id not in shop.orders:
        raise unknown("shop_order")
    return shop.orders[order_id]


def read_order(shop: Shop, call: Call, order_id: int) -> Answer:
    """Answer one order."""
    body = pick_fields(call, find_order(shop, order_id))
    return Answer(body, allow="GET, POST, PUT, PATCH, DELETE")


def create_order(shop: Shop, body: Json) -> Json:
    """Take an order: no look at the stock, no look at the address, no memory of the last one."""
    _check(shop, body)
    order_id = shop.new_id()
    order = blank(ORDER, id=order_id, number=str(order_id))
    order["currency"] = shop.setting("general", "woocommerce_currency", "EUR")
    order["prices_include_tax"] = shop.setting("tax", "woocommerce_prices_include_tax") == "yes"
    order["order_key"] = f"wc_order_{token(13, shop.seed, 'order', order_id)}"
    path = f"checkout/order-pay/{order_id}/?pay_for_order=true&key={order['order_key']}"
    order["payment_url"] = f"{HOME}/{path}"
    order["_links"] = links(f"orders/{order_id}")
    set_dates(order, "date_created", shop.now(), shop.zone)
    shop.orders[order_id] = order
    _write(shop, order, body)
    _set_status(shop, order, _first_status(body))
    shop.touch(order)
    shop.webhooks.fire("order.created", order_id)
    shop.webhooks.fire("order.updated", order_id)
    return order


def _first_status(body: Json) -> str:
    if is_true(body.get("set_paid", False)):
        return "processing"
    return str(body.get("status") or "pending")


def _check(shop: Shop, body: Json) -> None:
    check_lines(body.get("line_items"))
    status = body.get("status")
    known = (*STATUSES, OURS) if shop.options.plugin else STATUSES
    if status is not None and status not in known:
        raise invalid_params({"status": not_in("status", known)})


def _write(shop: Shop, order: Json, body: Json) -> None:
    order.update({name: body[name] for name in PLAIN if name in body})
    for name in ("billing", "shipping"):
        order[name] = {**order[name], **body.get(name, {})}
    for name, make in LINES.items():
        order[name] += [make(shop, sent) for sent in body.get(name, []) if "id" not in sent]
    for sent in body.get("line_items", []):
        if "id" in sent:
            _change_line(shop, order, sent)
    for sent in body.get("meta_data", []):
        order["meta_data"] = [held for held in order["meta_data"] if held["key"] != sent["key"]]
        order["meta_data"].append({"id": shop.new_id(), "key": sent["key"], "value": sent["value"]})
    if any(name in body for name in LINES):
        sum_up(shop, order)


def _change_line(shop: Shop, order: Json, sent: Json) -> None:
    """Change how many are wanted; none takes the line off. What was taken already follows."""
    line = next((held for held in order["line_items"] if held["id"] == sent["id"]), None)
    if line is None:
        text = "Order item ID provided is not associated with order."
        raise RestError("woocommerce_rest_invalid_item_id", text, 400)
    wanted, mark = int(sent.get("quantity", line["quantity"])), mark_of(line)
    if mark:
        by = int(mark["value"]) - wanted
        move_stock(shop, line["product_id"], line["variation_id"], by)
        mark["value"] = str(wanted)
    place = order["line_items"].index(line)
    same = {key: line[key] for key in ("product_id", "variation_id")}
    fresh = goods_line(shop, {**same, "quantity": wanted})
    fresh |= {"id": line["id"], "meta_data": line["meta_data"]}
    order["line_items"][place : place + 1] = [fresh] if wanted else []


def update_order(shop: Shop, order_id: int, body: Json) -> Json:
    """Change an order and let the stock follow its status."""
    order = find_order(shop, order_id)
    _check(shop, body)
    _write(shop, order, body)
    paid = is_true(body.get("set_paid", False)) and order["status"] not in PAID
    _set_status(shop, order, "processing" if paid else body.get("status") or order["status"])
    shop.touch(order)
    shop.webhooks.fire("order.updated", order_id)
    return order


def _set_status(shop: Shop, order: Json, status: str) -> None:
    order["status"] = status
    if status in TAKES_STOCK:
        take_stock(shop, order)
    if status in GIVES_STOCK:
        _give_back_stock(shop, order)
    by_hand = order["payment_method"] == "cod" and status != "completed"
    if status in PAID and not order["date_paid"] and not by_hand:
        set_dates(order, "date_paid", shop.now(), shop.zone)
    if status == "completed" and not order["date_completed"]:
        set_dates(order, "date_completed", shop.now(), shop.zone)
    owed = float(order["total"]) > 0
    order["needs_payment"] = owed and status in {"pending", "failed"}
    order["needs_processing"] = bool(order["line_items"]) and owed
    order["is_editable"] = status in {"pending", "on-hold", "auto-draft", "checkout-draft"}


def take_stock(shop: Shop, order: Json) -> None:
    """Take what was not taken yet; the stock may fall below zero."""
    shop.reservations = [held for held in shop.reservations if held.order_id != order["id"]]
    for line in order["line_items"]:
        if mark_of(line):
            continue
        if move_stock(shop, line["product_id"], line["variation_id"], -line["quantity"]):
            line["meta_data"].append(meta(shop, MARK, str(line["quantity"])))


def mark_of(line: Json) -> Json | None:
    """Return the note that says how much stock a line has taken."""
    return next((held for held in line["meta_data"] if held["key"] == MARK), None)


def _give_back_stock(shop: Shop, order: Json) -> None:
    for line in order["line_items"]:
        mark = mark_of(line)
        if mark:
            move_stock(shop, line["product_id"], line["variation_id"], int(mark["value"]))
            line["meta_data"].remove(mark)


def delete_order(shop: Shop, order_id: int, *, force: bool) -> Json:
    """Trash an order; in the old tables that looks like a trashed product as well."""
    order = find_order(shop, order_id)
    before = dict(order)
    if force:
        del shop.orders[order_id]
        return before
    if order["status"] == "trash":
        text = "The order has already been deleted."
        raise RestError("woocommerce_rest_already_trashed", text, 410)
    order["status"] = "trash"
    shop.touch(order)
    shop.webhooks.fire("order.deleted", order_id)
    if not shop.options.hpos:
        shop.webhooks.fire("product.deleted", order_id)
    return before

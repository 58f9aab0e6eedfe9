"""Giving money back; the goods go back on the shelf only if the lines are named."""

from decimal import Decimal

from regie.demo.woocommerce.call import Answer
from regie.demo.woocommerce.errors import RestError
from regie.demo.woocommerce.order.lines import meta
from regie.demo.woocommerce.order.money import cents
from regie.demo.woocommerce.order.orders import find_order, mark_of
from regie.demo.woocommerce.product.views import amount
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.stock import move_stock
from regie.demo.woocommerce.text import Json, is_true, links, set_dates


def list_refunds(shop: Shop, order_id: int) -> Answer:
    """Answer the refunds of an order."""
    find_order(shop, order_id)
    found = shop.entries(f"orders/{order_id}/refunds")
    headers = [("X-WP-Total", str(len(found))), ("X-WP-TotalPages", "1" if found else "0")]
    return Answer(found, headers=headers, allow="GET, POST")


def create_refund(shop: Shop, order_id: int, body: Json) -> Json:
    """Refund an order, in part or whole."""
    order = find_order(shop, order_id)
    given = _amount(order, body)
    if is_true(body.get("api_refund", True)):
        raise _refused("The payment gateway for this order does not exist.")
    refund_id = shop.new_id()
    lines = [_refund_line(shop, order, sent) for sent in body.get("line_items", [])]
    if is_true(body.get("api_restock", True)):
        _restock(shop, order, body.get("line_items", []))
    path = f"orders/{order_id}/refunds"
    full = _left(order) == given
    refund: Json = {"id": refund_id}
    set_dates(refund, "date_created", shop.now(), shop.zone)
    refund |= {
        "amount": cents(given),
        "reason": body.get("reason", ""),
        "refunded_by": 1,
        "refunded_payment": False,
        "meta_data": [_type_note(shop, full=full)],
        "line_items": lines,
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
        "_links": links(f"{path}/{refund_id}", up=f"orders/{order_id}"),
    }
    shop.entries(path).insert(0, refund)
    _note_on_order(shop, order, refund, full=full)
    return refund


def _amount(order: Json, body: Json) -> Decimal:
    named = sum(
        (Decimal(str(sent.get("refund_total", 0))) for sent in body.get("line_items", [])),
        Decimal(0),
    )
    given = (amount(body["amount"]) or Decimal(0)) if "amount" in body else named
    if given < 0 or given > _left(order):
        raise _refused("Invalid refund amount.")
    return given


def _left(order: Json) -> Decimal:
    return Decimal(order["total"]) + sum(
        (Decimal(refund["total"]) for refund in order["refunds"]), Decimal(0)
    )


def _refused(text: str) -> RestError:
    return RestError("woocommerce_rest_cannot_create_order_refund", text, 500)


def _type_note(shop: Shop, *, full: bool) -> Json:
    return {"id": shop.new_id(), "key": "_refund_type", "value": "full" if full else "partial"}


def _refund_line(shop: Shop, order: Json, sent: Json) -> Json:
    line = _line(order, sent)
    total = Decimal(str(sent.get("refund_total", 0)))
    quantity = int(sent.get("quantity", 0))
    return {
        **line,
        "id": shop.new_id(),
        "quantity": -quantity,
        "subtotal": cents(-total),
        "subtotal_tax": "0.00",
        "total": cents(-total),
        "total_tax": "0.00",
        "taxes": [],
        "meta_data": [meta(shop, "_refunded_item_id", str(line["id"]))],
        "price": float(total / quantity) if quantity else 0,
    }


def _line(order: Json, sent: Json) -> Json:
    for line in order["line_items"]:
        if line["id"] == sent.get("id"):
            found: Json = line
            return found
    raise _refused("Invalid order item.")


def _restock(shop: Shop, order: Json, items: list[Json]) -> None:
    for sent in items:
        line, quantity = _line(order, sent), int(sent.get("quantity", 0))
        mark = mark_of(line)
        if not mark or quantity <= 0:
            continue
        back = min(quantity, int(mark["value"]))
        move_stock(shop, line["product_id"], line["variation_id"], back)
        mark["value"] = str(int(mark["value"]) - back)


def _note_on_order(shop: Shop, order: Json, refund: Json, *, full: bool) -> None:
    entry = {"id": refund["id"], "reason": refund["reason"], "total": f"-{refund['amount']}"}
    order["refunds"].insert(0, entry)
    if full:
        order["status"] = "refunded"
    shop.touch(order)
    shop.webhooks.fire("order.updated", order["id"])

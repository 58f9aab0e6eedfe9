"""Notes on an order: some for the buyer, the others for the merchant's eyes only."""

from regie.demo.woocommerce.call import Answer, Call
from regie.demo.woocommerce.errors import RestError
from regie.demo.woocommerce.order.orders import find_order
from regie.demo.woocommerce.selection import check_params
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json, is_true, links, set_dates

KINDS = ("any", "customer", "internal")


def list_notes(shop: Shop, call: Call, order_id: int) -> Answer:
    """Answer the notes of an order, newest first, without pages."""
    find_order(shop, order_id)
    check_params(call.params, {"type": KINDS})
    kind = call.params.get("type", "any")
    found = shop.entries(f"orders/{order_id}/notes")
    shown = [each for each in found if kind == "any" or each["customer_note"] == (kind != KINDS[2])]
    return Answer(shown, allow="GET, POST")


def add_note(shop: Shop, order_id: int, body: Json) -> Json:
    """Write a note; nobody is told and the order counts as unchanged."""
    find_order(shop, order_id)
    if not body.get("note"):
        text = "Missing parameter(s): note"
        raise RestError("rest_missing_callback_param", text, 400)
    path = f"orders/{order_id}/notes"
    note: Json = {"id": shop.new_id(), "author": "WooCommerce"}
    set_dates(note, "date_created", shop.now(), shop.zone)
    note |= {
        "note": str(body["note"]),
        "customer_note": is_true(body.get("customer_note", False)),
        "_links": links(f"{path}/{note['id']}", up=f"orders/{order_id}"),
    }
    shop.entries(path).insert(0, note)
    return note

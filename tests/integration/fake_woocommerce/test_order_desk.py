"""The fake WooCommerce shop keeps notes and fields, knows our status, and sells by one call."""

from typing import Any

import pytest

from regie.demo.woocommerce import Options, WooShop
from regie.demo.woocommerce.testing import Caller, HandClock, Inbox

PAN = 107


@pytest.fixture
def shop() -> WooShop:
    return WooShop.load(clock=HandClock(), options=Options(plugin=True))


def bought(shop: WooShop, pieces: int = 2, **how: Any) -> dict[str, Any]:
    return shop.changes.place_order([{"item_id": PAN, "quantity": pieces}], **how)


def left(shop: WooShop) -> int:
    return int(shop.products[PAN]["stock_quantity"])


def line_of(order: dict[str, Any]) -> int:
    return int(order["line_items"][0]["id"])


@pytest.mark.parametrize(
    ("way", "method"),
    [
        ("pickup", "pickup_location"),
        ("classic", "local_pickup"),
        ("delivery", "local_delivery"),
        ("flat", "flat_rate"),
        ("shipping", "flat_rate"),
    ],
)
def test_every_way_to_the_buyer_can_be_bought(shop: WooShop, way: str, method: str) -> None:
    (line,) = bought(shop, way=way)["shipping_lines"]

    assert line["method_id"] == method


def test_a_way_that_is_not_offered_is_refused(call: Caller) -> None:
    sent = {"lines": [{"item_id": PAN}], "way": "by drone"}

    assert call("POST", "/_fake/changes/place_order", sent).status_code == 400


def test_one_call_at_the_control_desk_places_an_order(shop: WooShop, call: Caller) -> None:
    sent = {"lines": [{"item_id": PAN, "quantity": 2}]}

    made = call("POST", "/_fake/changes/place_order", sent).get_json()

    assert call.get(f"orders/{made['id']}")["status"] == "processing"
    assert left(shop) == 12


def test_cash_on_delivery_is_not_paid_before_it_is_completed(shop: WooShop) -> None:
    order = bought(shop, payment="cod")
    before = order["date_paid_gmt"]

    after = shop.changes.set_order_status(order["id"], "completed")

    assert before is None
    assert after["date_paid_gmt"] is not None


def test_an_unpaid_order_takes_nothing_off_the_shelf(shop: WooShop) -> None:
    bought(shop, paid=False)

    assert left(shop) == 14


@pytest.mark.parametrize(("plugin", "status"), [(True, 200), (False, 400)])
def test_our_status_is_known_where_our_plugin_is(*, plugin: bool, status: int) -> None:
    shop = WooShop.load(clock=HandClock(), options=Options(plugin=plugin))
    order = bought(shop)

    answer = Caller(shop)("PUT", f"orders/{order['id']}", {"status": "rg-ready"})

    assert answer.status_code == status
    assert left(shop) == 12


def test_notes_are_private_unless_they_are_for_the_buyer(shop: WooShop, call: Caller) -> None:
    path = f"orders/{bought(shop)['id']}/notes"
    call("POST", path, {"note": "between us"})
    call("POST", path, {"note": "to you", "customer_note": True})

    found = {kind: call.get(path, type=kind) for kind in ("any", "internal", "customer")}

    assert {kind: [each["note"] for each in notes] for kind, notes in found.items()} == {
        "any": ["to you", "between us"],
        "internal": ["between us"],
        "customer": ["to you"],
    }


def test_a_note_needs_words_and_an_order(shop: WooShop, call: Caller) -> None:
    answers = [
        call("POST", f"orders/{bought(shop)['id']}/notes", {}),
        call("POST", "orders/999999/notes", {"note": "x"}),
        call("GET", f"orders/{bought(shop)['id']}/notes", type="secret"),
    ]

    assert [each.status_code for each in answers] == [400, 404, 400]


def test_a_field_is_written_over_and_not_doubled(shop: WooShop, call: Caller) -> None:
    number = bought(shop)["id"]
    for value in ("one", "two"):
        field = {"key": "_regie_told", "value": value}
        call("PUT", f"orders/{number}", {"meta_data": [field]})

    kept = call.get(f"orders/{number}")["meta_data"]

    assert [each["value"] for each in kept if each["key"] == "_regie_told"] == ["two"]


@pytest.mark.parametrize(("pieces", "expected"), [(5, 9), (1, 13), (0, 14)])
def test_an_edited_line_takes_its_pieces_along(shop: WooShop, pieces: int, expected: int) -> None:
    order = bought(shop, 2)

    changed = shop.changes.edit_order(order["id"], {line_of(order): pieces})

    assert left(shop) == expected
    assert [each["quantity"] for each in changed["line_items"]] == [pieces] * bool(pieces)


def test_an_edited_line_is_priced_anew(shop: WooShop) -> None:
    order = bought(shop, 1)
    one = float(order["total"])

    changed = shop.changes.edit_order(order["id"], {line_of(order): 2})

    assert float(changed["total"]) == 2 * one


def test_a_line_of_another_order_cannot_be_edited(shop: WooShop, call: Caller) -> None:
    lines = [{"id": 999_999, "quantity": 1}]

    answer = call("PUT", f"orders/{bought(shop)['id']}", {"line_items": lines})

    assert answer.get_json()["code"] == "woocommerce_rest_invalid_item_id"


def test_a_refund_of_pieces_puts_them_back(shop: WooShop) -> None:
    order = bought(shop, 3)

    shop.changes.refund_order(order["id"], {line_of(order): 2})

    assert left(shop) == 13


def test_every_change_of_an_order_is_told(shop: WooShop, call: Caller) -> None:
    shop.webhooks.sender = inbox = Inbox()
    for topic in ("order.created", "order.updated", "order.deleted"):
        hook = {"topic": topic, "delivery_url": "https://r.example/h", "secret": "s"}
        call("POST", "webhooks", hook)
    order = bought(shop)
    shop.webhooks.run()
    shop.changes.edit_order(order["id"], {line_of(order): 1})
    shop.webhooks.run()
    shop.changes.delete_order(order["id"])
    shop.webhooks.run()

    topics = [each.topic for each in inbox.letters if each.topic != "ping"]

    assert topics == ["order.created", "order.updated", "order.updated", "order.deleted"]

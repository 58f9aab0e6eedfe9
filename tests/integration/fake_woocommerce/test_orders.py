"""Orders in the fake shop: the API sells what is not there."""

import pytest

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.testing import Caller
from tests.kit.shops.fake_woo import item, ordered, stock


def test_the_last_unit_is_sold_twice(call: Caller) -> None:
    answers = [ordered(call, "GP-PLANK", set_paid=True)["status"] for _ in range(2)]

    assert (answers, stock(call, "GP-PLANK")) == (["processing", "processing"], -1)


def test_a_sold_out_product_without_backorders_is_sold(call: Caller) -> None:
    ordered(call, "GP-DEKSEL", set_paid=True)

    assert stock(call, "GP-DEKSEL") == -1


def test_an_unknown_product_makes_an_empty_line(call: Caller) -> None:
    answer = call("POST", "orders", {"line_items": [{"product_id": 999999, "quantity": 1}]})

    line = answer.get_json()["line_items"][0]
    assert (answer.status_code, line["product_id"], line["total"]) == (201, 0, "0.00")


def test_a_fractional_quantity_is_refused(call: Caller) -> None:
    answer = call("POST", "orders", {"line_items": [{"product_id": 1, "quantity": 1.5}]})

    assert answer.get_json()["code"] == "rest_invalid_param"


def test_the_same_order_twice_is_two_orders(call: Caller) -> None:
    key = [{"key": "_regie_key", "value": "k1"}]

    ids = {ordered(call, "GP-KAAS", meta_data=key)["id"] for _ in range(2)}

    assert len(ids) == 2


def test_our_own_key_can_be_found_in_the_list(call: Caller) -> None:
    made = ordered(call, "GP-KAAS", meta_data=[{"key": "_regie_key", "value": "k1"}])

    found = [
        order["id"]
        for order in call.get("orders", per_page=100)
        if {"_regie_key": "k1"}.items()
        <= {m["key"]: m["value"] for m in order["meta_data"]}.items()
    ]
    assert found == [made["id"]]


@pytest.mark.parametrize("status", ["processing", "on-hold", "completed"])
def test_these_statuses_take_stock(call: Caller, status: str) -> None:
    ordered(call, "GP-KAAS", status=status)

    assert stock(call, "GP-KAAS") == 21


def test_a_pending_order_takes_no_stock(call: Caller) -> None:
    ordered(call, "GP-KAAS")

    assert stock(call, "GP-KAAS") == 22


def test_taken_stock_is_marked_on_the_line(call: Caller) -> None:
    line = ordered(call, "GP-KAAS", 3, set_paid=True)["line_items"][0]

    assert {m["key"]: m["value"] for m in line["meta_data"]} == {"_reduced_stock": "3"}


def test_a_later_status_takes_no_stock_again(call: Caller) -> None:
    order = ordered(call, "GP-KAAS", set_paid=True)

    call("PUT", f"orders/{order['id']}", {"status": "completed"})

    assert stock(call, "GP-KAAS") == 21


def test_a_cancelled_order_gives_its_stock_back(call: Caller) -> None:
    order = ordered(call, "GP-KAAS", 2, status="on-hold")

    call("PUT", f"orders/{order['id']}", {"status": "cancelled"})

    assert stock(call, "GP-KAAS") == 22


def test_a_variation_that_shares_stock_draws_on_its_parent(call: Caller) -> None:
    variation = item(call, "GP-THEEPOT-MH")
    line = {"product_id": variation["parent_id"], "variation_id": variation["id"], "quantity": 2}

    call("POST", "orders", {"line_items": [line], "set_paid": True})

    assert (stock(call, "GP-THEEPOT"), stock(call, "GP-THEEPOT-KH")) == (16, 16)


def test_a_whole_refund_without_lines_restocks_nothing(call: Caller) -> None:
    order = ordered(call, "GP-KAAS", set_paid=True)
    body = {"amount": order["total"], "api_refund": False, "api_restock": True}

    call("POST", f"orders/{order['id']}/refunds", body)

    assert (stock(call, "GP-KAAS"), call.get(f"orders/{order['id']}")["status"]) == (21, "refunded")


def test_a_refund_with_lines_restocks(call: Caller) -> None:
    order = ordered(call, "GP-KAAS", 2, set_paid=True)
    line = {"id": order["line_items"][0]["id"], "quantity": 1, "refund_total": 10.78}

    call("POST", f"orders/{order['id']}/refunds", {"api_refund": False, "line_items": [line]})

    assert stock(call, "GP-KAAS") == 21


def test_a_refund_is_listed(call: Caller) -> None:
    order = ordered(call, "GP-KAAS", set_paid=True)

    call("POST", f"orders/{order['id']}/refunds", {"amount": "1.00", "api_refund": False})

    assert [r["amount"] for r in call.get(f"orders/{order['id']}/refunds")] == ["1.00"]


def test_an_offline_gateway_cannot_send_money_back(call: Caller) -> None:
    order = ordered(call, "GP-KAAS", set_paid=True)

    answer = call("POST", f"orders/{order['id']}/refunds", {"amount": "1.00"})

    assert answer.get_json()["code"] == "woocommerce_rest_cannot_create_order_refund"


def test_more_than_the_total_is_not_refunded(call: Caller) -> None:
    order = ordered(call, "GP-KAAS", set_paid=True)

    body = {"amount": "999.00", "api_refund": False}
    answer = call("POST", f"orders/{order['id']}/refunds", body)

    assert answer.get_json()["message"] == "Invalid refund amount."


def test_the_price_of_a_line_is_a_net_number_and_its_totals_are_text(call: Caller) -> None:
    line = ordered(call, "GP-KAAS")["line_items"][0]

    assert (line["price"], line["total"], line["total_tax"]) == (10.779817, "10.78", "0.97")


def test_a_shop_with_net_prices_adds_the_tax(shop: WooShop, call: Caller) -> None:
    shop.changes.set_setting("tax", "woocommerce_prices_include_tax", "no")

    order = ordered(call, "GP-MES-KOK")

    assert (order["total"], order["total_tax"]) == ("107.69", "18.69")


def test_our_own_notes_and_origin_are_kept(call: Caller) -> None:
    notes = [{"key": "_regie_slot", "value": "morgen"}]

    order = ordered(call, "GP-KAAS", created_via="regie", transaction_id="t1", meta_data=notes)

    found = (order["created_via"], order["transaction_id"], order["meta_data"][0]["value"])
    assert found == ("regie", "t1", "morgen")


def test_an_address_is_not_checked(call: Caller) -> None:
    order = ordered(call, "GP-KAAS", billing={"postcode": "nergens", "country": "XX"})

    assert order["billing"]["postcode"] == "nergens"


def test_an_unknown_status_is_refused(call: Caller) -> None:
    order = ordered(call, "GP-KAAS")

    answer = call("PUT", f"orders/{order['id']}", {"status": "banana"})

    assert answer.get_json()["code"] == "rest_invalid_param"


def test_orders_are_filtered_by_status(call: Caller) -> None:
    paid = ordered(call, "GP-KAAS", set_paid=True)
    ordered(call, "GP-KAAS")

    assert [order["id"] for order in call.get("orders", status="processing")] == [paid["id"]]


def test_a_trashed_order_leaves_the_list(call: Caller) -> None:
    order = ordered(call, "GP-KAAS")

    call("DELETE", f"orders/{order['id']}")

    assert (call.get("orders"), len(call.get("orders", status="trash"))) == ([], 1)

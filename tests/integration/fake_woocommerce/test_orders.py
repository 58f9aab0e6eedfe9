"""Orders in the fake shop: the API sells what is not there, the checkout for shoppers does not."""

from typing import Any

import pytest

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.testing import Caller, HandClock
from tests.kit.shops.fake_woo import STORE, item


def ordered(call: Caller, sku: str, quantity: int = 1, **fields: Any) -> dict[str, Any]:
    line = {"product_id": item(call, sku)["id"], "quantity": quantity}
    found: dict[str, Any] = call("POST", "orders", {"line_items": [line], **fields}).get_json()
    return found


def stock(call: Caller, sku: str) -> int:
    return int(item(call, sku)["stock_quantity"])


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


def test_the_cart_needs_a_nonce_or_its_token(call: Caller) -> None:
    answer = call("POST", f"{STORE}/cart/add-item", {"id": 1, "quantity": 1})

    assert answer.get_json()["code"] == "woocommerce_rest_missing_nonce"


def cart_token(call: Caller) -> dict[str, str]:
    return {"Cart-Token": call("GET", f"{STORE}/cart").headers["Cart-Token"]}


def put_in_cart(call: Caller, sku: str, quantity: int = 1) -> tuple[dict[str, str], Any]:
    token = cart_token(call)
    body = {"id": item(call, sku)["id"], "quantity": quantity}
    return token, call("POST", f"{STORE}/cart/add-item", body, headers=token)


def test_a_nonce_opens_the_cart_too(call: Caller) -> None:
    nonce = call("GET", f"{STORE}/cart").headers["Nonce"]
    body = {"id": item(call, "GP-KAAS")["id"], "quantity": 1}

    answer = call("POST", f"{STORE}/cart/add-item", body, headers={"Nonce": nonce})

    assert answer.status_code == 201


def test_the_cart_counts_in_cents(call: Caller) -> None:
    _, answer = put_in_cart(call, "GP-KAAS", 2)

    assert answer.get_json()["totals"]["total_price"] == "2350"


def test_the_cart_refuses_what_is_sold_out(call: Caller) -> None:
    _, answer = put_in_cart(call, "GP-DEKSEL")

    assert answer.get_json()["code"] == "woocommerce_rest_product_out_of_stock"


def test_the_cart_refuses_more_than_there_is(call: Caller) -> None:
    _, answer = put_in_cart(call, "GP-PLANK", 2)

    assert answer.get_json()["code"] == "woocommerce_rest_product_partially_out_of_stock"


def test_the_checkout_sells_the_last_unit_once(call: Caller) -> None:
    tokens = [put_in_cart(call, "GP-PLANK")[0] for _ in range(2)]

    answers = [
        call("POST", f"{STORE}/checkout", {"payment_method": "cod"}, headers=token).status_code
        for token in tokens
    ]

    assert (answers, stock(call, "GP-PLANK")) == ([200, 400], 0)


def test_an_order_from_the_checkout_names_its_origin(call: Caller) -> None:
    token, _ = put_in_cart(call, "GP-KAAS")

    made = call("POST", f"{STORE}/checkout", {"payment_method": "cod"}, headers=token).get_json()

    assert call.get(f"orders/{made['order_id']}")["created_via"] == "store-api"


def test_an_unpaid_checkout_holds_its_units(call: Caller) -> None:
    token, _ = put_in_cart(call, "GP-PLANK")
    call("POST", f"{STORE}/checkout", {"payment_method": "bacs"}, headers=token)

    _, answer = put_in_cart(call, "GP-PLANK")

    assert (answer.status_code, stock(call, "GP-PLANK")) == (400, 1)


def test_held_units_come_free_after_an_hour(clock: HandClock, call: Caller) -> None:
    token, _ = put_in_cart(call, "GP-PLANK")
    call("POST", f"{STORE}/checkout", {"payment_method": "bacs"}, headers=token)

    clock.pass_by(3601)

    assert put_in_cart(call, "GP-PLANK")[1].status_code == 201


def test_held_units_are_no_obstacle_for_the_api(call: Caller) -> None:
    token, _ = put_in_cart(call, "GP-PLANK")
    call("POST", f"{STORE}/checkout", {"payment_method": "bacs"}, headers=token)

    assert ordered(call, "GP-PLANK", set_paid=True)["status"] == "processing"


def test_only_open_pickup_locations_are_offered(call: Caller) -> None:
    _, answer = put_in_cart(call, "GP-KAAS")

    rates = answer.get_json()["shipping_rates"][0]["shipping_rates"]
    assert [rate["rate_id"] for rate in rates] == ["pickup_location:0", "pickup_location:1"]


def test_a_fetched_order_names_its_place(call: Caller) -> None:
    token, _ = put_in_cart(call, "GP-KAAS")
    choice = {"package_id": 0, "rate_id": "pickup_location:0"}
    call("POST", f"{STORE}/cart/select-shipping-rate", choice, headers=token)

    made = call("POST", f"{STORE}/checkout", {"payment_method": "cod"}, headers=token).get_json()

    line = call.get(f"orders/{made['order_id']}")["shipping_lines"][0]
    notes = {m["key"]: m["value"] for m in line["meta_data"]}
    assert (line["method_id"], notes["pickup_location"]) == (
        "pickup_location",
        "Winkel Twijnstraat",
    )

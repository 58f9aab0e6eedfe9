"""The checkout for shoppers in the fake shop sells no more than there is."""

from typing import Any

from regie.demo.woocommerce.testing import Caller, HandClock
from tests.kit.shops.fake_woo import STORE, item, ordered, stock


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

"""What shoppers see in the fake shop, and what they can put in a cart."""

from typing import Any

from regie.demo.woocommerce.testing import Caller
from tests.kit.shops.fake_woo import STORE, item


def in_cart(call: Caller, method: str, path: str, body: Any = None) -> Any:
    token = call("GET", f"{STORE}/cart").headers["Cart-Token"]
    return call(method, f"{STORE}/{path}", body, headers={"Cart-Token": token})


def test_shoppers_see_published_products_only(call: Caller) -> None:
    found = {entry["name"] for entry in call.get(f"{STORE}/products", per_page=100)}

    assert "Fonduepan (concept)" not in found


def test_shoppers_see_prices_in_cents(call: Caller) -> None:
    found = call.get(f"{STORE}/products/{item(call, 'GP-KAAS')['id']}")

    prices = found["prices"]
    assert (prices["price"], prices["currency_minor_unit"]) == ("1175", 2)


def test_shoppers_do_not_see_drafts(call: Caller) -> None:
    answer = call("GET", f"{STORE}/products/{item(call, 'GP-CONCEPT')['id']}")

    assert answer.status_code == 404


def test_a_shopper_can_leave_an_address(call: Caller) -> None:
    found = in_cart(call, "POST", "cart/update-customer", {"shipping_address": {"city": "Delft"}})

    assert found.get_json()["shipping_address"]["city"] == "Delft"


def test_an_empty_cart_cannot_be_paid(call: Caller) -> None:
    found = in_cart(call, "POST", "checkout", {"payment_method": "cod"})

    assert found.get_json()["code"] == "woocommerce_rest_cart_empty"


def test_what_has_no_price_cannot_be_put_in_the_cart(call: Caller) -> None:
    body = {"id": item(call, "GP-MAAT")["id"], "quantity": 1}

    found = in_cart(call, "POST", "cart/add-item", body)

    assert found.get_json()["code"] == "woocommerce_rest_product_not_purchasable"


def test_a_wrong_nonce_is_refused(call: Caller) -> None:
    answer = call("POST", f"{STORE}/cart/add-item", {"id": 1}, headers={"Nonce": "x"})

    assert answer.status_code == 403


def test_a_variation_can_be_bought_at_the_checkout(call: Caller) -> None:
    token = {"Cart-Token": call("GET", f"{STORE}/cart").headers["Cart-Token"]}
    body = {"id": item(call, "GP-GLAS-M")["id"], "quantity": 2}
    call("POST", f"{STORE}/cart/add-item", body, headers=token)

    call("POST", f"{STORE}/checkout", {"payment_method": "cod"}, headers=token)

    assert item(call, "GP-GLAS-M")["stock_quantity"] == 22

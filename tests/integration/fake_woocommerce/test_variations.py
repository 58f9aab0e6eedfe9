"""Variations in the fake shop: part of their parent, and read on their own."""

import pytest

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.errors import RestError
from regie.demo.woocommerce.testing import Caller
from tests.kit.shops.fake_woo import item


def test_variations_can_be_asked_for_by_parent(call: Caller) -> None:
    parent = item(call, "GP-GLAS")

    found = call.get("variations", parent=str(parent["id"]), per_page=100)

    assert {entry["parent_id"] for entry in found} == {parent["id"]}


def test_variations_can_be_asked_for_without_a_parent(call: Caller) -> None:
    parent = item(call, "GP-GLAS")

    found = call.get("variations", parent_exclude=str(parent["id"]), per_page=100)

    assert parent["id"] not in {entry["parent_id"] for entry in found}


def test_variations_can_be_asked_for_by_sku(call: Caller) -> None:
    assert [entry["sku"] for entry in call.get("variations", sku="GP-GLAS-M")] == ["GP-GLAS-M"]


def test_a_variation_can_be_read_alone(call: Caller) -> None:
    found = item(call, "GP-GLAS-M")

    alone = call.get(f"products/{found['parent_id']}/variations/{found['id']}")

    assert (alone["sku"], alone["name"]) == ("GP-GLAS-M", "M")


def test_a_variation_of_another_product_is_not_found(call: Caller) -> None:
    found = item(call, "GP-GLAS-M")

    answer = call("GET", f"products/{item(call, 'GP-KOEK')['id']}/variations/{found['id']}")

    assert answer.get_json()["code"] == "woocommerce_rest_product_variation_invalid_id"


def test_a_new_variation_lowers_the_parents_price(shop: WooShop, call: Caller) -> None:
    parent = item(call, "GP-GLAS")

    attributes = [{"id": 2, "option": "S"}]
    shop.changes.create_variation(parent["id"], regular_price="1.50", attributes=attributes)

    assert call.get(f"products/{parent['id']}")["price"] == "1.50"


def test_a_variation_of_nothing_is_refused(call: Caller) -> None:
    answer = call("POST", "products/999999/variations", {"regular_price": "1.00"})

    assert answer.get_json()["code"] == "woocommerce_rest_product_invalid_id"


def test_a_batch_of_variations_creates_changes_and_deletes(call: Caller) -> None:
    parent = item(call, "GP-GLAS")
    small, large = item(call, "GP-GLAS-S")["id"], item(call, "GP-GLAS-L")["id"]
    body = {
        "create": [{"regular_price": "2.00", "image": {"src": "https://x.example/i.jpg"}}],
        "update": [{"id": small, "regular_price": "3.00"}],
        "delete": [large],
    }

    call("POST", f"products/{parent['id']}/variations/batch", body)

    found = call.get(f"products/{parent['id']}/variations")
    assert {entry["price"] for entry in found} == {"2.00", "3.00", "9.50"}


def test_a_trashed_variation_leaves_its_parent(shop: WooShop, call: Caller) -> None:
    variation = item(call, "GP-GLAS-M")

    shop.changes.trash(variation["id"])

    parent = call.get(f"products/{variation['parent_id']}")
    assert variation["id"] not in parent["variations"]


def test_a_trashed_variation_is_not_trashed_again(shop: WooShop, call: Caller) -> None:
    variation = item(call, "GP-GLAS-M")
    shop.changes.trash(variation["id"])

    with pytest.raises(RestError) as error:
        shop.changes.trash(variation["id"])

    assert error.value.code == "woocommerce_rest_already_trashed"


def test_variations_of_a_trashed_product_are_not_listed(shop: WooShop, call: Caller) -> None:
    parent = item(call, "GP-GLAS")

    shop.changes.trash(parent["id"])

    assert parent["id"] not in {v["parent_id"] for v in call.get("variations", per_page=100)}


def test_a_variation_can_be_sold_at_the_counter(shop: WooShop, call: Caller) -> None:
    shop.changes.sell(item(call, "GP-GLAS-M")["id"], 4)

    assert item(call, "GP-GLAS-M")["stock_quantity"] == 20

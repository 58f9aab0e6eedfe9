"""Smaller rules of orders in the fake shop."""

from typing import Any

import pytest

from regie.demo.woocommerce.testing import Caller
from tests.kit.shops.fake_woo import item


def test_a_batch_of_orders_works_like_single_calls(call: Caller) -> None:
    answer = call("POST", "orders/batch", {"create": [{"line_items": []}, {"line_items": []}]})

    assert len(answer.get_json()["create"]) == 2


@pytest.mark.parametrize(
    "params", [{"product": True}, {"search": "boerenkaas"}, {"created_via": "regie"}]
)
def test_orders_can_be_found_by_what_they_hold(call: Caller, params: dict[str, Any]) -> None:
    kaas = item(call, "GP-KAAS")["id"]
    body = {"line_items": [{"product_id": kaas, "quantity": 1}], "created_via": "regie"}
    wanted = call("POST", "orders", body).get_json()["id"]
    call("POST", "orders", {"line_items": []})
    asked = {"product": kaas} if "product" in params else params

    assert [order["id"] for order in call.get("orders", **asked)] == [wanted]


def test_orders_can_be_included_and_excluded_by_id(call: Caller) -> None:
    ids = [call("POST", "orders", {"line_items": []}).get_json()["id"] for _ in range(3)]

    found = call.get("orders", include=f"{ids[0]},{ids[1]}", exclude=ids[1])

    assert [order["id"] for order in found] == [ids[0]]


def test_a_fee_is_part_of_the_total(call: Caller) -> None:
    body = {"line_items": [], "fee_lines": [{"name": "Inpakken", "total": "2.00"}]}

    assert call("POST", "orders", body).get_json()["total"] == "2.42"


def test_an_order_is_not_trashed_twice(call: Caller) -> None:
    order = call("POST", "orders", {"line_items": []}).get_json()
    call("DELETE", f"orders/{order['id']}")

    assert call("DELETE", f"orders/{order['id']}").status_code == 410


def test_an_unknown_order_is_not_found(call: Caller) -> None:
    assert call("GET", "orders/1").get_json()["code"] == "woocommerce_rest_shop_order_invalid_id"


def test_a_refund_of_a_strange_line_is_refused(call: Caller) -> None:
    order = call("POST", "orders", {"line_items": []}).get_json()
    body = {"api_refund": False, "line_items": [{"id": 1, "quantity": 1}]}

    assert call("POST", f"orders/{order['id']}/refunds", body).status_code == 500

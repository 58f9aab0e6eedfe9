"""Smaller rules of product lists in the fake shop: each filter lets its kind through."""

from typing import Any

import pytest

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.testing import Caller
from tests.kit.shops.fake_woo import item, names


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"featured": "true"}, None),
        ({"on_sale": "true"}, "Steelpannetje met schenkrand"),
        ({"min_price": "120"}, "Gietijzeren braadpan 24 cm"),
        ({"max_price": "3", "status": "publish"}, "Proefzakje koffie"),
        ({"tax_class": "zero-rate"}, "Cadeaubon 25 euro"),
        ({"type": "variable"}, "Linnen schort"),
        ({"stock_status": "onbackorder"}, "Grillrooster <b>XL</b>"),
        ({"brand": "54"}, "Huile d\u2019olive vierge extra, 500 ml"),
        ({"slug": "broodmes"}, "Broodmes"),
        ({"virtual": "true"}, "Cadeaubon 25 euro"),
        ({"exclude_status": "publish"}, "Fonduepan (concept)"),
    ],
)
def test_a_filter_lets_its_kind_through(
    call: Caller, params: dict[str, str], name: str | None
) -> None:
    found = names(call, **params)

    assert (name in found if name else not found, len(found) < 46) == (True, True)


@pytest.mark.parametrize(
    "orderby", ["title", "slug", "price", "sales", "rating", "menu_order", "random", "popularity"]
)
def test_every_order_holds_everything(call: Caller, orderby: str) -> None:
    assert len(call.get("products", per_page=100, orderby=orderby)) == 46


def test_the_order_of_included_ids_can_be_asked_for(call: Caller) -> None:
    ids = [item(call, sku)["id"] for sku in ("GP-WIJN", "GP-KAAS", "GP-ZOUT")]

    found = call.get("products", include=",".join(map(str, ids)), orderby="include")

    assert [entry["id"] for entry in found] == ids


def test_changes_before_a_moment_can_be_asked_for(shop: WooShop, call: Caller) -> None:
    shop.changes.set_price(item(call, "GP-KAAS")["id"], "1.00")

    found = names(call, modified_before="2026-11-21T00:00:00")

    assert "Boerenkaas overjarig, 500 g" not in found


def test_an_offset_skips(call: Caller) -> None:
    ids = [entry["id"] for entry in call.get("products", orderby="id", order="asc")]

    skipped = call.get("products", orderby="id", order="asc", offset=2)

    assert skipped[0]["id"] == ids[2]


@pytest.mark.parametrize("params", [{"page": "0"}, {"page": "x"}, {"per_page": "many"}])
def test_a_page_that_is_no_page_is_refused(call: Caller, params: dict[str, Any]) -> None:
    assert call("GET", "products", **params).status_code == 400

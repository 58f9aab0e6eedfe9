"""What the fake shop makes of what it is told: refusals, silent changes, trash."""

from typing import Any

import pytest

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.testing import Caller
from tests.kit.shops.fake_woo import made


def code(call: Caller, method: str, path: str, body: Any = None) -> tuple[int, str]:
    answer = call(method, path, body)
    return answer.status_code, answer.get_json()["code"]


def test_a_comma_price_is_stored_a_hundredfold(call: Caller) -> None:
    assert made(call, regular_price="12,50")["regular_price"] == "1250"


def test_a_price_must_be_text(call: Caller) -> None:
    assert code(call, "POST", "products", {"name": "x", "regular_price": 12.5}) == (
        400,
        "rest_invalid_param",
    )


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("abc-123", "-123"),
        ("54321", "54321"),
        ("00000000000000", "00000000000000"),
        ("871-99X", "871-99X"),
        ("8719999000001", "8719999000001"),
    ],
)
def test_a_gtin_is_stripped_and_never_checked(call: Caller, sent: str, kept: str) -> None:
    assert made(call, global_unique_id=sent)["global_unique_id"] == kept


@pytest.mark.parametrize("sale", ["10.00", "10.01"])
def test_a_sale_price_not_below_the_regular_one_is_emptied(call: Caller, sale: str) -> None:
    assert made(call, regular_price="10.00", sale_price=sale)["sale_price"] == ""


def test_a_name_leaves_the_shop_encoded(call: Caller) -> None:
    assert made(call, name="Peper & <b>zout</b>")["name"] == "Peper &amp; <b>zout</b>"


def test_a_draft_has_no_slug(call: Caller) -> None:
    assert made(call, status="draft")["slug"] == ""


def test_a_hebrew_name_makes_a_slug_of_percent_codes(call: Caller) -> None:
    assert made(call, name="ספר")["slug"] == "%d7%a1%d7%a4%d7%a8"


def test_a_duplicate_sku_is_refused_with_a_free_one(call: Caller) -> None:
    answer = call("POST", "products", {"name": "x", "sku": "gp-kaas"}).get_json()

    assert (answer["code"], answer["data"]["unique_sku"]) == ("product_invalid_sku", "gp-kaas-1")


def test_a_duplicate_gtin_is_refused(call: Caller) -> None:
    first = made(call, global_unique_id="8719999000018")

    answer = call("POST", "products", {"name": "y", "global_unique_id": "8719999000018"})

    assert answer.get_json()["data"] == {"status": 400, "resource_id": first["id"]}


def test_an_unreachable_picture_refuses_the_whole_product(shop: WooShop, call: Caller) -> None:
    before = len(shop.products)

    found = code(
        call, "POST", "products", {"name": "x", "images": [{"src": "http://127.0.0.1:9/a.jpg"}]}
    )

    assert (found[1], len(shop.products)) == ("woocommerce_product_image_upload_error", before)


def test_a_fractional_stock_is_refused(call: Caller) -> None:
    body = {"name": "x", "manage_stock": True, "stock_quantity": 1.5}

    assert code(call, "POST", "products", body) == (400, "rest_invalid_param")


def test_a_word_not_on_the_list_is_refused(call: Caller) -> None:
    assert code(call, "POST", "products", {"name": "x", "status": "banana"}) == (
        400,
        "rest_invalid_param",
    )


def test_a_deletion_answers_with_the_old_status(call: Caller) -> None:
    product = made(call)

    answer = call("DELETE", f"products/{product['id']}").get_json()

    assert answer["status"] == "publish"


def test_a_trashed_product_can_still_be_read(call: Caller) -> None:
    product = made(call)

    call("DELETE", f"products/{product['id']}")

    found = call.get(f"products/{product['id']}")
    assert (found["status"], found["slug"]) == ("trash", f"{product['slug']}__trashed")


def test_a_second_deletion_is_refused(call: Caller) -> None:
    path = f"products/{made(call)['id']}"
    call("DELETE", path)

    assert code(call, "DELETE", path) == (410, "woocommerce_rest_already_trashed")


def test_a_new_status_takes_a_product_out_of_the_trash(call: Caller) -> None:
    product = made(call)
    call("DELETE", f"products/{product['id']}")

    found = call("PUT", f"products/{product['id']}", {"status": "publish"}).get_json()

    assert (found["status"], found["slug"]) == ("publish", product["slug"])


def test_a_forced_deletion_leaves_nothing(call: Caller) -> None:
    path = f"products/{made(call)['id']}"

    call("DELETE", path, force="true")

    assert code(call, "GET", path) == (404, "woocommerce_rest_product_invalid_id")


def test_a_forced_deletion_takes_the_variations_along(shop: WooShop, call: Caller) -> None:
    variation = call.get("products", sku="GP-GLAS-M")[0]

    call("DELETE", f"products/{variation['parent_id']}", force="true")

    assert variation["id"] not in shop.variations


def test_a_variation_is_not_changed_at_the_address_of_products(call: Caller) -> None:
    variation = call.get("products", sku="GP-GLAS-M")[0]

    found = code(call, "PUT", f"products/{variation['id']}", {"regular_price": "1.00"})

    assert found == (404, "woocommerce_rest_invalid_product_id")


def test_items_of_a_batch_fail_one_by_one(call: Caller) -> None:
    body = {
        "create": [{"name": "goed"}, {"name": "dubbel", "sku": "GP-KAAS"}],
        "update": [{"id": 999999, "name": "geen"}],
    }

    answer = call("POST", "products/batch", body)

    found = answer.get_json()
    failed = [("error" in item) for item in [*found["create"], *found["update"]]]
    assert (answer.status_code, failed) == (200, [False, True, True])


def test_a_batch_of_more_than_a_hundred_is_refused(call: Caller) -> None:
    body = {"create": [{"name": "x"}] * 60, "delete": [1] * 41}

    assert code(call, "POST", "products/batch", body) == (
        413,
        "woocommerce_rest_request_entity_too_large",
    )


def test_a_category_can_be_renamed_without_touching_a_product(shop: WooShop, call: Caller) -> None:
    dates = {item["id"]: item["date_modified_gmt"] for item in shop.products.values()}

    shop.changes.rename_category(18, "Messen & slijpen")

    after = {item["id"]: item["date_modified_gmt"] for item in shop.products.values()}
    assert (call.get("products/categories/18")["name"], after == dates) == (
        "Messen &amp; slijpen",
        True,
    )


def test_a_renamed_category_shows_in_its_products(shop: WooShop, call: Caller) -> None:
    shop.changes.rename_category(18, "Messen en slijpen")

    found = call.get("products", category="18")[0]

    assert "Messen en slijpen" in {group["name"] for group in found["categories"]}


def test_a_tax_rate_can_change_without_touching_a_product(shop: WooShop, call: Caller) -> None:
    dates = {item["id"]: item["date_modified_gmt"] for item in shop.products.values()}

    shop.changes.set_tax_rate(2, "10")

    after = {item["id"]: item["date_modified_gmt"] for item in shop.products.values()}
    assert (call.get("taxes/2")["rate"], after == dates) == ("10.0000", True)


def test_a_plugin_can_change_the_stock_without_a_trace(shop: WooShop, call: Caller) -> None:
    product = call.get("products", sku="GP-KAAS")[0]

    shop.changes.set_stock_silently(product["id"], 1)

    found = call.get(f"products/{product['id']}")
    assert (found["stock_quantity"], found["date_modified_gmt"]) == (
        1,
        product["date_modified_gmt"],
    )


def test_meta_data_is_merged_by_key(call: Caller) -> None:
    product = made(call, meta_data=[{"key": "_regie_a", "value": "1"}])

    body = {"meta_data": [{"key": "_regie_b", "value": "2"}, {"key": "_regie_a", "value": "3"}]}
    found = call("PUT", f"products/{product['id']}", body).get_json()

    assert {entry["key"]: entry["value"] for entry in found["meta_data"]} == {
        "_regie_a": "3",
        "_regie_b": "2",
    }


def test_a_term_needs_force_to_be_deleted(call: Caller) -> None:
    assert code(call, "DELETE", "products/tags/40") == (501, "woocommerce_rest_trash_not_supported")


def test_a_new_term_can_be_given_to_a_product(call: Caller) -> None:
    term = call("POST", "products/tags", {"name": "Op=op"}).get_json()

    assert made(call, tags=[{"id": term["id"]}])["tags"][0]["name"] == "Op=op"


def test_stock_at_zero_with_backorders_is_on_backorder(call: Caller) -> None:
    found = made(call, manage_stock=True, stock_quantity=-1, backorders="yes")

    assert (found["stock_status"], found["backordered"]) == ("onbackorder", True)


def test_stock_is_dropped_where_it_is_not_managed(call: Caller) -> None:
    assert made(call, stock_quantity=5)["stock_quantity"] is None

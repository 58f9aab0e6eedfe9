"""How the fake shop lists its goods: filters, order, pages and the traps in them."""

from datetime import timedelta

import pytest

from regie.demo.woocommerce import Options, WooShop
from regie.demo.woocommerce.testing import NOON, Caller, HandClock
from tests.kit.shops.fake_woo import by_name, every

SHOP = {"product": 71, "variation": 46}


def test_a_product_has_71_fields(call: Caller) -> None:
    assert {len(item) for item in every(call, "products")} == {SHOP["product"]}


def test_a_variation_has_46_fields(call: Caller) -> None:
    assert {len(item) for item in every(call, "variations")} == {SHOP["variation"]}


@pytest.mark.parametrize("status", ["draft", "pending", "private", "future", "publish"])
def test_the_plain_list_holds_every_status_but_trash(call: Caller, status: str) -> None:
    assert status in {item["status"] for item in every(call, "products")}


def test_the_plain_list_leaves_out_trash(call: Caller) -> None:
    assert "trash" not in {item["status"] for item in every(call, "products")}


def test_trash_is_listed_when_asked_for(call: Caller) -> None:
    assert [item["status"] for item in every(call, "products", status="trash")] == ["trash"]


def test_several_statuses_can_be_asked_for(call: Caller) -> None:
    found = every(call, "products", include_status="draft,trash")

    assert {item["status"] for item in found} == {"draft", "trash"}


def test_the_password_of_a_protected_product_is_listed(call: Caller) -> None:
    assert by_name(call, "Proeverij voor leden")["post_password"] == "groenedeur"


def test_a_disabled_variation_is_listed_as_private(call: Caller) -> None:
    assert "private" in {item["status"] for item in every(call, "variations")}


def test_more_than_100_per_page_is_refused(call: Caller) -> None:
    answer = call("GET", "products", per_page=101)

    assert (answer.status_code, answer.get_json()["code"]) == (400, "rest_invalid_param")


def test_a_page_beyond_the_end_is_empty_and_no_error(call: Caller) -> None:
    answer = call("GET", "products", page=99)

    assert (answer.status_code, answer.get_json()) == (200, [])


def test_the_totals_stand_in_the_headers(call: Caller) -> None:
    answer = call("GET", "products", per_page=20)

    assert (answer.headers["X-WP-Total"], answer.headers["X-WP-TotalPages"]) == ("46", "3")


def test_a_middle_page_links_both_ways(call: Caller) -> None:
    link = call("GET", "products", per_page=20, page=2).headers["Link"]

    assert ('rel="prev"' in link, 'rel="next"' in link) == (True, True)


def test_only_the_asked_fields_come(call: Caller) -> None:
    found = every(call, "products", _fields="id,status,date_modified_gmt")

    assert {tuple(item) for item in found} == {("id", "date_modified_gmt", "status")}


def test_the_plain_order_is_newest_first(call: Caller) -> None:
    dates = [item["date_created"] for item in call.get("products", per_page=100)]

    assert dates == sorted(dates, reverse=True)


def test_ties_fall_differently_from_call_to_call(clock: HandClock) -> None:
    shop = WooShop.load(clock=clock)
    for item in shop.products.values():
        item["date_created"] = "2026-01-01T00:00:00"
    call = Caller(shop)

    orders = {tuple(item["id"] for item in call.get("products")) for _ in range(5)}

    assert len(orders) > 1


def test_ties_are_the_same_for_the_same_seed(clock: HandClock) -> None:
    def first_page(seed: int) -> list[int]:
        shop = WooShop.load(clock=clock, seed=seed)
        for item in shop.products.values():
            item["date_created"] = "2026-01-01T00:00:00"
        return [item["id"] for item in Caller(shop).get("products")]

    assert first_page(3) == first_page(3)


def test_ordering_by_id_loses_nothing(call: Caller) -> None:
    pages = [
        call.get("products", orderby="id", order="asc", per_page=10, page=page)
        for page in range(1, 6)
    ]

    ids = [item["id"] for page in pages for item in page]
    assert (len(ids), ids) == (46, sorted(set(ids)))


def test_a_sku_finds_a_variation_in_the_form_of_a_product(call: Caller) -> None:
    found = call.get("products", sku="GP-GLAS-M")[0]

    assert (found["type"], found["parent_id"] > 0, len(found)) == ("variation", True, 71)


def test_a_gtin_finds_its_product(call: Caller) -> None:
    gtin = by_name(call, "Gietijzeren braadpan 24 cm")["global_unique_id"]

    found = call.get("products", global_unique_id=gtin)

    assert [item["name"] for item in found] == ["Gietijzeren braadpan 24 cm"]


def test_a_category_filters(call: Caller) -> None:
    found = every(call, "products", category="18")

    assert all(18 in {group["id"] for group in item["categories"]} for item in found)


def test_ids_can_be_included_and_excluded(call: Caller) -> None:
    ids = [item["id"] for item in every(call, "products")][:3]

    found = every(call, "products", include=",".join(map(str, ids)), exclude=str(ids[1]))

    assert [item["id"] for item in found] == [ids[0], ids[2]]


def test_a_search_finds_words_of_the_text(call: Caller) -> None:
    found = call.get("products", search="perenhout koolstofstaal")

    assert [item["name"] for item in found] == ["Koksmes 21 cm"]


def test_a_date_without_a_zone_is_read_as_the_shops_local_time(
    shop: WooShop, clock: HandClock, call: Caller
) -> None:
    shop.changes.set_price(by_name(call, "Broodmes")["id"], "44.00")
    clock.pass_by(3000)
    limit = clock.at.strftime("%Y-%m-%dT%H:%M:%S")

    local = every(call, "products", modified_after=limit, status="publish")
    gmt = every(call, "products", modified_after=limit, dates_are_gmt="true", status="publish")

    assert ([item["name"] for item in local], gmt) == (["Broodmes"], [])


def test_a_z_makes_a_date_gmt_without_the_flag(
    shop: WooShop, clock: HandClock, call: Caller
) -> None:
    shop.changes.set_price(by_name(call, "Broodmes")["id"], "44.00")
    clock.pass_by(3000)
    limit = clock.at.strftime("%Y-%m-%dT%H:%M:%SZ")

    assert every(call, "products", modified_after=limit, status="publish") == []


@pytest.mark.parametrize("text", ["yesterday", "2026-11-21", "21-11-2026T10:00:00"])
def test_a_date_in_another_form_is_refused(call: Caller, text: str) -> None:
    answer = call("GET", "products", modified_after=text)

    assert answer.get_json()["data"]["params"] == {"modified_after": "Invalid date."}


def test_a_scheduled_product_is_modified_in_the_future(call: Caller) -> None:
    found = every(call, "products", modified_after="2029-01-01T00:00:00", dates_are_gmt="true")

    assert [item["status"] for item in found] == ["future"]


def test_a_variations_change_reaches_the_parents_date_a_moment_later(
    shop: WooShop, clock: HandClock, call: Caller
) -> None:
    variation = call.get("products", sku="GP-GLAS-M")[0]
    path = f"products/{variation['parent_id']}"
    before = call.get(path)["date_modified_gmt"]

    shop.changes.set_stock(variation["id"], 3)

    at_once = call.get(path)["date_modified_gmt"]
    clock.pass_by(2)
    assert (at_once == before, call.get(path)["date_modified_gmt"] > before) == (True, True)


def test_old_shops_have_no_list_of_all_variations(clock: HandClock) -> None:
    call = Caller(WooShop.load(clock=clock, options=Options(variations_route=False)))

    answer = call("GET", "variations")

    assert (answer.status_code, answer.get_json()["code"]) == (404, "rest_no_route")


def test_the_list_of_all_variations_holds_those_of_every_product(call: Caller) -> None:
    parents = [item for item in every(call, "products") if item["type"] == "variable"]
    one_by_one = [v for p in parents for v in every(call, f"products/{p['id']}/variations")]

    found = {item["id"] for item in every(call, "variations")}

    assert found == {item["id"] for item in one_by_one}


def test_a_variation_that_shares_stock_shows_its_parents(call: Caller) -> None:
    parent = by_name(call, "Emaille theepot")

    found = every(call, f"products/{parent['id']}/variations")

    assert {(v["manage_stock"], v["stock_quantity"]) for v in found} == {("parent", 18)}


def test_an_any_variation_leaves_an_attribute_out(call: Caller) -> None:
    found = call.get("products", sku="GP-THEEPOT-ALLE")[0]

    assert [entry["name"] for entry in found["attributes"]] == ["Deksel"]


def test_names_come_with_entities(call: Caller) -> None:
    names = {item["name"] for item in call.get("products/categories", per_page=100)}

    assert "Pannen &amp; potten" in names


def test_the_status_page_names_phps_zone_not_the_shops(call: Caller) -> None:
    assert call.get("system_status")["environment"]["default_timezone"] == "UTC"


def test_a_variation_answers_at_the_address_of_products(call: Caller) -> None:
    variation = call.get("products", sku="GP-GLAS-M")[0]

    assert call.get(f"products/{variation['id']}")["type"] == "variation"


def test_an_unknown_product_is_not_found(call: Caller) -> None:
    answer = call("GET", "products/999999")

    assert answer.get_json()["code"] == "woocommerce_rest_product_invalid_id"


def test_an_unknown_address_is_no_route(call: Caller) -> None:
    assert call("GET", "nosuch").get_json()["code"] == "rest_no_route"


def test_the_plugin_gives_out_the_pickup_locations(clock: HandClock) -> None:
    call = Caller(WooShop.load(clock=clock, options=Options(plugin=True)))

    found = call("GET", "/wp-json/wc-regie/v1/pickup-locations").get_json()

    assert [entry["enabled"] for entry in found["locations"]] == [True, True, False]


def test_without_the_plugin_its_address_is_no_route(call: Caller) -> None:
    answer = call("GET", "/wp-json/wc-regie/v1/pickup-locations")

    assert answer.get_json()["code"] == "rest_no_route"


def test_a_rebased_shop_was_recorded_today(clock: HandClock) -> None:
    clock.at = NOON + timedelta(days=400)
    call = Caller(WooShop.load(clock=clock, rebase=True))

    assert by_name(call, "Steelpannetje met schenkrand")["on_sale"] is True

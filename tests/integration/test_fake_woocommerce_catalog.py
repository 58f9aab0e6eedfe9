"""Smaller rules of the fake shop's catalog: each field, filter and verb does what it says."""

from datetime import timedelta
from typing import Any

import pytest

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.errors import RestError
from regie.demo.woocommerce.testing import NOON, Caller, HandClock, Inbox

STORE = "/wp-json/wc/store/v1"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def shop(clock: HandClock) -> WooShop:
    return WooShop.load(clock=clock)


@pytest.fixture
def call(shop: WooShop) -> Caller:
    return Caller(shop)


def item(call: Caller, sku: str) -> dict[str, Any]:
    found: dict[str, Any] = call.get("products", sku=sku)[0]
    return found


def made(call: Caller, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = call("POST", "products", {"name": "Proef", **fields}).get_json()
    return found


def names(call: Caller, path: str = "products", **params: Any) -> set[str]:
    return {entry["name"] for entry in call.get(path, per_page=100, **params)}


def test_a_global_attribute_brings_its_name_and_slug(call: Caller) -> None:
    sent = [{"id": 1, "visible": True, "options": ["Mosgroen"]}]

    found = made(call, attributes=sent)["attributes"][0]

    assert (found["name"], found["slug"], found["visible"]) == ("Kleur", "pa_kleur", True)


def test_a_local_attribute_has_no_id(call: Caller) -> None:
    found = made(call, attributes=[{"name": "Merkteken", "options": ["x"]}])["attributes"][0]

    assert (found["id"], found["options"]) == (0, ["x"])


def test_a_picture_is_fetched_under_the_shops_own_address(shop: WooShop, call: Caller) -> None:
    found = made(call, images=[{"src": "https://foto.example/a.jpg"}])["images"][0]

    assert found["src"] == f"{shop.home}/wp-content/uploads/2026/11/a.jpg"


def test_a_held_picture_can_be_kept_by_its_id(call: Caller) -> None:
    product = item(call, "GP-KAAS")
    held = product["images"][0]

    body = {"images": [{"id": held["id"], "alt": "kaas"}]}
    found = call("PUT", f"products/{product['id']}", body).get_json()

    assert (found["images"][0]["src"], found["images"][0]["alt"]) == (held["src"], "kaas")


def test_a_shipping_class_is_known_by_its_slug(call: Caller) -> None:
    assert made(call, shipping_class="zwaar")["shipping_class_id"] == 60


def test_an_unknown_shipping_class_is_dropped(call: Caller) -> None:
    assert made(call, shipping_class="licht")["shipping_class"] == ""


def test_dimensions_are_merged(call: Caller) -> None:
    assert made(call, dimensions={"length": "3"})["dimensions"] == {
        "length": "3",
        "width": "",
        "height": "",
    }


def test_an_own_slug_is_kept(call: Caller) -> None:
    assert made(call, slug="Eigen Naam")["slug"] == "eigen-naam"


def test_two_products_of_one_name_have_two_slugs(call: Caller) -> None:
    assert [made(call)["slug"] for _ in range(2)] == ["proef", "proef-2"]


def test_meta_data_without_a_value_is_removed(call: Caller) -> None:
    product = made(call, meta_data=[{"key": "_a", "value": "1"}])

    body = {"meta_data": [{"key": "_a", "value": None}]}

    assert call("PUT", f"products/{product['id']}", body).get_json()["meta_data"] == []


def test_a_sale_window_is_kept_in_both_forms(call: Caller) -> None:
    found = made(
        call, regular_price="5.00", sale_price="4.00", date_on_sale_to="2026-12-01T12:00:00"
    )

    assert found["date_on_sale_to_gmt"] == "2026-12-01T11:00:00"


def test_a_scheduled_product_is_published_when_its_time_comes(
    shop: WooShop, clock: HandClock, call: Caller
) -> None:
    inbox = Inbox()
    shop.webhooks.sender = inbox
    call("POST", "webhooks", {"topic": "product.published", "delivery_url": "https://x.y/z"})
    product = made(call, status="future", date_created_gmt="2026-11-22T00:00:00")

    clock.pass_by(86400)
    found = call.get(f"products/{product['id']}")
    shop.webhooks.run()

    assert (found["status"], len(inbox.about("product.published"))) == ("publish", 1)


def test_publishing_a_draft_is_announced_as_published(shop: WooShop, call: Caller) -> None:
    inbox = Inbox()
    shop.webhooks.sender = inbox
    call("POST", "webhooks", {"topic": "product.published", "delivery_url": "https://x.y/z"})

    shop.changes.edit(item(call, "GP-CONCEPT")["id"], status="publish")
    shop.webhooks.run()

    assert len(inbox.about("product.published")) == 1


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


def test_a_batch_of_products_deletes_for_good(call: Caller) -> None:
    product = made(call)

    call("POST", "products/batch", {"delete": [product["id"]]})

    assert call("GET", f"products/{product['id']}").status_code == 404


def test_a_batch_of_orders_works_like_single_calls(call: Caller) -> None:
    answer = call("POST", "orders/batch", {"create": [{"line_items": []}, {"line_items": []}]})

    assert len(answer.get_json()["create"]) == 2


def test_a_rename_reaches_the_product(shop: WooShop, call: Caller) -> None:
    product = item(call, "GP-KAAS")

    shop.changes.rename(product["id"], "Kaas & boter")

    assert call.get(f"products/{product['id']}")["name"] == "Kaas &amp; boter"


@pytest.mark.parametrize("verb", ["set_stock_silently", "sell"])
def test_a_verb_on_nothing_is_refused(shop: WooShop, verb: str) -> None:
    with pytest.raises(RestError):
        getattr(shop.changes, verb)(999999, 1)


def test_a_variation_can_be_sold_at_the_counter(shop: WooShop, call: Caller) -> None:
    shop.changes.sell(item(call, "GP-GLAS-M")["id"], 4)

    assert item(call, "GP-GLAS-M")["stock_quantity"] == 20


def test_a_sale_can_be_announced(shop: WooShop, clock: HandClock, call: Caller) -> None:
    product = item(call, "GP-KAAS")
    start = NOON + timedelta(hours=1)
    shop.changes.schedule_sale(product["id"], "9.00", start, start + timedelta(hours=1))

    prices = [call.get(f"products/{product['id']}")["price"]]
    for _ in range(2):
        clock.pass_by(3700)
        prices.append(call.get(f"products/{product['id']}")["price"])

    assert prices == ["11.75", "9.00", "11.75"]


def test_a_setting_can_be_changed_over_the_api(call: Caller) -> None:
    path = "settings/tax/woocommerce_prices_include_tax"

    call("PUT", path, {"value": "no"})

    assert call.get(path)["value"] == "no"


def test_terms_can_be_found_by_slug_and_words(call: Caller) -> None:
    found = names(call, "products/categories", slug="messen", search="mes")

    assert found == {"Messen"}


def test_terms_can_be_included_by_id(call: Caller) -> None:
    assert names(call, "products/tags", include="40,41") == {"inductie", "handgemaakt"}


def test_a_deleted_tag_leaves_its_products(call: Caller) -> None:
    call("DELETE", "products/tags/40", force="true")

    assert item(call, "GP-WOK")["tags"] == []


def test_a_new_attribute_starts_with_no_terms(call: Caller) -> None:
    found = call("POST", "products/attributes", {"name": "Herkomst"}).get_json()

    terms = call.get(f"products/attributes/{found['id']}/terms")
    assert (found["slug"], terms) == ("pa_herkomst", [])


def test_a_new_rate_can_be_added(call: Caller) -> None:
    body = {"country": "BE", "rate": "6.0000", "name": "BTW", "class": "reduced-rate"}

    call("POST", "taxes", body)

    assert "BE" in {entry["country"] for entry in call.get("taxes")}


def test_nothing_can_be_added_where_nothing_belongs(call: Caller) -> None:
    assert call("POST", "nosuch/list", {"name": "x"}).get_json()["code"] == "rest_no_route"


def test_an_unknown_term_is_not_found(call: Caller) -> None:
    answer = call("GET", "products/tags/999999")

    assert answer.get_json()["code"] == "woocommerce_rest_term_invalid"


def hook(call: Caller, **fields: Any) -> Any:
    body = {"topic": "product.updated", "delivery_url": "https://x.example/hook", **fields}
    return call("POST", "webhooks", body)


def test_a_moved_hook_is_pinged_at_its_new_place(shop: WooShop, call: Caller) -> None:
    inbox = Inbox()
    shop.webhooks.sender = inbox
    hook(call)

    call("PUT", "webhooks/1", {"delivery_url": "https://y.example/hook", "name": "nieuw"})

    assert [letter.url for letter in inbox.about("ping")] == [
        "https://x.example/hook",
        "https://y.example/hook",
    ]


def test_a_hook_can_change_its_topic(shop: WooShop, call: Caller) -> None:
    shop.webhooks.sender = Inbox()
    hook(call)

    found = call("PUT", "webhooks/1", {"topic": "order.created"}).get_json()

    assert (found["topic"], found["hooks"]) == ("order.created", ["woocommerce_new_order"])


@pytest.mark.parametrize(
    "fields",
    [{"delivery_url": "ftp://x.example"}, {"status": "asleep"}, {"topic": "action.DROP TABLE"}],
)
def test_a_hook_that_makes_no_sense_is_refused(call: Caller, fields: dict[str, str]) -> None:
    assert hook(call, **fields).status_code == 400


def test_a_hook_needs_force_to_be_deleted(shop: WooShop, call: Caller) -> None:
    shop.webhooks.sender = Inbox()
    hook(call)

    assert call("DELETE", "webhooks/1").status_code == 501


def test_an_unknown_hook_is_not_found(call: Caller) -> None:
    assert call("GET", "webhooks/9").status_code == 404


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


def in_cart(call: Caller, method: str, path: str, body: Any = None) -> Any:
    token = call("GET", f"{STORE}/cart").headers["Cart-Token"]
    return call(method, f"{STORE}/{path}", body, headers={"Cart-Token": token})


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

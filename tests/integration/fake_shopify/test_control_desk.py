"""The control desk of the fake shop: what is changed and shown from outside."""

import pytest

from regie.demo.shopify import Faults, ShopifyShop
from tests.kit.shops.fake_shopify import asked


def test_the_faults_that_struck_are_shown(shop: ShopifyShop) -> None:
    shop.set_faults(Faults(too_many=1.0))
    asked(shop)

    shown = shop.app().test_client().get("/_fake/faults").get_json()

    assert shown["struck"] == {"too_many": 1}


def test_a_shop_is_closed_from_outside(shop: ShopifyShop) -> None:
    shop.app().test_client().post("/_fake/closed", json={"status": 423})

    assert asked(shop).status_code == 423


def test_deliveries_are_pushed_and_shown_from_outside(shop: ShopifyShop) -> None:
    client = shop.app().test_client()
    message = {"topic": "shop/redact", "body": {"shop_id": 1}, "uri": "http://127.0.0.1:9/"}
    client.post("/_fake/compliance", json=message)

    tried = client.post("/_fake/deliveries").get_json()["tried"]

    shown = client.get("/_fake/deliveries").get_json()
    assert (tried[0]["status"], shown["tried"]) == (0, tried)
    assert shown["waiting"][0]["failures"] == 1


def test_a_price_is_changed_from_outside(shop: ShopifyShop) -> None:
    client = shop.app().test_client()

    client.post("/_fake/changes/set_price", json={"variant": "KAF-1-250-B", "price": "8.5"})

    assert shop.store.variant("KAF-1-250-B")["price"] == "8.50"


def test_an_unknown_product_is_told_with_a_remedy(shop: ShopifyShop) -> None:
    client = shop.app().test_client()

    answer = client.post("/_fake/changes/rename", json={"product": "nothing", "title": "x"})

    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_in_demo_shop")


@pytest.mark.parametrize("verb", ["store", "_touch", "__init__"])
def test_only_the_merchants_verbs_can_be_called(shop: ShopifyShop, verb: str) -> None:
    assert shop.app().test_client().post(f"/_fake/changes/{verb}").status_code == 404


def test_a_misspelt_change_is_refused(shop: ShopifyShop) -> None:
    answer = shop.app().test_client().post("/_fake/changes/rename", json={"titel": "x"})

    assert answer.status_code == 400


def test_faults_are_switched_from_outside(shop: ShopifyShop) -> None:
    shop.app().test_client().put("/_fake/faults", json={"too_many": 1.0})

    assert asked(shop).status_code == 429


def test_a_misspelt_fault_is_refused(shop: ShopifyShop) -> None:
    assert shop.app().test_client().put("/_fake/faults", json={"tomany": 1}).status_code == 400


def test_the_clock_is_wound_from_outside(shop: ShopifyShop) -> None:
    before = shop.clock.seconds()

    shop.app().test_client().post("/_fake/clock", json={"advance": 3600})

    assert shop.clock.seconds() - before >= 3600


def test_the_log_names_operations_and_no_secrets(shop: ShopifyShop) -> None:
    asked(shop, json={"query": "query Name { shop { name } }"})

    log = shop.app().test_client().get("/_fake/log")

    assert log.get_json()["entries"][0]["operation"] == "Name"
    assert shop.access_token not in log.text


def test_the_catalogue_is_listed(shop: ShopifyShop) -> None:
    listed = shop.app().test_client().get("/_fake/catalogue").get_json()["products"]

    assert len(listed) == 60


def test_the_connect_line_is_complete(shop: ShopifyShop) -> None:
    line = shop.connect_line("http://127.0.0.1:8081")

    assert line == (
        "regie connect shopify --shop hafen-und-hof.myshopify.com "
        f"--client-id {shop.client_id} --client-secret {shop.client_secret} "
        "--endpoint http://127.0.0.1:8081"
    )

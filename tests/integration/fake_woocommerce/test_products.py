"""Smaller rules of products in the fake shop: each field and verb does what it says."""

from datetime import timedelta

import pytest

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.errors import RestError
from regie.demo.woocommerce.testing import NOON, Caller, HandClock, Inbox
from tests.kit.shops.fake_woo import item, made


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


def test_a_batch_of_products_deletes_for_good(call: Caller) -> None:
    product = made(call)

    call("POST", "products/batch", {"delete": [product["id"]]})

    assert call("GET", f"products/{product['id']}").status_code == 404


def test_a_rename_reaches_the_product(shop: WooShop, call: Caller) -> None:
    product = item(call, "GP-KAAS")

    shop.changes.rename(product["id"], "Kaas & boter")

    assert call.get(f"products/{product['id']}")["name"] == "Kaas &amp; boter"


@pytest.mark.parametrize("verb", ["set_stock_silently", "sell"])
def test_a_verb_on_nothing_is_refused(shop: WooShop, verb: str) -> None:
    with pytest.raises(RestError):
        getattr(shop.changes, verb)(999999, 1)


def test_a_sale_can_be_announced(shop: WooShop, clock: HandClock, call: Caller) -> None:
    product = item(call, "GP-KAAS")
    start = NOON + timedelta(hours=1)
    shop.changes.schedule_sale(product["id"], "9.00", start, start + timedelta(hours=1))

    prices = [call.get(f"products/{product['id']}")["price"]]
    for _ in range(2):
        clock.pass_by(3700)
        prices.append(call.get(f"products/{product['id']}")["price"])

    assert prices == ["11.75", "9.00", "11.75"]

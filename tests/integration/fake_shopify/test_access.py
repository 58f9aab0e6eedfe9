"""The fake shop lets in whom the real one lets in, and shows him what he may see."""

import pytest

from regie.demo.shopify import VERSIONS
from regie.demo.shopify.query.access import Rights
from regie.demo.shopify.query.schema import admin_schema
from regie.demo.shopify.testing import Practice
from tests.kit.shops.fake_shopify import DEAR, PRODUCT, SHOP


@pytest.mark.parametrize("version", VERSIONS)
def test_a_supported_version_is_named_in_the_answer(version: str) -> None:
    answer = Practice().ask(SHOP, version=version)

    assert (answer.status, answer.headers["X-Shopify-API-Version"]) == (200, version)


def test_an_unknown_version_is_not_found() -> None:
    assert Practice().ask(SHOP, version="2024-10").status == 404


def test_every_answer_has_a_request_id() -> None:
    assert Practice().ask(SHOP, version="2024-10").headers["X-Request-Id"]


def test_an_unknown_token_is_refused() -> None:
    assert Practice().ask(SHOP, token="shpat_wrong").status == 401


def test_a_version_is_checked_before_the_token() -> None:
    assert Practice().ask(SHOP, version="2024-10", token="shpat_wrong").status == 404


def test_a_public_app_may_not_use_an_endless_token() -> None:
    assert Practice(public_app=True).ask(SHOP).status == 403


def test_a_body_that_is_no_json_is_refused() -> None:
    practice = Practice()

    answer = practice.shop.admin("2026-10", practice.shop.access_token, b"<xml/>")

    assert answer.status == 400


def test_a_frozen_shop_is_unavailable() -> None:
    practice = Practice()
    practice.shop.closed = 402

    assert practice.ask(SHOP).status == 402


def test_a_missing_scope_nulls_the_field_and_names_its_path() -> None:
    practice = Practice(scopes=["read_products"])

    body = practice.body("{ locations(first: 1) { nodes { id } } shop { name } }")

    assert body["data"] == {"locations": None, "shop": {"name": "Hafen & Hof"}}
    assert body["errors"][0]["path"] == ["locations"]


def test_a_missing_scope_is_access_denied() -> None:
    practice = Practice(scopes=["read_inventory"])

    assert practice.codes("{ locations(first: 1) { nodes { name } } }")[0] == "ACCESS_DENIED"


def test_a_scope_is_checked_behind_an_interface() -> None:
    practice = Practice(scopes=["read_inventory"])

    codes = practice.codes("query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": [PRODUCT]})

    assert codes == ["ACCESS_DENIED"]


def test_a_missing_scope_is_said_before_a_high_price() -> None:
    assert Practice(scopes=[]).codes(DEAR) == ["ACCESS_DENIED"]


def test_writing_includes_reading() -> None:
    practice = Practice(scopes=["write_products"])

    assert practice.data("{ products(first: 1) { nodes { id } } }")["products"]["nodes"]


def test_a_customers_own_data_needs_approval() -> None:
    string = admin_schema().type_map["String"]

    refusal = Rights(["read_orders"]).refusal("MailingAddress", "address1", string)

    assert refusal
    assert refusal.extensions
    assert refusal.extensions["code"] == "ACCESS_DENIED"


def test_approval_opens_a_customers_own_data() -> None:
    string = admin_schema().type_map["String"]

    assert Rights([], approved=["address"]).refusal("MailingAddress", "zip", string) is None

"""Terms, rates and settings of the fake shop can be found and changed."""

from regie.demo.woocommerce.testing import Caller
from tests.kit.shops.fake_woo import item, names


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

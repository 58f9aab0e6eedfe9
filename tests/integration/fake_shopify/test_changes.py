"""What a merchant changes in the fake shop is consistent everywhere at once."""

import json
from pathlib import Path
from typing import Any

import pytest
from stdnum import ean

from connector.model.errors import NotFound
from regie.demo.shopify.generate import Order, generate
from regie.demo.shopify.testing import Practice

COFFEE = "hausr-stung-elbe"
LINES = "{ products { edges { node { id title variants { edges { node { id barcode } } } } } } }"


def product(practice: Practice) -> dict[str, Any]:
    return practice.shop.store.product(COFFEE)


def test_a_price_carries_into_unit_price_and_range() -> None:
    practice = Practice()

    practice.shop.changes.set_price("KAF-1-250-B", "6.50")

    variant = practice.shop.store.variant("KAF-1-250-B")
    assert variant["unitPrice"]["amount"] == "26.0"
    assert product(practice)["priceRangeV2"]["minVariantPrice"]["amount"] == "6.5"


def test_a_price_dates_the_product_anew() -> None:
    practice = Practice()

    practice.shop.changes.set_price("KAF-1-250-B", "6.50")

    assert product(practice)["updatedAt"] == "2026-11-21T12:00:00Z"


def test_stock_carries_into_the_totals() -> None:
    practice = Practice()
    practice.shop.changes.set_stock("KAF-1-250-B", "Laden Ottensen", 0)
    before = product(practice)["totalInventory"]

    practice.shop.changes.set_stock("KAF-1-250-B", "Laden Ottensen", 5)

    assert product(practice)["totalInventory"] == before + 5


def test_stock_does_not_date_the_product_anew() -> None:
    practice = Practice()
    before = product(practice)["updatedAt"]

    practice.shop.changes.set_stock("KAF-1-250-B", "Laden Ottensen", 5)

    assert product(practice)["updatedAt"] == before


def test_a_disconnected_level_is_no_longer_listed() -> None:
    practice = Practice()
    item = practice.shop.store.variant("KAF-1-250-B")["inventoryItem"]["id"]
    query = (
        "query($i: ID!) { inventoryItem(id: $i) { inventoryLevels(first: 9) { nodes { id } } } }"
    )
    before = practice.data(query, {"i": item})["inventoryItem"]["inventoryLevels"]["nodes"]

    practice.shop.changes.disconnect_level("KAF-1-250-B", "Laden Ottensen")

    after = practice.data(query, {"i": item})["inventoryItem"]["inventoryLevels"]["nodes"]
    assert len(after) == len(before) - 1


def test_a_deleted_product_is_gone() -> None:
    practice = Practice()
    wanted = practice.shop.changes.delete(COFFEE)["id"]

    data = practice.data("query($id: ID!) { product(id: $id) { id } }", {"id": wanted})

    assert data == {"product": None}


def test_a_new_product_is_exported_with_the_others() -> None:
    practice = Practice()
    wanted = practice.shop.changes.create(
        "Neue Tasse", "12.5", sku="NEU-1", barcode="9521234567899"
    )

    exported = practice.export(LINES)

    assert wanted["id"] in {json.loads(line)["id"] for line in exported.splitlines()}


def test_an_unpublished_product_says_so() -> None:
    practice = Practice()

    practice.shop.changes.unpublish(COFFEE, "Online Store")

    shown = product(practice)["resourcePublicationsV2"]
    assert [row["isPublished"] for row in shown] == [False, True, True]
    assert product(practice)["publishedAt"] is None


def test_a_metafield_does_not_date_the_product_anew() -> None:
    practice = Practice()
    before = product(practice)["updatedAt"]

    practice.shop.changes.set_metafield(COFFEE, "regie", "agent_policy", "json", "{}")

    assert product(practice)["updatedAt"] == before


def test_a_closed_location_is_listed_only_on_request() -> None:
    practice = Practice()
    practice.shop.changes.set_location_active("Laden Ottensen", active=False)

    data = practice.data(
        "{ open: locations(first: 9) { nodes { id } }"
        " all: locations(first: 9, includeInactive: true) { nodes { id } } }"
    )

    assert (len(data["open"]["nodes"]), len(data["all"]["nodes"])) == (3, 4)


def test_a_description_and_a_status_are_edited() -> None:
    practice = Practice()
    practice.shop.changes.describe(COFFEE, "<p>Neu</p>")
    practice.shop.changes.set_status(COFFEE, "UNLISTED")

    row = product(practice)

    assert (row["descriptionHtml"], row["status"]) == ("<p>Neu</p>", "UNLISTED")


def test_a_second_product_of_a_title_gets_another_address() -> None:
    practice = Practice()
    first = practice.shop.changes.create("Neue Tasse", "12.5")
    second = practice.shop.changes.create("Neue Tasse", "12.5")

    assert (first["handle"], second["handle"]) == ("neue-tasse", "neue-tasse-1")


def test_a_new_price_range_is_written_as_money() -> None:
    row = Practice().shop.changes.create("Neue Tasse", "1234.5")

    assert row["priceRangeV2"]["minVariantPrice"] == {"amount": "1234.5", "currencyCode": "EUR"}


def test_new_stock_at_a_new_place_is_connected_first() -> None:
    practice = Practice()
    practice.subscribe("INVENTORY_LEVELS_CONNECT")
    practice.shop.changes.create("Neue Tasse", "12.5", sku="NEU-1")

    practice.shop.changes.set_stock("NEU-1", "Lager Wilhelmsburg", 4)
    practice.shop.deliver_due()

    assert [message.topic for message in practice.sent] == ["inventory_levels/connect"]


def test_other_rights_are_told() -> None:
    practice = Practice()
    practice.subscribe("APP_SCOPES_UPDATE")
    practice.shop.changes.set_scopes(("read_products",))
    practice.shop.deliver_due()

    assert practice.sent[0].read()["current"] == ["read_products"]


def test_a_price_in_tens_keeps_its_zeros() -> None:
    practice = Practice()

    for variant in product(practice)["variants"]:
        practice.shop.changes.set_price(variant["sku"], "100")

    assert product(practice)["priceRangeV2"]["maxVariantPrice"]["amount"] == "100.0"


def test_an_unknown_name_is_not_found() -> None:
    with pytest.raises(NotFound) as error:
        Practice().shop.changes.rename("nothing", "x")

    assert error.value.details() == {"kind": "product", "name": "nothing"}


@pytest.mark.parametrize("order", list(Order))
def test_a_generated_shop_exports_what_was_written(order: Order, tmp_path: Path) -> None:
    folder = generate(tmp_path, products=12, variants=3, seed=5, order=order, window=7)
    written = (folder / "bulk_inventory.jsonl").read_bytes().splitlines()
    query = (
        "{ inventoryItems { edges { node { id sku tracked inventoryLevels { edges { node {"
        " id isActive updatedAt item { id } location { id }"
        ' quantities(names: ["available", "on_hand", "committed", "reserved", "incoming"])'
        " { name quantity updatedAt } } } } } } } }"
    )

    exported = Practice(folder).export(query).splitlines()

    assert sorted(exported) == sorted(written)


def test_a_generated_shop_has_valid_gtins(tmp_path: Path) -> None:
    generate(tmp_path, products=20, variants=2)
    lines = (tmp_path / "bulk_products.jsonl").read_text().splitlines()

    codes = [row["barcode"] for row in map(json.loads, lines) if "barcode" in row]

    assert len(set(codes)) == 40
    assert all(ean.is_valid(code) and code.startswith("952") for code in codes)


def test_every_order_of_generation_has_the_same_lines(tmp_path: Path) -> None:
    def lines(order: Order) -> list[str]:
        folder = generate(tmp_path / order, products=9, variants=2, order=order, window=5)
        return sorted((folder / "bulk_products.jsonl").read_text().splitlines())

    assert lines(Order.GROUPED) == lines(Order.UNGROUPED) == lines(Order.SHUFFLED)


def test_ungrouped_lines_have_all_products_first(tmp_path: Path) -> None:
    generate(tmp_path, products=5, variants=2, order=Order.UNGROUPED)
    lines = (tmp_path / "bulk_products.jsonl").read_text().splitlines()

    assert all("__parentId" not in line for line in lines[:5])


def test_a_generated_shop_says_that_it_speaks_german(tmp_path: Path) -> None:
    shop = Practice(generate(tmp_path, products=1, variants=1)).shop

    assert shop.store.shop["primaryDomain"]["localization"] == {"defaultLocale": "de"}


def test_the_same_seed_generates_the_same_shop(tmp_path: Path) -> None:
    one = generate(tmp_path / "one", products=5, variants=2, seed=3)
    other = generate(tmp_path / "other", products=5, variants=2, seed=3)

    name = "bulk_products.jsonl"
    assert (one / name).read_bytes() == (other / name).read_bytes()

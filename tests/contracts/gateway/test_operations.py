"""What each example operation answers, on SQLite and on Postgres."""

from typing import Any

import orjson
import pytest
from graphql import GraphQLObjectType, get_named_type

from gateway.catalogue.schema import schema
from gateway.door.examples import Example, examples
from tests.kit.catalogue import Reader
from tests.kit.samples import place, product, rich_place, rich_product

# The examples ask for goods of the demo shops; these tests ask for those of tests/kit/samples.py.
SAMPLES: dict[str, dict[str, object]] = {
    "availability-per-store": {"handle": "mug-1"},
    "facets-of-a-search": {"text": "enamel"},
    "filter-by-attribute": {
        "attributes": [
            {"key": "material", "values": ["steel", "iron"]},
            {"key": "color", "values": ["red"]},
        ],
        "brand": "emalia",
    },
    "full-product": {"id": "prd_00000000-0009-880d-8001-aa3e8d2e7ece"},
    "price-range-in-category": {
        "category": "mugs",
        "price": {"currency": "EUR", "max": 2000, "min": 1000},
    },
    "product-by-gtin": {"gtin": "4006381333931"},
    "product-by-platform-id": {"platformId": "1"},
    "safety-and-human-value": {"handle": "stout"},
    "search-in-stock-at-store": {
        "store": "loc_00000000-0000-8ec0-9cd1-ae6b6f9042fa",
        "text": "enamel mu",
    },
    "stock-at-one-store": {"sku": "SKU-10", "store": "loc_00000000-0000-8ec0-9cd1-ae6b6f9042fa"},
}
BY_NAME = {example.name: example for example in examples()}


def run(reader: Reader, name: str, **variables: object) -> Any:
    example = BY_NAME[name]
    own = SAMPLES.get(name) or orjson.loads(example.variables or b"{}")
    return reader.data(example.query, {**own, **variables})


def test_the_catalogue_page_lists_by_title_without_the_deleted(reader: Reader) -> None:
    page = run(reader, "catalogue-page")["products"]

    titles = [node["title"] for node in page["nodes"]]
    assert (page["totalCount"], titles) == (3, ["Enamel jug", "Enamel mug", "Harbour stout"])


def test_the_catalogue_page_goes_on_behind_its_cursor(reader: Reader) -> None:
    first = reader.data("{products(first: 1, sort: TITLE) {pageInfo {endCursor}}}")

    cursor = first["products"]["pageInfo"]["endCursor"]
    page = run(reader, "catalogue-page", after=cursor)["products"]

    assert [node["title"] for node in page["nodes"]] == ["Enamel mug", "Harbour stout"]


def test_a_barcode_leads_to_its_product(reader: Reader) -> None:
    found = run(reader, "product-by-gtin")["product"]

    assert found["variants"][0]["gtin"]["value"] == "04006381333931"


def test_a_platform_id_leads_to_its_product(reader: Reader) -> None:
    found = run(reader, "product-by-platform-id")["product"]

    assert (found["id"], found["source"]["externalId"]) == (product(1).id, "1")


def test_a_variant_id_of_the_platform_leads_to_its_product(reader: Reader) -> None:
    assert run(reader, "product-by-platform-id", platformId="20")["product"]["handle"] == "mug-2"


def test_a_search_at_a_store_gives_only_what_lies_there(reader: Reader) -> None:
    nodes = run(reader, "search-in-stock-at-store")["products"]["nodes"]

    stock = [{"availability": "IN_STOCK", "available": 5}]
    assert nodes == [{"title": "Enamel mug", "variants": [{"title": "Red", "inventory": stock}]}]


def test_the_brands_of_a_search_are_counted(reader: Reader) -> None:
    found = run(reader, "facets-of-a-search")["products"]

    values = [{"value": "emalia", "count": found["totalCount"]}]
    assert found["facets"] == {"complete": True, "values": values}
    assert found["totalCount"] > 0


def test_a_price_range_in_a_category_gives_its_products(reader: Reader) -> None:
    nodes = run(reader, "price-range-in-category")["products"]["nodes"]

    assert [node["priceRange"]["min"] for node in nodes] == [{"amount": 1250, "currency": "EUR"}]


def test_a_dearer_product_is_out_of_the_price_range(reader: Reader) -> None:
    wanted = {"currency": "EUR", "min": 1251}

    assert run(reader, "price-range-in-category", price=wanted)["products"]["nodes"] == []


def test_brand_and_attributes_narrow_the_list(reader: Reader) -> None:
    page = run(reader, "filter-by-attribute")["products"]

    assert [node["title"] for node in page["nodes"]] == ["Enamel mug", "Harbour stout"]


def test_the_changes_feed_ends_in_the_tombstone(reader: Reader) -> None:
    last = run(reader, "changes-feed")["changes"]["nodes"][-1]

    assert (last["productId"], last["deleted"], last["product"]) == (product(3).id, True, None)


def test_the_changes_feed_has_nothing_behind_its_end(reader: Reader) -> None:
    since = run(reader, "changes-feed")["changes"]["nextSince"]

    again = run(reader, "changes-feed", since=since)["changes"]

    assert again == {"nodes": [], "nextSince": since, "hasMore": False}


def test_the_stores_tell_hours_and_pickup(reader: Reader) -> None:
    stores = {store["name"]: store for store in run(reader, "stores-with-pickup")["stores"]}

    market = stores["Market"]
    assert (market["openingHours"], market["pickup"]["readyMinutes"]) == ("Mo-Sa 9-18", 60)


def test_a_store_without_pickup_says_null(reader: Reader) -> None:
    stores = {store["name"]: store for store in run(reader, "stores-with-pickup")["stores"]}

    assert stores["Store"]["pickup"] is None


def test_availability_names_the_store(reader: Reader) -> None:
    level = run(reader, "availability-per-store")["product"]["variants"][0]["inventory"][0]

    assert (level["store"]["name"], level["availability"]) == ("Store", "IN_STOCK")


def test_an_article_lies_at_the_store_asked_for(reader: Reader) -> None:
    found = run(reader, "stock-at-one-store")

    assert found["product"]["variants"][0]["inventory"][0]["available"] == 5


def test_an_article_does_not_lie_at_another_store(reader: Reader) -> None:
    found = run(reader, "stock-at-one-store", store=rich_place().id)

    assert found["product"]["variants"][0]["inventory"] == []


def test_the_merchant_tells_policies_and_freshness(reader: Reader) -> None:
    shop = run(reader, "merchant-policies-freshness")["merchant"]["shops"][0]

    assert (shop["policies"], shop["freshness"]) == (
        [{"kind": "returns", "url": "https://hafen.example/returns"}],
        {"asOf": "2026-11-21T12:00:00.000Z", "lagSeconds": 1.5},
    )


def test_safety_and_human_value_come_as_the_shop_wrote_them(reader: Reader) -> None:
    found = run(reader, "safety-and-human-value")["product"]

    assert (found["safety"]["allergens"], found["humanValue"]["expert"]) == (["gluten"], "Ole")


def test_the_full_product_has_no_unknown_fact(reader: Reader) -> None:
    found = run(reader, "full-product")["product"]

    assert sorted(_nulls(found)) == [
        ".attributes.unit",
        ".safety.responsiblePerson.postalAddress",
        ".variants.gtin.value",
        ".variants.media.alt",
        ".variants.media.height",
        ".variants.media.width",
        ".variants.offers.sale.endsAt",
    ]


def _nulls(value: Any, path: str = "") -> set[str]:
    if value is None:
        return {path}
    if isinstance(value, list):
        return {found for item in value for found in _nulls(item, path)}
    if isinstance(value, dict):
        return {found for name, it in value.items() for found in _nulls(it, f"{path}.{name}")}
    return set()


def test_the_full_product_shows_a_barcode_that_is_none_with_its_reason(reader: Reader) -> None:
    gtin = run(reader, "full-product")["product"]["variants"][0]["gtin"]

    assert gtin == {"raw": "4006381333930", "value": None, "reason": "bad_check_digit"}


def test_the_full_product_asks_for_every_field_of_the_schema(reader: Reader) -> None:
    found = run(reader, "full-product")["product"]

    kind = schema().graphql_schema.get_type("Product")
    assert _missing(kind, found) == set()


def _missing(kind: Any, value: Any) -> set[str]:
    """Return fields of a type that an answer lacks; a store has its own operation."""
    if isinstance(value, list):
        return {found for item in value for found in _missing(kind, item)}
    if not isinstance(value, dict) or not isinstance(kind, GraphQLObjectType):
        return set()
    if kind.name == "Store":
        return set()
    inner = {
        found
        for name, item in value.items()
        for found in _missing(get_named_type(kind.fields[name].type), item)
    }
    return inner | {f"{kind.name}.{name}" for name in kind.fields if name not in value}


def test_a_product_during_a_sale_costs_the_sale_price(reader: Reader) -> None:
    variant = run(reader, "full-product")["product"]["variants"][0]

    assert (variant["price"]["amount"], variant["compareAtPrice"]["amount"]) == (450, 500)


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_every_example_says_what_it_is_for(example: Example) -> None:
    assert example.query.startswith("# ")
    assert example.purpose.endswith(".")


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_every_example_runs_without_an_error(reader: Reader, example: Example) -> None:
    assert run(reader, example.name)


def test_there_are_at_least_ten_examples() -> None:
    assert len(examples()) >= 10


def test_these_tests_ask_for_what_the_samples_hold() -> None:
    full = SAMPLES["full-product"]
    at_store = SAMPLES["stock-at-one-store"]

    assert (full["id"], at_store["store"]) == (rich_product().id, place().id)

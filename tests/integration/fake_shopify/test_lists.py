"""Lists of the fake shop are paged and searched as the real ones are."""

import pytest

from regie.demo.shopify.testing import Practice
from tests.kit.shops.fake_shopify import PRODUCT


def test_a_connection_without_a_size_is_refused() -> None:
    assert Practice().codes("{ products { nodes { id } } }") == ["BAD_REQUEST"]


def test_a_page_of_more_than_250_is_refused() -> None:
    assert Practice().codes("{ products(first: 251) { nodes { id } } }") == ["BAD_REQUEST"]


def test_pages_follow_each_other_while_products_change() -> None:
    practice = Practice()
    query = (
        "query($a: String) { products(first: 25, after: $a, sortKey: UPDATED_AT) {"
        " nodes { id } pageInfo { hasNextPage endCursor } } }"
    )
    first = practice.data(query)["products"]

    practice.shop.changes.rename(first["nodes"][0]["id"], "Neu")
    second = practice.data(query, {"a": first["pageInfo"]["endCursor"]})["products"]
    third = practice.data(query, {"a": second["pageInfo"]["endCursor"]})["products"]

    seen = {row["id"] for page in (first, second, third) for row in page["nodes"]}
    assert (len(seen), third["pageInfo"]["hasNextPage"]) == (60, False)


def test_a_search_finds_what_changed_since() -> None:
    practice = Practice()
    practice.shop.changes.rename("hausr-stung-elbe", "Elbe")

    data = practice.data(
        "{ products(first: 9, query: \"updated_at:>'2026-11-21T00:00:00Z'\") { nodes { id } } }"
    )

    assert data["products"]["nodes"] == [{"id": PRODUCT}]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status:draft", 1),
        ("vendor:'Eisenwerk' AND status:active", 3),
        ("id:7400000294912", 1),
        ("created_at:<2020-01-01", 0),
    ],
)
def test_a_search_may_name_several_facts(query: str, found: int) -> None:
    data = Practice().data("query($q: String) { productsCount(query: $q) { count } }", {"q": query})

    assert data["productsCount"]["count"] == found


@pytest.mark.parametrize("query", ["updated_at:>yesterday", "id:coffee"])
def test_a_search_for_nonsense_is_refused(query: str) -> None:
    ask = "query($q: String) { products(first: 1, query: $q) { nodes { id } } }"

    assert Practice().codes(ask, {"q": query}) == ["BAD_REQUEST"]


@pytest.mark.parametrize("cursor", ["nonsense", "eyJ9"])
def test_a_cursor_of_ones_own_making_is_refused(cursor: str) -> None:
    ask = "query($a: String) { products(first: 1, after: $a) { nodes { id } } }"

    assert Practice().codes(ask, {"a": cursor}) == ["BAD_REQUEST"]


def test_a_place_that_is_no_number_is_refused() -> None:
    ask = 'query { locations(first: 1, after: "x") { nodes { id } } }'

    assert Practice().codes(ask) == ["BAD_REQUEST"]


def test_first_and_last_together_are_refused() -> None:
    assert Practice().codes("{ locations(first: 1, last: 1) { nodes { id } } }") == ["BAD_REQUEST"]


def test_a_list_can_be_read_from_its_end() -> None:
    data = Practice().data("{ locations(last: 1) { nodes { name } } }")

    assert data["locations"]["nodes"] == [{"name": "Lager Wilhelmsburg"}]


def test_a_product_is_found_by_its_handle() -> None:
    ask = '{ productByIdentifier(identifier: {handle: "hausr-stung-elbe"}) { id } }'

    assert Practice().data(ask) == {"productByIdentifier": {"id": PRODUCT}}

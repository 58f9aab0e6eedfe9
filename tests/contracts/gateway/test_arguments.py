"""Whatever a caller writes into an argument gets an answer or a typed error, on both databases."""

import pytest

from connector.store.listing.page import Position, Sort
from gateway.catalogue import cursor
from tests.kit.catalogue import LOOKUP, PAGE, Reader

MUG = "4006381333931"
CASES = [
    ({}, "bad_lookup"),
    ({"id": None}, "bad_lookup"),
    ({"id": "x", "sku": "y"}, "bad_lookup"),
    ({"handle": ""}, "bad_lookup"),
    ({"handle": "a\0"}, "bad_lookup"),
    ({"sku": "x" * 201}, "bad_lookup"),
    ({"gtin": "4006381333930"}, "bad_lookup"),
    ({"gtin": "1"}, "bad_lookup"),
    ({"gtin": MUG}, None),
    ({"gtin": f"0{MUG}"}, None),
    ({"gtin": "4006381-333931 "}, None),
    ({"id": "unknown"}, None),
]


@pytest.mark.parametrize(("keys", "wanted"), CASES)
def test_a_lookup_takes_exactly_one_sound_key(
    reader: Reader, keys: dict[str, str | None], wanted: str | None
) -> None:
    assert reader.code(LOOKUP, keys) == wanted


FILTERS = [
    (None, None),
    ({}, None),
    ({"text": ""}, "bad_filter"),
    ({"text": "--"}, "bad_filter"),
    ({"text": "a " * 21}, None),
    ({"brand": ""}, "bad_filter"),
    ({"category": "a\0b"}, "bad_filter"),
    ({"attributes": []}, None),
    ({"attributes": [{"key": "k", "values": []}]}, "bad_filter"),
    ({"attributes": [{"key": "", "values": ["v"]}]}, "bad_filter"),
    ({"attributes": [{"key": "k", "values": ["v"]}] * 21}, "bad_filter"),
    ({"price": {"currency": "euro"}}, "bad_filter"),
    ({"price": {"currency": "EUR", "min": 2, "max": 1}}, "bad_filter"),
    ({"price": {"currency": "EUR", "min": 2**53}}, "graphql_invalid"),
    ({"price": {"currency": "EUR", "min": None}}, None),
    ({"updatedSince": "yesterday"}, "bad_filter"),
    ({"updatedSince": "2026-11-21"}, "bad_filter"),
    ({"updatedSince": "2026-13-01T00:00:00Z"}, "bad_filter"),
    ({"updatedSince": "0001-01-01T00:00:00+23:59"}, None),
    ({"updatedSince": "9999-12-31T23:59:59-23:59"}, None),
    ({"inStock": None}, None),
    ({"unknown": 1}, "graphql_invalid"),
]


@pytest.mark.parametrize(("given_filter", "wanted"), FILTERS)
def test_a_filter_is_read_or_refused(
    reader: Reader, given_filter: dict[str, object] | None, wanted: str | None
) -> None:
    assert reader.code(PAGE, {"filter": given_filter}) == wanted


LITERALS = [
    ('{changes(since: "1") {hasMore}}', "graphql_invalid"),
    ("{changes(since: 1.5) {hasMore}}", "graphql_invalid"),
    ("{changes(since: 9007199254740992) {hasMore}}", "graphql_invalid"),
    ("{changes(since: 9007199254740991) {hasMore}}", None),
    ("{changes(since: -1) {hasMore}}", "bad_since"),
    ("{products(filter: {updatedSince: 5}) {totalCount}}", "graphql_invalid"),
    ('{products(filter: {updatedSince: "2026-11-21T12:00:00Z"}) {totalCount}}', None),
    ("{products(sort: PRICE) {totalCount}}", "graphql_invalid"),
    ('{products(filter: {text: "\\u0000"}) {totalCount}}', "bad_filter"),
    ('{products(filter: {text: "\\ud800"}) {totalCount}}', "graphql_syntax"),
]


@pytest.mark.parametrize(("query", "wanted"), LITERALS)
def test_a_literal_is_read_or_refused(reader: Reader, query: str, wanted: str | None) -> None:
    assert reader.code(query) == wanted


@pytest.mark.parametrize("value", [5, 1.5, True, [], {}])
def test_an_instant_is_text(reader: Reader, value: object) -> None:
    assert reader.code(PAGE, {"filter": {"updatedSince": value}}) == "graphql_invalid"


def test_an_instant_narrows_the_list(reader: Reader) -> None:
    counts = [
        reader.data(PAGE, {"filter": {"updatedSince": instant}})["products"]["totalCount"]
        for instant in ("2026-11-21T13:00:00+01:00", "2026-11-21T12:00:01Z")
    ]

    assert counts == [3, 0]


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_follow_each_other_without_gap_or_double(reader: Reader, sort: Sort) -> None:
    query = """query ($after: String, $sort: ProductSort!, $filter: ProductFilter) {
      products(first: 1, after: $after, sort: $sort, filter: $filter) {
        nodes {id} pageInfo {hasNextPage endCursor}}}"""
    narrowed = {"text": "emalia"} if sort is Sort.RELEVANCE else {}
    found, after = [], None

    while True:
        asked = {"after": after, "sort": sort.value, "filter": narrowed}
        page = reader.data(query, asked)["products"]
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert len(found) == len(set(found)) == 3


def test_an_order_by_relevance_needs_a_text(reader: Reader) -> None:
    assert reader.code("{products(sort: RELEVANCE) {totalCount}}") == "nothing_to_rank"


@pytest.mark.parametrize("sort", list(Sort))
def test_a_cursor_comes_back_as_it_went(sort: Sort) -> None:
    value = {Sort.ID: None, Sort.TITLE: "Ü\u05d0"}.get(sort, 12)

    position = Position(value, "prd_1")

    assert cursor.decode(sort, cursor.encode(sort, position)) == position


def test_a_cursor_of_the_longest_title_comes_back() -> None:
    position = Position("\U0001f600" * 200, "prd_" + "x" * 36)

    assert cursor.decode(Sort.TITLE, cursor.encode(Sort.TITLE, position)) == position


def test_an_edge_has_the_cursor_of_its_node(reader: Reader) -> None:
    page = reader.data(
        "{products(first: 2) {edges {cursor node {id}} nodes {id} pageInfo {endCursor}}}"
    )["products"]

    assert page["edges"][1] == {
        "cursor": page["pageInfo"]["endCursor"],
        "node": page["nodes"][1],
    }

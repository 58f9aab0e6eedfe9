"""Whatever a caller writes into an argument gets an answer or a typed error, on both databases."""

from base64 import urlsafe_b64encode
from typing import Any

import msgspec
import pytest
from graphql import GraphQLError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.model.errors import RegieError
from connector.store.database import Database
from connector.store.listing.page import Position, Sort
from gateway.catalogue import cursor
from gateway.catalogue.asking import Asking
from gateway.desk.execution import prepared, refusal, run
from gateway.desk.operation import Invalid, Operations
from storefront.disclosure.ledger.entry import OPERATOR
from storefront.disclosure.sight import operator
from storefront.disclosure.view import CatalogView
from tests.kit.catalogue import Reader, seed

LOOKUP = """query ($id: ID, $handle: String, $gtin: String, $sku: String, $platformId: String) {
  product(id: $id, handle: $handle, gtin: $gtin, sku: $sku, platformId: $platformId) {id}}"""
PAGE = """query ($first: Int! = 5, $after: String, $filter: ProductFilter, $sort: ProductSort! = ID)
{
  products(first: $first, after: $after, filter: $filter, sort: $sort) {totalCount nodes {id}}}"""
STORE = """query ($text: ID!) {store(id: $text) {id}
  product(handle: "mug-1") {variants {inventory(store: $text) {available}}}}"""

ANY = (
    st.text(max_size=300)
    | st.text(st.characters(), max_size=30)
    | st.sampled_from(
        [
            "",
            " ",
            "\0",
            "a\0b",
            "\ud800",
            "x" * 201,
            "x" * 100_000,
            "%",
            "'",
            '"',
            "\\",
            "\u202e",
            "-1",
        ]
    )
)
PATIENT = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def reader(database: Database) -> Reader:
    return Reader(database, seed(database))


@pytest.fixture
def asking(database: Database) -> Asking:
    seed(database)
    return Asking(CatalogView(database, operator("mer_1", OPERATOR)))


def told(asking: Asking, query: str, variables: dict[str, Any]) -> str | None:
    """Ask past HTTP, which could not even carry some of these texts."""
    try:
        ready = prepared(Operations().get(query, None, by_get=False), variables)
    except (RegieError, GraphQLError, Invalid) as error:
        return refusal(error).code
    return run(ready, asking, None).code


@pytest.mark.parametrize("name", ["id", "handle", "gtin", "sku", "platformId"])
@PATIENT
@given(text=ANY)
def test_any_text_may_be_a_key(asking: Asking, name: str, text: str) -> None:
    assert told(asking, LOOKUP, {name: text}) in {None, "bad_lookup"}


@pytest.mark.parametrize("name", ["text", "category", "brand", "inStockAt", "connection"])
@PATIENT
@given(text=ANY)
def test_any_text_may_be_a_filter(asking: Asking, name: str, text: str) -> None:
    assert told(asking, PAGE, {"filter": {name: text}}) in {None, "bad_filter"}


@PATIENT
@given(key=ANY, values=st.lists(ANY, max_size=25))
def test_any_text_may_be_an_attribute(asking: Asking, key: str, values: list[str]) -> None:
    wanted = {"attributes": [{"key": key, "values": values}]}

    assert told(asking, PAGE, {"filter": wanted}) in {None, "bad_filter"}


@PATIENT
@given(text=ANY | st.datetimes().map(str) | st.dates().map(str))
def test_any_text_may_be_an_instant(asking: Asking, text: str) -> None:
    assert told(asking, PAGE, {"filter": {"updatedSince": text}}) in {None, "bad_filter"}


@PATIENT
@given(text=ANY, low=st.integers(), high=st.integers())
def test_any_text_and_numbers_may_be_a_price(
    asking: Asking, text: str, low: int, high: int
) -> None:
    price = {"currency": text, "min": low, "max": high}

    found = told(asking, PAGE, {"filter": {"price": price}})

    assert found in {None, "bad_filter", "graphql_invalid"}


@pytest.mark.parametrize("sort", [sort.value for sort in Sort])
@PATIENT
@given(text=ANY)
def test_any_text_may_be_a_cursor(asking: Asking, sort: str, text: str) -> None:
    assert told(asking, PAGE, {"after": text, "sort": sort}) == "bad_cursor"


@pytest.mark.parametrize("sort", [sort.value for sort in Sort])
@PATIENT
@given(value=ANY | st.integers() | st.none() | st.floats() | st.booleans(), key=ANY)
def test_any_cursor_may_be_forged(asking: Asking, sort: str, value: object, key: str) -> None:
    try:
        data = msgspec.json.encode([sort, value, key])
    except (UnicodeEncodeError, OverflowError):
        return
    forged = urlsafe_b64encode(data).decode().rstrip("=")

    variables = {"after": forged, "sort": sort, "filter": {"text": "mug"}}
    assert told(asking, PAGE, variables) in {None, "bad_cursor"}


@PATIENT
@given(number=st.integers() | st.sampled_from([0, -1, 2**31, 2**53, 2**63, -(2**63), 10**400]))
def test_any_number_may_be_a_change_number(asking: Asking, number: int) -> None:
    query = "query ($since: BigInt!) {changes(since: $since) {hasMore}}"

    assert told(asking, query, {"since": number}) in {None, "bad_since", "graphql_invalid"}


@PATIENT
@given(number=st.integers() | st.integers(-5, 200))
def test_any_number_may_be_a_page_size(asking: Asking, number: int) -> None:
    found = told(asking, PAGE, {"first": number})

    assert (found is None) == (1 <= number <= 100)


@PATIENT
@given(text=ANY)
def test_any_text_may_be_a_store(asking: Asking, text: str) -> None:
    assert told(asking, STORE, {"text": text}) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("name", ["first", "after", "filter", "sort"])
@PATIENT
@given(value=JSON)
def test_any_json_may_be_a_variable(asking: Asking, name: str, value: object) -> None:
    assert told(asking, PAGE, {name: value}) != "internal"


@PATIENT
@given(text=st.text(max_size=100) | st.text('{}()!$:=@[]|#"\\.abc \n\0', max_size=60))
def test_any_text_may_be_a_query(asking: Asking, text: str) -> None:
    assert told(asking, text, {}) != "internal"


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

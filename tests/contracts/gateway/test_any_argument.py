"""Any text and any number may be an argument: an answer or a typed error comes back."""

from base64 import urlsafe_b64encode
from typing import Any

import msgspec
import pytest
from graphql import GraphQLError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.model.errors import RegieError
from connector.store.database import Database
from connector.store.listing.page import Sort
from gateway.catalogue.asking import Asking
from gateway.desk.execution import prepared, refusal, run
from gateway.desk.operation import Invalid, Operations
from storefront.disclosure.ledger.entry import OPERATOR
from storefront.disclosure.sight import operator
from storefront.disclosure.view import CatalogView
from tests.kit.catalogue import LOOKUP, PAGE, seed

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
def asking(database: Database) -> Asking:
    seed(database)
    return Asking(CatalogView(database, operator("mer_1", OPERATOR)))


def told(asking: Asking, query: str, variables: dict[str, Any]) -> str | None:
    """Ask past HTTP, which could not even carry some of these texts."""
    try:
        ready = prepared(Operations().get(query, None, by_get=False), b"", variables)
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

"""The fake shop refuses a question that the real one would not understand."""

import json

import pytest

from regie.demo.shopify.testing import Practice
from tests.kit.shops.fake_shopify import ITEM, PRODUCT


def test_an_unknown_field_has_the_shops_code() -> None:
    error = Practice().body("{ shop { nonsense } }")["errors"][0]

    assert error["extensions"]["code"] == "undefinedField"


def test_a_syntax_error_comes_as_http_200() -> None:
    answer = Practice().ask("{ shop {")

    assert answer.status == 200


def test_an_id_that_is_no_global_id_is_refused() -> None:
    error = Practice().body("query($id: ID!) { product(id: $id) { id } }", {"id": "123"})["errors"]

    assert error[0]["extensions"]["problems"][0]["explanation"] == "Invalid global id '123'"


def test_a_written_id_that_is_no_global_id_is_refused() -> None:
    assert Practice().body('{ product(id: "123") { id } }')["errors"]


def test_an_id_of_another_kind_is_refused() -> None:
    assert Practice().codes(f'{{ product(id: "{ITEM}") {{ id }} }}') == ["RESOURCE_NOT_FOUND"]


def test_a_variable_of_the_wrong_type_is_refused() -> None:
    error = Practice().body("query($n: Int!) { products(first: $n) { nodes { id } } }", {"n": "x"})

    assert error["errors"][0]["extensions"]["problems"]


def test_an_unplayed_mutation_is_refused_by_name() -> None:
    practice = Practice(scopes=["write_products"])
    query = "mutation($i: ProductDeleteInput!) { productDelete(input: $i) { shop { id } } }"

    assert practice.codes(query, {"i": {"id": PRODUCT}}) == ["DEMO_NOT_PLAYED"]


def test_an_unplayed_field_is_refused_and_not_null() -> None:
    codes = Practice().codes(f'{{ product(id: "{PRODUCT}") {{ templateSuffix }} }}')

    assert codes == ["DEMO_NOT_PLAYED"]


def test_an_unplayed_argument_is_refused_and_not_ignored() -> None:
    codes = Practice().codes('{ products(first: 1, query: "smoke") { nodes { id } } }')

    assert codes == ["DEMO_NOT_PLAYED"]


@pytest.mark.parametrize(
    "query",
    [
        "{ products(last: 1) { nodes { id } } }",
        "{ products(first: 1, sortKey: VENDOR) { nodes { id } } }",
        '{ products(first: 1, query: "title:x") { nodes { id } } }',
        "{ location { id } }",
        "{ orders(first: 1) { nodes { id } } }",
    ],
)
def test_what_is_not_played_says_so(query: str) -> None:
    practice = Practice(scopes=["read_products", "read_locations", "read_orders"])

    assert practice.codes(query) == ["DEMO_NOT_PLAYED"]


def test_a_question_may_be_written_in_fragments() -> None:
    ask = (
        "query Q { shop { ...Named ... { id } } }"
        " fragment Named on Shop { name } query Other { shop { id } }"
    )
    practice = Practice()
    raw = json.dumps({"query": ask, "operationName": "Q"}).encode()

    answer = practice.shop.admin("2026-10", practice.shop.access_token, raw)

    assert isinstance(answer.body, dict)
    assert answer.body["data"]["shop"]["name"] == "Hafen & Hof"


def test_several_operations_need_a_name() -> None:
    assert Practice().body("query A { shop { id } } query B { shop { id } }")["errors"]

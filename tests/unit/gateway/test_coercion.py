"""Variables are read as graphql-core reads them, the usual ones without asking it."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, get_operation_ast, parse
from graphql.execution.values import get_variable_values

from gateway.catalogue.schema import schema
from gateway.desk.coercion import Coercion

QUERY = """
query ($id: ID, $text: String!, $many: Int = 7, $some: Boolean, $since: BigInt,
    $filter: ProductFilter, $sort: ProductSort, $ids: [ID!]) {__typename}
"""
GOOD: dict[str, Any] = {
    "id": "p", "text": "t", "many": 3, "some": True, "since": 9,
    "filter": {"brand": "b"}, "sort": "TITLE", "ids": ["a"],
}  # fmt: skip
ODD = [None, "x", "", 0, 1, -1, 2**31 - 1, -(2**31), 2**31, 2**60, 1.0, 1.5, True, False, [], {}]


def both(text: str, given: dict[str, Any]) -> tuple[Any, Any]:
    """Return what we say and what graphql-core says."""
    node = get_operation_ast(parse(text))
    assert isinstance(node, OperationDefinitionNode)
    ours = Coercion(schema().graphql_schema, node.variable_definitions, 5)(given)
    theirs = get_variable_values(
        schema().graphql_schema, node.variable_definitions, given, max_errors=5,
        hide_suggestions=True,
    )  # fmt: skip
    return told(ours), told(theirs)


def told(found: Any) -> Any:
    if isinstance(found, list):
        return [it.message for it in found]
    return {name: (type(value), value) for name, value in found.items()}


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize("name", GOOD)
def test_each_value_of_each_kind_is_read_as_by_graphql_core(name: str, value: Any) -> None:
    ours, theirs = both(QUERY, {**GOOD, name: value})

    assert ours == theirs


@pytest.mark.parametrize("kind", ["ID", "ID!", "String", "Int!", "Int", "Boolean", "Float"])
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_a_variable_that_stands_alone_is_read_as_by_graphql_core(kind: str, value: Any) -> None:
    ours, theirs = both(f"query ($a: {kind}) {{__typename}}", {"a": value})

    assert ours == theirs


@pytest.mark.parametrize("name", GOOD)
def test_a_variable_that_is_not_given_is_read_as_by_graphql_core(name: str) -> None:
    ours, theirs = both(QUERY, {key: value for key, value in GOOD.items() if key != name})

    assert ours == theirs


def test_a_default_takes_the_place_of_a_variable_that_is_not_given() -> None:
    ours, theirs = both('query ($a: Int = 4, $b: ID = "x") {__typename}', {"b": "y"})

    assert ours == theirs == {"a": (int, 4), "b": (str, "y")}


def test_what_nobody_declared_is_left_out() -> None:
    ours, theirs = both("query ($a: Int) {__typename}", {"a": 1, "z": 2})

    assert ours == theirs == {"a": (int, 1)}

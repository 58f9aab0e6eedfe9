"""What a query costs, weighed before anything runs and counted one by one to compare."""

import os

import pytest
from graphql import (
    GraphQLList,
    GraphQLObjectType,
    get_introspection_query,
    get_named_type,
    get_nullable_type,
    get_operation_ast,
    graphql_sync,
    is_leaf_type,
    parse,
)

from connector.model.errors import RegieError
from gateway.desk import limits
from gateway.desk.scale import _ASSUMED, Scale
from gateway.errors import BadPage
from gateway.weight import Weight
from tests.kit.weighing import SCHEMA, Author, Counter

ROUNDS = int(os.environ.get("REGIE_TEST_ROUNDS", "2000"))


def weigh(query: str, **variables: object) -> Weight:
    document = parse(query)
    operation = get_operation_ast(document)
    assert operation
    return Scale(SCHEMA, document, variables).weigh(operation)


def test_a_page_costs_its_size_times_its_content() -> None:
    assert weigh("{products(first: 7) {nodes {id source {shop}}}}").cost == 7 * (1 + 1 + 1)


def test_a_page_without_a_size_costs_the_default_size() -> None:
    assert weigh("{products {totalCount}}").cost == 20


def test_a_page_size_in_a_variable_counts() -> None:
    query = "query ($n: Int!) {products(first: $n) {totalCount}}"

    assert weigh(query, n=33).cost == 33


def test_a_page_size_in_a_fragment_counts() -> None:
    query = "{...F} fragment F on Query {products(first: 9) {totalCount}}"

    assert weigh(query).cost == 9


def test_leaves_are_free() -> None:
    assert weigh("{product(id: 1) {id title tags handle}}").cost == 1


def test_aliases_behind_fragments_are_counted_as_often_as_they_run() -> None:
    query = "{a: merchant {...F} b: merchant {...F}} fragment F on Merchant {x: id y: name}"

    assert weigh(query).aliases == 6


def test_the_largest_useful_page_fits() -> None:
    query = """{products(first: 100) {nodes {id title variants {id sku price {amount currency}
        inventory {availability available store {id name}}}} pageInfo {endCursor}}}"""

    assert weigh(query).cost < limits.MOST.cost


def test_a_page_of_twenty_full_products_fits() -> None:
    query = f"{{products {{nodes {{{_everything(SCHEMA.type_map['Product'])}}}}}}}"

    assert weigh(query).cost < limits.MOST.cost


def _everything(kind: object) -> str:
    assert isinstance(kind, GraphQLObjectType)
    inner = {name: get_named_type(field.type) for name, field in kind.fields.items()}
    return " ".join(
        name if is_leaf_type(of) else f"{name} {{{_everything(of)}}}" for name, of in inner.items()
    )


def test_introspection_is_not_weighed_below_what_it_reads() -> None:
    query = get_introspection_query()

    found = graphql_sync(SCHEMA, query).data

    assert _objects(found) <= weigh(query).introspection


def _objects(value: object) -> int:
    if isinstance(value, list):
        return sum(map(_objects, value))
    if isinstance(value, dict):
        return 1 + sum(map(_objects, value.values()))
    return 0


def test_nested_introspection_is_too_costly() -> None:
    nested = "{__schema {types {fields {type {fields {type {fields {name}}}}}}}}"

    assert weigh(nested).introspection > limits.MOST.introspection


def test_introspection_by_type_name_is_weighed_too() -> None:
    inner = "name"
    for _ in range(6):
        inner = f"fields {{type {{{inner}}}}}"

    weight = weigh(f'{{__type(name: "Product") {{{inner}}}}}')

    assert weight.introspection > limits.MOST.introspection


def test_every_assumed_list_is_a_list_of_the_schema() -> None:
    names = {
        name
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name, field in kind.fields.items()
        if isinstance(get_nullable_type(field.type), GraphQLList)
    }

    assert set(_ASSUMED) <= names


def test_the_weight_equals_counting_everything_one_by_one() -> None:
    for seed in range(ROUNDS):
        query = Author(seed).query()
        counter = Counter(query)

        weight = weigh(query)

        assert (weight.cost, weight.aliases) == counter.count(), query


def test_a_page_size_out_of_range_is_an_error_of_ours() -> None:
    with pytest.raises(BadPage) as error:
        weigh("{products(first: 101) {totalCount}}")

    assert isinstance(error.value, RegieError)

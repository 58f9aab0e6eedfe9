"""What a query may ask, weighed before anything runs."""

import os
import random
import time

import orjson
import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_introspection_query,
    get_named_type,
    get_nullable_type,
    get_operation_ast,
    graphql_sync,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
    parse,
)

from connector.model.errors import RegieError
from gateway.catalogue.asking import Asking
from gateway.catalogue.schema import schema
from gateway.desk import limits
from gateway.desk.answer import Answer
from gateway.desk.execution import prepared, refusal, run
from gateway.desk.operation import Invalid, Operations
from gateway.desk.scale import _ASSUMED, Scale
from gateway.errors import BadPage
from gateway.weight import Weight
from storefront.disclosure.ledger.entry import OPERATOR
from storefront.disclosure.sight import operator
from storefront.disclosure.view import CatalogView
from tests.kit.disclosure.graphiql import GRAPHIQL_INTROSPECTION

SCHEMA = schema().graphql_schema
ROUNDS = int(os.environ.get("REGIE_TEST_ROUNDS", "2000"))


def asked(query: str, **variables: object) -> Answer:
    """Answer as far as that goes without any database."""
    try:
        ready = prepared(Operations().get(query, None, by_get=False), variables)
    except (RegieError, GraphQLError, Invalid) as error:
        return refusal(error)
    view = CatalogView(None, operator("mer_1", OPERATOR))  # type: ignore[arg-type]  # must not be read
    return run(ready, Asking(view), None)


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


@pytest.mark.parametrize(
    "query", [get_introspection_query(), GRAPHIQL_INTROSPECTION], ids=["core", "graphiql"]
)
def test_the_standard_introspection_queries_are_answered(query: str) -> None:
    assert "errors" not in orjson.loads(asked(query).body)


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


def test_nested_introspection_is_refused() -> None:
    nested = "{__schema {types {fields {type {fields {type {fields {name}}}}}}}}"

    assert "data" not in orjson.loads(asked(nested).body)


def test_introspection_that_is_wide_and_not_deep_is_too_costly() -> None:
    wide = " ".join(f"...F{n}" for n in range(4))
    parts = " ".join(
        f"fragment F{n} on __Type {{a{n}: fields {{args {{type {{name}} t: type {{name}}}} "
        f"type {{fields {{name type {{name}}}}}}}}}}"
        for n in range(4)
    )

    assert asked(f"{{__schema {{types {{{wide}}}}}}} {parts}").code == "query_too_costly"


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


def bomb(levels: int) -> str:
    parts = [f"fragment F{n} on Merchant {{...F{n + 1} ...F{n + 1}}}" for n in range(levels)]
    return "{merchant {...F0}} " + " ".join(parts) + f" fragment F{levels} on Merchant {{x: id}}"


def nested(levels: int) -> str:
    return "{merchant {" + "shops {" * levels + "id" + "}" * levels + "}}"


ATTACKS = {
    "aliases": ("{" + " ".join(f"a{n}: __typename" for n in range(101)) + "}", "query_too_large"),
    "twenty aliases on a list": (
        "{" + " ".join(f"a{n}: products(first: 1) {{totalCount}}" for n in range(20)) + "}",
        "query_too_large",
    ),
    "a thousand fields": ("{" + "__typename " * 1000 + "}", "graphql_syntax"),
    "one field with arguments 400 times": (
        "{" + 'product(id: "x") {id} ' * 400 + "}",
        "graphql_syntax",
    ),
    "known directives": (
        "{" + "__typename @skip(if: false) " * 60 + "}",
        "query_too_large",
    ),
    "unknown directives": ("{__typename " + "@a " * 60 + "}", "graphql_invalid"),
    "nesting": (nested(3000), "query_too_large"),
    "nesting within the characters": ("{" * 900, "graphql_syntax"),
    "circular fragments": (
        "{merchant {...A}} fragment A on Merchant {...B} fragment B on Merchant {...A}",
        "graphql_invalid",
    ),
    "a fragment bomb": (bomb(18), "query_too_large"),
    "ten million items": ("{products(first: 10000000) {totalCount}}", "bad_page_size"),
    "no items": ("{products(first: 0) {totalCount}}", "bad_page_size"),
    "negative items": ("{changes(first: -1) {hasMore}}", "bad_page_size"),
    "negative media": ('{product(id: "1") {media(first: -5) {url}}}', "bad_page_size"),
    "deep lists": (
        (
            "{changes {nodes {product {media {url} categories {key} tags variants {inventory {store"
            " {name}} offers {price {amount} sale {price {amount}}} attributes {key} options {name}"
            "}}}}}"
        ),
        "query_too_costly",
    ),
    "too many characters": ("#" * 15_001 + "\n{__typename}", "query_too_large"),
    "a mutation": ("mutation {erase}", "bad_graphql_request"),
    "a subscription": ("subscription {news}", "bad_graphql_request"),
    "no operation": ("fragment A on Query {__typename}", "graphql_invalid"),
    "two operations and no name": (
        "query A {__typename} query B {__typename}",
        "bad_graphql_request",
    ),
    "null for a page size": ("{products(first: null) {totalCount}}", "graphql_invalid"),
    "null for a sort": ("{products(sort: null) {totalCount}}", "graphql_invalid"),
    "null for a number": ("{changes(since: null) {hasMore}}", "graphql_invalid"),
    "a number too large": ("{products(first: 99999999999) {totalCount}}", "graphql_invalid"),
    "a change number too large": ("{changes(since: 9223372036854775808) {hasMore}}", None),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_a_typed_refusal_before_anything_runs(name: str) -> None:
    query, wanted = ATTACKS[name]

    found = asked(query)

    assert (found.weight, found.code) == (None, wanted or "graphql_invalid")


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_costs_little_time(name: str) -> None:
    before = time.process_time()

    asked(ATTACKS[name][0])

    assert time.process_time() - before < 2


def test_a_variable_that_is_null_where_a_default_stood_is_refused_before_anything_runs() -> None:
    found = asked("query ($n: Int = 5) {products(first: $n) {totalCount}}", n=None)

    assert (found.weight, found.code) == (None, "graphql_invalid")


def test_a_directive_on_null_is_refused_before_anything_runs() -> None:
    found = asked("query ($b: Boolean = true) {merchant @include(if: $b) {id}}", b=None)

    assert (found.weight, found.code) == (None, "graphql_invalid")


def test_at_most_five_errors_are_told() -> None:
    found = asked("{" + " ".join(f"x{n}" for n in range(60)) + "}")

    assert len(orjson.loads(found.body)["errors"]) == 5


def test_no_name_is_suggested() -> None:
    message = orjson.loads(asked("{produkt {id}}").body)["errors"][0]["message"]

    assert "Did you mean" not in message


class Author:
    """Writes random queries, with fragments that may use later fragments only."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.fragments: list[str] = []
        self.aliases = 0

    def query(self) -> str:
        root = self.selection("Query", 5)
        return f"query {root} " + " ".join(self.fragments)

    def selection(self, kind: str, levels: int) -> str:
        fields = SCHEMA.type_map[kind].fields  # type: ignore[attr-defined]  # an object
        names = list(fields) if levels else [n for n in fields if _is_leaf(kind, n)]
        chosen = self.dice.sample(names, min(len(names), self.dice.randint(1, 3)))
        parts = [self.piece(kind, name, levels) for name in chosen] or ["__typename"]
        return "{" + " ".join(parts) + "}"

    def piece(self, kind: str, name: str, levels: int) -> str:
        text = self.field(kind, name, levels)
        form = self.dice.random()
        if form < 0.15:
            return f"... on {kind} @include(if: true) {{{text}}}"
        if form < 0.3:
            fragment = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {fragment} on {kind} {{{text}}}")
            return f"...{fragment} ...{fragment} @skip(if: false)"
        return text

    def field(self, kind: str, name: str, levels: int) -> str:
        field = SCHEMA.type_map[kind].fields[name]  # type: ignore[attr-defined]  # an object
        self.aliases += 1
        alias = f"a{self.aliases}: " if self.dice.random() < 0.2 else ""
        said = self.arguments(field.args)
        if is_leaf_type(get_named_type(field.type)):
            return f"{alias}{name}{said}"
        inner = get_named_type(field.type).name
        return f"{alias}{name}{said} {self.selection(inner, levels - 1)}"

    def arguments(self, known: dict[str, GraphQLArgument]) -> str:
        """Write what has to be said, and the size of a page."""
        said = [
            f"{name}: {_literal(it.type)}" for name, it in known.items() if is_required_argument(it)
        ]
        if "first" in known:
            said.append(f"first: {self.dice.randint(1, 3)}")
        return f"({', '.join(said)})" if said else ""


def _literal(kind: GraphQLInputType) -> str:
    """Write the plainest value that an argument takes."""
    inner = get_nullable_type(kind)
    if isinstance(inner, GraphQLInputObjectType):
        fields = {name: it for name, it in inner.fields.items() if is_required_input_field(it)}
        return "{" + ", ".join(f"{name}: {_literal(it.type)}" for name, it in fields.items()) + "}"
    if isinstance(inner, GraphQLList):
        return f"[{_literal(inner.of_type)}]"
    if isinstance(inner, GraphQLEnumType):
        return next(iter(inner.values))
    return "1" if inner.name in {"Int", "Float"} else '"x"'


def _is_leaf(kind: str, name: str) -> bool:
    field = SCHEMA.type_map[kind].fields[name]  # type: ignore[attr-defined]  # an object
    return is_leaf_type(get_named_type(field.type))


class Counter:
    """Counts by walking everything as often as it would be there, without multiplying."""

    def __init__(self, query: str) -> None:
        definitions = parse(query).definitions
        self.fragments = {
            node.name.value: node for node in definitions if hasattr(node, "name") and node.name
        }  # type: ignore[attr-defined]  # fragments
        self.operation = definitions[0]
        self.objects = 0

    def count(self) -> tuple[int, int]:
        assert isinstance(self.operation, OperationDefinitionNode)
        self.walk(self.operation.selection_set, "Query")
        aliases = self.aliases(self.operation.selection_set)
        return self.objects, aliases

    def aliases(self, selection: object) -> int:
        return sum(
            (getattr(node, "alias", None) is not None)
            + self.aliases(getattr(self.meant(node), "selection_set", None))
            for node in getattr(selection, "selections", ())
        )

    def meant(self, node: object) -> object:
        spread = type(node).__name__ == "FragmentSpreadNode"
        return self.fragments[node.name.value] if spread else node  # type: ignore[attr-defined]  # a node

    def walk(self, selection: object, kind: str) -> None:
        for node in selection.selections:  # type: ignore[attr-defined]  # a selection set
            if type(node).__name__ != "FieldNode":
                self.walk(self.meant(node).selection_set, kind)  # type: ignore[attr-defined]  # a fragment
            elif node.selection_set:
                self.enter(node, kind)

    def enter(self, node: object, kind: str) -> None:
        name = node.name.value  # type: ignore[attr-defined]  # a field
        field = SCHEMA.type_map[kind].fields[name]  # type: ignore[attr-defined]  # an object
        for _ in range(self.length(node, name, field)):
            self.objects += 1
            self.walk(node.selection_set, get_named_type(field.type).name)  # type: ignore[attr-defined]  # a field

    def length(self, node: object, name: str, field: object) -> int:
        sizes = [it.value for it in node.arguments if it.name.value == "first"]  # type: ignore[attr-defined]  # a field
        if sizes:
            return int(sizes[0].value)
        is_list = isinstance(get_nullable_type(field.type), GraphQLList)  # type: ignore[attr-defined]  # a field
        return _ASSUMED.get(name, 2) if is_list else 1


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

"""What a query may ask, weighed before anything runs."""

import time

import orjson
import pytest
from graphql import GraphQLError, get_introspection_query

from connector.model.errors import RegieError
from gateway.catalogue.asking import Asking
from gateway.desk.answer import Answer
from gateway.desk.execution import prepared, refusal, run
from gateway.desk.operation import Invalid, Operations
from storefront.disclosure.ledger.entry import OPERATOR
from storefront.disclosure.sight import operator
from storefront.disclosure.view import CatalogView
from tests.kit.disclosure.attack_queries import bomb, nested
from tests.kit.disclosure.graphiql import GRAPHIQL_INTROSPECTION


def asked(query: str, **variables: object) -> Answer:
    """Answer as far as that goes without any database."""
    try:
        operation = Operations().get(query, None, by_get=False)
        ready = prepared(operation, orjson.dumps(variables), variables)
    except (RegieError, GraphQLError, Invalid) as error:
        return refusal(error)
    view = CatalogView(None, operator("mer_1", OPERATOR))  # type: ignore[arg-type]  # must not be read
    return run(ready, Asking(view), None)


@pytest.mark.parametrize(
    "query", [get_introspection_query(), GRAPHIQL_INTROSPECTION], ids=["core", "graphiql"]
)
def test_the_standard_introspection_queries_are_answered(query: str) -> None:
    assert "errors" not in orjson.loads(asked(query).body)


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

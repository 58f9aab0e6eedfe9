"""What a plan answers, what it hands back, and what it never lets in."""

import threading
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema, build_schema, get_operation_ast, parse

from gateway.catalogue.schema import ENTITIES, LEAF_TYPES
from gateway.compiler import Deoptimise, NotCovered, Plan, compile_operation, directive_variables
from gateway.compiler.collect import Collector
from gateway.compiler.documents import DocumentProjection
from gateway.compiler.settings import Settings
from tests.kit.compiler.schemas import regie
from tests.kit.compiler.small import Context, both, cored, item, part, plan_for, planned, small


def plan_in(schema: GraphQLSchema, text: str, booleans: Mapping[str, bool] | None = None) -> Plan:
    document = parse(text)
    operation = get_operation_ast(document)
    assert operation
    return compile_operation(schema, document, operation, booleans or {}, frozenset({"Item"}))


def test_an_answer_has_the_order_of_the_query() -> None:
    found = both("{item {name id}}", Context([item()]))

    assert list(found["item"]) == ["name", "id"]


def test_a_types_name_is_answered_without_being_stored() -> None:
    found = both("{items {__typename parts {x: __typename}}}", Context([item()]))

    assert found == {"items": [{"__typename": "Item", "parts": [{"x": "Part"}]}]}


@pytest.mark.parametrize("wanted", [True, False])
def test_children_may_be_left_out(*, wanted: bool) -> None:
    text = (
        "query ($b: Boolean!) {item {id parts @include(if: $b) {count place @skip(if: $b)}"
        " ... @skip(if: $b) {name} ...F @include(if: $b)}} fragment F on Item {size}"
    )

    found = both(text, Context([item()]), b=wanted)["item"]

    assert list(found) == (["id", "parts", "size"] if wanted else ["id", "name"])


def test_an_object_whose_children_are_all_left_out_is_empty() -> None:
    found = both("{item {parts {count @skip(if: true)}}}", Context([item()]))

    assert found == {"item": {"parts": [{}]}}


def test_a_fraction_may_be_stored_as_a_whole_number() -> None:
    context = Context([item(ratio=2)])

    assert both("{item {ratio}}", context) == {"item": {"ratio": 2.0}}


def test_a_large_fraction_is_written_as_graphql_core_writes_it() -> None:
    context = Context([item(ratio=1e22)])

    with pytest.raises(Deoptimise):  # msgspec writes 1e22, orjson 1e+22
        planned("{item {ratio}}", context)
    assert planned("{x: item {ratio}}", context, structs=False) == {"x": {"ratio": 1e22}}


BAD: Mapping[str, Any] = {
    "null where there must be a value": item(id=None),
    "a number as text": item(name=5),
    "a number as id": item(id=5),
    "text as number": item(count="3"),
    "a fraction as number": item(count=3.0),
    "a boolean as number": item(count=True),
    "a number beyond 32 bit": item(count=2**31),
    "a number below 32 bit": item(count=-(2**31) - 1),
    "a number as boolean": item(good=1),
    "text as fraction": item(ratio="0.5"),
    "an unknown word": item(size="HUGE"),
    "a word as number": item(size=1),
    "a list as text": item(name=["x"]),
    "text as list": item(tags="ab"),
    "an object as list": item(tags={}),
    "null in a list": item(tags=["a", None]),
    "a number in a list": item(tags=["a", 1]),
    "a list as object": item(inner=[]),
    "text as object": item(inner="x"),
    "null in a list of objects": item(parts=[None]),
    "a missing key": {key: value for key, value in item().items() if key != "name"},
    "no object at all": b"[]",
    "no JSON": b"{",
    "NaN": b'{"id": NaN}',
    "nothing": b"",
}
ALL = "{item {id name count size ratio good tags parts(place: null) {place} inner {id}}}"


@pytest.mark.parametrize("name", list(BAD))
@pytest.mark.parametrize("structs", [True, False])
def test_whatever_is_odd_is_handed_back(name: str, *, structs: bool) -> None:
    with pytest.raises(Deoptimise):
        planned(ALL, Context([BAD[name]]), structs=structs)


def test_everything_good_is_answered() -> None:
    assert both(ALL, Context([item(inner=item())]))["item"]["inner"] == {"id": "i"}


@pytest.mark.parametrize("value", [2**31, "x", 1.5, None, ValueError("x"), [], float("nan")])
def test_what_a_resolver_returns_is_judged_likewise(value: object) -> None:
    context = Context(values=[0, value])
    result = cored("{value}", context)

    if result.errors:
        with pytest.raises(Deoptimise):
            planned("{value}", context)
    else:
        assert planned("{value}", context) == result.data


def test_an_error_of_a_resolver_is_handed_back() -> None:
    with pytest.raises(Deoptimise) as error:
        planned("{value(number: 7)}", Context())

    assert isinstance(error.value.__cause__, IndexError)


@pytest.mark.parametrize("text", ["{plain {__typename}}", "{plain {plain {__typename}}}"])
def test_an_error_as_a_value_is_handed_back(text: str) -> None:
    for plain in (ValueError("x"), {"plain": ValueError("x")}):
        context = Context(plain=plain)
        if cored(text, context).errors:
            with pytest.raises(Deoptimise):
                planned(text, context)


def test_a_document_in_place_of_an_entity_is_handed_back() -> None:
    with pytest.raises(Deoptimise):
        planned("{plain {items {id}}}", Context(plain={"items": [item()]}))


def test_an_entity_may_lie_in_a_plain_object() -> None:
    context = Context([item()])
    context.plain = {"text": "x", "items": [*context.entities(), None]}

    assert both("{plain {items {id}}}", context) == {"plain": {"items": [{"id": "i"}, None]}}


NOT_COVERED = {
    "the schema": "{__schema {types {name}}}",
    "a type": '{__type(name: "Item") {name}}',
    "a mutation": "mutation {x}",
    "a subscription": "subscription {x}",
    "an unknown directive": "{item @odd {id}}",
    "one inside a fragment": "{...F} fragment F on Query {item {id @odd}}",
    "one on the operation": "query @odd {item {id}}",
    "an unknown field": "{nothing}",
    "a condition without a value": "query ($b: Boolean!) {item @skip(if: $b) {id}}",
    "an argument that does not fit": '{value(number: "x")}',
    "too many conditions": "query {"
    + " ".join(f"v{it}: value @skip(if: $b{it})" for it in range(7))
    + "}",
    "too many fields": "{" + " ".join(f"a{it}: value" for it in range(2001)) + "}",
    "too deep a nest": "{" + "plain{" * 120 + "text" + "}" * 121,
}


@pytest.mark.parametrize("name", list(NOT_COVERED))
def test_what_no_plan_can_do_is_left_to_graphql_core(name: str) -> None:
    with pytest.raises(NotCovered) as error:
        plan_in(small(), NOT_COVERED[name])

    assert error.value.reason


def test_an_entity_must_read_its_document() -> None:
    schema = build_schema("type Query {item: Item} type Item {id: ID}")

    with pytest.raises(NotCovered):
        plan_in(schema, "{item {id}}")


def test_a_plan_under_other_conditions_is_handed_back() -> None:
    text = "query ($b: Boolean!) {item {id name @skip(if: $b)}}"
    plan, _ = plan_for(text, b=True)

    with pytest.raises(Deoptimise):
        plan.run(None, Context([item()]), {"b": False}, None)


def test_conditions_are_named_in_the_order_of_their_use() -> None:
    document = parse(
        "query ($a: Boolean!, $b: Boolean!) {...F @skip(if: $b) item {id @include(if: $a)}}"
        "fragment F on Query {item {name @skip(if: $b)}}"
        "fragment Unused on Query {item @skip(if: $c) {name}}"
    )
    operation = get_operation_ast(document)
    assert operation

    assert directive_variables(operation, document) == ("b", "a")


@pytest.mark.parametrize(
    "text",
    [
        "{item {self: id None: name import: count __class__: size}}",
        "{item {o: id run: name A: count Bad: size select: tags v0: good}}",
        "{o: item {a: id} run: item {a: name} v1: value}",
    ],
)
def test_response_keys_cannot_shadow_what_the_source_uses(text: str) -> None:
    both(text, Context([item()], values=[0, 1]))


def test_nothing_of_a_query_but_its_response_keys_enters_the_source() -> None:
    evil = "');import os;('"
    document = parse(f'{{item {{parts(place: "{evil}") {{x: count}}}}}}')
    operation = get_operation_ast(document)
    assert operation
    collected = Collector(small(), document, {}).collect(operation)
    writing = DocumentProjection(
        Settings(small(), frozenset({"Item"}), {}), lambda _: lambda *_: None
    )

    writing.compiled(collected.selection.fields[0].inner["Item"])

    assert evil not in writing.source.text()
    assert "'x': " in writing.source.text()
    assert both(f'{{item {{parts(place: "{evil}") {{x: count}}}}}}', Context([item()])) == {
        "item": {"parts": []}
    }


def test_a_plan_is_the_same_for_all_threads() -> None:
    text = (
        "query ($n: Int, $p: String) {item {id media(first: $n) {count} parts(place: $p) {count}}}"
    )
    plan, _ = plan_for(text)
    wrong: list[Any] = []

    def ask(number: int) -> None:
        context = Context([item(id=str(number), media=[part("x", at) for at in range(9)])])
        for _ in range(300):
            data = orjson.loads(plan.run(None, context, {"n": number, "p": "rome"}, None))["item"]
            if data["id"] != str(number) or len(data["media"]) != number:
                wrong.append(data)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong


def test_the_common_queries_of_regie_need_no_generated_python() -> None:
    text = """{products {nodes {id title media(first: 2) {url} variants {sku price {amount}
        inventory(store: "x") {available store {name}}}} pageInfo {hasNextPage}}}"""
    document = parse(text)
    operation = get_operation_ast(document)
    assert operation

    plan = compile_operation(regie(), document, operation, {}, ENTITIES, leaf_types=LEAF_TYPES)

    assert plan.layers() == ("structs",)

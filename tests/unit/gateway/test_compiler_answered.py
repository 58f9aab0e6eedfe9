"""Which fields an answer really holds."""

from typing import Any

import orjson
import pytest
from graphql import get_operation_ast, parse

from gateway.compiler import answered, answered_by_walk, directive_variables
from tests.kit.compiler.small import Context, item, part, plan_for, small


def fields(text: str, context: Context, **variables: Any) -> set[str]:
    plan, coerced = plan_for(text, **variables)
    data = plan.run(None, context, coerced, None)
    document = parse(text)
    operation = get_operation_ast(document)
    assert operation
    booleans = {name: coerced[name] for name in directive_variables(operation, document)}
    walked = answered_by_walk(small(), document, operation, booleans, orjson.loads(data))
    found = answered(plan, data)
    assert found == walked
    return set(found)


def test_a_field_of_an_object_that_is_there_counts() -> None:
    found = fields("{item {id media {place}}}", Context([item()]))

    assert found == {"Query.item", "Item.id", "Item.media", "Part.place"}


def test_a_field_that_is_null_counts() -> None:
    assert "Item.name" in fields("{item {name}}", Context([item(name=None)]))


@pytest.mark.parametrize("media", [None, []])
def test_fields_of_objects_that_are_not_there_do_not_count(media: Any) -> None:
    found = fields("{item {media {place}}}", Context([item(media=media)]))

    assert found == {"Query.item", "Item.media"}


def test_an_empty_answer_holds_the_roots_only() -> None:
    assert fields("{item {id} items {name}}", Context()) == {"Query.item", "Query.items"}


def test_one_item_among_nulls_is_enough() -> None:
    context = Context([item()])
    context.plain = {"items": [None, *context.entities()]}

    assert "Item.id" in fields("{plain {items {id}}}", context)


def test_nulls_alone_are_not() -> None:
    assert fields("{plain {items {id}}}", Context(plain={"items": [None]})) == {
        "Query.plain",
        "Plain.items",
    }


def test_a_text_that_looks_like_an_object_is_a_text() -> None:
    context = Context([item(name='"media":[{"place":1}]', media=[])])

    assert "Part.place" not in fields("{item {name media {place}}}", context)


def test_one_key_at_two_places_with_other_fields_is_told_apart() -> None:
    text = "{item {x: media {place} inner {x: media {count}}}}"

    outside = fields(text, Context([item(inner=item(media=[]))]))
    inside = fields(text, Context([item(media=[], inner=item())]))

    assert ("Part.place" in outside, "Part.count" in outside) == (True, False)
    assert ("Part.place" in inside, "Part.count" in inside) == (False, True)


def test_aliases_and_fragments_name_the_same_fields() -> None:
    text = "{x: item {...F a: name}} fragment F on Item {b: parts {c: count d: __typename}}"

    found = fields(text, Context([item()]))

    assert found == {"Query.item", "Item.parts", "Item.name", "Part.count"}


def test_what_is_left_out_does_not_count() -> None:
    text = "query ($b: Boolean!) {item {id name @include(if: $b)}}"

    assert "Item.name" not in fields(text, Context([item()]), b=False)
    assert "Item.name" in fields(text, Context([item()]), b=True)


def test_nothing_is_answered_where_there_is_no_data() -> None:
    document = parse("{item {id}}")
    operation = get_operation_ast(document)
    assert operation

    assert answered_by_walk(small(), document, operation, {}, None) == frozenset()


def test_a_list_without_matches_holds_nothing() -> None:
    context = Context([item(parts=[part("rome")])])

    assert "Part.count" not in fields("{item {parts {count}}}", context)

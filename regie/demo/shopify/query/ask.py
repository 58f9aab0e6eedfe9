"""The gate before every answer: each of the shop's rules, in the shop's order."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    StringValueNode,
    get_operation_ast,
    parse,
    validate,
)
from msgspec import Struct

from regie.demo.shopify.query import cost
from regie.demo.shopify.query.access import first_refusal
from regie.demo.shopify.query.answers import LIMITS_PAGE, Answer, problem, refuse
from regie.demo.shopify.query.call import Call
from regie.demo.shopify.query.execute import answer
from regie.demo.shopify.query.idempotency import key_of, require_key
from regie.demo.shopify.query.paging import check_size
from regie.demo.shopify.query.schema import admin_schema
from regie.demo.shopify.query.variables import bad_literal, coerced, refuse_bad_id
from regie.demo.shopify.query.walk import Question, every, fragments_of, select


class Text(Struct, frozen=True):
    """A question as far as its text tells: what is wrong with it, and the first bad id in it."""

    document: DocumentNode
    faults: tuple[GraphQLError, ...]
    bad_id: StringValueNode | None


@lru_cache(maxsize=256)
def read(text: str) -> Text:
    """Parse and validate a document; the same text is read once."""
    document = parse(text)
    faults = tuple(validate(admin_schema(), document))
    return Text(document, faults, None if faults else bad_literal(document))


def ask(call: Call, body: Any) -> Answer:
    """Answer the body of one request."""
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise refuse(400, {"query": "Required parameter missing or invalid"})
    try:
        text = read(body["query"])
    except GraphQLSyntaxError as error:
        return _wrong(error)
    if text.faults:
        return _wrong(*(_worded(fault) for fault in text.faults))
    operation = get_operation_ast(text.document, body.get("operationName"))
    if operation is None:
        return _wrong(GraphQLError("An operation name is required"))
    return _gate(call, text, operation, body.get("variables") or {})


def _wrong(*errors: GraphQLError, **more: Any) -> Answer:
    return Answer(200, {"errors": [error.formatted for error in errors], **more})


def _worded(fault: GraphQLError) -> GraphQLError:
    """Give an unknown field the code the shop gives it."""
    words = fault.message.split("'")
    if not fault.message.startswith("Cannot query field"):
        return fault
    field, kind = words[1], words[3]
    return GraphQLError(
        f"Field '{field}' doesn't exist on type '{kind}'",
        nodes=fault.nodes,
        extensions={"code": "undefinedField", "typeName": kind, "fieldName": field},
    )


def _gate(
    call: Call,
    text: Text,
    operation: OperationDefinitionNode,
    given: Mapping[str, Any],
) -> Answer:
    """Let a question through, or say why not; a missing right is said before any later fault."""
    question = Question(admin_schema(), operation, fragments_of(text.document), {})
    denied = first_refusal(question, call.rights)
    try:
        refuse_bad_id(text.bad_id)
        question = Question(
            question.schema, operation, question.fragments, coerced(operation, given)
        )
        points = _check(question)
    except GraphQLError as error:
        if denied:
            selected, refusal = denied
            return _wrong(
                GraphQLError(
                    refusal.message,
                    selected.node,
                    extensions=refusal.extensions,
                    path=[selected.key],
                ),
                data=None,
            )
        nulled = {"data": None} if error.path else {}
        return _wrong(error, **nulled)
    return _paid(call, text.document, question, points, given)


def _check(question: Question) -> int:
    """Check page sizes, price and keys; return the price."""
    for selected in every(question, question.root, question.operation.selection_set):
        if selected.is_connection:
            check_size(selected.node.name.value, selected.arguments(question))
    points = cost.requested(question)
    cost.refuse_dear(points)
    if question.root is question.schema.mutation_type:
        _check_keys(question)
    return points


def _check_keys(question: Question) -> None:
    for selected in select(question, question.root, question.operation.selection_set):
        name = selected.node.name.value
        try:
            require_key(name, key_of(question.schema, selected.node, question.variables))
        except GraphQLError as error:
            raise GraphQLError(
                error.message, extensions=error.extensions, path=[selected.key]
            ) from None


def _paid(
    call: Call,
    document: DocumentNode,
    question: Question,
    points: int,
    given: Mapping[str, Any],
) -> Answer:
    """Take the points, answer, and give back what was not used."""
    bucket, dice = call.shop.bucket, call.shop.dice
    if dice.strikes("throttled"):
        bucket.drain()
    if not bucket.take(points):
        throttled = problem("Throttled", "THROTTLED", documentation=LIMITS_PAGE)
        return _wrong(throttled, extensions={"cost": bucket.bill(points, None).told()})
    if dice.strikes("internal_error"):
        return _broken(call, question)
    name = question.operation.name.value if question.operation.name else None
    result = answer(call, document, given, name)
    spent = cost.actual(question, result.data)
    bucket.give_back(max(0, points - spent))
    bill = bucket.bill(points, spent).told()
    body: dict[str, Any] = {"data": result.data, "extensions": {"cost": bill}}
    if result.errors:
        body = {"errors": [error.formatted for error in result.errors], **body}
    return Answer(200, body)


def _broken(call: Call, question: Question) -> Answer:
    """Break off on the shop's side; a key used here is spent."""
    if question.root is question.schema.mutation_type:
        for selected in select(question, question.root, question.operation.selection_set):
            key = key_of(question.schema, selected.node, question.variables)
            arguments = selected.arguments(question)
            call.shop.attempts.break_off(key, selected.node.name.value, arguments)
    number = call.shop.new_request_id()
    message = (
        "Internal error. Looks like something went wrong on our end.\n"
        f"Request ID: {number} (include this in support requests)."
    )
    return _wrong(problem(message, "INTERNAL_SERVER_ERROR", requestId=number))

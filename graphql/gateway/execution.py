"""From a read request to an answer: parse, validate, weigh, execute; nothing leaks."""

from typing import Any
from uuid import uuid4

import structlog
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSyntaxError,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values
from msgspec import Struct

from connector.model.errors import RegieError
from gateway import limits
from gateway.asking import Asking
from gateway.errors import QueryTooLarge
from gateway.request import Asked, BadRequest
from gateway.schema import schema

_log = structlog.get_logger()
_MOST_ERRORS = 5


class MutationByGet(BadRequest):
    """A change asked for by GET."""

    code = "mutation_by_get"
    status = 405
    remedy = "Send mutations by POST."


class Answer(Struct, frozen=True):
    """What to send: `executed` False means that nothing ran and that there is no `data` key."""

    body: dict[str, Any]
    executed: bool
    status: int = 200


def answer(asked: Asked, asking: Asking) -> Answer:
    """Answer a request."""
    try:
        document = _prepared(asked)
    except GraphQLError as error:
        return Answer({"errors": [_formatted(error)]}, executed=False, status=400)
    except _Invalid as invalid:
        errors = [_formatted(error) for error in invalid.errors]
        return Answer({"errors": errors}, executed=False, status=400)
    except RegieError as error:
        return Answer({"errors": [formatted(error)]}, executed=False, status=error.status)
    result = execute(
        schema().graphql_schema,
        document,
        context_value=asking,
        variable_values=dict(asked.variables),
        operation_name=asked.operation_name,
    )
    return Answer(_body(result), executed=True)  # type: ignore[arg-type]  # sync resolvers only


class _Invalid(Exception):
    """The document or its variables do not fit the schema."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


def _prepared(asked: Asked) -> DocumentNode:
    """Parse and check everything that can be checked without reading any data."""
    graphql_schema = schema().graphql_schema
    document = _parsed(asked.query)
    errors = validate(graphql_schema, document, max_errors=_MOST_ERRORS, hide_suggestions=True)
    if errors:
        raise _Invalid(errors[:_MOST_ERRORS])
    operation = get_operation_ast(document, asked.operation_name)
    if operation is None:
        raise BadRequest("The operation to run is not clear.", field="operationName")
    if asked.by_get and operation.operation is not OperationType.QUERY:
        raise MutationByGet("GET runs queries only.")
    variables = get_variable_values(
        graphql_schema,
        operation.variable_definitions,
        dict(asked.variables),
        max_errors=_MOST_ERRORS,
        hide_suggestions=True,
    )
    if isinstance(variables, list):
        raise _Invalid(variables)
    limits.check(graphql_schema, document, operation, variables)
    return document


def _parsed(text: str) -> DocumentNode:
    if len(text) > limits.CHARACTERS:
        raise QueryTooLarge(
            f"The query has {len(text)} characters, at most {limits.CHARACTERS}.",
            limit=limits.CHARACTERS,
        )
    return parse(text, max_tokens=limits.TOKENS, no_location=False)


def _body(result: ExecutionResult) -> dict[str, Any]:
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        return {"errors": [_formatted(error) for error in result.errors], **body}
    return body


def _formatted(error: GraphQLError) -> dict[str, Any]:
    """Show what the caller did; of what failed on our side, show only a number."""
    original = error.original_error
    place = {
        name: value
        for name, value in (("locations", error.formatted.get("locations")), ("path", error.path))
        if value
    }
    if isinstance(original, RegieError):
        return {**formatted(original), **place}
    if original is not None and not isinstance(original, GraphQLError):
        return {**_internal(original), **place}
    code = "graphql_syntax" if isinstance(error, GraphQLSyntaxError) else "graphql_invalid"
    return {"message": error.message, **place, "extensions": {"code": code}}


def formatted(error: RegieError) -> dict[str, Any]:
    """Show an error of ours."""
    return {"message": str(error), "extensions": {"code": error.code, **error.details()}}


def _internal(error: Exception) -> dict[str, Any]:
    incident = uuid4().hex
    _log.error("graphql.failed", incident=incident, exc_info=error)
    extensions = {"code": "internal", "incident": incident}
    return {"message": "Something went wrong on our side.", "extensions": extensions}

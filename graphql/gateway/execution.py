"""From a read request to an answer: parse, validate, weigh, execute; nothing leaks."""

from collections.abc import Sequence
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values
from msgspec import Struct

from connector.model.errors import RegieError
from gateway import faults, limits
from gateway.asking import Asking
from gateway.errors import BadRequest, MutationByGet, QueryTooLarge
from gateway.request import Asked
from gateway.schema import schema
from gateway.weight import Weight

_MOST_ERRORS = 5


class Answer(Struct, frozen=True):
    """What to send; `weight` None means that nothing ran and that there is no `data` key."""

    body: dict[str, Any]
    status: int = 200
    weight: Weight | None = None


class _Invalid(Exception):
    """The document or its variables do not fit the schema."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors[:_MOST_ERRORS]


def answer(asked: Asked, asking: Asking) -> Answer:
    """Answer a request."""
    try:
        document, weight = _prepared(asked)
    except GraphQLError as error:
        return Answer({"errors": [faults.invalid(error)]}, 400)
    except _Invalid as invalid:
        return Answer({"errors": [faults.invalid(error) for error in invalid.errors]}, 400)
    except RegieError as error:
        return Answer({"errors": [faults.shown(error)]}, error.status)
    result = execute(
        schema().graphql_schema,
        document,
        context_value=asking,
        variable_values=dict(asked.variables),
        operation_name=asked.operation_name,
    )
    return Answer(_body(result), 200, weight)  # type: ignore[arg-type]  # sync resolvers only


def _prepared(asked: Asked) -> tuple[DocumentNode, Weight]:
    """Parse and check everything that can be checked without reading any data."""
    graphql_schema = schema().graphql_schema
    document = _parsed(asked.query)
    errors = validate(graphql_schema, document, max_errors=_MOST_ERRORS, hide_suggestions=True)
    if errors:
        raise _Invalid(errors)
    operation = _operation(asked, document)
    variables = get_variable_values(
        graphql_schema,
        operation.variable_definitions,
        dict(asked.variables),
        max_errors=_MOST_ERRORS,
        hide_suggestions=True,
    )
    if isinstance(variables, list):
        raise _Invalid(variables)
    return document, limits.check(graphql_schema, document, operation, variables)


def _parsed(text: str) -> DocumentNode:
    if len(text) > limits.CHARACTERS:
        raise QueryTooLarge(
            f"The query has {len(text)} characters, at most {limits.CHARACTERS}.",
            limit=limits.CHARACTERS,
        )
    return parse(text, max_tokens=limits.TOKENS)


def _operation(asked: Asked, document: DocumentNode) -> OperationDefinitionNode:
    """Return the operation to run: a query, for there is nothing else here yet."""
    operation = get_operation_ast(document, asked.operation_name)
    if operation is None:
        raise BadRequest("The operation to run is not clear.", field="operationName")
    if asked.by_get and operation.operation is not OperationType.QUERY:
        raise MutationByGet("GET runs queries only.")
    if schema().graphql_schema.get_root_type(operation.operation) is None:
        raise BadRequest(f"There is no {operation.operation.value} here.", field="query")
    return operation


def _body(result: ExecutionResult) -> dict[str, Any]:
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        return {"errors": [faults.failed(error) for error in result.errors], **body}
    return body

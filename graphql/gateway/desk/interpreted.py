"""Surfaces that graphql-core answers: a document is read once, and its variables each time."""

from collections.abc import Mapping
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from connector.store.bounded import Bounded
from gateway.desk import faults, limits
from gateway.desk.operation import Invalid
from gateway.errors import BadRequest, QueryTooLarge

_MOST_ERRORS = 5
_MOST_CHARACTERS = 200_000
"""Of all texts that are remembered together."""


class Documents:
    """Reads documents of one schema, and remembers valid ones.

    A text with a quotation mark is not remembered: what is written into it, and not passed as a
    variable, may be a code or a name.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: Bounded[DocumentNode] = Bounded(_MOST_CHARACTERS, _characters)

    def read(self, text: str) -> DocumentNode:
        """Return a valid document, or raise QueryTooLarge, GraphQLError or Invalid."""
        known = self._known.get(text)
        if known is not None:
            return known
        found = self._read(text)
        return found if '"' in text else self._known.put(text, found)

    def _read(self, text: str) -> DocumentNode:
        if len(text) > limits.CHARACTERS:
            raise QueryTooLarge(f"The query has {len(text)} characters.", limit=limits.CHARACTERS)
        document = parse(text, max_tokens=limits.TOKENS)
        errors = validate(self._schema, document, max_errors=_MOST_ERRORS, hide_suggestions=True)
        if errors:
            raise Invalid(errors)
        return document

    def variables(
        self, operation: OperationDefinitionNode, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the variables as the schema reads them, or raise Invalid."""
        found = get_variable_values(
            self._schema,
            operation.variable_definitions,
            dict(given),
            max_errors=_MOST_ERRORS,
            hide_suggestions=True,
        )
        if isinstance(found, list):
            raise Invalid(found)
        return found


def _characters(text: Any, _document: DocumentNode) -> int:
    return len(text)


def operation_of(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """Return the operation that is asked for, or raise BadRequest."""
    operation = get_operation_ast(document, name)
    if operation is None:
        raise BadRequest("The operation to run is not clear.", field="operationName")
    return operation


def body(found: ExecutionResult) -> bytes:
    """Return the answer as JSON; of errors as much as may leave."""
    told: dict[str, Any] = {"data": found.data}
    if found.errors:
        told = {"errors": [faults.failed(error) for error in found.errors], **told}
    return orjson.dumps(told, default=str)

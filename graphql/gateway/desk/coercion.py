"""Variables of the usual kinds are good as they come; graphql-core judges all others."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    VariableDefinitionNode,
)
from graphql.execution.values import get_variable_values
from graphql.utilities import type_from_ast

_LARGEST = 2**31 - 1
_KINDS = {GraphQLID: str, GraphQLString: str, GraphQLInt: int, GraphQLBoolean: bool}


class Coercion:
    """Reads the variables of one operation as the schema does."""

    def __init__(
        self, schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode], most: int
    ) -> None:
        self._schema = schema
        self._definitions = tuple(definitions)
        self._most = most
        self._plain = [(it.variable.name.value, _kind(schema, it)) for it in definitions]

    def __call__(self, given: Mapping[str, Any]) -> dict[str, Any] | list[GraphQLError]:
        """Return the variables, or what is wrong with them."""
        found = {}
        for name, kind in self._plain:
            value = given.get(name)
            if value.__class__ is not kind or (kind is int and abs(given[name]) > _LARGEST):
                return self._judged(given)
            found[name] = value
        return found

    def _judged(self, given: Mapping[str, Any]) -> dict[str, Any] | list[GraphQLError]:
        return get_variable_values(
            self._schema,
            self._definitions,
            dict(given),
            max_errors=self._most,
            hide_suggestions=True,
        )


def _kind(schema: GraphQLSchema, definition: VariableDefinitionNode) -> type | None:
    """Return the Python type whose values stay as they are, None where there is none."""
    kind: Any = type_from_ast(schema, definition.type)
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    return next((it for scalar, it in _KINDS.items() if scalar is inner), None)

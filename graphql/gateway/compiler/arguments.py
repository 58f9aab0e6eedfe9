"""The arguments of one field: coerced once, copied from variables, or read by graphql-core."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLNonNull, Undefined, VariableNode
from graphql.execution.values import get_argument_values
from graphql.language import Visitor, visit

Arguments = Callable[[dict[str, Any]], Mapping[str, Any]]
"""From coerced variables to coerced arguments; raises GraphQLError."""


def fixed(definition: GraphQLField, node: FieldNode) -> Mapping[str, Any] | None:
    """Return the arguments of a field that names no variable, or raise GraphQLError."""
    return None if _uses_variables(node) else get_argument_values(definition, node, {})


def moving(definition: GraphQLField, node: FieldNode) -> Arguments:
    """Return how to read the arguments of a field that names variables."""
    names = _variables(definition, node)
    if names is None:
        return lambda variables: get_argument_values(definition, node, variables)

    def copied(variables: dict[str, Any]) -> Mapping[str, Any]:
        """Copy what is given; a variable that is null or missing has rules of its own."""
        found = {out: variables.get(name) for out, name in names.items()}
        if None in found.values():
            return get_argument_values(definition, node, variables)
        return found

    return copied


def _variables(definition: GraphQLField, node: FieldNode) -> Mapping[str, str] | None:
    """Return variables by argument where each given argument is one and no other is filled in."""
    given = {it.name.value: it.value for it in node.arguments or ()}
    found = {}
    for name, argument in definition.args.items():
        value = given.get(name)
        if isinstance(value, VariableNode):
            found[argument.out_name or name] = value.name.value
        elif (
            value is not None
            or argument.default_value is not Undefined
            or isinstance(argument.type, GraphQLNonNull)
        ):
            return None
    return found


class _Variables(Visitor):
    """Sees whether there is a variable."""

    found = False

    def enter_variable(self, *_: Any) -> None:
        self.found = True


def _uses_variables(node: FieldNode) -> bool:
    visitor = _Variables()
    for argument in node.arguments or ():
        visit(argument, visitor)
    return visitor.found

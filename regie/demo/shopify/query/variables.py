"""What a client may put into the blanks of a question."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    BREAK,
    DocumentNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    OperationDefinitionNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    type_from_ast,
    visit,
)
from graphql.execution.values import get_variable_values

from regie.demo.shopify.query.schema import GID, admin_schema


def coerced(operation: OperationDefinitionNode, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables as the schema types them, or refuse the first bad one."""
    if not isinstance(given, Mapping):
        raise GraphQLError("Variables must be an object")
    definitions = operation.variable_definitions
    values = get_variable_values(admin_schema(), definitions, dict(given))
    if isinstance(values, list):
        raise _invalid(operation, values[0].message, given)
    for definition in definitions:
        name = definition.variable.name.value
        kind = type_from_ast(admin_schema(), definition.type)
        bad = _bad_id(kind, values.get(name))
        if bad is not None:
            raise _invalid(operation, f"Invalid global id '{bad}'", given, name)
    return values


def _invalid(
    operation: OperationDefinitionNode,
    explanation: str,
    given: Mapping[str, Any],
    name: str | None = None,
) -> GraphQLError:
    """Word a bad variable as the shop does."""
    named = name or next((part[1:] for part in explanation.split("'") if part[:1] == "$"), "")
    named = named.partition(".")[0]
    declared = {each.variable.name.value: each for each in operation.variable_definitions}
    node = declared.get(named)
    kind = (
        node.type.loc.source.body[node.type.loc.start : node.type.loc.end]
        if node and node.type.loc
        else "?"
    )
    return GraphQLError(
        f"Variable ${named} of type {kind} was provided invalid value",
        node,
        extensions={
            "value": given.get(named),
            "problems": [{"path": [], "explanation": explanation, "message": explanation}],
        },
    )


def _bad_id(kind: Any, value: Any) -> str | None:
    """Return the first value under an ID that is no global id."""
    if value is None:
        return None
    if isinstance(kind, GraphQLNonNull):
        return _bad_id(kind.of_type, value)
    if isinstance(kind, GraphQLList):
        return _first(_bad_id(kind.of_type, each) for each in value)
    if isinstance(kind, GraphQLInputObjectType):
        fields = kind.fields
        return _first(_bad_id(fields[name].type, each) for name, each in value.items())
    if getattr(kind, "name", "") == "ID" and not GID.fullmatch(value):
        return str(value)
    return None


def _first(found: Any) -> str | None:
    return next((bad for bad in found if bad is not None), None)


class _Literals(Visitor):
    """Looks at every id written into the question itself, up to the first bad one."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.bad: StringValueNode | None = None

    def enter_string_value(self, node: StringValueNode, *_: Any) -> object:
        kind: GraphQLInputType | None = self._types.get_input_type()
        if kind and get_named_type(kind).name == "ID" and not GID.fullmatch(node.value):
            self.bad = node
            return BREAK
        return None


def bad_literal(document: DocumentNode) -> StringValueNode | None:
    """Return the first id in the question's text that is no global id."""
    types = TypeInfo(admin_schema())
    literals = _Literals(types)
    visit(document, TypeInfoVisitor(types, literals))
    return literals.bad


def refuse_bad_id(node: StringValueNode | None) -> None:
    """Refuse a question with such an id in its text."""
    if node is not None:
        raise GraphQLError(f"Invalid global id '{node.value}'", node)

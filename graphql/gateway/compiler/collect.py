"""What an operation selects: fields merged per concrete type, fragments and conditions resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from msgspec import Struct

from gateway.compiler.document import fragments_of
from gateway.compiler.errors import NotCovered

TYPENAME = "__typename"
MOST_FIELDS = 2000


class Field(Struct, frozen=True, eq=False):
    """A selected field; `definition` is None for `__typename`, `slot` is where its arguments are.

    `inner` holds what is selected inside, by the name of the concrete type; leaves have none.
    `asked` are the arguments, by their Python names, that can be anything but null.
    """

    key: str
    name: str
    number: int
    slot: int | None
    definition: GraphQLField | None
    inner: Mapping[str, Selection]
    asked: frozenset[str] = frozenset()

    @property
    def type(self) -> GraphQLOutputType:
        """The type of its value."""
        if self.definition is None:
            raise NotCovered("the type of a type's name")
        return self.definition.type


class Selection(Struct, frozen=True, eq=False):
    """What is selected of one concrete type, in the order of the answer."""

    type: GraphQLObjectType
    fields: tuple[Field, ...]


class Collected(Struct, frozen=True, eq=False):
    """A whole operation: `arguments` are the fields that take some, `names` all fields' names."""

    selection: Selection
    arguments: tuple[tuple[GraphQLField, FieldNode], ...]
    names: tuple[str, ...]


class Collector:
    """Collects one operation under known values of its conditions."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, booleans: Mapping[str, bool]
    ) -> None:
        self._schema = schema
        self._fragments = fragments_of(document)
        self._booleans = dict(booleans)
        self._arguments: list[tuple[GraphQLField, FieldNode]] = []
        self._names: list[str] = []

    def collect(self, operation: OperationDefinitionNode) -> Collected:
        """Return what an operation selects, or raise NotCovered."""
        root = self._schema.get_root_type(operation.operation)
        if root is None:
            raise NotCovered("no root type")
        try:
            nodes = collect_fields(
                self._schema, self._fragments, self._booleans, root, operation.selection_set
            )
            selection = self._selection(root, nodes)
        except GraphQLError as error:
            raise NotCovered("a condition without a value") from error
        return Collected(selection, tuple(self._arguments), tuple(self._names))

    def _selection(self, parent: GraphQLObjectType, nodes: dict[str, list[FieldNode]]) -> Selection:
        return Selection(
            parent, tuple(self._field(parent, key, found) for key, found in nodes.items())
        )

    def _field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Field:
        name = nodes[0].name.value
        number = len(self._names)
        if number >= MOST_FIELDS:
            raise NotCovered("too many fields")
        self._names.append(name)
        if name == TYPENAME:
            return Field(key, name, number, None, None, {})
        definition = parent.fields.get(name)
        if definition is None:
            raise NotCovered("a field of the schema itself, or an unknown one")
        slot = self._slot(definition, nodes[0])
        inner = self._inner(definition, nodes)
        return Field(key, name, number, slot, definition, inner, _asked(definition, nodes[0]))

    def _slot(self, definition: GraphQLField, node: FieldNode) -> int | None:
        if not definition.args:
            return None
        self._arguments.append((definition, node))
        return len(self._arguments) - 1

    def _inner(self, definition: GraphQLField, nodes: list[FieldNode]) -> Mapping[str, Selection]:
        kind: Any = get_named_type(definition.type)
        if is_leaf_type(kind):
            return {}
        types = self._schema.get_possible_types(kind) if is_abstract_type(kind) else [kind]
        return {
            it.name: self._selection(
                it,
                collect_sub_fields(self._schema, self._fragments, self._booleans, it, nodes),
            )
            for it in types
        }


def _asked(definition: GraphQLField, node: FieldNode) -> frozenset[str]:
    given = {it.name.value for it in node.arguments or ()}
    return frozenset(
        argument.out_name or name
        for name, argument in definition.args.items()
        if name in given or argument.default_value not in (None, Undefined)
    )

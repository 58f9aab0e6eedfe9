"""How a question is read field by field before it is answered."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    get_argument_values,
    get_named_type,
)
from msgspec import Struct


class Question(Struct, frozen=True):
    """One operation with what is needed to read it."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    @property
    def root(self) -> GraphQLObjectType:
        """The type the operation starts from."""
        mutates = self.operation.operation is OperationType.MUTATION
        root = self.schema.mutation_type if mutates else self.schema.query_type
        if root is None:
            raise LookupError("the schema has no such root")
        return root


class Selected(Struct, frozen=True):
    """One selected field: where it stands, what it is, what it returns."""

    parent: GraphQLNamedType
    node: FieldNode
    definition: GraphQLField
    under: str | None

    @property
    def type(self) -> GraphQLNamedType:
        """What the field returns, without lists and non-nulls."""
        return get_named_type(self.definition.type)

    @property
    def key(self) -> str:
        """The name the answer uses."""
        return self.node.alias.value if self.node.alias else self.node.name.value

    @property
    def is_connection(self) -> bool:
        """Whether the field is a paged list."""
        return self.type.name.endswith("Connection")

    def arguments(self, question: Question) -> dict[str, Any]:
        """Return the field's arguments with variables and defaults filled in."""
        return get_argument_values(self.definition, self.node, dict(question.variables))


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """Return the document's named fragments."""
    return {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


def select(
    question: Question,
    parent: GraphQLNamedType,
    chosen: SelectionSetNode | None,
    under: str | None = None,
) -> Iterator[Selected]:
    """Yield the fields of one level; `under` names the fragment's type a field came from."""
    for node in chosen.selections if chosen else ():
        if isinstance(node, FieldNode):
            definition = _definition(parent, node.name.value)
            if definition is not None:
                yield Selected(parent, node, definition, under)
            continue
        inner = _fragment(question, node)
        condition = inner.type_condition
        target = question.schema.type_map[condition.name.value] if condition else parent
        yield from select(
            question, target, inner.selection_set, target.name if target is not parent else under
        )


def _fragment(
    question: Question, node: SelectionNode
) -> FragmentDefinitionNode | InlineFragmentNode:
    if isinstance(node, InlineFragmentNode):
        return node
    if isinstance(node, FragmentSpreadNode):
        return question.fragments[node.name.value]
    raise TypeError(f"{node.kind} is no fragment")


def _definition(parent: GraphQLNamedType, name: str) -> GraphQLField | None:
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        fields: dict[str, GraphQLField] = parent.fields
        return fields.get(name)
    return None


def every(
    question: Question, parent: GraphQLNamedType, chosen: SelectionSetNode | None
) -> Iterator[Selected]:
    """Yield every field of the question, parents before children."""
    for selected in select(question, parent, chosen):
        yield selected
        yield from every(question, selected.type, selected.node.selection_set)

"""Reading an operation's syntax tree: its fragments, its directives, what rules it out."""

from collections.abc import Iterator, Mapping

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

from gateway.compiler.errors import NotCovered

_CONDITIONS = frozenset({"skip", "include"})


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """Return the fragments of a document by name."""
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def directive_variables(
    operation: OperationDefinitionNode, document: DocumentNode
) -> tuple[str, ...]:
    """Return the variables that @skip and @include of an operation depend on."""
    found: dict[str, None] = {}
    for directive in _directives(operation, fragments_of(document)):
        for argument in directive.arguments or ():
            if directive.name.value in _CONDITIONS and isinstance(argument.value, VariableNode):
                found[argument.value.name.value] = None
    return tuple(found)


def check(operation: OperationDefinitionNode, document: DocumentNode) -> None:
    """Raise NotCovered for an operation that no plan can be made of."""
    if operation.operation is not OperationType.QUERY:
        raise NotCovered("no query")
    for directive in _directives(operation, fragments_of(document)):
        if directive.name.value not in _CONDITIONS:
            raise NotCovered("a directive other than @skip and @include")


def _directives(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[DirectiveNode]:
    yield from operation.directives
    for variable in operation.variable_definitions:
        yield from variable.directives
    seen: set[str] = set()
    for node in _nodes(operation.selection_set, fragments, seen):
        yield from node.directives
    for name in seen:
        yield from fragments[name].directives


def _nodes(
    selections: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    seen: set[str],
) -> Iterator[SelectionNode]:
    for node in selections.selections:
        yield node
        if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
            yield from _nodes(node.selection_set, fragments, seen)
        if isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            yield from _nodes(fragments[node.name.value].selection_set, fragments, seen)

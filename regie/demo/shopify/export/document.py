"""Which questions the shop exports in bulk, and which it refuses at once."""

from collections.abc import Iterator

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLNamedType,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    is_list_type,
)
from graphql.type import GraphQLNonNull

from regie.demo.shopify.query.ask import read
from regie.demo.shopify.query.schema import admin_schema
from regie.demo.shopify.query.walk import Question, Selected, fragments_of, select

MOST_CONNECTIONS = 5
DEEPEST = 2


class BadBulkQuery(Exception):
    """The question cannot be exported."""


def bulk_question(text: str) -> Question:
    """Read a bulk question, or say why it is none."""
    try:
        found = read(text)
    except GraphQLError as error:
        raise BadBulkQuery(f"Invalid bulk query: {error.message}") from None
    if found.faults:
        raise BadBulkQuery(f"Invalid bulk query: {found.faults[0].message}")
    document = found.document
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
        raise BadBulkQuery("Bulk queries must contain exactly one query.")
    if operations[0].variable_definitions:
        raise BadBulkQuery("Bulk queries cannot use variables.")
    question = Question(admin_schema(), operations[0], fragments_of(document), {})
    _check(question)
    return question


def _check(question: Question) -> None:
    found = list(_connections(question, question.root, question.operation.selection_set, 0))
    if not found:
        raise BadBulkQuery("Bulk queries must contain at least one connection.")
    if len(found) > MOST_CONNECTIONS:
        raise BadBulkQuery("Bulk queries cannot contain more than 5 connections.")
    if max(found) > DEEPEST:
        raise BadBulkQuery("Bulk queries cannot contain connections nested deeper than 2 levels.")


def _connections(
    question: Question, parent: GraphQLNamedType, chosen: SelectionSetNode | None, depth: int
) -> Iterator[int]:
    """Yield the depth of every connection, and refuse what stands in a wrong place."""
    for selected in select(question, parent, chosen):
        if parent is question.root:
            _check_root(selected)
        if selected.is_connection:
            yield depth
            yield from _inside(question, selected, depth)
        else:
            inner = selected.node.selection_set
            deeper = list(_connections(question, selected.type, inner, depth))
            if deeper:
                raise BadBulkQuery(_misplaced(selected))


def _check_root(selected: Selected) -> None:
    if selected.node.name.value in {"node", "nodes"}:
        raise BadBulkQuery("Bulk queries cannot contain the top level node or nodes fields.")
    if not selected.is_connection:
        raise BadBulkQuery("Bulk queries must start from a connection.")


def _misplaced(selected: Selected) -> str:
    kind = selected.definition.type
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if is_list_type(bare):
        return "Queries that contain a connection field within a list field are not supported."
    return "The demo shop does not play a connection behind a single object."


def _inside(question: Question, connection: Selected, depth: int) -> Iterator[int]:
    """Look into the nodes of one connection."""
    for kind, chosen in nodes_of(question, connection):
        deeper = [each for each in select(question, kind, chosen) if each.is_connection]
        if deeper and not any(_is_plain_id(each.node) for each in select(question, kind, chosen)):
            names = ", ".join(each.node.name.value for each in deeper)
            raise BadBulkQuery(
                "The parent 'node' field for a nested connection must select the 'id' field "
                "without an alias and must be of 'ID' return type. "
                f"Connection fields without 'id': {names}."
            )
        yield from _connections(question, kind, chosen, depth + 1)


def _is_plain_id(node: FieldNode) -> bool:
    return node.name.value == "id" and node.alias is None


def nodes_of(
    question: Question, connection: Selected
) -> Iterator[tuple[GraphQLNamedType, SelectionSetNode]]:
    """Yield the node type and what is asked of each node of a connection."""
    for part in select(question, connection.type, connection.node.selection_set):
        inner = part.node.selection_set
        if part.node.name.value == "nodes" and inner:
            yield part.type, inner
        if part.node.name.value == "edges":
            for edge in select(question, part.type, inner):
                if edge.node.name.value == "node" and edge.node.selection_set:
                    yield edge.type, edge.node.selection_set

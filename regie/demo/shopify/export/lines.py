"""How a nested answer becomes lines: one object each, children naming their parents."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from graphql import GraphQLNamedType, SelectionSetNode

from regie.demo.shopify.export.document import nodes_of
from regie.demo.shopify.query.walk import Question, Selected, select
from regie.demo.shopify.store import Row


def flat(question: Question, data: Row) -> Iterator[Row]:
    """Yield every object of the answer, each parent before its children."""
    for root in select(question, question.root, question.operation.selection_set):
        yield from _objects(question, root, data[root.key], None)


def _objects(
    question: Question, connection: Selected, page: Row, parent: str | None
) -> Iterator[Row]:
    for kind, chosen in nodes_of(question, connection):
        for node in _nodes(question, connection, page):
            yield from _object(question, kind, chosen, node, parent)


def _nodes(question: Question, connection: Selected, page: Row) -> Iterator[Row]:
    for part in select(question, connection.type, connection.node.selection_set):
        if part.node.name.value == "nodes":
            yield from page[part.key]
        if part.node.name.value == "edges":
            for edge in page[part.key]:
                yield edge["node"]


def _object(
    question: Question,
    kind: GraphQLNamedType,
    chosen: SelectionSetNode,
    node: Row,
    parent: str | None,
) -> Iterator[Row]:
    nested = {each.key: each for each in select(question, kind, chosen) if each.is_connection}
    line: dict[str, Any] = {key: value for key, value in node.items() if key not in nested}
    yield line | {"__parentId": parent} if parent else line
    for key, connection in nested.items():
        yield from _objects(question, connection, node[key], node["id"])


def written(lines: Iterable[Row]) -> bytes:
    """Write lines as the shop does, with escaped slashes."""
    return b"".join(orjson.dumps(line).replace(b"/", b"\\/") + b"\n" for line in lines)

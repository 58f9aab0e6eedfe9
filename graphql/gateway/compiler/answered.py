"""Which fields an answer really holds: those of objects that are there, null or not."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields

from gateway.compiler.collect import TYPENAME, Selection
from gateway.compiler.document import fragments_of
from gateway.compiler.plan import Plan
from gateway.compiler.presence import Probe, Shape, Shapes, coordinates_of

_MOST_TOLD = 64


class _Unsure(Exception):
    """The bytes do not tell."""


def answered(plan: Plan, data: bytes) -> frozenset[str]:
    """Return the schema coordinates in a plan's answer."""
    try:
        if plan.shapes is not None:
            return _told(plan.shapes, data)
    except _Unsure:
        pass
    return frozenset(_walked(plan.selection, orjson.loads(data)))


def answered_by_walk(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    booleans: Mapping[str, bool],
    data: Mapping[str, Any] | None,
) -> frozenset[str]:
    """Return the schema coordinates in the data of any execution, by walking through it."""
    walk = _Walk(schema, document, booleans)
    root = schema.get_root_type(operation.operation)
    if root is None or data is None:
        return frozenset()
    nodes = collect_fields(schema, walk.fragments, walk.booleans, root, operation.selection_set)
    walk.object(root, nodes, data)
    return frozenset(walk.found)


def _told(shapes: Shapes, data: bytes) -> frozenset[str]:
    """Ask the bytes for each response key that may hold objects."""
    present = frozenset([key for key, probe in shapes.probes.items() if _holds(probe, data)])
    known = shapes.told.get(present)
    if known is None:
        if present & shapes.ambiguous:
            raise _Unsure
        if len(shapes.told) >= _MOST_TOLD:
            shapes.told.clear()
        known = shapes.told[present] = _shown(shapes, present)
    return known


def _shown(shapes: Shapes, present: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    waiting: list[Shape] = [shapes.root]
    while waiting:
        shape = waiting.pop()
        found |= shape.coordinates
        waiting += shape.certain
        waiting += [inner for key, inner in shape.inner if key in present]
    return frozenset(found)


def _holds(probe: Probe, data: bytes) -> bool:
    for it in probe.sure:
        if it in data:
            return True
    for it in probe.unsure:
        if it in data:
            raise _Unsure
    return False


def _walked(selection: Selection, value: Any) -> Iterator[str]:
    yield from coordinates_of(selection)
    for field in selection.fields:
        for inner, item in _objects_inside(field.inner, value[field.key]):
            yield from _walked(inner, item)


def _objects_inside(inner: Mapping[str, Selection], value: Any) -> Iterator[tuple[Selection, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _objects_inside(inner, item)
    elif inner and value is not None:
        for selection in inner.values():
            if _fits(selection, value):
                yield selection, value


def _fits(selection: Selection, value: dict[str, Any]) -> bool:
    """Tell whether an object can be of this concrete type, by its keys and its type's name."""
    if [field.key for field in selection.fields] != list(value):
        return False
    names = {value[field.key] for field in selection.fields if field.name == TYPENAME}
    return names <= {selection.type.name}


class _Walk:
    """Walks through data with graphql-core's own collecting of fields."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, booleans: Mapping[str, bool]
    ) -> None:
        self.fragments = fragments_of(document)
        self.booleans = dict(booleans)
        self.found: set[str] = set()
        self._schema = schema

    def object(self, parent: Any, nodes: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        """Note the fields of an object and go into them."""
        for key, same in nodes.items():
            definition = parent.fields.get(same[0].name.value)
            if definition is None:
                continue
            self.found.add(f"{parent.name}.{same[0].name.value}")
            self._value(get_named_type(definition.type), same, data[key])

    def _value(self, kind: Any, nodes: Any, value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                self._value(kind, nodes, item)
        elif isinstance(value, dict) and nodes[0].selection_set:
            for possible in self._possible(kind):
                inner = collect_sub_fields(
                    self._schema, self.fragments, self.booleans, possible, nodes
                )
                if list(inner) == list(value) and self._named(possible, inner, value):
                    self.object(possible, inner, value)

    def _possible(self, kind: Any) -> list[Any]:
        return self._schema.get_possible_types(kind) if is_abstract_type(kind) else [kind]

    def _named(self, possible: Any, inner: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
        return all(
            value[key] == possible.name
            for key, nodes in inner.items()
            if nodes[0].name.value == TYPENAME
        )

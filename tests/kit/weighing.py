"""Random queries, and a slow count of what they would read."""

import random
from collections.abc import Iterator

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    OperationDefinitionNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
    parse,
)

from gateway.catalogue.schema import schema
from gateway.desk.scale import _ASSUMED

SCHEMA = schema().graphql_schema
_FACETS = 500
"""What looking a thousand products through costs, however short the list around it."""


class Author:
    """Writes random queries, with fragments that may use later fragments only."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.fragments: list[str] = []
        self.aliases = 0

    def query(self) -> str:
        root = self.selection("Query", 5)
        return f"query {root} " + " ".join(self.fragments)

    def selection(self, kind: str, levels: int) -> str:
        fields = SCHEMA.type_map[kind].fields  # type: ignore[attr-defined]  # an object
        names = list(fields) if levels else [n for n in fields if _is_leaf(kind, n)]
        chosen = self.dice.sample(names, min(len(names), self.dice.randint(1, 3)))
        parts = [self.piece(kind, name, levels) for name in chosen] or ["__typename"]
        return "{" + " ".join(parts) + "}"

    def piece(self, kind: str, name: str, levels: int) -> str:
        text = self.field(kind, name, levels)
        form = self.dice.random()
        if form < 0.15:
            return f"... on {kind} @include(if: true) {{{text}}}"
        if form < 0.3:
            fragment = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {fragment} on {kind} {{{text}}}")
            return f"...{fragment} ...{fragment} @skip(if: false)"
        return text

    def field(self, kind: str, name: str, levels: int) -> str:
        field = SCHEMA.type_map[kind].fields[name]  # type: ignore[attr-defined]  # an object
        self.aliases += 1
        alias = f"a{self.aliases}: " if self.dice.random() < 0.2 else ""
        said = self.arguments(field.args)
        if is_leaf_type(get_named_type(field.type)):
            return f"{alias}{name}{said}"
        inner = get_named_type(field.type).name
        return f"{alias}{name}{said} {self.selection(inner, levels - 1)}"

    def arguments(self, known: dict[str, GraphQLArgument]) -> str:
        """Write what has to be said, and the size of a page."""
        said = [
            f"{name}: {_literal(it.type)}" for name, it in known.items() if is_required_argument(it)
        ]
        if "first" in known:
            said.append(f"first: {self.dice.randint(1, 3)}")
        return f"({', '.join(said)})" if said else ""


def _literal(kind: GraphQLInputType) -> str:
    """Write the plainest value that an argument takes."""
    inner = get_nullable_type(kind)
    if isinstance(inner, GraphQLInputObjectType):
        fields = {name: it for name, it in inner.fields.items() if is_required_input_field(it)}
        return "{" + ", ".join(f"{name}: {_literal(it.type)}" for name, it in fields.items()) + "}"
    if isinstance(inner, GraphQLList):
        return f"[{_literal(inner.of_type)}]"
    if isinstance(inner, GraphQLEnumType):
        return next(iter(inner.values))
    return "1" if inner.name in {"Int", "Float"} else '"x"'


def _name_of(node: object) -> str | None:
    return node.name.value if isinstance(node, FieldNode) else None


def _is_leaf(kind: str, name: str) -> bool:
    field = SCHEMA.type_map[kind].fields[name]  # type: ignore[attr-defined]  # an object
    return is_leaf_type(get_named_type(field.type))


class Counter:
    """Counts by walking everything as often as it would be there, without multiplying."""

    def __init__(self, query: str) -> None:
        definitions = parse(query).definitions
        self.fragments = {
            node.name.value: node for node in definitions if hasattr(node, "name") and node.name
        }  # type: ignore[attr-defined]  # fragments
        self.operation = definitions[0]
        self.objects = 0

    def count(self) -> tuple[int, int]:
        assert isinstance(self.operation, OperationDefinitionNode)
        self.walk(self.operation.selection_set, "Query")
        nodes = list(self.nodes(self.operation.selection_set))
        once = sum(_FACETS for node in nodes if _name_of(node) == "facets")
        return self.objects + once, sum(getattr(it, "alias", None) is not None for it in nodes)

    def nodes(self, selection: object) -> Iterator[object]:
        """Yield what is written, a fragment as often as it is spread."""
        for node in getattr(selection, "selections", ()):
            yield node
            yield from self.nodes(getattr(self.meant(node), "selection_set", None))

    def meant(self, node: object) -> object:
        spread = type(node).__name__ == "FragmentSpreadNode"
        return self.fragments[node.name.value] if spread else node  # type: ignore[attr-defined]  # a node

    def walk(self, selection: object, kind: str) -> None:
        for node in selection.selections:  # type: ignore[attr-defined]  # a selection set
            if type(node).__name__ != "FieldNode":
                self.walk(self.meant(node).selection_set, kind)  # type: ignore[attr-defined]  # a fragment
            elif node.selection_set:
                self.enter(node, kind)

    def enter(self, node: object, kind: str) -> None:
        name = node.name.value  # type: ignore[attr-defined]  # a field
        field = SCHEMA.type_map[kind].fields[name]  # type: ignore[attr-defined]  # an object
        for _ in range(self.length(node, name, field)):
            self.objects += 1
            self.walk(node.selection_set, get_named_type(field.type).name)  # type: ignore[attr-defined]  # a field

    def length(self, node: object, name: str, field: object) -> int:
        sizes = [it.value for it in node.arguments if it.name.value == "first"]  # type: ignore[attr-defined]  # a field
        if sizes:
            return int(sizes[0].value)
        is_list = isinstance(get_nullable_type(field.type), GraphQLList)  # type: ignore[attr-defined]  # a field
        return _ASSUMED.get(name, 2) if is_list else 1

"""A small schema around one entity, and short ways to ask it by plan and by graphql-core."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any

import graphene
import orjson
from graphql import ExecutionResult, GraphQLSchema, execute, get_operation_ast, parse
from graphql.execution.values import get_variable_values

from gateway.catalogue.document_type import DocumentType
from gateway.compiler import (
    CLEAR,
    FragmentCache,
    Plan,
    StoredEntity,
    Veil,
    compile_operation,
    directive_variables,
    looked_up,
    matching,
    sliced,
)


class _Size(StrEnum):
    SMALL = "SMALL"
    LARGE = "LARGE"


Size = graphene.Enum.from_enum(_Size, name="Size")


class Maker(DocumentType):
    name = graphene.String(required=True)
    city = graphene.String()


class Part(DocumentType):
    place = graphene.String()
    count = graphene.Int(required=True)
    maker = graphene.Field(Maker)

    @staticmethod
    @looked_up("makers", "place")
    def resolve_maker(part: Any, info: Any) -> Any:
        return info.context.makers.get(part.get("place"))


class Item(DocumentType):
    id = graphene.ID(required=True)
    name = graphene.String()
    count = graphene.Int(required=True)
    size = graphene.NonNull(Size)
    ratio = graphene.Float()
    good = graphene.Boolean()
    tags = graphene.NonNull(graphene.List(graphene.NonNull(graphene.String)))
    parts = graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(Part))),
        place=graphene.String(default_value="paris"),
    )
    media = graphene.Field(graphene.List(graphene.NonNull(Part)), first=graphene.Int())
    inner = graphene.Field(lambda: Item)

    @staticmethod
    @matching("parts", "place", "place")
    def resolve_parts(item: Any, _info: Any, place: str | None = None) -> Any:
        parts = item.get("parts")
        return parts if place is None else [it for it in parts if it.get("place") == place]

    @staticmethod
    @sliced("media", "first")
    def resolve_media(item: Any, _info: Any, first: int | None = None) -> Any:
        media = item.get("media")
        return media if first is None or media is None else media[:first]


class Plain(DocumentType):
    """What is no entity."""

    text = graphene.String(required=True)
    items = graphene.List(Item)
    plain = graphene.Field(lambda: Plain)


class Query(graphene.ObjectType):
    item = graphene.Field(Item)
    items = graphene.NonNull(graphene.List(graphene.NonNull(Item)))
    plain = graphene.Field(Plain)
    value = graphene.Int(number=graphene.Int(default_value=1))

    @staticmethod
    def resolve_item(_root: Any, info: Any) -> Any:
        entities = info.context.entities()
        return entities[0] if entities else None

    @staticmethod
    def resolve_items(_root: Any, info: Any) -> Any:
        return info.context.entities()

    @staticmethod
    def resolve_plain(_root: Any, info: Any) -> Any:
        return info.context.plain

    @staticmethod
    def resolve_value(_root: Any, info: Any, number: int) -> Any:
        return info.context.values[number]


@cache
def small() -> GraphQLSchema:
    """Return the schema."""
    return graphene.Schema(query=Query).graphql_schema


def part(place: str | None, count: int = 1) -> dict[str, Any]:
    """Return a part."""
    return {"place": place, "count": count}


def item(**facts: Any) -> dict[str, Any]:
    """Return a good document, with other facts where given."""
    return {
        "id": "i",
        "name": "Mug",
        "count": 3,
        "size": "SMALL",
        "ratio": 0.5,
        "good": True,
        "tags": ["a", "b"],
        "parts": [part("paris", 1), part("rome", 2), part(None, 3)],
        "media": [part("x", 1), part("y", 2), part("z", 3)],
        "inner": None,
        **facts,
    }


class Context:
    """What resolvers find."""

    def __init__(
        self,
        documents: Sequence[Mapping[str, Any] | bytes] = (),
        veil: Veil = CLEAR,
        plain: Any = None,
        values: Sequence[Any] = (),
    ) -> None:
        self.data = [it if isinstance(it, bytes) else orjson.dumps(it) for it in documents]
        self.veil = veil
        self.plain = plain
        self.values = values
        self.makers = {"paris": {"name": "Ann", "city": None}, "rome": {"name": "Bo", "city": "R"}}

    def entities(self) -> list[StoredEntity]:
        """Return the entities."""
        return [StoredEntity(data, data, self.veil, self._reveal) for data in self.data]

    @staticmethod
    def _reveal(veil: Veil, document: dict[str, Any]) -> dict[str, Any]:
        return veil.apply(small(), "Item", document)


def plan_for(text: str, *, structs: bool = True, **variables: Any) -> tuple[Plan, dict[str, Any]]:
    """Compile an operation; return its coerced variables too."""
    document = parse(text)
    operation = get_operation_ast(document)
    assert operation
    coerced = get_variable_values(small(), operation.variable_definitions, variables)
    assert isinstance(coerced, dict)
    booleans = {name: coerced[name] for name in directive_variables(operation, document)}
    plan = compile_operation(
        small(), document, operation, booleans, frozenset({"Item"}), structs=structs
    )
    return plan, coerced


def planned(text: str, context: Context, *, structs: bool = True, **variables: Any) -> Any:
    """Answer by a plan."""
    plan, coerced = plan_for(text, structs=structs, **variables)
    return orjson.loads(plan.run(None, context, coerced, None))


def cored(text: str, context: Context, **variables: Any) -> ExecutionResult:
    """Answer by graphql-core."""
    result = execute(small(), parse(text), context_value=context, variable_values=variables)
    assert isinstance(result, ExecutionResult)
    return result


def both(text: str, context: Context, **variables: Any) -> Any:
    """Answer by every layer and by graphql-core, all alike; return the answer."""
    result = cored(text, context, **variables)
    assert result.errors is None
    for structs in (True, False):
        plan, coerced = plan_for(text, structs=structs, **variables)
        cache = FragmentCache(10_000)
        first = plan.run(None, context, coerced, cache)
        assert first == plan.run(None, context, coerced, cache) == orjson.dumps(result.data)
    return result.data

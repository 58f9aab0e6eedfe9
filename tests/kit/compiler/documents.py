"""Random documents of any type, ways to spoil them, and veils."""

import math
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from msgspec.msgpack import Ext

from gateway.compiler import CLEAR, Veil, looks_at_value
from gateway.compiler.marks import LookedUp, Sliced, mark_of

PLACES = ("place-1", "place-2", "place-3")
TEXTS = ("", "a", "plain text", 'q"uote', "é\u2028\U0001f600", "line\nbreak", '"media":[{', "\x00")
SCALARS: Mapping[str, tuple[Any, ...]] = {
    "Int": (-(2**31), -1, 0, 1, 2, 2**31 - 1),
    "BigInt": (0, 1295, -(2**53) + 1, 2**53 - 1),
    "Float": (0.0, 0.5, -12.25, 1e-7, 123456.789, 2.0, 3),
    "Boolean": (True, False),
    "String": TEXTS,
    "ID": TEXTS,
    "DateTime": ("2026-11-21T12:00:00Z",),
    "Json": ("a", 1, 2.5, ["x", {"media": [{"y": 1}]}], {"z": None}),
}
ODD: tuple[Any, ...] = (
    None,
    "text",
    "IN_STOCK",
    "NOWHERE",
    "",
    2**31,
    2**53,
    -1,
    1.5,
    1.0,
    1e22,
    True,
    False,
    [],
    [None],
    ["a", 1],
    [[]],
    {},
    {"id": 1},
    [{}],
)
NOT_JSON: tuple[Any, ...] = (
    b"bytes",
    Ext(5, b"extension"),
    datetime(2026, 11, 21, 12, tzinfo=UTC),
    math.nan,
    math.inf,
    -math.inf,
    2**64 - 1,
    {1: "number"},
    {b"bytes": 1},
)
"""What MessagePack has room for and JSON has not."""
EDGES: tuple[Any, ...] = (2**31, -(2**31) - 1, 2**53, -(2**53), 1.0, True, None, "1", 2**31 - 1)


class Documents:
    """Makes documents whose keys are the fields of their types."""

    def __init__(
        self, schema: GraphQLSchema, dice: random.Random, without: frozenset[str] = frozenset()
    ) -> None:
        self._schema = schema
        self._dice = dice
        self._without = without

    def of(self, type_name: str, depth: int = 6) -> dict[str, Any]:
        """Return a document of an object type, all keys present."""
        kind: Any = self._schema.get_type(type_name)
        found: dict[str, Any] = {"kind": type_name} if "kind" not in kind.fields else {}
        for name, field in kind.fields.items():
            mark = mark_of(field.resolve)
            if isinstance(mark, LookedUp) or (isinstance(mark, Sliced) and mark.key != name):
                continue
            found[name] = self._value(name, field.type, depth)
        return found

    def _value(self, name: str, kind: Any, depth: int) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._some(name, kind.of_type, depth)
        if depth <= 0 or self._dice.random() < 0.2:
            return None
        return self._some(name, kind, depth)

    def _some(self, name: str, kind: Any, depth: int) -> Any:
        if isinstance(kind, GraphQLList):
            length = self._dice.randint(0, 3 if depth > 0 else 0)
            return [self._value(name, kind.of_type, depth) for _ in range(length)]
        if name in {"locationId", "place", "makerId"}:
            return self._dice.choice(PLACES)
        if isinstance(kind, GraphQLEnumType):
            return _stored(self._dice.choice(list(kind.values.values())).value)
        if is_leaf_type(kind):
            return self._dice.choice(SCALARS[kind.name])
        if is_abstract_type(kind):
            types = self._schema.get_possible_types(kind)
            kind = self._dice.choice([it for it in types if it.name not in self._without])
        return self.of(kind.name, depth - 1)


def _stored(value: Any) -> Any:
    return getattr(value, "value", value)


def unlike_json(document: Any, dice: random.Random) -> Any:
    """Return a copy in which a few values are such as JSON cannot hold, or missing."""
    found = _copied(document)
    for _ in range(dice.choice((1, 4))):
        _spoil(found, dice, lambda _: NOT_JSON)
    return found


def spoiled(document: Any, dice: random.Random) -> Any:
    """Return a copy in which a few values are odd or missing."""
    if dice.random() < 0.3:
        return _edged(document, dice.choice(EDGES), dice)
    found = _copied(document)
    for _ in range(dice.choice((1, 4, 16))):
        _spoil(found, dice, _odd_for)
    return found


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(it) for key, it in value.items()}
    return [_copied(it) for it in value] if isinstance(value, list) else value


def _edged(value: Any, edge: Any, dice: random.Random) -> Any:
    """Return a copy in which many numbers are one and the same number at the edge."""
    if isinstance(value, dict):
        return {key: _edged(it, edge, dice) for key, it in value.items()}
    if isinstance(value, list):
        return [_edged(it, edge, dice) for it in value]
    return edge if type(value) is int and dice.random() < 0.5 else value


def _odd_for(value: Any) -> tuple[Any, ...]:
    """Return what is odd; for a number mostly numbers at the edge."""
    return EDGES if type(value) is int else ODD


def _spoil(found: Any, dice: random.Random, odd_for: Callable[[Any], tuple[Any, ...]]) -> None:
    while found:
        keys = list(found) if isinstance(found, dict) else list(range(len(found)))
        key = dice.choice(keys)
        if isinstance(found[key], dict | list) and found[key] and dice.random() < 0.75:
            found = found[key]
            continue
        if isinstance(found, dict) and dice.random() < 0.2:
            del found[key]
        else:
            found[key] = _copied(dice.choice(odd_for(found[key])))
        return


def veil(schema: GraphQLSchema, entity: str, dice: random.Random) -> Veil:
    """Return a random veil over the types inside an entity."""
    coordinates = sorted(_coordinates(schema, entity))
    withheld = {it for it in coordinates if dice.random() < 0.06 and not _required(schema, it)}
    if dice.random() < 0.15:
        withheld.add(dice.choice(coordinates))
    changed: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {}
    if dice.random() < 0.4:
        changed = {
            it: dice.choice((_rounded, _fails, _shouted)) for it in dice.sample(coordinates, 3)
        }
    name = dice.randbytes(16)
    found = Veil(name, frozenset(withheld), MappingProxyType(changed))
    unenforceable = found.unenforceable(schema)
    return Veil(
        name,
        found.withheld - unenforceable,
        {it: change for it, change in changed.items() if it not in unenforceable},
    )


def veils(schema: GraphQLSchema, entity: str, dice: random.Random) -> list[Veil]:
    """Return the clear veil and two others."""
    return [CLEAR, veil(schema, entity, dice), veil(schema, entity, dice)]


def _coordinates(schema: GraphQLSchema, root: str) -> set[str]:
    found: set[str] = set()
    waiting, seen = [root], {root}
    while waiting:
        name = waiting.pop()
        kind: Any = schema.get_type(name)
        for field_name, field in kind.fields.items():
            found.add(f"{name}.{field_name}")
            inner: Any = get_named_type(field.type)
            if is_leaf_type(inner) or isinstance(mark_of(field.resolve), LookedUp):
                continue
            types = schema.get_possible_types(inner) if is_abstract_type(inner) else [inner]
            new = [it.name for it in types if it.name not in seen]
            seen.update(new)
            waiting += new
    return found


def _required(schema: GraphQLSchema, coordinate: str) -> bool:
    type_name, _, name = coordinate.partition(".")
    kind: Any = schema.get_type(type_name)
    return isinstance(kind.fields[name].type, GraphQLNonNull)


@looks_at_value
def _rounded(value: Any, _around: Mapping[str, Any]) -> Any:
    return value // 10 * 10 if type(value) is int else value


def _shouted(value: Any, around: Mapping[str, Any]) -> Any:
    return f"{value.upper()}{len(around)}" if isinstance(value, str) else value


@looks_at_value
def _fails(value: Any, _around: Mapping[str, Any]) -> Any:
    if isinstance(value, str) and len(value) > 1:
        raise ValueError("cannot be changed")
    return value

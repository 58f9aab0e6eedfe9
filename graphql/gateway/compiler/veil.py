"""What an asker may not see of an entity: compiled into plans, or applied to a document."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)
from msgspec import Struct

from gateway.compiler.marks import LookedUp, Matching, Sliced, mark_of, reads

Change = Callable[[Any, Mapping[str, Any]], Any]
"""Takes a stored value that is not null and the stored object around it; returns what to show."""

_Change = TypeVar("_Change", bound=Callable[..., Any])
_ALONE = "looks_at_value"


def looks_at_value(change: _Change) -> _Change:
    """Mark a change that ignores the object around: that need not be decoded, and may be empty."""
    setattr(change, _ALONE, True)
    return change


def is_of_value(change: Change) -> bool:
    """Tell whether a change is marked as one of the value alone."""
    return bool(getattr(change, _ALONE, False))


class Veil(Struct, frozen=True, eq=False):
    """Withheld and changed fields by schema coordinate; equal digests must mean equal veils."""

    digest: bytes
    withheld: frozenset[str] = frozenset()
    changed: Mapping[str, Change] = MappingProxyType({})

    def apply(
        self, schema: GraphQLSchema, type_name: str, document: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the document as the asker may see it."""
        if not self.withheld and not self.changed:
            return dict(document)
        return self._object(schema, (type_name,), document)

    def unenforceable(self, schema: GraphQLSchema) -> frozenset[str]:
        """Return coordinates that no document can withhold: unmarked resolvers, unknown fields."""
        return frozenset(it for it in {*self.withheld, *self.changed} if not _plain(schema, it))

    def touches(self, coordinate: str) -> bool:
        """Tell whether a field is not shown as it is stored."""
        return coordinate in self.withheld or coordinate in self.changed

    def shown(self, coordinate: str, value: Any, around: Mapping[str, Any]) -> Any:
        """Return what the asker sees of a field's value; a failing change is an error there."""
        if coordinate in self.withheld:
            return None
        change = self.changed.get(coordinate)
        if change is None or value is None:
            return value
        try:
            return change(value, around)
        except Exception as error:  # noqa: BLE001 - graphql-core reports it at the field
            return error

    def _object(
        self, schema: GraphQLSchema, types: tuple[str, ...], document: Mapping[str, Any]
    ) -> dict[str, Any]:
        found = dict(document)
        for name in types:
            for key in self._derived(schema, name):
                found.setdefault(key, None)
        for key, value in found.items():
            for name in types:
                value = self.shown(f"{name}.{key}", value, document)  # noqa: PLW2901
            found[key] = self._inside(schema, _types_inside(schema, types, key), value)
        return found

    def _derived(self, schema: GraphQLSchema, type_name: str) -> list[str]:
        """Return withheld fields that no key bears: a null tells marked resolvers to say null."""
        prefix = f"{type_name}."
        names = [it.removeprefix(prefix) for it in self.withheld if it.startswith(prefix)]
        fields = _fields(schema, type_name)
        return [it for it in names if it in fields and mark_of(fields[it].resolve)]

    def _inside(self, schema: GraphQLSchema, types: tuple[str, ...], value: Any) -> Any:
        if not types:
            return value
        if isinstance(value, dict):
            return self._object(schema, types, value)
        if isinstance(value, list):
            return [self._inside(schema, types, item) for item in value]
        return value


CLEAR = Veil(b"")
"""Nothing is withheld."""


def _fields(schema: GraphQLSchema, type_name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = getattr(schema.get_type(type_name), "fields", {})
    return found


@lru_cache(maxsize=2048)
def _types_inside(schema: GraphQLSchema, types: tuple[str, ...], key: str) -> tuple[str, ...]:
    """Return the types that a key's objects may have; of an abstract type all possible ones."""
    found: dict[str, None] = {}
    for name in types:
        field = _fields(schema, name).get(key)
        inner: Any = get_named_type(field.type) if field else None
        if not is_composite_type(inner):
            continue
        if is_abstract_type(inner):
            found |= dict.fromkeys(it.name for it in schema.get_possible_types(inner))
        found[inner.name] = None
    return tuple(found)


def _plain(schema: GraphQLSchema, coordinate: str) -> bool:
    type_name, _, name = coordinate.partition(".")
    parent = schema.get_type(type_name)
    if not isinstance(parent, GraphQLObjectType) or name not in parent.fields:
        return False
    resolver = parent.fields[name].resolve
    mark = mark_of(resolver)
    if isinstance(mark, Sliced | Matching):
        return mark.key == name
    return isinstance(mark, LookedUp) or resolver is None or reads(resolver)

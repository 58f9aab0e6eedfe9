"""What is done to decoded structs before they are encoded: marks, withheld and changed fields."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import orjson
from graphql import GraphQLList, GraphQLNonNull, get_named_type, is_leaf_type
from msgspec import UNSET, Raw

from gateway.compiler.collect import Field, Selection
from gateway.compiler.documents import lookup_of
from gateway.compiler.leaves import Leaf, Words, leaf_condition
from gateway.compiler.marks import LookedUp, Matching, Sliced
from gateway.compiler.objects import EntityPlans
from gateway.compiler.settings import Settings
from gateway.compiler.shapes import CannotStruct, StructShape, does, field_mark, nullable
from gateway.compiler.source import Source
from gateway.compiler.veil import Veil, is_of_value

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Adjustment:
    """Writes the function `(struct, run)` for one shape under one veil."""

    def __init__(self, settings: Settings, entities: EntityPlans, veil: Veil) -> None:
        self._settings = settings
        self._entities = entities
        self._veil = veil
        self._source = Source()
        self._busy = False

    def compiled(self, shape: StructShape) -> Callable[[Any, Any], Any] | None:
        """Return the function, or None where there is nothing to do."""
        self._adjust(shape, "o")
        self._source.line("return o")
        return self._source.function() if self._busy else None

    def _withheld(self, selection: Selection, name: str) -> bool:
        return f"{selection.type.name}.{name}" in self._veil.withheld

    def _touches(self, selection: Selection, name: str) -> bool:
        return self._veil.touches(f"{selection.type.name}.{name}")

    def _adjust(self, shape: StructShape, variable: str) -> None:
        """Write what is done to a decoded struct before it is encoded."""
        for place, (field, inner) in enumerate(
            zip(shape.selection.fields, shape.inner, strict=True)
        ):
            name = f"{variable}.f{place}"
            if field.definition is not None and self._withheld(shape.selection, field.name):
                self._write(f"{name} = None")
                continue
            self._changed(shape, field, name)
            self._marked(shape, field, inner, name, variable)
            if inner is not None and self._needs(inner):
                self._each(field.type, name, inner)
        for place in range(len(shape.hidden)):
            self._source.environment["UNSET"] = UNSET
            self._write(f"{variable}.h{place} = UNSET")

    def _changed(self, shape: StructShape, field: Field, name: str) -> None:
        """Write a change of a leaf, and the check of what came out of it."""
        change = self._veil.changed.get(f"{shape.selection.type.name}.{field.name}")
        if change is None or isinstance(field_mark(field), LookedUp):
            return
        leaf = self._settings.leaf(get_named_type(field.type))
        if not is_of_value(change) or not is_leaf_type(nullable(field.type)):
            raise CannotStruct
        value = self._source.assign(name)
        with self._source.block(f"if {value} is not None:"):
            changed = f"{self._source.bind(change)}({value}, {self._source.bind(_NOTHING)})"
            self._write(f"{name} = {value} = {changed}")
            self._write(f"if not ({self._condition(leaf, field, value)}): raise Bad")

    def _condition(self, leaf: Leaf, field: Field, value: str) -> str:
        """Return the check of a changed value: nothing more can be changed by msgspec."""
        optional = "" if isinstance(field.type, GraphQLNonNull) else f"{value} is None or "
        if isinstance(leaf, Words):
            names = self._source.bind(frozenset(leaf.names))
            return f"{optional}({value}.__class__ is str and {value} in {names})"
        if leaf is None or leaf.kind is float:
            raise CannotStruct
        return f"{optional}({leaf_condition(leaf, value, self._source.bind(leaf.kind))})"

    def _marked(
        self, shape: StructShape, field: Field, inner: StructShape | None, name: str, variable: str
    ) -> None:
        mark = field_mark(field)
        if isinstance(mark, LookedUp):
            self._look_up(shape, field, mark, name, variable)
        if not isinstance(mark, Sliced | Matching) or not does(mark, field):
            return
        wanted = self._source.once(
            "a", field.number, f"A[{field.slot}].get({self._source.bind(mark.argument)})"
        )
        change = f"{name}[:{wanted}]"
        if isinstance(mark, Matching):
            if inner is None:
                raise CannotStruct
            change = f"[i for i in {name} if i.{place_of(inner, mark.field)} == {wanted}]"
        self._write(f"if {wanted} is not None and {name} is not None: {name} = {change}")

    def _look_up(
        self, shape: StructShape, field: Field, mark: LookedUp, name: str, variable: str
    ) -> None:
        key = place_of(shape, mark.key)
        lookup = lookup_of(self._settings, self._entities, field, mark, finished_raw)
        owner = self._source.bind(lookup)
        memo = self._source.once("m", field.number, f"run.memo({owner})")
        value = self._source.assign(f"{memo}.get({variable}.{key})")
        self._write(
            f"if {value} is None:"
            f" {value} = {memo}[{variable}.{key}] = {owner}({variable}.{key}, run)"
        )
        if isinstance(field.type, GraphQLNonNull):
            self._write(f"if {value} is None: raise Bad")
        self._write(f"{name} = {value}")

    def _needs(self, shape: StructShape) -> bool:
        """Tell whether anything is to be done inside."""
        return bool(shape.hidden) or any(
            ((mark := field_mark(field)) is not None and does(mark, field))
            or (field.definition is not None and self._touches(shape.selection, field.name))
            or (inner is not None and self._needs(inner))
            for field, inner in zip(shape.selection.fields, shape.inner, strict=True)
        )

    def _each(self, kind: Any, value: str, shape: StructShape) -> None:
        """Write the adjustment of each object in a value."""
        inside = nullable(kind)
        if not isinstance(kind, GraphQLNonNull):
            with self._source.block(f"if {value} is not None:"):
                self._each(GraphQLNonNull(inside), value, shape)
        elif isinstance(inside, GraphQLList):
            item = self._source.fresh("i")
            with self._source.block(f"for {item} in {value}:"):
                self._each(inside.of_type, item, shape)
        else:
            self._adjust(shape, self._source.assign(value))

    def _write(self, text: str) -> None:
        self._busy = True
        self._source.line(text)


def finished_raw(value: Any) -> Raw:
    """Return a projected object as what msgspec copies."""
    return Raw(orjson.dumps(value))


def place_of(shape: StructShape, key: str) -> str:
    """Return the attribute of a struct that holds a key, shown or hidden."""
    if key in shape.hidden:
        return f"h{shape.hidden.index(key)}"
    names = [field.name for field in shape.selection.fields]
    return f"f{names.index(key)}"

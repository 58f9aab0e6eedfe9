"""Selections as msgspec structs, whose annotations are the checks."""

from typing import Annotated, Any, Literal, cast

import msgspec
from graphql import GraphQLList, GraphQLNonNull, get_named_type, is_abstract_type, is_leaf_type
from msgspec import Meta, Raw, Struct, UnsetType

from gateway.compiler.collect import Field, Selection
from gateway.compiler.leaves import LeafType, Words
from gateway.compiler.marks import LookedUp, Mark, Matching, Sliced, mark_of
from gateway.compiler.reading import reads_key
from gateway.compiler.settings import Settings
from gateway.compiler.veil import Veil

_FLOATS = 1e15
"""Beyond it orjson and msgspec write exponents differently."""


class CannotStruct(Exception):
    """A selection without a struct: an alias, an abstract type, a resolver of its own."""


class StructShape(Struct, frozen=True, eq=False):
    """The struct of a selection; `hidden` are keys that are decoded for a mark only."""

    selection: Selection
    struct: type
    inner: tuple["StructShape | None", ...]
    hidden: tuple[str, ...]


class StructShapes:
    """Makes the structs of an entity's selection under one veil."""

    def __init__(self, settings: Settings, veil: Veil) -> None:
        self._settings = settings
        self._veil = veil

    def shape(self, selection: Selection, hidden: tuple[str, ...] = ()) -> StructShape:
        """Return the shape of a selection, or raise CannotStruct."""
        self._settings.pause()
        if selection.type.is_type_of or any(it.key != it.name for it in selection.fields):
            raise CannotStruct
        hidden = self._unshown(selection, hidden)
        columns, names, inner = [], {}, []
        for place, field in enumerate(selection.fields):
            shape = self._inside(selection, field)
            inner.append(shape)
            columns.append((f"f{place}", *self._column(selection, field, shape)))
            names[f"f{place}"] = field.name
        for place, key in enumerate(hidden):
            columns.append((f"h{place}", self._hidden(selection, key)))
            names[f"h{place}"] = key
        struct = msgspec.defstruct("Selected", columns, rename=names, kw_only=True, gc=False)
        return StructShape(selection, struct, tuple(inner), hidden)

    def _unshown(self, selection: Selection, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Return the keys that marks read and that are not selected; all must be plain."""
        looked_up = [
            mark.key
            for field in selection.fields
            if isinstance(mark := field_mark(field), LookedUp)
            and not self._withheld(selection, field.name)
        ]
        keys = dict.fromkeys([*wanted, *looked_up])
        for key in keys:
            definition = selection.type.fields.get(key)
            plain = definition is not None and reads_key(key, definition)
            if not plain or self._veil.touches(f"{selection.type.name}.{key}"):
                raise CannotStruct
        shown = {field.name for field in selection.fields}
        return tuple(key for key in keys if key not in shown)

    def _inside(self, selection: Selection, field: Field) -> StructShape | None:
        """Return the shape of the objects in a field, where they come from the document."""
        mark = field_mark(field)
        if not field.inner or isinstance(mark, LookedUp) or self._withheld(selection, field.name):
            return None
        if is_abstract_type(get_named_type(field.type)):
            raise CannotStruct
        hidden = (mark.field,) if isinstance(mark, Matching) and does(mark, field) else ()
        (inner,) = field.inner.values()
        return self.shape(inner, hidden)

    def _column(
        self, selection: Selection, field: Field, shape: StructShape | None
    ) -> tuple[Any, ...]:
        """Return annotation and default of a field."""
        if field.definition is None:
            name = selection.type.name
            return Literal[name], name
        if isinstance(field_mark(field), LookedUp):
            return Raw, None
        if not _reads_own_key(field):
            raise CannotStruct
        if not self._withheld(selection, field.name):
            return (self._annotation(field.type, shape),)
        if isinstance(field.type, GraphQLNonNull):
            raise CannotStruct
        return Raw, None

    def _annotation(self, kind: Any, shape: StructShape | None) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._required(kind.of_type, shape)
        return self._required(kind, shape) | None

    def _required(self, kind: Any, shape: StructShape | None) -> Any:
        if isinstance(kind, GraphQLList):
            return list[self._annotation(kind.of_type, shape)]  # type: ignore[misc]  # made here
        if shape is not None:
            return shape.struct
        return self._leaf(kind)

    def _leaf(self, kind: Any) -> Any:
        leaf = self._settings.leaf(kind)
        if isinstance(leaf, Words) and leaf.unchanged and leaf.names:
            return Literal[tuple(leaf.names)]
        if not isinstance(leaf, LeafType):
            raise CannotStruct
        if leaf.kind is float:
            return Annotated[float, Meta(ge=-_FLOATS, le=_FLOATS)]
        if leaf.least is None and leaf.most is None:
            return leaf.kind
        return Annotated[leaf.kind, Meta(ge=leaf.least, le=leaf.most)]

    def _hidden(self, selection: Selection, key: str) -> Any:
        """Return the annotation of a key that only a mark reads."""
        kind = selection.type.fields[key].type
        if not is_leaf_type(nullable(kind)):
            raise CannotStruct
        return self._annotation(kind, None) | UnsetType

    def _withheld(self, selection: Selection, name: str) -> bool:
        return f"{selection.type.name}.{name}" in self._veil.withheld


def field_mark(field: Field) -> Mark | None:
    """Return the mark of a field's resolver."""
    return None if field.definition is None else mark_of(field.definition.resolve)


def does(mark: Mark, field: Field) -> bool:
    """Tell whether a mark does anything at all: without its argument a list is shown whole."""
    return isinstance(mark, LookedUp) or mark.argument in field.asked


def nullable(kind: Any) -> Any:
    """Return a type without its exclamation mark."""
    return cast("Any", kind.of_type) if isinstance(kind, GraphQLNonNull) else kind


def _reads_own_key(field: Field) -> bool:
    if field.definition is None:
        return False
    mark = field_mark(field)
    if isinstance(mark, Sliced | Matching):
        return mark.key == field.name
    return reads_key(field.name, field.definition)

"""Decoding for the generated Python: plain dictionaries that hold the selected keys only."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

from graphql import GraphQLList, GraphQLNonNull, get_named_type, is_abstract_type, is_leaf_type
from msgspec import Struct

from gateway.compiler.collect import Field, Selection
from gateway.compiler.marks import LookedUp, Matching, mark_of
from gateway.compiler.reading import reads_key
from gateway.compiler.stored import decoder
from gateway.compiler.veil import Change, Veil, is_of_value


class _Wanted(Struct, frozen=True, eq=False):
    """One reader of an object: its selection, and keys that a mark compares."""

    selection: Selection
    besides: tuple[str, ...] = ()


class _Whole(Exception):
    """Somebody wants to see the whole object."""


def decoder_of(selection: Selection, veil: Veil) -> Callable[[bytes], Any]:
    """Return the function that decodes what a selection reads under a veil."""
    return decoder(_object([_Wanted(selection)], veil))


def _object(wanted: Sequence[_Wanted], veil: Veil) -> Any:
    try:
        return TypedDict("Pruned", _keys(wanted, veil), total=False)  # type: ignore[operator]
    except _Whole:
        return Any


def _keys(wanted: Sequence[_Wanted], veil: Veil) -> Mapping[str, Any]:
    found: dict[str, Any] = {key: Any for it in wanted for key in it.besides}
    readers: dict[str, list[_Wanted]] = {}
    kinds: dict[str, Any] = {}
    for reader in wanted:
        for field in reader.selection.fields:
            if field.definition is not None:
                key, inside = _read(reader.selection, field, veil)
                kinds[key] = field.type
                readers.setdefault(key, []).extend(inside)
    for key, inside in readers.items():
        found[key] = _value(kinds[key], inside, veil) if inside else Any
    return found


def _read(selection: Selection, field: Field, veil: Veil) -> tuple[str, list[_Wanted]]:
    """Return the key that a field reads, and who reads the objects under it."""
    if field.definition is None or selection.type.is_type_of:
        raise _Whole
    mark = mark_of(field.definition.resolve)
    if mark is None and not reads_key(field.name, field.definition):
        raise _Whole
    key = mark.key if mark else field.name
    change = veil.changed.get(f"{selection.type.name}.{key}")
    if change is not None:
        return _read_changed(key, change)
    if isinstance(mark, LookedUp) or is_leaf_type(get_named_type(field.type)):
        return key, []
    if is_abstract_type(get_named_type(field.type)):
        return key, []
    besides = (mark.field,) if isinstance(mark, Matching) else ()
    return key, [_Wanted(it, besides) for it in field.inner.values()]


def _read_changed(key: str, change: Change) -> tuple[str, list[_Wanted]]:
    """Give a change the whole value, and what is around it unless it does not look at that."""
    if not is_of_value(change):
        raise _Whole
    return key, []


def _value(kind: Any, wanted: Sequence[_Wanted], veil: Veil) -> Any:
    """Return the annotation of a value; every place may be null, for the Python judges it."""
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(inner, GraphQLList):
        return list[_value(inner.of_type, wanted, veil)] | None  # type: ignore[misc]  # made here
    found = _object(wanted, veil)
    return Any if found is Any else found | None

"""Which fields an answer can hold, and the bytes that betray that an object is there."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, get_named_type, is_abstract_type, is_leaf_type
from msgspec import Struct

from gateway.compiler.collect import TYPENAME, Field, Selection
from gateway.compiler.settings import Settings

_Content = tuple[frozenset[str], tuple[Any, ...]]


class Probe(Struct, frozen=True):
    """Bytes under a response key: `sure` prove an object, with no `unsure` either there is none."""

    sure: frozenset[bytes]
    unsure: frozenset[bytes]


class Shape(Struct, frozen=True, eq=False):
    """What an object shows; `certain` is inside wherever it is, `inner` by the probe of a key."""

    coordinates: frozenset[str]
    certain: tuple["Shape", ...]
    inner: tuple[tuple[str, "Shape"], ...]


class Shapes(Struct, frozen=True, eq=False):
    """A whole operation; only a walk can judge a response key in `ambiguous`.

    `told` remembers what was shown with which keys present: of so few kinds are its answers.
    """

    root: Shape
    probes: dict[str, Probe]
    ambiguous: frozenset[str]
    told: dict[frozenset[str], frozenset[str]]


def shapes_of(settings: Settings, selection: Selection) -> Shapes | None:
    """Return the shapes of an operation, or None where bytes tell nothing for certain."""
    if not all(_is_telling(settings, field) for field in _fields(selection)):
        return None
    contents: dict[str, set[_Content]] = {}
    probes: dict[str, Probe] = {}
    for field in _fields(selection):
        for inner in field.inner.values():
            contents.setdefault(field.key, set()).add(_content(inner))
            if not _is_certain(field):
                probes[field.key] = _joined(probes.get(field.key), _probe(field))
    ambiguous = frozenset(key for key in probes if len(contents[key]) > 1)
    return Shapes(_shape(selection), probes, ambiguous, {})


def coordinates_of(selection: Selection) -> frozenset[str]:
    """Return the coordinates of the fields that an object of a selection shows."""
    name = selection.type.name
    return frozenset(f"{name}.{field.name}" for field in selection.fields if field.name != TYPENAME)


def _fields(selection: Selection) -> Iterator[Field]:
    for field in selection.fields:
        yield field
        for inner in field.inner.values():
            yield from _fields(inner)


def _is_telling(settings: Settings, field: Field) -> bool:
    """Tell whether a field cannot hide an object in a scalar, nor its type in an interface."""
    if field.definition is None:
        return True
    kind: Any = get_named_type(field.type)
    if is_leaf_type(kind):
        return settings.leaf(kind) is not None
    return not is_abstract_type(kind)


def _shape(selection: Selection) -> Shape:
    certain, inner = [], []
    for field in selection.fields:
        for shape in map(_shape, field.inner.values()):
            if _is_certain(field):
                certain.append(shape)
            else:
                inner.append((field.key, shape))
    return Shape(coordinates_of(selection), tuple(certain), tuple(inner))


def _is_certain(field: Field) -> bool:
    """Tell whether a field holds an object wherever it stands."""
    kind: Any = field.type
    return isinstance(kind, GraphQLNonNull) and not isinstance(kind.of_type, GraphQLList)


def _content(selection: Selection) -> _Content:
    inner = sorted(
        (field.key, _content(it)) for field in selection.fields for it in field.inner.values()
    )
    return coordinates_of(selection), tuple(inner)


def _probe(field: Field) -> Probe:
    """JSON escapes quotes inside texts, so that no text can look like a key with an object."""
    depth, unsure = 0, False
    kind: Any = field.type
    while isinstance(kind, GraphQLNonNull | GraphQLList):
        if isinstance(kind, GraphQLList):
            depth += 1
            unsure |= depth > 1 or not isinstance(kind.of_type, GraphQLNonNull)
        kind = kind.of_type
    key = f'"{field.key}":'
    likely = {f"{key}[null", f"{key}[["} if unsure else set()
    return Probe(
        frozenset({f"{key}{'[' * depth}{{".encode()}), frozenset(it.encode() for it in likely)
    )


def _joined(one: Probe | None, other: Probe) -> Probe:
    if one is None:
        return other
    return Probe(one.sure | other.sure, one.unsure | other.unsure)

"""Which members of a stored document a selection reads."""

from collections.abc import Iterator

from graphql import get_named_type, is_abstract_type

from gateway.compiler.collect import Selection
from gateway.compiler.marks import LookedUp, Matching, mark_of
from gateway.compiler.reading import reads_key


class _Everything(Exception):
    """Somebody wants to see the whole object."""


def members_read(selection: Selection) -> frozenset[str] | None:
    """Return the members as `Type.key`, or None where a resolver may look at all of them."""
    try:
        return frozenset(_members(selection))
    except _Everything:
        return None


def _members(selection: Selection) -> Iterator[str]:
    if selection.type.is_type_of:
        raise _Everything
    for field in selection.fields:
        if field.definition is None:
            continue
        mark = mark_of(field.definition.resolve)
        if mark is None and not reads_key(field.name, field.definition):
            raise _Everything
        yield f"{selection.type.name}.{mark.key if mark else field.name}"
        if isinstance(mark, LookedUp):
            continue
        if is_abstract_type(get_named_type(field.type)):
            raise _Everything
        for inner in field.inner.values():
            if isinstance(mark, Matching):
                yield f"{inner.type.name}.{mark.field}"
            yield from _members(inner)

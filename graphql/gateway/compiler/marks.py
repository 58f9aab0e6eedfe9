"""Marks on resolvers, so that a plan can do what they do without calling them."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar

from msgspec import Struct

_Resolver = TypeVar("_Resolver", bound=Callable[..., Any])
_MARK = "compiler_mark"
_READS = "reads_document"
_ABSENT = object()


class Sliced(Struct, frozen=True):
    """The first `argument` items of the list under `key`; null: all of them."""

    key: str
    argument: str


class Matching(Struct, frozen=True):
    """The items of the list under `key` whose `field` equals `argument`; null: all of them."""

    key: str
    field: str
    argument: str


class LookedUp(Struct, frozen=True):
    """What the context's mapping `attribute` holds for the value under `key`."""

    attribute: str
    key: str


Mark = Sliced | Matching | LookedUp


def sliced(key: str, argument: str) -> Callable[[_Resolver], _Resolver]:
    """Mark a resolver that does `document[key][:argument]`; `argument` is its Python name."""
    return _marking(Sliced(key, argument))


def matching(key: str, field: str, argument: str) -> Callable[[_Resolver], _Resolver]:
    """Mark a resolver that keeps the items of `document[key]` whose `field` is `argument`."""
    return _marking(Matching(key, field, argument))


def looked_up(attribute: str, key: str) -> Callable[[_Resolver], _Resolver]:
    """Mark a resolver that does `context.attribute.get(document[key])`."""

    def marked(resolver: _Resolver) -> _Resolver:
        found: _Resolver = _marking(LookedUp(attribute, key))(_withholdable(resolver))
        return found

    return marked


def reads_document(resolver: _Resolver) -> _Resolver:
    """Mark a default resolver that does `document.get(info.field_name, default)`."""
    setattr(resolver, _READS, True)
    return resolver


def mark_of(resolver: Any) -> Mark | None:
    """Return the mark of a resolver."""
    mark: Mark | None = getattr(resolver, _MARK, None)
    return mark


def reads(resolver: Any) -> bool:
    """Tell whether a resolver is a marked default resolver, bound by Graphene to its field."""
    return isinstance(resolver, partial) and getattr(resolver.func, _READS, False)


def _marking(mark: Mark) -> Callable[[_Resolver], _Resolver]:
    def marked(resolver: _Resolver) -> _Resolver:
        setattr(resolver, _MARK, mark)
        return resolver

    return marked


def _withholdable(resolver: Any) -> Any:
    """Let a document withhold the field, for no key of the document bears its name."""

    @wraps(resolver)
    def resolved(document: Any, info: Any, **arguments: Any) -> Any:
        if document.get(info.field_name, _ABSENT) is None:
            return None
        return resolver(document, info, **arguments)

    return resolved

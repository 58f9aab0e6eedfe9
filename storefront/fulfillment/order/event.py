"""What happened to an order or a job, step by step, so that its story can be told again."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct


class Actor(Struct, frozen=True):
    """Who did it: `role` is one of ROLES, `id` says who of them, where somebody is known."""

    role: str
    id: str | None = None


ROLES = ("store", "manager", "customer", "courier", "platform", "timer")
TIMER = Actor("timer")
PLATFORM = Actor("platform")


class Event(Struct, frozen=True, rename="camel"):
    """One step; `seq` counts from 1 without a gap, `at` is epoch ms.

    `data` tells the facts in words of the step; `changed` holds the fields that differ afterwards,
    by their stored names. Neither names a person: a contact lies elsewhere.
    """

    seq: int
    type: str
    at: int
    actor: Actor
    data: Mapping[str, Any]
    changed: Mapping[str, Any]


class Recorded(Struct, frozen=True, kw_only=True, rename="camel"):
    """What has a story; `rev` is the `seq` of its last event."""

    rev: int = 0
    created_at: int = 0
    updated_at: int = 0


R = TypeVar("R", bound=Recorded)


def begin(fresh: R, kind: str, at: int, actor: Actor, /, **data: Any) -> tuple[R, Event]:
    """Return the first state of a story, and its first event."""
    born = msgspec.structs.replace(fresh, rev=1, created_at=at, updated_at=at)
    return born, Event(1, kind, at, actor, data, msgspec.to_builtins(born))


def record(
    before: R, after: R, kind: str, at: int, actor: Actor, /, **data: Any
) -> tuple[R, Event]:
    """Return `after` with its number, and the event that leads to it."""
    told = msgspec.structs.replace(after, rev=before.rev + 1, updated_at=at)
    return told, Event(told.rev, kind, at, actor, data, _difference(before, told))


def replay(kind: type[R], events: Iterable[Event]) -> R:
    """Return what the events amount to; raise ValueError where one is missing."""
    fields: dict[str, Any] = {}
    for expected, event in enumerate(events, start=1):
        if event.seq != expected:
            raise ValueError(f"Event {expected} is missing.")
        fields.update(event.changed)
    return msgspec.convert(fields, kind)


def _difference(before: Recorded, after: Recorded) -> dict[str, Any]:
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    return {name: value for name, value in new.items() if old.get(name) != value}

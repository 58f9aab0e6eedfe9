"""What may follow what: one table per lifecycle draws the docs, the buttons and the guards."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Generic, TypeVar

from msgspec import Struct

from storefront.fulfillment.errors.deed import IllegalTransition

S = TypeVar("S", bound=Enum)


class Step(Struct, Generic[S], frozen=True):
    """One row: `event` leads from any of `sources` to one of `targets`, the usual one first.

    `actors` may cause it. `guard` says in words what must hold besides; the verb checks it.
    """

    event: str
    sources: frozenset[S]
    targets: tuple[S, ...]
    actors: frozenset[str]
    guard: str = ""


class Lifecycle(Generic[S]):
    """A table of steps over the states of `kind`; no event stands in two rows of one source."""

    def __init__(self, kind: type[S], steps: Sequence[Step[S]]) -> None:
        self.kind = kind
        self.steps = tuple(steps)
        self._by: Mapping[tuple[S, str], Step[S]] = {
            (source, step.event): step for step in steps for source in step.sources
        }

    def next(self, current: S, event: str, wanted: S | None = None) -> S:
        """Return the state after `event`, or raise IllegalTransition."""
        step = self._by.get((current, event))
        if step is None:
            raise self._refusal(current, event)
        if wanted is None:
            return step.targets[0]
        if wanted not in step.targets:
            raise self._refusal(current, event)
        return wanted

    def sources(self, event: str) -> frozenset[S]:
        """Return the states from which the event may come."""
        return frozenset(state for state, named in self._by if named == event)

    def events(self, current: S, actor: str) -> tuple[str, ...]:
        """Return what the actor may do now, in the order of the table: the buttons of a page."""
        found = (step for step in self.steps if current in step.sources and actor in step.actors)
        return tuple(step.event for step in found)

    def ends(self) -> frozenset[S]:
        """Return the states that nothing follows."""
        return frozenset(self.kind) - frozenset(state for state, _ in self._by)

    def mermaid(self) -> Iterator[str]:
        """Yield the lines of a state diagram (mermaid.js.org, stateDiagram-v2)."""
        yield "stateDiagram-v2"
        for step in self.steps:
            for source in sorted(step.sources, key=list(self.kind).index):
                for target in step.targets:
                    yield f"    {source.name} --> {target.name}: {step.event}"

    def _refusal(self, current: S, event: str) -> IllegalTransition:
        allowed = sorted(named for state, named in self._by if state is current)
        return IllegalTransition(
            f"{event} does not follow {current.name}.",
            event=event,
            state=current.name,
            allowed=allowed,
        )

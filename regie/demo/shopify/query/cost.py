"""What a question costs, and the bucket of points each app draws from."""

from typing import Any, Final

from graphql import GraphQLNamedType, SelectionSetNode, is_abstract_type, is_composite_type
from msgspec import Struct

from regie.demo.shopify.clock import Clock
from regie.demo.shopify.query.answers import LIMITS_PAGE, problem
from regie.demo.shopify.query.walk import Question, Selected, select

DEAREST: Final = 1000
MUTATION: Final = 10


def requested(question: Question) -> int:
    """Return the points a question may cost at most."""
    return _level(question, question.root, question.operation.selection_set, None)


def actual(question: Question, data: Any) -> int:
    """Return the points of what was really answered."""
    return _level(question, question.root, question.operation.selection_set, data or {})


def _level(
    question: Question,
    parent: GraphQLNamedType,
    chosen: SelectionSetNode | None,
    data: Any,
) -> int:
    """Add up one level; of the fragments on an abstract type only the dearest counts."""
    common, branches = 0, dict[str, int]()
    for selected in select(question, parent, chosen):
        points = _field(question, selected, data)
        if is_abstract_type(parent) and selected.under:
            branches[selected.under] = branches.get(selected.under, 0) + points
        else:
            common += points
    return common + max(branches.values(), default=0)


def _field(question: Question, selected: Selected, data: Any) -> int:
    if not is_composite_type(selected.type):
        return 0
    value = None if data is None else data.get(selected.key)
    if data is not None and value is None:
        return 0
    inside = selected.node.selection_set
    if question.root is question.schema.mutation_type and selected.parent is question.root:
        return MUTATION
    if selected.is_connection:
        return _connection(question, selected, value)
    if isinstance(value, list):
        points = [_object(question, selected.type, inside, each) for each in value if each]
        return sum(points) if _times(question, selected) > 1 else max(points, default=0)
    return _times(question, selected) * _object(question, selected.type, inside, value)


def _object(
    question: Question, kind: GraphQLNamedType, chosen: SelectionSetNode | None, value: Any
) -> int:
    return 1 + _level(question, kind, chosen, value)


def _times(question: Question, selected: Selected) -> int:
    """Return how often a list of named things is asked for."""
    ids = selected.arguments(question).get("ids")
    return max(1, len(ids)) if isinstance(ids, list) else 1


def _connection(question: Question, selected: Selected, value: Any) -> int:
    """Count a page as its size times what one entry costs."""
    arguments = selected.arguments(question)
    size = arguments.get("first") or arguments.get("last") or 0
    points = 0
    for child in select(question, selected.type, selected.node.selection_set):
        name, inside = child.node.name.value, child.node.selection_set
        if name not in {"nodes", "edges"}:
            continue
        chosen, kind = inside, child.type
        entries = None if value is None else value[child.key]
        if entries is None:
            points += size * _entry(question, kind, chosen, name, None)
        else:
            points += sum(_entry(question, kind, chosen, name, each) for each in entries)
    return points


def _entry(
    question: Question,
    kind: GraphQLNamedType,
    chosen: SelectionSetNode | None,
    name: str,
    value: Any,
) -> int:
    """Cost one node; an edge is only the way to its node."""
    if name == "edges":
        return max(1, _level(question, kind, chosen, value))
    return _object(question, kind, chosen, value)


def refuse_dear(points: int) -> None:
    """Refuse a question that no bucket may answer."""
    if points > DEAREST:
        raise problem(
            f"Query cost is {points}, which exceeds the single query max cost limit ({DEAREST}).",
            "MAX_COST_EXCEEDED",
            cost=points,
            maxCost=DEAREST,
            documentation=LIMITS_PAGE,
        )


class Bill(Struct, frozen=True):
    """The `extensions.cost` of one answer."""

    requested: int
    actual: int | None
    maximum: float
    available: int
    restore: float

    def told(self) -> dict[str, Any]:
        """Return the bill in the shop's words."""
        return {
            "requestedQueryCost": self.requested,
            "actualQueryCost": self.actual,
            "throttleStatus": {
                "maximumAvailable": self.maximum,
                "currentlyAvailable": self.available,
                "restoreRate": self.restore,
            },
        }


class Bucket:
    """Points that leak back with time; one bucket for each app in each shop."""

    def __init__(self, clock: Clock, maximum: float = 2000.0, restore: float = 100.0) -> None:
        self._clock = clock
        self._maximum = maximum
        self._restore = restore
        self._points = maximum
        self._seen = clock.seconds()

    def take(self, points: int) -> bool:
        """Take the points if they are there."""
        self._refill()
        if points > self._points:
            return False
        self._points -= points
        return True

    def give_back(self, points: int) -> None:
        """Return what a question did not use."""
        self._points = min(self._maximum, self._points + points)

    def drain(self) -> None:
        """Empty the bucket, as another of the app's workers would."""
        self._refill()
        self._points = 0.0

    def bill(self, requested: int, actual: int | None) -> Bill:
        """Write the bill for one question."""
        self._refill()
        return Bill(requested, actual, self._maximum, int(self._points), self._restore)

    def _refill(self) -> None:
        now = self._clock.seconds()
        gained = max(0.0, now - self._seen) * self._restore
        self._points = min(self._maximum, self._points + gained)
        self._seen = now

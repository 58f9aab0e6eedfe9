"""How an order leaves the store, comes back, or is never fetched."""

from collections.abc import Sequence

from msgspec import structs

from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.order.event import TIMER, Actor
from storefront.fulfillment.order.order import FulfillmentOrder, Line, Method, OrderState
from storefront.fulfillment.order.picking import DAY_MS
from storefront.fulfillment.order.placing import emptied
from storefront.fulfillment.order.step import Told, require, step

HOUR_MS = 3_600_000
_PARTIAL = OrderState.READY_PARTIAL


def hand_over(order: FulfillmentOrder, actor: Actor, now: int) -> Told:
    """Let what is packed leave: to the shopper, or with the courier.

    The caller proved before that a Handover is VERIFIED, or that the job is PICKED_UP.
    """
    if not order.due:
        return _nothing_left(order, actor, now)
    wanted = _after_handing(order)
    done = wanted is OrderState.COLLECTED
    lines = tuple(
        _handed(line, again=wanted is OrderState.PARTLY_COLLECTED) for line in order.lines
    )
    after = structs.replace(
        order, lines=lines, handed_at=now, closed_at=now if done else None, hold_until=None
    )
    return step(order, after, "handOver", actor, now, wanted=wanted, pieces=order.due)


def refuse_age(order: FulfillmentOrder, actor: Actor, now: int) -> Told:
    """Take off what asks for an age, because the check was not passed; the rest stays."""
    lines = tuple(_refused(line) if line.age_restricted else line for line in order.lines)
    taken = [line.id for line in order.lines if line.age_restricted and line.due]
    after = structs.replace(order, lines=lines)
    return step(order, after, "refuseAge", actor, now, lines=taken)


def job_delivered(order: FulfillmentOrder, actor: Actor, now: int) -> Told:
    """Note that the courier has delivered it."""
    return step(order, structs.replace(order, closed_at=now), "jobDelivered", actor, now)


def job_reopened(order: FulfillmentOrder, actor: Actor, now: int) -> Told:
    """Note that the courier had ended it too soon."""
    return step(order, structs.replace(order, closed_at=None), "jobReopened", actor, now)


def job_returned(order: FulfillmentOrder, actor: Actor, now: int) -> Told:
    """Note that the parcels are back in the store: nothing of this order has left it.

    What was refunded on the way is surplus now.
    """
    lines = tuple(_come_back(line) for line in order.lines)
    return step(order, structs.replace(order, lines=lines), "jobReturned", actor, now)


def reminders_due(order: FulfillmentOrder, now: int, after_hours: Sequence[int]) -> tuple[int, ...]:
    """Return which reminders are to be sent: hours after READY that passed, each once."""
    if order.method is not Method.PICKUP or order.ready_at is None or order.hold_until is None:
        return ()
    if order.state not in {OrderState.READY, _PARTIAL}:
        return ()
    passed = [hours for hours in after_hours if order.ready_at + hours * HOUR_MS <= now]
    return tuple(sorted(set(passed) - set(order.reminded)))


def remind(order: FulfillmentOrder, hours: Sequence[int], now: int) -> Told:
    """Note that these reminders were sent."""
    after = structs.replace(order, reminded=tuple(sorted({*order.reminded, *hours})))
    return step(order, after, "remind", TIMER, now, hours=list(hours))


def no_show(order: FulfillmentOrder, now: int) -> Told:
    """End the wait after the days it is kept; the goods stay in the bag until `restock`."""
    require(order, "noShow", TIMER)
    if order.hold_until is None or now < order.hold_until:
        raise IllegalTransition(
            "The order is still kept.",
            event="noShow",
            state=order.state.name,
            until=order.hold_until,
        )
    return step(order, order, "noShow", TIMER, now)


def extend(order: FulfillmentOrder, days: int, actor: Actor, now: int) -> Told:
    """Keep a no-show longer, once, and only while goods and money are where they were."""
    require(order, "extend", actor)
    if order.extended or order.restocked_at is not None or order.refunded_at is not None:
        raise IllegalTransition(
            "It was extended, restocked or refunded before.", event="extend", state=order.state.name
        )
    partial = any(line.later for line in order.lines)
    wanted = _PARTIAL if partial else OrderState.READY
    after = structs.replace(
        order, extended=order.extended + 1, hold_until=now + days * DAY_MS, reminded=()
    )
    return step(order, after, "extend", actor, now, wanted=wanted, days=days)


def restock(order: FulfillmentOrder, actor: Actor, now: int) -> Told:
    """Put a no-show's goods back: from here on it cannot be extended."""
    after = structs.replace(emptied(order), restocked_at=now)
    return step(order, after, "restock", actor, now)


def refund(order: FulfillmentOrder, actor: Actor, now: int) -> Told:
    """Note that a no-show's money went back: from here on it cannot be extended."""
    return step(order, structs.replace(order, refunded_at=now), "refund", actor, now)


def _after_handing(order: FulfillmentOrder) -> OrderState:
    if order.method is Method.DELIVERY:
        return OrderState.OUT_FOR_DELIVERY
    return OrderState.PARTLY_COLLECTED if order.state is _PARTIAL else OrderState.COLLECTED


def _nothing_left(order: FulfillmentOrder, actor: Actor, now: int) -> Told:
    """End a hand-over at which everything was refused; what is still to come is waited for."""
    if any(line.open for line in order.lines):
        lines = tuple(structs.replace(line, later=0) for line in order.lines)
        waits = structs.replace(order, lines=lines, hold_until=None)
        wanted = OrderState.PARTLY_COLLECTED
        return step(order, waits, "handOver", actor, now, wanted=wanted, pieces=0)
    wanted = OrderState.COLLECTED if order.left else OrderState.CANCELLED
    after = structs.replace(order, closed_at=now, cancel_reason="refused")
    return step(order, after, "handOver", actor, now, wanted=wanted, pieces=0)


def _handed(line: Line, *, again: bool) -> Line:
    return structs.replace(line, handed=line.picked, later=0 if again else line.later)


def _refused(line: Line) -> Line:
    return structs.replace(
        line,
        picked=line.handed,
        refunded=line.refunded + line.due,
        surplus=line.surplus + line.due,
    )


def _come_back(line: Line) -> Line:
    gone = line.refunded_after
    return structs.replace(
        line,
        handed=0,
        picked=line.picked - gone,
        refunded=line.refunded + gone,
        withdrawn=line.withdrawn + gone,
        surplus=line.surplus + gone,
        refunded_after=0,
    )

"""How an order begins, moves to another time, and is called off."""

from collections.abc import Mapping

from msgspec import structs

from storefront.fulfillment.errors.hold import HoldExpired
from storefront.fulfillment.errors.order import NeedsReslot
from storefront.fulfillment.errors.slot import SlotCutOff
from storefront.fulfillment.order.event import Actor, begin, record
from storefront.fulfillment.order.order import (
    BadOrder,
    Flag,
    FulfillmentOrder,
    OrderState,
    Payment,
    SlotWindow,
)
from storefront.fulfillment.order.step import Told, require, step
from storefront.fulfillment.order.why import word_of

_MONEY_IS_HERE = frozenset({Payment.PAID, Payment.AUTHORISED})


def place(order: FulfillmentOrder, actor: Actor, now: int, *, held: bool) -> Told:
    """Begin an order; `held` says whether its hold was still there to be used.

    A paid order is never lost: without a hold it stands as PLACED and NEEDS_RESLOT. One that is
    still to be paid is refused with HoldExpired; one that cannot be, with BadOrder.
    """
    _require_sound(order)
    if not held and order.payment not in _MONEY_IS_HERE:
        raise HoldExpired("The hold ended before the order came.", hold=order.hold_id)
    fresh = structs.replace(order, state=OrderState.PLACED, placed_at=now)
    placed = fresh if held else fresh.flagged(Flag.NEEDS_RESLOT, "hold_expired")
    told, event = begin(placed, "order.placed", now, actor, held=held)
    return told, (event,)


def accept(order: FulfillmentOrder, actor: Actor, now: int) -> Told:
    """Take the order on, or raise NeedsReslot where its time is not settled."""
    require(order, "accept", actor)
    if Flag.NEEDS_RESLOT in order.flags:
        raise NeedsReslot("The order has no slot yet.", order=order.id)
    return step(order, structs.replace(order, accepted_at=now), "accept", actor, now)


def reject(order: FulfillmentOrder, reason: str, actor: Actor, now: int) -> Told:
    """Say no to an order; its money goes back."""
    word = word_of(reason)
    after = structs.replace(emptied(order), cancel_reason=word, closed_at=now)
    return step(order, after, "reject", actor, now, reason=word)


def reslot(
    order: FulfillmentOrder,
    slot: SlotWindow,
    actor: Actor,
    now: int,
    wasted: Mapping[str, int] | None = None,
) -> Told:
    """Move the order to a slot that is held for it.

    After a return, `wasted` pieces by line are to be picked again; the rest stays packed.
    """
    state = require(order, "reslot", actor)
    moved = structs.replace(order, slot=slot).unflagged(Flag.NEEDS_RESLOT)
    if order.state is OrderState.RETURNED_TO_STORE:
        moved = structs.replace(_again(moved, wasted or {}), job_id=None)
    after = structs.replace(moved, state=state)
    return step(order, after, "reslot", actor, now, slot=slot.key, start=slot.start_at)


def cancel(order: FulfillmentOrder, reason: str, actor: Actor, now: int) -> Told:
    """Call it off before hand-over: pieces in the bag become surplus, everything is refunded.

    Where a part has left the store before, only the rest ends, and the order is COLLECTED. Raise
    SlotCutOff where the shopper is too late to do so himself; without a time he never is.
    """
    ends = OrderState.COLLECTED if order.left else OrderState.CANCELLED
    require(order, "cancel", actor, ends)
    late = Flag.NEEDS_RESLOT not in order.flags and now >= (order.cancel_until or 0)
    if actor.role == "customer" and late:
        raise SlotCutOff("It is too late to cancel online.", until=order.cancel_until)
    word = word_of(reason)
    after = structs.replace(emptied(order), cancel_reason=word, closed_at=now)
    return step(order, after, "cancel", actor, now, wanted=ends, reason=word)


def look_after(order: FulfillmentOrder, actor: Actor, now: int) -> Told:
    """Note that somebody looked at what needed attention."""
    after = order.unflagged(Flag.NEEDS_ATTENTION)
    told, event = record(order, after, "order.lookedAfter", now, actor, reasons=order.attention)
    return told, (event,)


def link(
    order: FulfillmentOrder,
    actor: Actor,
    now: int,
    *,
    job_id: str | None = None,
    handover_id: str | None = None,
) -> Told:
    """Note which delivery job and which hand-over belong to the order."""
    after = structs.replace(
        order, job_id=job_id or order.job_id, handover_id=handover_id or order.handover_id
    )
    told, event = record(order, after, "order.linked", now, actor)
    return told, (event,)


def emptied(order: FulfillmentOrder) -> FulfillmentOrder:
    """Return the order with nothing due: what lies in the bag is surplus, the rest refunded."""
    lines = tuple(
        structs.replace(
            line,
            picked=line.handed,
            surplus=line.surplus + line.due,
            refunded=line.quantity - line.handed,
            later=0,
            question=None,
        )
        for line in order.lines
    )
    return structs.replace(order, lines=lines)


def _again(order: FulfillmentOrder, wasted: Mapping[str, int]) -> FulfillmentOrder:
    for line_id, pieces in wasted.items():
        line = order.line(line_id)
        if not 0 <= pieces <= line.picked:
            raise BadOrder("More is wasted than was picked.", field="wasted", line=line_id)
        order = order.with_line(line_id, picked=line.picked - pieces)
    return order


def _require_sound(order: FulfillmentOrder) -> None:
    if not order.lines:
        raise BadOrder("An order has lines.", field="lines")
    if len({line.id for line in order.lines}) < len(order.lines):
        raise BadOrder("Two lines have one id.", field="lines")
    for line in order.lines:
        if line.quantity < 1 or line.picked or line.refunded or line.handed:
            raise BadOrder(
                "A new line has pieces, and none is picked.", field="lines", line=line.id
            )

"""Filling the bag: what is picked, exchanged or taken off, until the order can be packed."""

from collections.abc import Mapping

from msgspec import structs

from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.order import OrderChanged, PartNotDelivered, PickIncomplete
from storefront.fulfillment.order.event import TIMER, Actor, Event, record
from storefront.fulfillment.order.order import (
    BadOrder,
    FulfillmentOrder,
    Item,
    Line,
    Method,
    OrderState,
    Question,
    Substitution,
)
from storefront.fulfillment.order.step import Told, require, step

DAY_MS = 86_400_000


def start(order: FulfillmentOrder, picker_id: str, actor: Actor, now: int) -> Told:
    """Begin to pick; `picker_id` is a staff id."""
    after = structs.replace(order, picker_id=picker_id)
    return step(order, after, "startPicking", actor, now, picker=picker_id)


def pick(order: FulfillmentOrder, line_id: str, pieces: int, actor: Actor, now: int) -> Told:
    """Put pieces into the bag: open ones that the shopper is not being asked about.

    Raise OrderChanged where the platform took so many of them off meanwhile.
    """
    line = order.line(line_id)
    _require_free(pieces, line)
    after = order.with_line(line_id, picked=line.picked + pieces)
    return step(order, after, "pick", actor, now, line=line_id, pieces=pieces)


def undo(order: FulfillmentOrder, line_id: str, pieces: int, actor: Actor, now: int) -> Told:
    """Take pieces out of the bag again: a pick that was a mistake."""
    line = order.line(line_id)
    _require_pieces(pieces, line.due, line)
    after = order.with_line(line_id, picked=line.picked - pieces)
    return step(order, after, "undoPick", actor, now, line=line_id, pieces=pieces)


def take_off(order: FulfillmentOrder, line_id: str, pieces: int, actor: Actor, now: int) -> Told:
    """Take open pieces off the order, to be refunded; raise OrderChanged as `pick` does."""
    line = order.line(line_id)
    _require_free(pieces, line)
    after = order.with_line(line_id, refunded=line.refunded + pieces)
    return step(order, after, "takeOff", actor, now, line=line_id, pieces=pieces)


def put_back(order: FulfillmentOrder, line_id: str, pieces: int, actor: Actor, now: int) -> Told:
    """Note that surplus pieces went back to the shelf; possible in every state."""
    line = order.line(line_id)
    _require_pieces(pieces, line.surplus, line)
    after = order.with_line(line_id, surplus=line.surplus - pieces)
    told, event = record(order, after, "order.putBack", now, actor, line=line_id, pieces=pieces)
    return told, (event,)


def substitute(
    order: FulfillmentOrder,
    line_id: str,
    item: Item,
    pieces: int,
    new_line_id: str,
    actor: Actor,
    now: int,
) -> Told:
    """Give something else without asking, where the shopper allowed it."""
    line = order.line(line_id)
    require(order, "substitute", actor)
    if line.substitution is not Substitution.ALLOW:
        raise _not_allowed(order, "substitute", line)
    _require_pieces(pieces, line.free, line)
    after = _exchanged(order, line, item, pieces, new_line_id)
    return step(order, after, "substitute", actor, now, line=line_id, pieces=pieces, by=new_line_id)


def propose(order: FulfillmentOrder, question: Question, actor: Actor, now: int) -> Told:
    """Ask the shopper whether something else will do; one question at a time for a line."""
    line = order.line(question.line_id)
    require(order, "proposeSubstitute", actor)
    if line.substitution is not Substitution.ASK or line.question is not None:
        raise _not_allowed(order, "proposeSubstitute", line)
    _require_pieces(question.quantity, line.open, line)
    after = order.with_line(line.id, question=question)
    return step(order, after, "proposeSubstitute", actor, now, line=line.id, until=question.until)


def answer(
    order: FulfillmentOrder,
    line_id: str,
    new_line_id: str,
    actor: Actor,
    now: int,
    *,
    accepted: bool,
) -> Told:
    """Take the shopper's word: exchange, or take off; raise OrderChanged where nothing is asked."""
    line = order.line(line_id)
    if line.question is None:
        require(order, "answer", actor)
        raise OrderChanged("Nothing is asked about this line any more.", line=line_id)
    after = _answered(order, line, line.question, new_line_id, accepted=accepted)
    waits = any(each.question for each in after.lines)
    wanted = OrderState.AWAITING_CUSTOMER if waits else OrderState.PICKING
    return step(order, after, "answer", actor, now, wanted=wanted, line=line_id, accepted=accepted)


def withdraw(order: FulfillmentOrder, line_id: str, actor: Actor, now: int) -> Told:
    """Take a question back, as when the thing was found after all; its pieces are open again."""
    after = order.with_line(line_id, question=None)
    if order.line(line_id).question is None:
        raise OrderChanged("Nothing is asked about this line any more.", line=line_id)
    waits = any(each.question for each in after.lines)
    wanted = OrderState.AWAITING_CUSTOMER if waits else OrderState.PICKING
    return step(order, after, "answer", actor, now, wanted=wanted, line=line_id, withdrawn=True)


def time_out(order: FulfillmentOrder, new_line_ids: Mapping[str, str], now: int) -> Told:
    """Answer every question whose time is over as its line says; ids are by asked line."""
    events: tuple[Event, ...] = ()
    for line in order.lines:
        if line.question is not None and line.question.until <= now:
            accepted, fresh = line.question.default, new_line_ids[line.id]
            order, more = answer(order, line.id, fresh, TIMER, now, accepted=accepted)
            events += more
    return order, events


def pack(order: FulfillmentOrder, actor: Actor, now: int, *, hold_days: int) -> Told:
    """Close the bag; an order of which nothing is picked ends. Raise PickIncomplete otherwise.

    A bag that is to be collected is kept `hold_days` from the end of its slot.
    """
    require(order, "pack", actor)
    _require_complete(order)
    if order.due:
        return step(order, _packed(order, now, hold_days), "pack", actor, now)
    ends = OrderState.COLLECTED if order.left else OrderState.CANCELLED
    after = structs.replace(order, closed_at=now, cancel_reason=None if order.left else "empty")
    return step(order, after, "pack", actor, now, wanted=ends)


def pack_partial(
    order: FulfillmentOrder, actor: Actor, now: int, *, hold_days: int, allowed: bool
) -> Told:
    """Close the bag with what is there; the rest comes later. `allowed` is the store's word.

    Raise PartNotDelivered where a courier would have to come twice.
    """
    require(order, "packPartial", actor)
    if order.method is Method.DELIVERY:
        raise PartNotDelivered("A delivery leaves the store once.", order=order.id)
    surplus = [line.id for line in order.lines if line.surplus]
    missing = [line.id for line in order.lines if line.open]
    if not allowed or not order.due or not missing or surplus:
        raise PickIncomplete("This bag cannot go out in part.", open=missing, surplus=surplus)
    lines = tuple(structs.replace(line, later=line.open) for line in order.lines)
    packed = structs.replace(_packed(order, now, hold_days), lines=lines)
    return step(order, packed, "packPartial", actor, now, later=missing)


def _packed(order: FulfillmentOrder, now: int, hold_days: int) -> FulfillmentOrder:
    end = max(now, order.slot.end_at) if order.slot else now
    until = end + hold_days * DAY_MS if order.method is Method.PICKUP else None
    return structs.replace(order, ready_at=now, hold_until=until, reminded=())


def _answered(
    order: FulfillmentOrder, line: Line, question: Question, new_line_id: str, *, accepted: bool
) -> FulfillmentOrder:
    quiet = order.with_line(line.id, question=None)
    pieces = min(question.quantity, line.open)
    if accepted and pieces:
        return _exchanged(quiet, quiet.line(line.id), question.item, pieces, new_line_id)
    return quiet.with_line(line.id, refunded=line.refunded + pieces)


def _exchanged(
    order: FulfillmentOrder, line: Line, item: Item, pieces: int, new_line_id: str
) -> FulfillmentOrder:
    """Move pieces of a line to a line of their own."""
    if any(each.id == new_line_id for each in order.lines):
        raise BadOrder("A new line needs an id of its own.", field="line", line=new_line_id)
    fresh = Line(
        id=new_line_id,
        quantity=pieces,
        substitutes=line.id,
        substitution=Substitution.NO,
        **structs.asdict(item),
    )
    less = order.with_line(line.id, quantity=line.quantity - pieces, substituted_by=new_line_id)
    return structs.replace(less, lines=(*less.lines, fresh))


def _require_free(pieces: int, line: Line) -> None:
    if line.free < pieces <= line.free + line.withdrawn:
        raise OrderChanged(
            "Fewer are wanted than before.", line=line.id, wanted=line.due, left=line.free
        )
    _require_pieces(pieces, line.free, line)


def _require_pieces(pieces: int, most: int, line: Line) -> None:
    if not 1 <= pieces <= most:
        raise BadOrder(
            f"{pieces} is not between 1 and {most}.", field="pieces", line=line.id, most=most
        )


def _require_complete(order: FulfillmentOrder) -> None:
    missing = {line.id: line.open for line in order.lines if line.open}
    surplus = {line.id: line.surplus for line in order.lines if line.surplus}
    if missing or surplus:
        raise PickIncomplete("The bag is not as the order.", open=missing, surplus=surplus)


def _not_allowed(order: FulfillmentOrder, event: str, line: Line) -> IllegalTransition:
    return IllegalTransition(
        f"The line says {line.substitution.value}.",
        event=event,
        state=order.state.name,
        line=line.id,
        substitution=line.substitution.value,
    )

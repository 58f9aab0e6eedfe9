"""What becomes of a bag when the order is changed at its platform meanwhile: nothing is lost."""

from collections.abc import Mapping

from msgspec import Struct, structs

from storefront.fulfillment.order.event import PLATFORM, Event, record
from storefront.fulfillment.order.order import (
    Flag,
    FulfillmentOrder,
    Line,
    OrderState,
)
from storefront.fulfillment.order.picture import ChangeKind, Notice, Picture, PictureLine
from storefront.fulfillment.order.placing import cancel
from storefront.fulfillment.order.step import require

_LEFT = frozenset({OrderState.OUT_FOR_DELIVERY, OrderState.COLLECTED, OrderState.DELIVERED})
_PACKED = frozenset({OrderState.READY, OrderState.READY_PARTIAL})
_SETTLED = _LEFT | {OrderState.NO_SHOW}
_HANDED = frozenset({OrderState.COLLECTED, OrderState.DELIVERED})


class Applied(Struct, frozen=True):
    """The order after a picture, what happened, and what staff must know."""

    order: FulfillmentOrder
    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()


def follow(
    order: FulfillmentOrder, picture: Picture, new_line_ids: Mapping[str, str], now: int
) -> Applied:
    """Bring the order to the platform's picture; `new_line_ids` are by external line id.

    An older picture than the last one changes nothing, and the same picture twice only once. Before
    hand-over pieces that are no longer wanted become `surplus`; after it a refund is a note.
    """
    older = order.picture_at is not None and picture.as_of < order.picture_at
    if older or order.state is OrderState.CANCELLED:
        return Applied(order)
    if picture.cancelled:
        return _cancelled(order, picture, now)
    after, notices = _lines(order, picture, new_line_ids)
    return _told(order, _settled(order, after, notices), picture, notices, now)


def _lines(
    order: FulfillmentOrder, picture: Picture, new_line_ids: Mapping[str, str]
) -> tuple[FulfillmentOrder, tuple[Notice, ...]]:
    after, notices = _adopted(order, picture), tuple[Notice, ...]()
    known = {each.external_id: each for each in picture.lines}
    for line in after.lines:
        if line.external_id is not None:
            after, more = _followed(after, line, known.get(line.external_id))
            notices += more
    ours = {line.external_id for line in after.lines}
    for fresh in picture.lines:
        if fresh.external_id not in ours and fresh.quantity > fresh.refunded:
            after, more = _added(after, fresh, new_line_ids[fresh.external_id])
            notices += more
    return after, notices


def _adopted(order: FulfillmentOrder, picture: Picture) -> FulfillmentOrder:
    """Recognise our own substitutes where the platform has learnt of them."""
    known = {line.external_id for line in order.lines}
    fresh = {each.item.sku: each for each in picture.lines if each.external_id not in known}
    for line in order.lines:
        found = fresh.get(line.sku)
        if line.substitutes and line.external_id is None and found is not None:
            order = order.with_line(line.id, external_id=found.external_id)
    return order


def _family(order: FulfillmentOrder, line: Line) -> list[Line]:
    """Return a line and what stands in for it, as long as the platform does not know of that."""
    fresh = order.line(line.id)
    instead = [
        each for each in order.lines if each.substitutes == line.id and each.external_id is None
    ]
    return [fresh, *instead]


def _followed(
    order: FulfillmentOrder, line: Line, told: PictureLine | None
) -> tuple[FulfillmentOrder, tuple[Notice, ...]]:
    """Bring one line to what the platform says: None is a line that was removed."""
    family = _family(order, line)
    ordered = sum(each.quantity for each in family)
    wanted = told.quantity if told else 0
    off = max(0, ordered - wanted) + (told.refunded if told else 0)
    ours = sum(each.refunded + each.refunded_after for each in family)
    notices: tuple[Notice, ...] = ()
    order = order.with_line(line.id, told_off=off)
    if wanted > ordered:
        order, notices = _grown(order, line, wanted - ordered)
    back = sum(each.withdrawn for each in family) - off
    if back > 0:
        order, more = _reinstated(order, family, back)
    else:
        order, more = _shrunk(order, family, max(0, off - ours))
    return order, (*notices, *more)


def _grown(
    order: FulfillmentOrder, line: Line, pieces: int
) -> tuple[FulfillmentOrder, tuple[Notice, ...]]:
    if order.state in _SETTLED:
        return _too_late(order, line.id, pieces)
    fresh = order.line(line.id)
    grown = order.with_line(line.id, quantity=fresh.quantity + pieces)
    return grown, (Notice(ChangeKind.MORE, line.id, pieces),)


def _reinstated(
    order: FulfillmentOrder, family: list[Line], pieces: int
) -> tuple[FulfillmentOrder, tuple[Notice, ...]]:
    """Want pieces again that the platform had taken off."""
    if order.state in _SETTLED:
        return _too_late(order, family[0].id, pieces)
    notices: tuple[Notice, ...] = ()
    for line in family:
        some = min(pieces, line.withdrawn)
        if some:
            pieces -= some
            order = order.with_line(
                line.id, refunded=line.refunded - some, withdrawn=line.withdrawn - some
            )
            notices += (Notice(ChangeKind.MORE, line.id, some),)
    return order, notices


def _too_late(
    order: FulfillmentOrder, line_id: str, pieces: int
) -> tuple[FulfillmentOrder, tuple[Notice, ...]]:
    reason = f"more_after_handover:{line_id}:{pieces}"
    if reason in order.attention:
        return order, ()
    notice = Notice(ChangeKind.TOO_LATE, line_id, pieces)
    return order.flagged(Flag.NEEDS_ATTENTION, reason), (notice,)


def _shrunk(
    order: FulfillmentOrder, family: list[Line], pieces: int
) -> tuple[FulfillmentOrder, tuple[Notice, ...]]:
    """Take pieces off: first what is open, then what lies in the bag, last what has left."""
    notices: list[Notice] = []
    for part in ("open", "due", "handed"):
        for line in family:
            fresh = order.line(line.id)
            there = (
                fresh.handed - fresh.refunded_after if part == "handed" else getattr(fresh, part)
            )
            some = min(pieces, max(0, there))
            if some:
                pieces -= some
                order = _off(order, fresh, part, some)
                notices.append(Notice(_KINDS[part], line.id, some))
    return order, tuple(notices)


_KINDS = {
    "open": ChangeKind.TAKEN_OFF,
    "due": ChangeKind.PUT_BACK,
    "handed": ChangeKind.RETURN,
}


def _off(order: FulfillmentOrder, line: Line, part: str, pieces: int) -> FulfillmentOrder:
    if part == "handed":
        after = order.with_line(line.id, refunded_after=line.refunded_after + pieces)
        out_now = order.state is OrderState.OUT_FOR_DELIVERY
        return after.flagged(Flag.NEEDS_ATTENTION, "less_while_out") if out_now else after
    out = pieces if part == "due" else 0
    return order.with_line(
        line.id,
        refunded=line.refunded + pieces,
        withdrawn=line.withdrawn + pieces,
        picked=line.picked - out,
        surplus=line.surplus + out,
    )


def _added(
    order: FulfillmentOrder, told: PictureLine, line_id: str
) -> tuple[FulfillmentOrder, tuple[Notice, ...]]:
    if order.state in _SETTLED:
        return _too_late(order, told.external_id, told.quantity - told.refunded)
    line = Line(
        id=line_id,
        external_id=told.external_id,
        quantity=told.quantity,
        refunded=told.refunded,
        withdrawn=told.refunded,
        told_off=told.refunded,
        substitution=told.substitution,
        **structs.asdict(told.item),
    )
    pieces = told.quantity - told.refunded
    after = structs.replace(order, lines=(*order.lines, line))
    return after, (Notice(ChangeKind.ADDED, line_id, pieces),)


def _settled(
    order: FulfillmentOrder, after: FulfillmentOrder, notices: tuple[Notice, ...]
) -> FulfillmentOrder:
    """Bring questions, later pieces and the state in line with the lines."""
    for line in after.lines:
        asked, most = line.question, line.open
        if asked is not None and most < asked.quantity:
            smaller = structs.replace(asked, quantity=most) if most else None
            after = after.with_line(line.id, question=smaller)
        if line.later > most:
            after = after.with_line(line.id, later=most)
    state = order.state
    if state is OrderState.AWAITING_CUSTOMER and not any(each.question for each in after.lines):
        return structs.replace(after, state=require(order, "answer", PLATFORM))
    if state in _PACKED and notices:
        lines = tuple(structs.replace(line, later=0) for line in after.lines)
        return structs.replace(after, lines=lines, state=require(order, "changeLines", PLATFORM))
    return after


def _told(
    order: FulfillmentOrder,
    after: FulfillmentOrder,
    picture: Picture,
    notices: tuple[Notice, ...],
    now: int,
) -> Applied:
    seen = structs.replace(_paid(after, picture), picture_at=picture.as_of)
    if seen == order:
        return Applied(order)
    kind = "order.changed" if notices else "order.seen"
    data = [structs.asdict(each) | {"kind": each.kind.value} for each in notices]
    told, event = record(order, seen, kind, now, PLATFORM, notices=data)
    return Applied(told, (event,), notices)


def _paid(order: FulfillmentOrder, picture: Picture) -> FulfillmentOrder:
    """Follow how much is to be paid and how, until it was handed over."""
    if picture.payment is None or order.state in _HANDED:
        return order
    return structs.replace(
        order,
        payment=picture.payment,
        total=picture.total or order.total,
        partly_repaid=picture.partly_repaid,
    )


def _cancelled(order: FulfillmentOrder, picture: Picture, now: int) -> Applied:
    """Follow a cancellation: before hand-over the bag is emptied, after it there are notes."""
    if order.state is OrderState.OUT_FOR_DELIVERY:
        return _recalled(order, picture, now)
    notes = _returned(order)
    if order.state in {OrderState.COLLECTED, OrderState.DELIVERED}:
        lines = tuple(structs.replace(each, refunded_after=each.handed) for each in order.lines)
        return _told(order, structs.replace(order, lines=lines), picture, notes, now)
    back = tuple(Notice(ChangeKind.PUT_BACK, each.id, each.due) for each in order.lines if each.due)
    ended, events = cancel(order, "platform", PLATFORM, now)
    lines = tuple(structs.replace(each, refunded_after=each.handed) for each in ended.lines)
    noted = _told(ended, structs.replace(ended, lines=lines), picture, notes, now)
    notices = (Notice(ChangeKind.CANCELLED), *back, *notes)
    return Applied(noted.order, (*events, *noted.events), notices)


def _returned(order: FulfillmentOrder) -> tuple[Notice, ...]:
    return tuple(
        Notice(ChangeKind.RETURN, each.id, each.handed - each.refunded_after)
        for each in order.lines
        if each.handed > each.refunded_after
    )


def _recalled(order: FulfillmentOrder, picture: Picture, now: int) -> Applied:
    reason = "cancelled_while_out"
    notices = () if reason in order.attention else (Notice(ChangeKind.RECALL),)
    after = order.flagged(Flag.NEEDS_ATTENTION, reason)
    return _told(order, after, picture, notices, now)

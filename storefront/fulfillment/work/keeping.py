"""Storing what an order has become, with all that follows from it, in the same write."""

from collections.abc import Callable, Mapping, Sequence

from connector.model.order import News, ToldLine
from storefront.fulfillment.hold import HoldState
from storefront.fulfillment.job import claiming
from storefront.fulfillment.job.job import DeliveryJob, JobState
from storefront.fulfillment.job.life import LIFE as JOB_LIFE
from storefront.fulfillment.order import cash, handing
from storefront.fulfillment.order.event import PLATFORM, TIMER, Actor, Event
from storefront.fulfillment.order.life import OVER
from storefront.fulfillment.order.order import FulfillmentOrder, Line, Method, OrderState, Payment
from storefront.fulfillment.order.past import PAST
from storefront.fulfillment.store import (
    ageing,
    handovers,
    holds,
    jobs,
    links,
    orders,
    paybacks,
    places,
)
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.work import contacts, outward, replacing
from storefront.fulfillment.work.timing import job_timer, order_timer

TRACKED_AFTER_MS = 24 * 3_600_000
_DEAD = frozenset({JobState.CANCELLED, JobState.EXPIRED, JobState.RETURNED})
_Told = tuple[FulfillmentOrder, tuple[Event, ...]]


def keep(here: Floor, before: FulfillmentOrder, told: _Told) -> FulfillmentOrder:
    """Store an order after a verb: its row, story, timer, what the platform and hooks hear."""
    after, events = told
    if not events:
        return before
    store = places.get(here.connection, here.merchant_id, after.store_id)
    orders.save(here, before, after, events, order_timer(after, store))
    replacing.follow(here, before, after)
    for event in events:
        outward.announce(here, after, event.type)
    if after.state is not before.state:
        _follow(here, after, events)
        _owe(here, before, after, events[-1].actor)
    return after


def _owe(here: Floor, before: FulfillmentOrder, after: FulfillmentOrder, actor: Actor) -> None:
    """Remind the store of the money of an order that the platform did not call off itself."""
    if after.state is not OrderState.CANCELLED or actor == PLATFORM:
        return
    if after.payment is Payment.PAID:
        found = orders.source_of(here.connection, here.merchant_id, after.id)
        alone = found is None or orders.is_alone(here.connection, here.merchant_id, found)
        paybacks.owe(here, after.id, whole=alone and not cash.was_given_back(before))


def keep_job(
    here: Floor, before: DeliveryJob, told: tuple[DeliveryJob, tuple[Event, ...]]
) -> DeliveryJob:
    """Store what a job has become, and tell the merchant's webhooks."""
    after, events = told
    if not events:
        return before
    jobs.save(here, before, after, events, job_timer(after))
    for event in events:
        outward.announce(here, after, event.type)
    if after.state in _DEAD and after.state is not before.state:
        void_codes(here, f"job:{after.id}")
        void_codes(here, f"door:{after.id}")
    return after


def _follow(here: Floor, order: FulfillmentOrder, events: Sequence[Event]) -> None:
    contacts.set_end(here, order.id, here.now if order.state in PAST else None)
    if order.state in OVER and ageing.is_to_erase(here, order.id):
        ageing.erase_order(here, order.id)
    follow = _FOLLOWS.get(order.state)
    if follow is not None:
        follow(here, order, events)


def _ready(here: Floor, order: FulfillmentOrder, _events: Sequence[Event]) -> None:
    if order.method is Method.PICKUP:
        outward.tell(here, order, News.PREPARED, lines=_lines(order, lambda line: line.due))


def _left(here: Floor, order: FulfillmentOrder, _events: Sequence[Event]) -> None:
    lines = _lines(order, lambda line: line.handed)
    outward.tell(here, order, News.OUT_FOR_DELIVERY, lines=lines)


def _done(here: Floor, order: FulfillmentOrder, _events: Sequence[Event]) -> None:
    lines = _lines(order, lambda line: line.handed)
    outward.tell(here, order, News.HANDED_OVER, lines=lines, note=_lacking(order))
    void_codes(here, f"order:{order.id}")
    end_links(here, order)


def _returned(here: Floor, order: FulfillmentOrder, _events: Sequence[Event]) -> None:
    outward.tell(here, order, News.RETURNED)


def _cancelled(here: Floor, order: FulfillmentOrder, events: Sequence[Event]) -> None:
    """Give back stock and slot, kill the codes; the platform hears of what it did not do itself."""
    if events[-1].actor != PLATFORM:
        outward.tell(here, order, News.CANCELLED, note=order.cancel_reason)
    let_go(here, order)
    void_codes(here, f"order:{order.id}")
    end_links(here, order)
    _withdraw(here, order, order.cancel_reason or "order")


def _opened(here: Floor, order: FulfillmentOrder, _events: Sequence[Event]) -> None:
    """Call off the delivery of a bag that was opened again: the next packing makes another."""
    _withdraw(here, order, "changed")


def _withdraw(here: Floor, order: FulfillmentOrder, reason: str) -> None:
    """Call off the delivery of an order; what is carried already comes back."""
    store = Actor("store")
    for job in jobs.of_order(here.connection, here.merchant_id, order.id):
        if "cancel" in JOB_LIFE.events(job.state, store.role):
            keep_job(here, job, claiming.cancel(job, reason, store, here.now))


def let_go(here: Floor, order: FulfillmentOrder) -> None:
    """Give back what an order's hold still binds."""
    if order.hold_id is None:
        return
    hold = holds.get(here.connection, here.merchant_id, order.hold_id)
    if hold.state is HoldState.CONSUMED:
        holds.release(here, hold.id)


def void_codes(here: Floor, subject: str) -> None:
    """Kill the codes of a subject, if it has any that still work."""
    found = handovers.of_subject(here.connection, here.merchant_id, subject)
    if found is not None:
        held = found[0]
        handovers.save(here, held, *handing.void(held, TIMER, here.now))


def end_links(here: Floor, order: FulfillmentOrder) -> None:
    """Let the tracking page die a day after the end."""
    links.end(here, links.TRACK, order.id, here.now + TRACKED_AFTER_MS)


def _lines(order: FulfillmentOrder, pieces: Callable[[Line], int]) -> list[ToldLine]:
    """Return what the platform knows under its own ids; a substitute is told as what it replaces.

    Pieces of a line and of its substitutes are added up: the platform has one line for them.
    """
    totals: dict[str, int] = {}
    for line in order.lines:
        known = line.external_id or _replaced(order, line)
        if known is not None and pieces(line):
            totals[known] = totals.get(known, 0) + pieces(line)
    return [ToldLine(external_id, quantity) for external_id, quantity in totals.items()]


def _lacking(order: FulfillmentOrder) -> str | None:
    """Return what the buyer paid for and did not get, so that somebody gives the money back."""
    off = [(it.refunded - it.withdrawn, it.sku or it.title) for it in order.lines]
    words = [f"{pieces} x {what}" for pieces, what in off if pieces > 0]
    return f"Not handed over, to be refunded: {', '.join(words)}" if words else None


def _replaced(order: FulfillmentOrder, line: Line) -> str | None:
    return order.line(line.substitutes).external_id if line.substitutes else None


_FOLLOWS: Mapping[OrderState, Callable[[Floor, FulfillmentOrder, Sequence[Event]], None]] = {
    OrderState.PICKING: _opened,
    OrderState.READY: _ready,
    OrderState.READY_PARTIAL: _ready,
    OrderState.OUT_FOR_DELIVERY: _left,
    OrderState.COLLECTED: _done,
    OrderState.DELIVERED: _done,
    OrderState.RETURNED_TO_STORE: _returned,
    OrderState.CANCELLED: _cancelled,
}

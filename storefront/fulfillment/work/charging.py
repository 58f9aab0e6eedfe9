"""The money that is taken at a hand-over: by whom, how much, and who is told when it changes."""

from collections.abc import Sequence

from msgspec import structs

from connector.model.money import Money
from connector.model.order import PaymentState, PlacedOrder
from storefront.fulfillment.job.job import CARRIED, IN_STORE, Cod, DeliveryJob, JobState
from storefront.fulfillment.order import cash
from storefront.fulfillment.order.event import PLATFORM, record
from storefront.fulfillment.order.order import Flag, FulfillmentOrder, OrderState, Payment
from storefront.fulfillment.store import jobs, orders
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.orders import Known
from storefront.fulfillment.work.keeping import keep, keep_job

_PAYMENTS = {
    PaymentState.AUTHORISED: Payment.AUTHORISED,
    PaymentState.CASH_ON_DELIVERY: Payment.COD,
    PaymentState.PAY_IN_STORE: Payment.PAY_IN_STORE,
}
_NEVER = frozenset({OrderState.CANCELLED, OrderState.NO_SHOW})
_FREE = frozenset({JobState.OFFERED, JobState.AVAILABLE})
_TO_THE_DOOR = CARRIED - {JobState.RETURNING}


def payment(placed: PlacedOrder) -> Payment:
    """Return where the money of a platform's order is."""
    return _PAYMENTS.get(placed.payment, Payment.PAID)


def total(placed: PlacedOrder) -> Money | None:
    """Return what is still due of a platform's order where that is said, else what it costs."""
    return placed.cash_due or placed.total


def settle(here: Floor, placed: PlacedOrder, known: Sequence[Known], *, news: bool) -> None:
    """Let one part take the money of a platform's order, and its courier know how much.

    Where others bring a part too, nobody here knows who takes it: a person must look, once for
    each piece of `news`.
    """
    taker = _taker(known)
    for it in known:
        order = _shared(here, it.order, elsewhere=taker is not None and it is not taker)
        if news and it is taker and order.state not in _NEVER and _has_strangers(placed, known):
            order = _ask(here, order)
        _follow_job(here, order, news=news)


def look(here: Floor, order: FulfillmentOrder) -> FulfillmentOrder:
    """Ask a person about the money of a packed order, where it cannot be known."""
    return _ask(here, order) if cash.is_unclear(order) or _others_lack(here, order) else order


def due(order: FulfillmentOrder) -> Cod | None:
    """Return what a courier takes at the door; None: nothing."""
    found = cash.to_pay(order) if order.payment is Payment.COD else None
    return None if found is None else Cod(found)


def _taker(known: Sequence[Known]) -> Known | None:
    """Return the part that takes the money: the one that has it, that takes it, else the first."""
    able = [
        it for it in known if it.order.payment in cash.AT_HAND_OVER and it.order.state not in _NEVER
    ]
    takes = [it for it in able if not it.order.cash_elsewhere]
    left = [it for it in takes if it.order.left]
    return next(iter([*left, *takes, *able]), None)


def _shared(here: Floor, order: FulfillmentOrder, *, elsewhere: bool) -> FulfillmentOrder:
    if order.cash_elsewhere is elsewhere or order.state in _NEVER:
        return order
    after = structs.replace(order, cash_elsewhere=elsewhere)
    told, event = record(order, after, "order.cashShared", here.now, PLATFORM)
    return keep(here, order, (told, (event,)))


def _has_strangers(placed: PlacedOrder, known: Sequence[Known]) -> bool:
    ours = {it.part_id for it in known}
    return any(
        part.external_id not in ours
        and not (part.closed or part.cancelled)
        and any(it.quantity for it in part.lines)
        for part in placed.parts
    )


def _others_lack(here: Floor, order: FulfillmentOrder) -> bool:
    """Tell whether the store took something off another part, whose money this one takes."""
    if cash.to_pay(order) is None:
        return False
    source = orders.source_of(here.connection, here.merchant_id, order.id)
    if source is None:
        return False
    known = orders.of_source(
        here.connection, here.merchant_id, source.connection_id, source.external_id
    )
    return any(it.order.id != order.id and cash.lacks(it.order) for it in known)


def _ask(here: Floor, order: FulfillmentOrder) -> FulfillmentOrder:
    after = order.flagged(Flag.NEEDS_ATTENTION, cash.UNCLEAR)
    if after == order:
        return order
    told, event = record(order, after, "order.cashUnclear", here.now, PLATFORM)
    return keep(here, order, (told, (event,)))


def _follow_job(here: Floor, order: FulfillmentOrder, *, news: bool) -> None:
    """Let a delivery ask for what is due now; with a courier on his way, a person must look.

    One who has not fetched it yet may hear that he takes less, never that he takes more: he said
    yes to what he saw.
    """
    if order.job_id is None:
        return
    job = jobs.get(here.connection, here.merchant_id, order.job_id)
    now = due(order)
    if _amount(now) == _amount(job.cod):
        return
    if job.state in _FREE or (job.state in IN_STORE and _amount(now) < _amount(job.cod)):
        _ask_for(here, job, now)
    elif news and job.state in IN_STORE | _TO_THE_DOOR:
        _ask(here, order)


def _amount(cod: Cod | None) -> int:
    return cod.amount.amount if cod else 0


def _ask_for(here: Floor, job: DeliveryJob, cod: Cod | None) -> None:
    told, event = record(job, structs.replace(job, cod=cod), "job.cashChanged", here.now, PLATFORM)
    keep_job(here, job, (told, (event,)))

"""What the clock does on the shop floor: remind, end, publish, lapse, forget."""

from collections.abc import Callable, Sequence

import structlog
from msgspec import Struct
from sqlalchemy import Connection

from connector.model.errors import Conflict, RegieError, StorageError
from connector.model.ids import new_id
from connector.model.order import News
from storefront.fulfillment.job import claiming
from storefront.fulfillment.job.job import DeliveryJob, JobState
from storefront.fulfillment.order import closing, picking, placing
from storefront.fulfillment.order.event import TIMER
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.store import holds, jobs, orders, places, troubles
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.work import holding, outward
from storefront.fulfillment.work.keeping import keep, keep_job

_log = structlog.get_logger()


class _Work(Struct, frozen=True):
    """One kind of what comes due: which are, and what is then done."""

    kind: str
    due: Callable[[Connection, int], Sequence[tuple[str, str]]]
    act: Callable[[Floor, str], None]


class Stuck(Conflict):
    """What was due is as due as before, though nothing failed."""

    code = "stuck"
    remedy = "Look at the order or the delivery and do the next step by hand."


def turn(floor: ShopFloor) -> bool:
    """Do what is due for orders and jobs; tell whether there was anything.

    Nothing depends on it being in time: what lapsed counts as lapsed for everybody who looks. One
    that fails rests for ever longer and keeps no other waiting; the console shows it.
    """
    now = floor.now()
    with floor.database.read() as connection:
        turns = [(work, one) for work in _WORKS for one in work.due(connection, now)]
    done = [_done(floor, work, *one) for work, one in turns]
    return any(done)


def _done(floor: ShopFloor, work: _Work, merchant_id: str, subject_id: str) -> bool:
    """Tell whether it went well; what did not stands in the log and among the troubles."""
    try:
        with floor.write(merchant_id) as here:
            work.act(here, subject_id)
            troubles.clear(here, work.kind, subject_id)
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001 - one that cannot go on must not hold up the others
        _log.exception("timer.failed", subject=subject_id)
        reason = error.code if isinstance(error, RegieError) else "internal"
        with floor.write(merchant_id) as here:
            troubles.note(here, work.kind, subject_id, reason)
        return False
    return True


def _tell_delay(here: Floor, job: DeliveryJob) -> None:
    """Let the shops know, so that they tell their customers: once for a delivery."""
    for order in orders.several(here.connection, here.merchant_id, job.order_ids):
        outward.tell(here, order, News.DELAYED)


def _order(here: Floor, order_id: str) -> None:
    before = orders.turn_of(here.connection, here.merchant_id, order_id)
    _turn_order(here, order_id)
    if before == orders.turn_of(here.connection, here.merchant_id, order_id):
        raise Stuck("The clock cannot move this order.")


def _turn_order(here: Floor, order_id: str) -> None:
    order = orders.get(here.connection, here.merchant_id, order_id)
    store = places.get(here.connection, here.merchant_id, order.store_id)
    ids = {line.id: new_id("lin", lambda: here.now) for line in order.lines}
    order = keep(here, order, picking.time_out(order, ids, here.now))
    if order.state is OrderState.PLACED and store.auto_accept_min is not None:
        order = _accepted(here, order)
    reminders = closing.reminders_due(order, here.now, store.pickup.remind_after_hours)
    if reminders:
        order = keep(here, order, closing.remind(order, reminders, here.now))
    if order.hold_until is not None and here.now >= order.hold_until:
        keep(here, order, closing.no_show(order, here.now))


def _accepted(here: Floor, order: FulfillmentOrder) -> FulfillmentOrder:
    """Take an order on by itself; one that needs a person waits for one."""
    try:
        told = placing.accept(order, TIMER, here.now)
    except RegieError:
        return order
    return keep(here, order, told)


def _job(here: Floor, job_id: str) -> None:
    before = jobs.turn_of(here.connection, here.merchant_id, job_id)
    _turn_job(here, job_id)
    if before == jobs.turn_of(here.connection, here.merchant_id, job_id):
        raise Stuck("The clock cannot move this delivery.")


def _turn_job(here: Floor, job_id: str) -> None:
    before = jobs.get(here.connection, here.merchant_id, job_id)
    job = keep_job(here, before, claiming.time_passes(before, here.now))
    if job.late and not before.late:
        _tell_delay(here, job)
    if job.state is JobState.OFFERED and here.now < job.expires_at:
        keep_job(here, job, claiming.publish(job, TIMER, here.now))


_WORKS = (
    _Work(troubles.ORDER, orders.due, _order),
    _Work(troubles.JOB, jobs.due, _job),
    _Work(troubles.HOLD, holds.lapsed, holding.end_lapsed),
)

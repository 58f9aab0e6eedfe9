"""What the clock does on the shop floor: remind, end, publish, lapse, forget."""

from collections.abc import Callable

import structlog

from connector.model.errors import RegieError, StorageError
from connector.model.ids import new_id
from connector.model.order import News
from storefront.fulfillment.job import claiming
from storefront.fulfillment.job.job import DeliveryJob, JobState
from storefront.fulfillment.order import closing, picking, placing
from storefront.fulfillment.order.event import TIMER
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.store import holds, jobs, orders, places
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.work import holding, outward
from storefront.fulfillment.work.keeping import keep, keep_job

_log = structlog.get_logger()


def turn(floor: ShopFloor) -> bool:
    """Do what is due for orders and jobs; tell whether there was anything.

    Nothing depends on it being in time: what lapsed counts as lapsed for everybody who looks. One
    that fails is tried again with the next turn, and keeps no other waiting.
    """
    now = floor.now()
    with floor.database.read() as connection:
        due_orders = orders.due(connection, now)
        due_jobs = jobs.due(connection, now)
        lapsed = holds.lapsed(connection, now)
    turns = [
        *[(merchant_id, order_id, _order) for merchant_id, order_id in due_orders],
        *[(merchant_id, job_id, _job) for merchant_id, job_id in due_jobs],
        *[(merchant_id, hold_id, holding.end_lapsed) for merchant_id, hold_id in lapsed],
    ]
    done = [_done(floor, *one) for one in turns]
    return any(done)


def _done(
    floor: ShopFloor, merchant_id: str, subject_id: str, act: Callable[[Floor, str], None]
) -> bool:
    """Tell whether it went well; what did not stands in the log."""
    try:
        with floor.write(merchant_id) as here:
            act(here, subject_id)
    except StorageError:
        raise
    except Exception:  # noqa: BLE001 - one that cannot go on must not hold up the others
        _log.exception("timer.failed", subject=subject_id)
        return False
    return True


def _tell_delay(here: Floor, job: DeliveryJob) -> None:
    """Let the shops know, so that they tell their customers: once for a delivery."""
    for order in orders.several(here.connection, here.merchant_id, job.order_ids):
        outward.tell(here, order, News.DELAYED)


def _order(here: Floor, order_id: str) -> None:
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
    before = jobs.get(here.connection, here.merchant_id, job_id)
    job = keep_job(here, before, claiming.time_passes(before, here.now))
    if job.late and not before.late:
        _tell_delay(here, job)
    if job.state is JobState.OFFERED and here.now < job.expires_at:
        keep_job(here, job, claiming.publish(job, TIMER, here.now))

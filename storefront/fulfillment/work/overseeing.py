"""What the store does with jobs that couriers hold: takes back, gives to another, calls off."""

from collections.abc import Mapping, Sequence

from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.job import DeliveryJob, StockDecision
from storefront.fulfillment.order import closing
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.store import couriers, jobs, orders
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.work.keeping import keep, keep_job


def accept_return(
    here: Floor,
    job_id: str,
    decisions: Mapping[str, StockDecision],
    actor: Actor,
    lost: Sequence[str] = (),
) -> DeliveryJob:
    """Take parcels back over the counter; the orders are in the store again."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    told = steps.accept_return(job, decisions, actor, here.now, lost=lost)
    after = keep_job(here, job, told)
    for order in orders.several(here.connection, here.merchant_id, after.order_ids):
        if order.state is OrderState.OUT_FOR_DELIVERY:
            keep(here, order, closing.job_returned(order, actor, here.now))
    return after


def unassign(here: Floor, job_id: str, actor: Actor) -> DeliveryJob:
    """Take a job from its courier before pick-up."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    return keep_job(here, job, claiming.unassign(job, actor, here.now))


def transfer(here: Floor, job_id: str, courier_id: str, actor: Actor) -> DeliveryJob:
    """Give a job to another courier by the store's word."""
    couriers.get(here.connection, here.merchant_id, courier_id)
    job = jobs.get(here.connection, here.merchant_id, job_id)
    return keep_job(here, job, claiming.transfer(job, courier_id, actor, here.now))


def transfer_all(
    here: Floor, courier_id: str, to_courier_id: str, actor: Actor
) -> Sequence[DeliveryJob]:
    """Give all jobs of one courier to another: he fell ill."""
    held = jobs.of_courier(here.connection, here.merchant_id, courier_id)
    return [transfer(here, job.id, to_courier_id, actor) for job in held]


def cancel(here: Floor, job_id: str, reason: str, actor: Actor, charge: int = 0) -> DeliveryJob:
    """Call a job off; what is carried comes back."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    return keep_job(here, job, claiming.cancel(job, reason, actor, here.now, charge=charge))

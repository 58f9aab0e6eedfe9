"""What the store does with jobs that couriers hold: takes back, gives to another, calls off."""

from collections.abc import Collection, Mapping, Sequence

from msgspec import structs

from storefront.fulfillment.courier import eligibility
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.courier.eligibility import Circumstances
from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.job import DeliveryJob, Fate, StockDecision
from storefront.fulfillment.order import closing
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState, Temp
from storefront.fulfillment.store import couriers, jobs, orders
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.work import riding
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
    """Give a job to another courier by the store's word, if he could claim it: or NotEligible."""
    courier = couriers.get(here.connection, here.merchant_id, courier_id)
    job = jobs.get(here.connection, here.merchant_id, job_id)
    eligibility.require(courier, job, _around(here, courier, job), here.now)
    return keep_job(here, job, claiming.transfer(job, courier_id, actor, here.now))


def _around(here: Floor, courier: Courier, job: DeliveryJob) -> Circumstances:
    """Return what counts for him, who may be at home yet: then on the first of his vehicles."""
    around = riding.circumstances(here, courier, job, None)
    if courier.online is not None or not courier.vehicles:
        return around
    return structs.replace(around, vehicle_id=courier.vehicles[0].id)


def transfer_all(
    here: Floor,
    courier_id: str,
    to_courier_id: str,
    actor: Actor,
    store_ids: Collection[str] | None = None,
) -> Sequence[DeliveryJob]:
    """Give all jobs of one courier to another: he fell ill; with `store_ids` those of them only."""
    held = jobs.of_courier(here.connection, here.merchant_id, courier_id)
    moved = [job for job in held if store_ids is None or job.store_id in store_ids]
    return [transfer(here, job.id, to_courier_id, actor) for job in moved]


def cancel(here: Floor, job_id: str, reason: str, actor: Actor, charge: int = 0) -> DeliveryJob:
    """Call a job off; what is carried comes back."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    return keep_job(here, job, claiming.cancel(job, reason, actor, here.now, charge=charge))


def wasted(here: Floor, order: FulfillmentOrder) -> Mapping[str, int]:
    """Return what of an order that came back must be picked again, pieces by line.

    Nobody notes which bag has which line: with one bag that was thrown away or lost, all that is
    kept as warm or as cold as that bag counts as gone.
    """
    if order.state is not OrderState.RETURNED_TO_STORE or order.job_id is None:
        return {}
    job = jobs.get(here.connection, here.merchant_id, order.job_id)
    bad = [it for it in job.parcels if it.fate is Fate.LOST or it.stock is StockDecision.WASTE]
    cold = {it.temp is not Temp.AMBIENT for it in bad}
    gone = [it for it in order.lines if (it.temp is not Temp.AMBIENT) in cold]
    return {line.id: line.picked for line in gone}

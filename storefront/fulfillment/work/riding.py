"""What couriers do: claim, pick up, deliver, fail, bring back; under a fence, once per key."""

from collections.abc import Sequence

from msgspec import Struct

from connector.model.ids import new_id
from connector.model.location import Geo
from connector.model.order import News
from storefront.fulfillment.courier import steps as joining
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.courier.eligibility import RELEASES_MS, Circumstances
from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.job import (
    DeliveryJob,
    FailureCode,
)
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order import closing, handing
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.handover import HandoverState
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.place.point import area_cell, blurred, distance_m
from storefront.fulfillment.store import couriers, handovers, jobs, orders, places, proofs
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.work import cash, contacts, outward, proving
from storefront.fulfillment.work.keeping import keep, keep_job
from storefront.fulfillment.work.proving import Given as Given


class Where(Struct, frozen=True):
    """Where a courier says he is, and how exact that is in metres."""

    at: Geo
    accuracy_m: int = 0


def circumstances(
    here: Floor, courier: Courier, job: DeliveryJob, where: Where | None
) -> Circumstances:
    """Return what else counts for whether the courier may take a job."""
    store = places.get(here.connection, here.merchant_id, job.store_id)
    away = None
    if where is not None and store.geo is not None:
        away = round(distance_m(where.at, store.geo.point))
    return Circumstances(
        open_jobs=jobs.of_courier(here.connection, here.merchant_id, courier.id),
        released_at=jobs.released_since(
            here.connection, here.merchant_id, courier.id, here.now - RELEASES_MS
        ),
        distance_m=away,
    )


def go_online(here: Floor, courier: Courier, vehicle_id: str, where: Where) -> Courier:
    """Begin to look for work, on one vehicle; only the area is kept with the courier."""
    actor = Actor("courier", courier.id)
    courier = couriers.get(here.connection, here.merchant_id, courier.id)
    told = joining.go_online(courier, vehicle_id, area_cell(where.at), actor, here.now)
    after = couriers.save(here, courier, *told)
    couriers.seen(here, courier.id, blurred(where.at), where.accuracy_m)
    return after


def go_offline(here: Floor, courier: Courier) -> Courier:
    """Stop looking for work; where he was is forgotten unless he carries something."""
    courier = couriers.get(here.connection, here.merchant_id, courier.id)
    told = joining.go_offline(courier, Actor("courier", courier.id), here.now)
    after = couriers.save(here, courier, *told)
    if not jobs.of_courier(here.connection, here.merchant_id, courier.id):
        couriers.forget_presence(here, here.now, courier.id)
    return after


def note_place(here: Floor, courier_id: str, where: Where | None) -> None:
    """Keep the last point, rounded to 50 m, while something is on its way."""
    if where is not None:
        couriers.seen(here, courier_id, blurred(where.at), where.accuracy_m)


def claim(here: Floor, courier: Courier, job_id: str, where: Where | None) -> DeliveryJob:
    """Take a job, or raise who or what was quicker; exactly one of all who try succeeds."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    around = circumstances(here, courier, job, where)
    return keep_job(here, job, claiming.claim(job, courier, around, here.now))


def claim_bundle(
    here: Floor, courier: Courier, job_ids: Sequence[str], where: Where | None
) -> Sequence[DeliveryJob]:
    """Take several jobs together: all of them, or none."""
    found = [jobs.get(here.connection, here.merchant_id, job_id) for job_id in sorted(set(job_ids))]
    around = circumstances(here, courier, found[0], where)
    bundle_id = new_id("bun", lambda: here.now)
    told = claiming.claim_bundle(found, courier, around, here.now, bundle_id)
    return [keep_job(here, job, one) for job, one in zip(found, told, strict=True)]


def renew(here: Floor, by: Holder, job_id: str, where: Where | None) -> DeliveryJob:
    """Hold a job longer."""
    note_place(here, by.courier_id, where)
    job = jobs.get(here.connection, here.merchant_id, job_id)
    return keep_job(here, job, claiming.renew(job, by.courier_id, by.fence, here.now))


def release(here: Floor, by: Holder, job_id: str, reason: str) -> DeliveryJob:
    """Give a job back before pick-up."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    return keep_job(here, job, claiming.release(job, by.courier_id, by.fence, reason, here.now))


def arrive(
    floor: ShopFloor,
    here: Floor,
    by: Holder,
    job_id: str,
    stage: Stage,
    where: Where | None,
    reason: str = "",
) -> DeliveryJob:
    """Note the arrival at the store or the door."""
    note_place(here, by.courier_id, where)
    job = jobs.get(here.connection, here.merchant_id, job_id)
    away = _away(floor, here, job, stage, where)
    told = steps.arrive(job, by, stage, here.now, distance_m=away, reason=reason)
    return keep_job(here, job, told)


def _away(
    floor: ShopFloor, here: Floor, job: DeliveryJob, stage: Stage, where: Where | None
) -> int | None:
    if where is None:
        return None
    if stage is Stage.PICKUP:
        store = places.get(here.connection, here.merchant_id, job.store_id)
        target = store.geo.point if store.geo else None
    else:
        contact = contacts.of_order(here.connection, here.merchant_id, floor.box, job.order_ids[0])
        target = contact.point
    if target is None:
        return 0  # nobody knows the door exactly, so nobody can be too far from it
    return round(distance_m(where.at, target))


def pick_up(
    floor: ShopFloor, here: Floor, by: Holder, job_id: str, code: str, parcels: Sequence[str]
) -> DeliveryJob:
    """Take the parcels out of the store against the store's code; the orders are on their way."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    proof = proving.by_code(floor, here, job, by, Stage.PICKUP, f"job:{job.id}", code)
    told = steps.pick_up(job, by, parcels, [proof], here.now)
    after = keep_job(here, job, told)
    proving.complete(here, f"job:{job.id}", by)
    for order in orders.several(here.connection, here.merchant_id, after.order_ids):
        keep(here, order, closing.hand_over(order, Actor("courier", by.courier_id), here.now))
    return after


def deliver(floor: ShopFloor, here: Floor, by: Holder, job_id: str, given: Given) -> DeliveryJob:
    """Hand it over at the door; code, job and orders end in one write."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    found = [
        *proving.blob_proofs(here, job, by, given),
        *proving.age_proof(here, job, by, given),
    ]
    if given.code is not None:
        door = f"door:{job.id}"
        found.append(proving.by_code(floor, here, job, by, Stage.DROPOFF, door, given.code))
    told = steps.deliver(job, by, found, given.cash, here.now)
    cash.took(here, job, told[0])
    after = keep_job(here, job, told)
    for proof in found:
        proofs.note(here, given.stamped(proof))
    proving.complete(here, f"door:{job.id}", by, age_passed=given.age_passed)
    for order in orders.several(here.connection, here.merchant_id, after.order_ids):
        keep(here, order, closing.job_delivered(order, Actor("courier", by.courier_id), here.now))
    return after


def fail(
    here: Floor, by: Holder, job_id: str, code: FailureCode, contacts_tried: int
) -> DeliveryJob:
    """Note that a delivery did not succeed, and why."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    told = keep_job(here, job, steps.fail(job, by, code, here.now, contacts=contacts_tried))
    for order in orders.several(here.connection, here.merchant_id, job.order_ids):
        outward.tell(here, order, News.ATTEMPTED, attempt=told.attempts)
    return told


def retry(here: Floor, by: steps.By, job_id: str) -> DeliveryJob:
    """Try once more."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    return keep_job(here, job, steps.retry(job, by, here.now))


def start_return(here: Floor, by: steps.By, job_id: str) -> DeliveryJob:
    """Bring it back to the store."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    return keep_job(here, job, steps.return_to_store(job, by, here.now))


def lose_parcel(here: Floor, by: steps.By, job_id: str, parcel: str) -> DeliveryJob:
    """Note that one parcel is gone."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    return keep_job(here, job, steps.lose(job, by, parcel, here.now))


def reopen(here: Floor, by: steps.By, job_id: str) -> DeliveryJob:
    """Take back a delivery or failure that was noted too soon: it is on its way again."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    told = steps.reopen(job, by, here.now)
    cash.took(here, job, told[0])
    after = keep_job(here, job, told)
    actor = by if isinstance(by, Actor) else Actor("courier", by.courier_id)
    door = handovers.of_subject(here.connection, here.merchant_id, f"door:{job.id}")
    if door is not None and door[0].state is HandoverState.DONE:
        handovers.save(here, door[0], *handing.reopen(door[0], actor, here.now))
    for order in orders.several(here.connection, here.merchant_id, after.order_ids):
        if order.state is OrderState.DELIVERED:
            keep(here, order, closing.job_reopened(order, actor, here.now))
    return after

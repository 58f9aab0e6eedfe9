"""What couriers do: claim, pick up, deliver, fail, bring back; under a fence, once per key."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from connector.model.location import Geo
from connector.model.money import Money
from storefront.fulfillment.courier import steps as joining
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.courier.eligibility import RELEASES_MS, Circumstances
from storefront.fulfillment.errors import CodeWrong
from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.fence import require_holder
from storefront.fulfillment.job.job import (
    DeliveryJob,
    FailureCode,
    ProofKind,
)
from storefront.fulfillment.job.proof import Proof, Stage
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order import closing
from storefront.fulfillment.order import handover as handing
from storefront.fulfillment.order.code import scanned
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.handover import HandoverState
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.place.point import area_cell, blurred, distance_m
from storefront.fulfillment.store import couriers, handovers, jobs, orders, people, places, proofs
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.once import Refused
from storefront.fulfillment.work import contacts
from storefront.fulfillment.work.keeping import keep, keep_job

SYSTEM = Actor("timer")


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
    told = joining.go_online(courier, vehicle_id, area_cell(where.at), actor, here.now)
    after = couriers.save(here, courier, *told)
    couriers.seen(here, courier.id, blurred(where.at), where.accuracy_m)
    return after


def go_offline(here: Floor, courier: Courier) -> Courier:
    """Stop looking for work; where he was is forgotten unless he carries something."""
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
    told = claiming.claim_bundle(found, courier, around, here.now)
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
    proof = _by_code(floor, here, job, by, Stage.PICKUP, f"job:{job.id}", code)
    told = steps.pick_up(job, by, parcels, [proof], here.now)
    after = keep_job(here, job, told)
    _complete(here, f"job:{job.id}", by)
    for order in orders.several(here.connection, here.merchant_id, after.order_ids):
        keep(here, order, closing.hand_over(order, Actor("courier", by.courier_id), here.now))
    return after


class Given(Struct, frozen=True):
    """What the courier shows for a delivery: a code, uploaded pictures, an age check, cash."""

    code: str | None = None
    blobs: Mapping[ProofKind, str] = {}
    age_passed: bool | None = None
    cash: Money | None = None
    captured_at: int | None = None
    received_at: int | None = None
    device_id: str | None = None
    seq: int | None = None

    def stamped(self, proof: Proof) -> Proof:
        """Return a proof with the device that took it, and by how much its clock was wrong."""
        told = self.captured_at
        return structs.replace(
            proof,
            received_at=self.received_at or proof.received_at,
            clock_skew_ms=0 if told is None else proof.captured_at - told,
            device_id=self.device_id,
            seq=self.seq,
        )


def deliver(floor: ShopFloor, here: Floor, by: Holder, job_id: str, given: Given) -> DeliveryJob:
    """Hand it over at the door; code, job and orders end in one write."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    found = [
        *_blob_proofs(here, job, by, given),
        *_age_proof(here, job, by, given),
    ]
    if given.code is not None:
        door = f"door:{job.id}"
        found.append(_by_code(floor, here, job, by, Stage.DROPOFF, door, given.code))
    told = steps.deliver(job, by, found, given.cash, here.now)
    after = keep_job(here, job, told)
    for proof in found:
        proofs.note(here, given.stamped(proof))
    _complete(here, f"door:{job.id}", by, age_passed=given.age_passed)
    for order in orders.several(here.connection, here.merchant_id, after.order_ids):
        keep(here, order, closing.job_delivered(order, Actor("courier", by.courier_id), here.now))
    return after


def _by_code(
    floor: ShopFloor,
    here: Floor,
    job: DeliveryJob,
    by: Holder,
    stage: Stage,
    subject: str,
    code: str,
) -> Proof:
    """Compare a code with a hand-over's; a wrong one counts, and is refused after it is kept."""
    require_holder(job, by.courier_id, by.fence)
    found = handovers.of_subject(here.connection, here.merchant_id, subject)
    if found is None:
        raise CodeWrong("This job has no code.", left=0)
    held, actor, key = found[0], Actor("courier", by.courier_id), people.sealer(floor, here)
    square = scanned(code)
    if held.state is not HandoverState.VERIFIED:
        if square is not None:
            tried = handing.try_token(held, key.code_key, square.token, actor, here.now)
        else:
            tried = handing.try_pin(held, key.code_key, code, actor, here.now)
        handovers.save(here, held, tried.handover, tried.events)
        if tried.refusal is not None:
            raise Refused(tried.refusal)
    kind = ProofKind.QR if square is not None else ProofKind.PIN
    planned = job.proof.pickup if stage is Stage.PICKUP else job.proof.dropoff
    if kind not in planned and {ProofKind.QR, ProofKind.PIN} & set(planned):
        kind = next(it for it in planned if it in {ProofKind.QR, ProofKind.PIN})
    return _proof(here, job, by, kind, stage, passed=True)


def _proof(
    here: Floor, job: DeliveryJob, by: Holder, kind: ProofKind, stage: Stage, **more: object
) -> Proof:
    return Proof(
        id=f"{job.id}/{stage.value}/{kind.value}/{by.fence}",
        job_id=job.id,
        kind=kind,
        stage=stage,
        fence=by.fence,
        captured_at=here.now,
        received_at=here.now,
        **more,  # type: ignore[arg-type]  # the other fields of a proof
    )


def _blob_proofs(here: Floor, job: DeliveryJob, by: Holder, given: Given) -> list[Proof]:
    """Return proofs of pictures that were uploaded before, for this job and no other."""
    known = proofs.blobs(here.connection, here.merchant_id, job.id)
    missing = [digest for digest in given.blobs.values() if digest not in known]
    if missing:
        raise proofs.BlobMissing("The picture has not arrived yet.", missing=missing)
    return [
        _proof(here, job, by, kind, Stage.DROPOFF, blob_sha256=digest)
        for kind, digest in given.blobs.items()
    ]


def _age_proof(here: Floor, job: DeliveryJob, by: Holder, given: Given) -> list[Proof]:
    if given.age_passed is None:
        return []
    return [_proof(here, job, by, ProofKind.AGE, Stage.DROPOFF, passed=given.age_passed)]


def _complete(here: Floor, subject: str, by: Holder, *, age_passed: bool | None = None) -> None:
    """Use up the code of a hand-over that a job's own step has proven."""
    found = handovers.of_subject(here.connection, here.merchant_id, subject)
    if found is None or found[0].state is not HandoverState.VERIFIED:
        return
    held, actor = found[0], Actor("courier", by.courier_id)
    if held.age_min is not None and age_passed is not None:
        result = handing.AgeResult.PASS if age_passed else handing.AgeResult.REFUSED
        held = handovers.save(here, held, *handing.check_age(held, result, actor, here.now))
    handovers.save(here, held, *handing.complete(held, actor, here.now))


def fail(
    here: Floor, by: Holder, job_id: str, code: FailureCode, contacts_tried: int
) -> DeliveryJob:
    """Note that a delivery did not succeed, and why."""
    job = jobs.get(here.connection, here.merchant_id, job_id)
    return keep_job(here, job, steps.fail(job, by, code, here.now, contacts=contacts_tried))


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
    after = keep_job(here, job, steps.reopen(job, by, here.now))
    actor = by if isinstance(by, Actor) else Actor("courier", by.courier_id)
    door = handovers.of_subject(here.connection, here.merchant_id, f"door:{job.id}")
    if door is not None and door[0].state is HandoverState.DONE:
        handovers.save(here, door[0], *handing.reopen(door[0], actor, here.now))
    for order in orders.several(here.connection, here.merchant_id, after.order_ids):
        if order.state is OrderState.DELIVERED:
            keep(here, order, closing.job_reopened(order, actor, here.now))
    return after

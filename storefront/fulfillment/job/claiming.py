"""Who holds a job: from the offer to the claim, and every way in which a claim ends."""

from collections.abc import Sequence

from msgspec import structs

from storefront.fulfillment.courier import eligibility, lease
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.courier.eligibility import Circumstances
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.job import JobAlreadyClaimed, JobExpired, LeaseLapsed
from storefront.fulfillment.errors.zone import AgeGate
from storefront.fulfillment.job.fence import Told, next_state, require_holder, require_open, step
from storefront.fulfillment.job.job import (
    CARRIED,
    IN_STORE,
    UNDER_WAY,
    BadJob,
    DeliveryJob,
    JobState,
    ProofKind,
)
from storefront.fulfillment.order.event import TIMER, Actor, Event, begin
from storefront.fulfillment.order.why import word_of

_OFFERS = frozenset({JobState.OFFERED, JobState.AVAILABLE})
_FACE_TO_FACE = frozenset({ProofKind.PIN, ProofKind.SIGNATURE})


def create(job: DeliveryJob, actor: Actor, now: int) -> Told:
    """Begin a job as OFFERED; raise BadJob, or AgeGate where nobody would look at a document."""
    _require_sound(job)
    told, event = begin(
        structs.replace(job, state=JobState.OFFERED, fence=0), "job.created", now, actor
    )
    return told, (event,)


def publish_at(job: DeliveryJob, lead_min: int) -> int:
    """Return when the job is to be shown to couriers: `lead_min` before it is ready."""
    ready = job.pickup.window.start_at if job.pickup.ready_at is None else job.pickup.ready_at
    return ready - lead_min * lease.MINUTE


def publish(job: DeliveryJob, actor: Actor, now: int) -> Told:
    """Show it to couriers, or raise JobExpired."""
    require_open(job)
    state = next_state(job, "publish", actor)
    if now >= job.expires_at:
        raise JobExpired("The window of the job is over.", job=job.id)
    return step(job, structs.replace(job, state=state), "publish", actor, now)


def claim(
    job: DeliveryJob,
    courier: Courier,
    around: Circumstances,
    now: int,
    bundle_id: str | None = None,
) -> Told:
    """Give the job to the courier who asks first; a claim that lapsed in the store is no hindrance.

    With others of one `bundle_id` it counts as one thing to think of. Raise, in this order:
    JobCancelled, JobExpired, JobAlreadyClaimed, IllegalTransition, NotEligible.
    """
    require_open(job)
    if now >= job.expires_at and job.state in _OFFERS | IN_STORE:
        raise JobExpired("The window of the job is over.", job=job.id)
    free, events = lapse(job, now) if _lapsed_in_store(job, now) else (job, ())
    if free.state not in _OFFERS:
        raise JobAlreadyClaimed("Another courier was quicker.", job=job.id)
    actor = Actor("courier", courier.id)
    next_state(free, "claim", actor)
    bundled = structs.replace(free, bundle_id=bundle_id)
    eligibility.require(courier, bundled, around, now)
    held = _held(bundled, courier.id, now)
    told, more = step(free, held, "claim", actor, now, courier=courier.id)
    return told, (*events, *more)


def claim_bundle(
    jobs: Sequence[DeliveryJob], courier: Courier, around: Circumstances, now: int, bundle_id: str
) -> tuple[Told, ...]:
    """Claim all of them or none, in the order of their ids, as one bundle."""
    ordered = sorted(jobs, key=lambda job: job.id)
    together = [structs.replace(job, bundle_id=bundle_id) for job in ordered]
    whole = structs.replace(around, with_jobs=together)
    return tuple(claim(job, courier, whole, now, bundle_id) for job in ordered)


def renew(job: DeliveryJob, courier_id: str, fence: int, now: int) -> Told:
    """Hold it longer; raise LeaseLapsed where it was held in the store as long as it may be."""
    require_holder(job, courier_id, fence)
    until = lease.renewed_until(job, now)
    if until is None:
        raise LeaseLapsed("The pick-up window is over.", job=job.id, until=job.lease_until)
    after = structs.replace(job, lease_until=until, renewals=job.renewals + 1, overdue=False)
    return step(job, after, "renew", Actor("courier", courier_id), now, until=until)


def release(job: DeliveryJob, courier_id: str, fence: int, reason: str, now: int) -> Told:
    """Give it back before pick-up; counts against who does so often."""
    require_holder(job, courier_id, fence)
    after = structs.replace(_free(job), releases=job.releases + 1)
    data = {"reason": reason, "courier": courier_id}
    return step(job, after, "release", Actor("courier", courier_id), now, **data)


def unassign(job: DeliveryJob, actor: Actor, now: int) -> Told:
    """Take it from its courier before pick-up, by the store."""
    return step(job, _free(job), "unassign", actor, now, courier=job.courier_id)


def lapse(job: DeliveryJob, now: int) -> Told:
    """Put it on the list again, because the claim ended while the goods stood in the store.

    The event names the clock of the courier who let it end, so that his lapses can be counted.
    """
    next_state(job, "lapse", TIMER)
    if not lease.lapsed(job, now):
        raise IllegalTransition("The claim still holds.", event="lapse", state=job.state.name)
    after = structs.replace(_free(job), releases=job.releases + 1)
    clock = Actor(TIMER.role, job.courier_id)
    return step(job, after, "lapse", clock, now, courier=job.courier_id)


def transfer(job: DeliveryJob, courier_id: str, actor: Actor, now: int) -> Told:
    """Give it to another courier by the store's word, whoever carries it: the fence moves."""
    before = job.courier_id
    held = structs.replace(_held(job, courier_id, now), claimed_at=job.claimed_at)
    if job.state in CARRIED:
        held = structs.replace(held, lease_until=now + lease.AFTER_MS)
    return step(job, held, "transfer", actor, now, courier=courier_id, before=before)


def cancel(job: DeliveryJob, reason: str, actor: Actor, now: int, *, charge: int = 0) -> Told:
    """Call it off; once it is carried it comes back instead. `charge` is the courier's, if any."""
    state = next_state(job, "cancel", actor)
    ended = now if state is JobState.CANCELLED else None
    owed = 0 if job.state in _OFFERS else charge
    word = word_of(reason)
    after = structs.replace(job, cancel_reason=word, charges=job.charges + owed, closed_at=ended)
    return step(job, after, "cancel", actor, now, reason=word, charge=owed)


def time_passes(job: DeliveryJob, now: int) -> Told:
    """Do what the clock asks for: lapse, mark as overdue or late, expire; often nothing."""
    events: tuple[Event, ...] = ()
    if _lapsed_in_store(job, now):
        job, events = lapse(job, now)
    if job.state in _OFFERS and now >= job.expires_at:
        ended, more = step(job, structs.replace(job, closed_at=now), "expire", TIMER, now)
        return ended, (*events, *more)
    if job.state in CARRIED and lease.lapsed(job, now) and not job.overdue:
        job, more = step(job, structs.replace(job, overdue=True), "overdue", TIMER, now)
        events += more
    if _comes_late(job, now):
        job, more = step(job, structs.replace(job, late=True), "late", TIMER, now)
        events += more
    return job, events


def _comes_late(job: DeliveryJob, now: int) -> bool:
    return job.state in UNDER_WAY and not job.late and now >= job.dropoff.window.end_at


def _lapsed_in_store(job: DeliveryJob, now: int) -> bool:
    return job.state in IN_STORE and lease.lapsed(job, now)


def _held(job: DeliveryJob, courier_id: str, now: int) -> DeliveryJob:
    return structs.replace(
        job,
        courier_id=courier_id,
        fence=job.fence + 1,
        lease_granted_at=now,
        lease_until=lease.first_until(job, now),
        renewals=0,
        overdue=False,
        claimed_at=now,
    )


def _free(job: DeliveryJob) -> DeliveryJob:
    """Return the job without its courier and bundle; the fence stays until the next claim."""
    return structs.replace(
        job,
        courier_id=None,
        bundle_id=None,
        lease_granted_at=None,
        lease_until=None,
        renewals=0,
        claimed_at=None,
        at_pickup_at=None,
    )


def _require_sound(job: DeliveryJob) -> None:
    codes = [parcel.code for parcel in job.parcels]
    if not codes or len(set(codes)) < len(codes):
        raise BadJob("A job has parcels, each with a code of its own.", field="parcels")
    if not job.order_ids:
        raise BadJob("A job is for an order.", field="orderIds")
    if job.pay.breakdown and sum(part.amount for part in job.pay.breakdown) != job.pay.fee:
        raise BadJob("The parts of the pay are not its sum.", field="pay")
    if job.dropoff.leave_at_door:
        if job.age_check is not None:
            raise AgeGate("Nobody is asked for a document at a door without anybody.", job=job.id)
        if job.cod is not None or _FACE_TO_FACE & set(job.proof.dropoff):
            raise BadJob("Somebody must be there for this.", field="leaveAtDoor")

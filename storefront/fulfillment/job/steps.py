"""Carrying a job: from the counter to the door, and back where it must."""

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct, structs

from connector.model.money import Money
from storefront.fulfillment.courier import lease
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.job import NotEligible, ParcelMismatch, ProofMissing
from storefront.fulfillment.job import proof as proving
from storefront.fulfillment.job.failure import FAILURES, WAIT_MS
from storefront.fulfillment.job.fence import Told, next_state, require_holder, step
from storefront.fulfillment.job.job import (
    DeliveryJob,
    Failure,
    FailureCode,
    Fate,
    JobState,
    StockDecision,
)
from storefront.fulfillment.job.proof import Proof, Stage
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.order import Temp

NEAR_M = 300
MOST_TRIES = 2
COURIER_REOPENS_MS = 10 * 60_000
STORE_REOPENS_MS = 24 * 3_600_000
_ARRIVALS = {Stage.PICKUP: "arrivePickup", Stage.DROPOFF: "arriveDropoff"}


class Holder(Struct, frozen=True, rename="camel"):
    """A courier who says that he holds the job, under a fence."""

    courier_id: str
    fence: int


By = Holder | Actor
"""Who does it: the courier who holds the job, or somebody of the store."""


def arrive(
    job: DeliveryJob,
    by: Holder,
    stage: Stage,
    now: int,
    *,
    distance_m: int | None,
    reason: str = "",
) -> Told:
    """Note the arrival at the store or the door: within 300 m, or with a reason.

    The event tells that there was one, not what: it is free text, and may be about a person.
    """
    actor = _holding(job, by)
    event = _ARRIVALS[stage]
    there = structs.replace(job, state=next_state(job, event, actor))
    if not reason and (distance_m is None or distance_m > NEAR_M):
        raise NotEligible("This is not near enough.", reason="TOO_FAR", distance=distance_m)
    field = "at_pickup_at" if stage is Stage.PICKUP else "at_dropoff_at"
    after = structs.replace(_longer(there, now), **{field: now})
    return step(job, after, event, actor, now, distance=distance_m, explained=bool(reason))


def pick_up(
    job: DeliveryJob, by: Holder, scanned: Collection[str], proofs: Sequence[Proof], now: int
) -> Told:
    """Take every parcel of the job and no other; raise ParcelMismatch, ProofMissing."""
    actor = _holding(job, by)
    next_state(job, "pickUp", actor)
    _require_parcels(job.codes(Fate.IN_STORE), scanned)
    proving.require(job, Stage.PICKUP, proofs)
    carried = job.with_parcels(frozenset(scanned), fate=Fate.CARRIED)
    after = structs.replace(carried, picked_up_at=now, lease_until=now + lease.AFTER_MS)
    return step(job, after, "pickUp", actor, now, parcels=len(scanned))


def deliver(
    job: DeliveryJob, by: Holder, proofs: Sequence[Proof], cash: Money | None, now: int
) -> Told:
    """Hand it over at the door; raise AgeCheckRequired or ProofMissing where something lacks.

    A claim that lapsed on the way does not count against it, as long as the fence is the same.
    """
    actor = _holding(job, by)
    next_state(job, "deliver", actor)
    carried = job.codes(Fate.CARRIED)
    if not carried:
        raise ParcelMismatch("No parcel is left to deliver.", missing=sorted(job.codes(Fate.LOST)))
    proving.require(job, Stage.DROPOFF, proofs, cash)
    cod = structs.replace(job.cod, collected=cash) if job.cod is not None else None
    given = job.with_parcels(carried, fate=Fate.DELIVERED)
    after = structs.replace(given, cod=cod, delivered_at=now, closed_at=now, overdue=False)
    kinds = sorted({each.kind.value for each in proofs})
    return step(job, after, "deliver", actor, now, proofs=kinds, cash=cash and cash.amount)


def fail(job: DeliveryJob, by: Holder, code: FailureCode, now: int, *, contacts: int = 0) -> Told:
    """Note that it did not succeed; NOT_AT_HOME needs five minutes at the door and one contact."""
    actor = _holding(job, by)
    next_state(job, "fail", actor)
    waited = now - job.at_dropoff_at if job.at_dropoff_at is not None else 0
    _require_patience(code, waited, contacts)
    gone = job.codes(Fate.CARRIED) if code is FailureCode.LOST else frozenset[str]()
    failure = Failure(code, now, max(0, waited), contacts, tuple(sorted(gone)))
    after = structs.replace(
        _longer(job.with_parcels(gone, fate=Fate.LOST), now),
        failure=failure,
        failed_at=now,
        attempts=job.attempts + 1,
    )
    return step(job, after, "fail", actor, now, code=code.value, contacts=contacts)


def retry(job: DeliveryJob, by: By, now: int) -> Told:
    """Try once more; not after two tries, nor where nothing is left to bring."""
    actor = _acting(job, by)
    next_state(job, "retry", actor)
    if job.attempts >= MOST_TRIES or not job.codes(Fate.CARRIED):
        raise _refused(job, "retry", "It was tried often enough.")
    after = structs.replace(_longer(job, now), at_dropoff_at=None)
    return step(job, after, "retry", actor, now, attempt=job.attempts + 1)


def return_to_store(job: DeliveryJob, by: By, now: int, *, charge: int = 0) -> Told:
    """Bring it back; `charge` is what that costs, in minor units of the pay."""
    actor = _acting(job, by)
    after = structs.replace(_longer(job, now), charges=job.charges + charge)
    return step(job, after, "returnToStore", actor, now, charge=charge)


def accept_return(
    job: DeliveryJob,
    decisions: Mapping[str, StockDecision],
    actor: Actor,
    now: int,
    *,
    lost: Collection[str] = (),
) -> Told:
    """Take parcels back by their codes; what was chilled or frozen is waste, whatever is decided.

    Raise ParcelMismatch where a carried parcel is neither scanned nor named as lost.
    """
    next_state(job, "acceptReturn", actor)
    _require_parcels(job.codes(Fate.CARRIED), {*decisions, *lost})
    after = job.with_parcels(frozenset(lost) - frozenset(decisions), fate=Fate.LOST)
    for parcel in job.parcels:
        if parcel.code in decisions:
            decided = decisions[parcel.code]
            stock = decided if parcel.temp is Temp.AMBIENT else StockDecision.WASTE
            back = frozenset({parcel.code})
            after = after.with_parcels(back, fate=Fate.RETURNED, stock=stock)
    after = structs.replace(after, closed_at=now, overdue=False)
    told = {parcel.code: parcel.stock.value for parcel in after.parcels if parcel.stock}
    return step(job, after, "acceptReturn", actor, now, stock=told, lost=sorted(lost))


def lose(job: DeliveryJob, by: By, code: str, now: int) -> Told:
    """Note that one carried parcel is gone; the others may still be delivered."""
    actor = _acting(job, by)
    next_state(job, "loseParcel", actor)
    if code not in job.codes(Fate.CARRIED):
        raise ParcelMismatch("No such parcel is carried.", unknown=[code])
    after = job.with_parcels(frozenset({code}), fate=Fate.LOST)
    return step(job, after, "loseParcel", actor, now, parcel=code)


def reopen(job: DeliveryJob, by: By, now: int) -> Told:
    """Go back to the door: the courier within ten minutes, the store within a day.

    A failure that is taken back never was: its try is not counted, and what it lost is there.
    """
    actor = _acting(job, by)
    next_state(job, "reopen", actor)
    ended = job.delivered_at if job.state is JobState.DELIVERED else job.failed_at
    most = COURIER_REOPENS_MS if isinstance(by, Holder) else STORE_REOPENS_MS
    if now - (ended or 0) > most:
        raise _refused(job, "reopen", "It is too late for that.")
    cod = structs.replace(job.cod, collected=None) if job.cod is not None else None
    after = structs.replace(
        _unfailed(job) if job.state is JobState.FAILED else _undelivered(job),
        cod=cod,
        delivered_at=None,
        closed_at=None,
        at_dropoff_at=job.at_dropoff_at or now,
        lease_until=now + lease.AFTER_MS,
        reopened=job.reopened + 1,
    )
    return step(job, after, "reopen", actor, now, was=job.state.value)


def _undelivered(job: DeliveryJob) -> DeliveryJob:
    return job.with_parcels(job.codes(Fate.DELIVERED), fate=Fate.CARRIED)


def _unfailed(job: DeliveryJob) -> DeliveryJob:
    lost = frozenset(job.failure.lost) if job.failure else frozenset[str]()
    carried = job.with_parcels(lost, fate=Fate.CARRIED)
    return structs.replace(carried, failure=None, failed_at=None, attempts=job.attempts - 1)


def _holding(job: DeliveryJob, by: Holder) -> Actor:
    require_holder(job, by.courier_id, by.fence)
    return Actor("courier", by.courier_id)


def _acting(job: DeliveryJob, by: By) -> Actor:
    return _holding(job, by) if isinstance(by, Holder) else by


def _longer(job: DeliveryJob, now: int) -> DeliveryJob:
    """Return the job with its claim renewed: every step does so."""
    until = lease.renewed_until(job, now)
    return job if until is None else structs.replace(job, lease_until=until, overdue=False)


def _require_parcels(expected: frozenset[str], scanned: Collection[str]) -> None:
    found = frozenset(scanned)
    if found != expected:
        raise ParcelMismatch(
            "The scanned parcels are not those of the job.",
            missing=sorted(expected - found),
            unknown=sorted(found - expected),
        )


def _require_patience(code: FailureCode, waited_ms: int, contacts: int) -> None:
    if FAILURES[code].waits:
        lacking = ["WAIT"] if waited_ms < WAIT_MS else []
        lacking += ["CONTACT"] if contacts < 1 else []
        if lacking:
            raise ProofMissing("Wait, and try to reach the shopper.", missing=lacking)


def _refused(job: DeliveryJob, event: str, why: str) -> IllegalTransition:
    return IllegalTransition(why, event=event, state=job.state.name)

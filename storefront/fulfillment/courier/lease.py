"""How long a claim holds, how it is renewed, and when to warn."""

from msgspec import Struct

from storefront.fulfillment.job.job import CARRIED, HELD, DeliveryJob, JobState

MINUTE = 60_000
BEFORE_MS = 10 * MINUTE
AFTER_MS = 30 * MINUTE
RENEW_EVERY_MS = 3 * MINUTE
GRACE_MS = 15 * MINUTE
WARN_MS = 2 * MINUTE
STILL_MS = 15 * MINUTE


class Lease(Struct, frozen=True, rename="camel"):
    """One claim: who holds which job under which fence, until when; epoch ms."""

    job_id: str
    courier_id: str
    fence: int
    granted_at: int
    until: int
    renewals: int


def of(job: DeliveryJob) -> Lease | None:
    """Return the present lease of a job, or None where nobody holds it."""
    if job.state not in HELD or job.courier_id is None:
        return None
    return Lease(
        job.id,
        job.courier_id,
        job.fence,
        job.lease_granted_at or 0,
        job.lease_until or 0,
        job.renewals,
    )


def lapsed(job: DeliveryJob, now: int) -> bool:
    """Tell whether somebody holds the job and the time of his claim is over."""
    return job.state in HELD and job.lease_until is not None and job.lease_until < now


def first_until(job: DeliveryJob, now: int) -> int:
    """Return when a fresh claim ends."""
    last = last_until(job)
    return now + BEFORE_MS if last is None else min(now + BEFORE_MS, last)


def last_until(job: DeliveryJob) -> int | None:
    """Return how far a claim may be renewed: on the way to the door, without limit.

    Who waits in the store has a quarter of an hour past the pick-up window; who is not there yet
    loses it when nobody else could claim it any more.
    """
    if job.state in CARRIED:
        return None
    at_store = job.state is JobState.AT_PICKUP
    return job.pickup.window.end_at + GRACE_MS if at_store else job.expires_at


def renewed_until(job: DeliveryJob, now: int) -> int | None:
    """Return when a renewed claim ends; None where it has been renewed as long as it may be."""
    last = last_until(job)
    if last is None:
        return now + AFTER_MS
    if now >= last:
        return None
    return max(job.lease_until or 0, min(now + BEFORE_MS, last))


def warn_at(job: DeliveryJob) -> int | None:
    """Return when to warn the courier that his claim ends."""
    lease = of(job)
    return None if lease is None else lease.until - WARN_MS


def stands_still(moved_at: int, now: int) -> bool:
    """Tell whether to hint to the store that a courier renews without moving."""
    return now - moved_at >= STILL_MS

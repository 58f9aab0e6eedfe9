"""A finished job as its courier may look back at it: where, when, for how much; never for whom."""

from msgspec import Struct

from connector.model.money import Money
from storefront.fulfillment.job.job import DeliveryJob, FailureCode, JobState, Window

KEPT_MS = 30 * 86_400_000
"""How far a courier looks back."""


class Ride(Struct, frozen=True):
    """One finished job; `failure` is why it was not delivered, where the courier said why.

    It holds nothing of the customer: no name, street, area, note or word that somebody typed.
    """

    job_id: str
    store_id: str
    state: JobState
    dropoff: Window
    ended_at: int
    earned: Money
    failure: FailureCode | None


def ride(job: DeliveryJob) -> Ride:
    """Return what a courier may know of a job of his that has ended."""
    delivered = job.state is JobState.DELIVERED
    return Ride(
        job_id=job.id,
        store_id=job.store_id,
        state=job.state,
        dropoff=job.dropoff.window,
        ended_at=job.closed_at or job.updated_at,
        earned=earned(job),
        failure=job.failure.code if job.failure and not delivered else None,
    )


def earned(job: DeliveryJob) -> Money:
    """Return what a job brought its courier, tip and all: only one that was delivered does."""
    pay = job.pay.fee + job.pay.tip - job.charges if job.state is JobState.DELIVERED else 0
    return Money(pay, job.pay.currency)

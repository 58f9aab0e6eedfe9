"""Whether a courier still has a say in a job: the fence first, then the job, then the step."""

from typing import Any

from msgspec import structs

from storefront.fulfillment.errors.job import (
    JobAlreadyClaimed,
    JobCancelled,
    JobExpired,
    LeaseLapsed,
    StaleFence,
)
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.job.job import DeliveryJob, JobState
from storefront.fulfillment.job.life import LIFE
from storefront.fulfillment.order.event import Actor, Event, record

Told = tuple[DeliveryJob, tuple[Event, ...]]
"""The job after a verb, and what happened."""


def require_open(job: DeliveryJob) -> None:
    """Raise JobCancelled or JobExpired where the job is over without a delivery."""
    if job.state is JobState.CANCELLED:
        raise JobCancelled("The job was cancelled.", job=job.id, reason=job.cancel_reason)
    if job.state is JobState.EXPIRED:
        raise JobExpired("The window of the job is over.", job=job.id)


def require_holder(job: DeliveryJob, courier_id: str, fence: int) -> None:
    """Raise, in this order: StaleFence, JobCancelled, JobExpired, LeaseLapsed, JobAlreadyClaimed.

    The fence comes first: who shows an old one learns nothing of what others did since. A lease
    that lapsed while nobody else claimed the job does not stop who holds it: what he did counts.
    """
    if fence != job.fence:
        raise StaleFence("The fence is not the present one.", fence=fence, current=job.fence)
    require_open(job)
    if job.courier_id is None:
        raise LeaseLapsed("The claim ended; the job is on the list again.", job=job.id)
    if job.courier_id != courier_id:
        raise JobAlreadyClaimed("Another courier holds the job.", job=job.id)


def next_state(job: DeliveryJob, event: str, actor: Actor) -> JobState:
    """Return the state after the event, or raise IllegalTransition, then RoleRequired."""
    state = LIFE.next(job.state, event)
    if event not in LIFE.events(job.state, actor.role):
        raise RoleRequired(f"{event} is not for {actor.role}.", role=actor.role, event=event)
    return state


def step(
    job: DeliveryJob, after: DeliveryJob, event: str, actor: Actor, now: int, /, **data: Any
) -> Told:
    """Return `after` in the state that the table gives, with the event `job.<event>`."""
    moved = structs.replace(after, state=next_state(job, event, actor))
    told, happened = record(job, moved, f"job.{event}", now, actor, fence=moved.fence, **data)
    return told, (happened,)

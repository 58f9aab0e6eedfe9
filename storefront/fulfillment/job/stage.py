"""What a courier sees of a person at each step of a job."""

from collections.abc import Mapping

from storefront.fulfillment.job.job import DeliveryJob, JobState
from storefront.fulfillment.person.contact import Contact
from storefront.fulfillment.person.visibility import Phase, Viewer, Visible, When, visible

PHASES: Mapping[JobState, Phase] = {
    JobState.OFFERED: Phase.OPEN,
    JobState.AVAILABLE: Phase.OPEN,
    JobState.CLAIMED: Phase.CLAIMED,
    JobState.AT_PICKUP: Phase.CLAIMED,
    JobState.PICKED_UP: Phase.CARRIED,
    JobState.AT_DROPOFF: Phase.CARRIED,
    JobState.FAILED: Phase.CARRIED,
    JobState.RETURNING: Phase.CARRIED,
    JobState.DELIVERED: Phase.ENDED,
    JobState.RETURNED: Phase.ENDED,
    JobState.CANCELLED: Phase.ENDED,
    JobState.EXPIRED: Phase.ENDED,
}


def when(job: DeliveryJob) -> When:
    """Return how far the job is, in the words of the visibility table."""
    return When(PHASES[job.state], job.closed_at)


def viewer(job: DeliveryJob, courier_id: str) -> Viewer:
    """Return who the courier is to this job: its holder, or anybody."""
    return Viewer.HOLDER if job.courier_id == courier_id else Viewer.COURIER


def seen(job: DeliveryJob, contact: Contact, courier_id: str, now: int) -> Visible:
    """Return what the courier may see of who gets the parcels."""
    if job.state is JobState.CANCELLED and job.picked_up_at is None:
        return Visible()
    return visible(contact, viewer(job, courier_id), when(job), now)

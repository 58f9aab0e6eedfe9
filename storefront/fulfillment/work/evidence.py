"""What proves a delivery, for a manager to look at: each look, and each longer term, on record."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection

from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.job.proof import Proof
from storefront.fulfillment.order.event import Actor, record
from storefront.fulfillment.store import jobs, proofs
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.proofs import ProofNotFound
from storefront.fulfillment.work.timing import job_timer


class Evidence(Struct, frozen=True):
    """The proofs of an order's deliveries, oldest first, and until when the last is kept."""

    proofs: Sequence[Proof]
    until: int


def of_order(connection: Connection, merchant_id: str, order_id: str) -> Evidence | None:
    """Return what proves the deliveries of an order, None where nothing is kept."""
    ids = [job.id for job in jobs.of_order(connection, merchant_id, order_id)]
    found = [it for job_id in ids for it in proofs.of_job(connection, merchant_id, job_id)]
    if not found:
        return None
    return Evidence(found, max(proofs.kept_until(connection, merchant_id, it) for it in ids))


def look(
    floor: ShopFloor, here: Floor, order_id: str, job_id: str, digest: str, actor: Actor
) -> bytes:
    """Return a picture of an order's delivery and note who saw it, or raise ProofNotFound."""
    job = _job(here, order_id, job_id)
    picture = proofs.picture(floor, here.connection, here.merchant_id, job_id, digest)
    _note(here, job, "job.proofSeen", actor, proof=digest)
    return picture


def keep_longer(here: Floor, order_id: str, actor: Actor) -> None:
    """Keep the proofs of an order's deliveries for half a year: somebody disputes one of them."""
    for job in jobs.of_order(here.connection, here.merchant_id, order_id):
        proofs.keep_longer(here, job.id)
        _note(here, job, "job.proofsKept", actor)


def _job(here: Floor, order_id: str, job_id: str) -> DeliveryJob:
    for job in jobs.of_order(here.connection, here.merchant_id, order_id):
        if job.id == job_id:
            return job
    raise ProofNotFound("The order has no such delivery.", job=job_id)


def _note(here: Floor, job: DeliveryJob, kind: str, actor: Actor, **data: object) -> None:
    after, event = record(job, job, kind, here.now, actor, **data)
    jobs.save(here, job, after, (event,), job_timer(after))

"""What a courier looks back at: his own finished jobs, with the store and without any customer."""

import graphene
from sqlalchemy import Connection

from gateway.catalogue.document_type import DocumentType
from gateway.courier import cursor, enums, shown
from gateway.courier.cursor import Place
from gateway.courier.local_time import DateTime
from gateway.courier.types import Money, Store, Window, listed
from gateway.errors import BadCursor
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.job.ride import KEPT_MS, ride
from storefront.fulfillment.place.store import Store as At
from storefront.fulfillment.store import places, rides
from storefront.fulfillment.store.rides import After


class Ride(DocumentType):
    """A finished job of this courier; it tells nothing of who got it."""

    job_id = graphene.ID(required=True, description="Regie's id.")
    store = graphene.NonNull(Store, description="Where it was fetched.")
    state = graphene.NonNull(enums.JobState, description="How it ended.")
    dropoff = graphene.NonNull(Window, description="When it was to be brought.")
    ended_at = graphene.NonNull(DateTime, description="When it ended.")
    earned = graphene.NonNull(Money, description="What it brought, tip and all.")
    failure = enums.FailReason(description="Why it was not delivered, where he said why.")


class RideConnection(DocumentType):
    """Finished jobs, the latest first."""

    nodes = graphene.Field(listed(Ride), description="The jobs.")
    end_cursor = graphene.String(description="Pass as `after` for what follows; null: none here.")
    has_next_page = graphene.Boolean(required=True, description="There are more.")


def page(
    connection: Connection,
    merchant_id: str,
    courier: Courier,
    now: int,
    first: int,
    after: str | None,
) -> shown.Document:
    """Show one page of what he finished in the last thirty days."""
    since, place = now - KEPT_MS, _place(after) if after else None
    found = rides.finished(connection, merchant_id, courier.id, since, first + 1, place)
    stores = {
        store_id: places.get(connection, merchant_id, store_id)
        for store_id in {job.store_id for job in found}
    }
    nodes = found[:first]
    last = nodes[-1] if nodes else None
    return {
        "nodes": [_shown(job, stores[job.store_id], courier.locale) for job in nodes],
        "endCursor": cursor.encode(Place(last.updated_at, last.id)) if last else after,
        "hasNextPage": len(found) > first,
    }


def _place(text: str) -> After:
    """Read a cursor of this list, or raise BadCursor."""
    found = cursor.decode(text)
    if found.job_id is None:
        raise BadCursor("This is no cursor of this list.", field="after")
    return After(found.seq, found.job_id)


def _shown(job: DeliveryJob, at: At, language: str) -> shown.Document:
    told, zone = ride(job), at.timezone
    return {
        "jobId": told.job_id,
        "store": shown.store(at, language),
        "state": told.state.value,
        "dropoff": shown.window(told.dropoff, zone),
        "endedAt": shown.instant(told.ended_at, zone),
        "earned": shown.money(told.earned),
        "failure": told.failure.value if told.failure else None,
    }

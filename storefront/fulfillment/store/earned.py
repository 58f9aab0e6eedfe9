"""What a courier has delivered since a moment, to count what he earned."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select

from storefront.fulfillment.job.job import DeliveryJob, JobState
from storefront.fulfillment.store.tables import job

_job = job.delivery_job
_decode = msgspec.json.Decoder(DeliveryJob).decode
_MOST = 2000


def delivered_since(
    connection: Connection,
    merchant_id: str,
    courier_id: str,
    since: int,
    most: int | None = _MOST,
) -> Sequence[DeliveryJob]:
    """Return the jobs that a courier delivered at or after a moment, the newest first."""
    query = (
        select(_job.c.document)
        .where(
            _job.c.merchant_id == merchant_id,
            _job.c.courier_id == courier_id,
            _job.c.state == JobState.DELIVERED.value,
            _job.c.updated_at >= since,
        )
        .order_by(_job.c.updated_at.desc(), _job.c.id)
        .limit(most)
    )
    found = (_decode(row[0]) for row in connection.execute(query))
    return [each for each in found if (each.delivered_at or 0) >= since]

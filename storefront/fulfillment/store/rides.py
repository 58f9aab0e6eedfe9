"""What a courier has finished lately, the latest change first, page by page."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from storefront.fulfillment.job.job import ENDED, DeliveryJob
from storefront.fulfillment.store.tables import job

_job = job.delivery_job
_decode = msgspec.json.Decoder(DeliveryJob).decode


class After(Struct, frozen=True):
    """The last job of a page; its id parts those that changed at the same moment."""

    updated_at: int
    job_id: str


def finished(
    connection: Connection,
    merchant_id: str,
    courier_id: str,
    since: int,
    first: int,
    after: After | None = None,
) -> Sequence[DeliveryJob]:
    """Return jobs of a courier that ended, and last changed at or after a moment."""
    query = select(_job.c.document).where(
        _job.c.merchant_id == merchant_id,
        _job.c.courier_id == courier_id,
        _job.c.state.in_(sorted(state.value for state in ENDED)),
        _job.c.updated_at >= since,
    )
    if after is not None:
        same = (_job.c.updated_at == after.updated_at) & (_job.c.id > after.job_id)
        query = query.where((_job.c.updated_at < after.updated_at) | same)
    query = query.order_by(_job.c.updated_at.desc(), _job.c.id).limit(first)
    return [_decode(row[0]) for row in connection.execute(query)]

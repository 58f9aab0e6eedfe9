"""What grows old on the shop floor: results of age checks, stories, pictures of erased people."""

from collections.abc import Sequence
from hashlib import blake2b

import msgspec
from msgspec import structs
from sqlalchemy import Connection, Select, Table, func, select, update

from storefront.fulfillment.order.handover import Handover
from storefront.fulfillment.store import people
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.stories import DIGEST_BYTES
from storefront.fulfillment.store.tables import job, order, person

_handover, _handover_event = order.handover, order.handover_event
_order, _order_event = order.fulfillment_order, order.order_event
_contact = person.contact
_proof, _job_order, _job_event = job.proof, job.job_order, job.job_event
_decode = msgspec.json.Decoder(Handover).decode
_AGE_EVENT, _OVERRIDE_EVENT = "handover.ageChecked", "handover.overridden"
_BATCH = 500


def forget_ages(here: Floor, before: int) -> int:
    """Drop the results of age checks that were made before a moment."""
    query = select(_handover.c.id, _handover.c.document).where(
        _handover.c.merchant_id == here.merchant_id,
        _handover.c.updated_at < before,
        _handover.c.has_age_result,
    )
    found = here.connection.execute(query.limit(_BATCH)).all()
    for handover_id, document in found:
        bare = structs.replace(_decode(document), age_result=None, age_checked_by=None)
        here.connection.execute(
            update(_handover)
            .where(_handover.c.merchant_id == here.merchant_id, _handover.c.id == handover_id)
            .values(document=msgspec.json.encode(bare), has_age_result=False)
        )
        _blank(here, handover_id, _AGE_EVENT)
    return len(found)


def digest_stories(here: Floor, before: int) -> int:
    """Replace what old events tell by its digest; that they happened, and when, stays."""
    return sum(_digest(here, table, before) for table in (_order_event, _job_event))


def _digest(here: Floor, table: Table, before: int) -> int:
    keys = list(table.primary_key.columns)
    old = (
        select(*keys, table.c.data)
        .where(
            table.c.merchant_id == here.merchant_id,
            table.c.at < before,
            func.length(table.c.data) > DIGEST_BYTES,
        )
        .limit(_BATCH)
    )
    found = here.connection.execute(old).all()
    for row in found:
        same = [column == row[place] for place, column in enumerate(keys)]
        digest = blake2b(row[-1], digest_size=DIGEST_BYTES).digest()
        here.connection.execute(update(table).where(*same).values(data=digest))
    return len(found)


def erase_at_end(here: Floor, order_id: str) -> None:
    """Note that an order's customer is to be forgotten as soon as it ends, and each time."""
    here.connection.execute(
        update(_order)
        .where(_order.c.merchant_id == here.merchant_id, _order.c.id == order_id)
        .values(erase=True)
    )


def is_to_erase(here: Floor, order_id: str) -> bool:
    """Tell whether the customer asked to be forgotten, while his order was open or after it."""
    query = select(_order.c.erase).where(
        _order.c.merchant_id == here.merchant_id, _order.c.id == order_id
    )
    return bool(here.connection.execute(query).scalar_one_or_none())


def endless(connection: Connection, merchant_id: str) -> Sequence[tuple[str, int]]:
    """Return orders that are over whose customer is kept without an end, and when they ended.

    Few fields have no end: those of open orders. They are found by the index of ends, for the
    merchant is compared in a form that no index holds; else all his customers would be read.
    """
    theirs = func.substr(_contact.c.subject, len("order:") + 1)
    query = (
        select(_order.c.id, _order.c.ended_at)
        .select_from(_contact)
        .join(_order, (_order.c.merchant_id == merchant_id) & (_order.c.id == theirs))
        .where(
            func.coalesce(_contact.c.merchant_id, "") == merchant_id,
            _contact.c.purge_at.is_(None),
            _order.c.ended_at.is_not(None),
        )
        .distinct()
        .limit(_BATCH)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def erase_order(here: Floor, order_id: str) -> None:
    """Forget the customer of one order: contact, marks, notes about him, and what proves it."""
    erase_at_end(here, order_id)
    people.drop(here, f"order:{order_id}")
    for job_id in here.connection.execute(_jobs_of(here, order_id)).scalars().all():
        people.drop(here, f"job:{job_id}")
    _forget_reasons(here, order_id)
    drop_proofs(here, order_id)


def _jobs_of(here: Floor, order_id: str) -> Select[tuple[str]]:
    return select(_job_order.c.job_id).where(
        _job_order.c.merchant_id == here.merchant_id, _job_order.c.order_id == order_id
    )


def _forget_reasons(here: Floor, order_id: str) -> None:
    """Drop why staff gave it out without a code; that they did, who and when, stays."""
    mine = _handover.c.merchant_id == here.merchant_id
    query = select(_handover.c.id, _handover.c.document).where(
        mine, _handover.c.subject == f"order:{order_id}"
    )
    for handover_id, document in here.connection.execute(query).all():
        bare = structs.replace(_decode(document), override_reason=None)
        same = (mine, _handover.c.id == handover_id)
        values = {"document": msgspec.json.encode(bare)}
        here.connection.execute(update(_handover).where(*same).values(**values))
        _blank(here, handover_id, _OVERRIDE_EVENT)


def _blank(here: Floor, handover_id: str, kind: str) -> None:
    """Take the words off the events of a kind; that they happened, and when, stays."""
    here.connection.execute(
        update(_handover_event)
        .where(
            _handover_event.c.merchant_id == here.merchant_id,
            _handover_event.c.handover_id == handover_id,
            _handover_event.c.type == kind,
        )
        .values(data=b'{"data":{},"changed":{}}')
    )


def drop_proofs(here: Floor, order_id: str) -> None:
    """Drop pictures and signatures of an order's deliveries."""
    mine = _jobs_of(here, order_id)
    here.connection.execute(
        _proof.delete().where(_proof.c.merchant_id == here.merchant_id, _proof.c.job_id.in_(mine))
    )


def of_connection(connection: Connection, merchant_id: str, connection_id: str) -> Sequence[str]:
    """Return all orders that came from one shop."""
    query = select(_order.c.id).where(
        _order.c.merchant_id == merchant_id, _order.c.connection_id == connection_id
    )
    return connection.execute(query).scalars().all()


def by_platform_ids(
    connection: Connection, merchant_id: str, external_ids: Sequence[str]
) -> Sequence[str]:
    """Return our orders by the platforms' ids, whole or their last part."""
    if not external_ids:
        return ()
    ends = {it.rpartition("/")[2] for it in external_ids}
    whole = [*ends, *(f"gid://shopify/Order/{it}" for it in ends)]
    query = select(_order.c.id).where(
        _order.c.merchant_id == merchant_id, _order.c.external_id.in_(whole)
    )
    return connection.execute(query).scalars().all()

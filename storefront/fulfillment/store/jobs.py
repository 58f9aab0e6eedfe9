"""Delivery jobs as they stand, who holds them, and how they came to it."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection, func, select, update

from storefront.fulfillment.errors.job import JobNotFound
from storefront.fulfillment.job.job import ENDED, HELD, DeliveryJob, JobState
from storefront.fulfillment.order.event import Event
from storefront.fulfillment.store import stories, troubles
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import job

_job = job.delivery_job
_order = job.job_order
_event = job.job_event
_decode = msgspec.json.Decoder(DeliveryJob).decode


def insert(here: Floor, fresh: DeliveryJob, events: Sequence[Event], timer_at: int | None) -> None:
    """Store a new job, with the orders that it carries."""
    here.connection.execute(
        _job.insert().values(
            merchant_id=here.merchant_id,
            id=fresh.id,
            reference=fresh.external_ref,
            created_at=fresh.created_at,
            **_changing(here, fresh, timer_at),
        )
    )
    for order_id in fresh.order_ids:
        here.connection.execute(
            _order.insert().values(merchant_id=here.merchant_id, order_id=order_id, job_id=fresh.id)
        )
    stories.append(here, _event, "job_id", fresh.id, events)
    _note(here, fresh, None)


def save(
    here: Floor,
    before: DeliveryJob,
    after: DeliveryJob,
    events: Sequence[Event],
    timer_at: int | None,
) -> DeliveryJob:
    """Store what a job has become: one conditional update that a stale writer cannot pass.

    The row must still carry the revision and the fence that were read; both only ever rise.
    """
    if not events:
        return before
    done = here.connection.execute(
        update(_job).where(
            _job.c.merchant_id == here.merchant_id,
            _job.c.id == before.id,
            _job.c.rev == before.rev,
            _job.c.fence == before.fence,
        ),
        _changing(here, after, timer_at),
    )
    if done.rowcount != 1:
        raise stories.Overtaken("The job was changed meanwhile.", job=before.id)
    stories.append(here, _event, "job_id", after.id, events)
    _note(here, after, before)
    return after


def _changing(here: Floor, found: DeliveryJob, timer_at: int | None) -> dict[str, object]:
    return {
        "store_id": found.store_id,
        "state": found.state.value,
        "open": found.state not in ENDED,
        "courier_id": found.courier_id,
        "fence": found.fence,
        "lease_until": found.lease_until or 0,
        "expires_at": found.expires_at,
        "timer_at": timer_at,
        "document": msgspec.json.encode(found),
        "rev": found.rev,
        "seq": here.seq,
        "updated_at": found.updated_at,
    }


def _note(here: Floor, after: DeliveryJob, before: DeliveryJob | None) -> None:
    """Tell those who look for work, and those who do this work, apart."""
    offered = after.state is JobState.AVAILABLE
    was_offered = before is not None and before.state is JobState.AVAILABLE
    if offered != was_offered:
        kind = "offer.added" if offered else "offer.gone"
        here.note(kind, after.id, store_id=after.store_id)
    courier_id = after.courier_id or (before.courier_id if before else None)
    detail = {"state": after.state.value, "rev": after.rev}
    here.note(
        "job.changed", after.id, store_id=after.store_id, courier_id=courier_id, detail=detail
    )
    if before is not None and before.courier_id not in {None, courier_id}:
        here.note("job.changed", after.id, store_id=after.store_id, courier_id=before.courier_id)


def get(connection: Connection, merchant_id: str, job_id: str) -> DeliveryJob:
    """Return a job, or raise JobNotFound."""
    query = select(_job.c.document).where(_job.c.merchant_id == merchant_id, _job.c.id == job_id)
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise JobNotFound("There is no such job.", job=job_id)
    return _decode(found)


def several(
    connection: Connection, merchant_id: str, job_ids: Sequence[str]
) -> Sequence[DeliveryJob]:
    """Return those of the jobs that exist, by id."""
    query = (
        select(_job.c.document)
        .where(_job.c.merchant_id == merchant_id, _job.c.id.in_(list(job_ids)))
        .order_by(_job.c.id)
    )
    return [_decode(row[0]) for row in connection.execute(query)]


def available(
    connection: Connection, merchant_id: str, store_ids: Sequence[str], limit: int
) -> Sequence[DeliveryJob]:
    """Return jobs of these stores that anybody may claim, oldest first."""
    query = (
        select(_job.c.document)
        .where(
            _job.c.merchant_id == merchant_id,
            _job.c.open,
            _job.c.state == JobState.AVAILABLE.value,
            _job.c.store_id.in_(list(store_ids)),
        )
        .order_by(_job.c.id)
        .limit(limit)
    )
    return [_decode(row[0]) for row in connection.execute(query)]


def open_of_store(
    connection: Connection, merchant_id: str, store_ids: Sequence[str], limit: int = 500
) -> Sequence[DeliveryJob]:
    """Return the jobs of stores that are not ended."""
    query = (
        select(_job.c.document)
        .where(
            _job.c.merchant_id == merchant_id,
            _job.c.open,
            _job.c.state.in_([state.value for state in JobState]),
            _job.c.store_id.in_(list(store_ids)),
        )
        .order_by(_job.c.id)
        .limit(limit)
    )
    return [_decode(row[0]) for row in connection.execute(query)]


def of_courier(
    connection: Connection,
    merchant_id: str,
    courier_id: str,
    states: frozenset[JobState] = HELD,
    limit: int = 100,
) -> Sequence[DeliveryJob]:
    """Return the jobs of a courier in these states, the newest first."""
    query = (
        select(_job.c.document)
        .where(
            _job.c.merchant_id == merchant_id,
            _job.c.courier_id == courier_id,
            _job.c.state.in_(sorted(state.value for state in states)),
        )
        .order_by(_job.c.updated_at.desc(), _job.c.id)
        .limit(limit)
    )
    return [_decode(row[0]) for row in connection.execute(query)]


def of_order(connection: Connection, merchant_id: str, order_id: str) -> Sequence[DeliveryJob]:
    """Return the jobs that carried or carry an order, oldest first."""
    query = (
        select(_job.c.document)
        .join(
            _order,
            (_order.c.merchant_id == _job.c.merchant_id) & (_order.c.job_id == _job.c.id),
        )
        .where(_order.c.merchant_id == merchant_id, _order.c.order_id == order_id)
        .order_by(_job.c.id)
    )
    return [_decode(row[0]) for row in connection.execute(query)]


def released_since(
    connection: Connection, merchant_id: str, courier_id: str, since: int
) -> Sequence[int]:
    """Return when a courier gave jobs back, or let them lapse, since a moment."""
    query = select(_event.c.at).where(
        _event.c.merchant_id == merchant_id,
        _event.c.actor.in_([f"courier:{courier_id}", f"timer:{courier_id}"]),
        _event.c.type.in_(["job.release", "job.lapse"]),
        _event.c.at >= since,
    )
    return connection.execute(query).scalars().all()


def due(connection: Connection, now: int, limit: int = 100) -> Sequence[tuple[str, str]]:
    """Return (merchant, job) whose time has come: a lease or a window that ended."""
    query = (
        select(_job.c.merchant_id, _job.c.id)
        .where(_job.c.timer_at.is_not(None), _job.c.timer_at <= now)
        .where(~troubles.resting(troubles.JOB, _job.c.merchant_id, _job.c.id, now))
        .order_by(_job.c.timer_at)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def turn_of(connection: Connection, merchant_id: str, job_id: str) -> tuple[int | None, int] | None:
    """Return when the clock has something to do about a job, and how often it was changed."""
    mine = (_job.c.merchant_id == merchant_id, _job.c.id == job_id)
    row = connection.execute(select(_job.c.timer_at, _job.c.rev).where(*mine)).first()
    return None if row is None else (row[0], row[1])


def story(connection: Connection, merchant_id: str, job_id: str) -> list[Event]:
    """Return what happened to a job, from its beginning."""
    return stories.read(connection, merchant_id, _event, "job_id", job_id)


def counts(connection: Connection, merchant_id: str) -> Mapping[str, int]:
    """Return how many jobs are open, by state."""
    query = (
        select(_job.c.state, func.count())
        .where(_job.c.merchant_id == merchant_id, _job.c.open)
        .group_by(_job.c.state)
    )
    return {row[0]: row[1] for row in connection.execute(query)}

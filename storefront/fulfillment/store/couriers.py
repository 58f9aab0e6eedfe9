"""The couriers of a merchant, and where those are who look for work."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select, update

from connector.model.location import Geo
from connector.store.database.upsert import insert_missing
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.errors.job import CourierNotFound
from storefront.fulfillment.order.event import Event
from storefront.fulfillment.store import stories
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import job

_courier = job.courier
_event = job.courier_event
_presence = job.presence
_decode = msgspec.json.Decoder(Courier).decode
KEPT_MS = 24 * 3_600_000


def insert(here: Floor, fresh: Courier, events: Sequence[Event]) -> None:
    """Store a new courier."""
    here.connection.execute(
        _courier.insert().values(
            merchant_id=here.merchant_id,
            id=fresh.id,
            created_at=fresh.created_at,
            **_changing(fresh),
        )
    )
    stories.append(here, _event, "courier_id", fresh.id, events)
    here.note("courier.changed", fresh.id, courier_id=fresh.id)


def save(here: Floor, before: Courier, after: Courier, events: Sequence[Event]) -> Courier:
    """Store what a courier has become; nobody else may have changed it meanwhile."""
    if not events:
        return before
    done = here.connection.execute(
        update(_courier)
        .where(
            _courier.c.merchant_id == here.merchant_id,
            _courier.c.id == before.id,
            _courier.c.rev == before.rev,
        )
        .values(**_changing(after))
    )
    if done.rowcount != 1:
        raise stories.Overtaken("The courier was changed meanwhile.", courier=before.id)
    stories.append(here, _event, "courier_id", after.id, events)
    here.note("courier.changed", after.id, courier_id=after.id)
    return after


def _changing(found: Courier) -> dict[str, object]:
    return {
        "state": found.state.value,
        "document": msgspec.json.encode(found),
        "rev": found.rev,
        "updated_at": found.updated_at,
    }


def get(connection: Connection, merchant_id: str, courier_id: str) -> Courier:
    """Return a courier, or raise CourierNotFound."""
    query = select(_courier.c.document).where(
        _courier.c.merchant_id == merchant_id, _courier.c.id == courier_id
    )
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise CourierNotFound("There is no such courier.", courier=courier_id)
    return _decode(found)


def all_of(connection: Connection, merchant_id: str) -> Sequence[Courier]:
    """Return the couriers, oldest entry first."""
    query = select(_courier.c.document).where(_courier.c.merchant_id == merchant_id)
    query = query.order_by(_courier.c.created_at, _courier.c.id)
    return [_decode(row[0]) for row in connection.execute(query)]


class Presence(Struct, frozen=True, rename="camel"):
    """The last point that a courier told, rounded to 50 m, and how exact he said it was."""

    at: Geo
    accuracy_m: int
    seen_at: int
    moved_at: int


def seen(here: Floor, courier_id: str, at: Geo, accuracy_m: int) -> None:
    """Note where a courier is; only the last point is kept, `at` rounded by the caller."""
    before = presence(here.connection, here.merchant_id, courier_id, here.now)
    moved_at = before.moved_at if before and before.at == at else here.now
    found = Presence(at, accuracy_m, here.now, moved_at)
    values = {"seen_at": here.now, "moved_at": moved_at, "document": msgspec.json.encode(found)}
    key = {"merchant_id": here.merchant_id, "courier_id": courier_id}
    if not insert_missing(here.connection, _presence, {**key, "since": here.now, **values}):
        here.connection.execute(
            update(_presence)
            .where(*[_presence.c[name] == value for name, value in key.items()])
            .values(**values)
        )
    here.note("courier.seen", courier_id, courier_id=courier_id)


def presence(
    connection: Connection, merchant_id: str, courier_id: str, now: int
) -> Presence | None:
    """Return where a courier was last, if he told within a day."""
    query = select(_presence.c.document).where(
        _presence.c.merchant_id == merchant_id,
        _presence.c.courier_id == courier_id,
        _presence.c.seen_at > now - KEPT_MS,
    )
    found = connection.execute(query).scalar_one_or_none()
    return msgspec.json.decode(found, type=Presence) if found else None


def forget_presence(here: Floor, before: int, courier_id: str | None = None) -> int:
    """Drop where couriers were before a moment, or all of one courier."""
    where = [_presence.c.merchant_id == here.merchant_id, _presence.c.seen_at < before]
    if courier_id is not None:
        where = [where[0], _presence.c.courier_id == courier_id]
    return here.connection.execute(_presence.delete().where(*where)).rowcount

"""The orders of the stores, as they stand and how they came to it."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select, update

from storefront.fulfillment.errors.order import OrderNotFound
from storefront.fulfillment.order.event import Event
from storefront.fulfillment.order.life import OVER
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.order.past import ended_at, from_end
from storefront.fulfillment.store import stories, troubles
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import order, trouble

_order = order.fulfillment_order
_event = order.order_event
_decode = msgspec.json.Decoder(FulfillmentOrder).decode
_BEHIND_MS = 10**15  # later than any time of an order, so one index has both in their order


class Source(Struct, frozen=True):
    """Where an order comes from: a connected shop, its order, and the part that we fulfil."""

    connection_id: str
    external_id: str
    part_id: str
    digest: bytes


def insert(
    here: Floor,
    fresh: FulfillmentOrder,
    events: Sequence[Event],
    source: Source | None,
    timer_at: int | None,
) -> None:
    """Store a new order with the events that began it."""
    here.connection.execute(
        _order.insert().values(
            merchant_id=here.merchant_id,
            id=fresh.id,
            number=fresh.number,
            number_from_end=from_end(fresh.number),
            method=fresh.method.value,
            connection_id=source.connection_id if source else None,
            external_id=source.external_id if source else None,
            part_id=source.part_id if source else None,
            platform_digest=source.digest if source else None,
            created_at=fresh.created_at,
            **_changing(fresh, timer_at),
        )
    )
    stories.append(here, _event, "order_id", fresh.id, events)
    _note(here, fresh)


def save(
    here: Floor,
    before: FulfillmentOrder,
    after: FulfillmentOrder,
    events: Sequence[Event],
    timer_at: int | None,
) -> FulfillmentOrder:
    """Store what an order has become; nobody else may have changed it meanwhile."""
    if not events:
        return before
    done = here.connection.execute(
        update(_order).where(
            _order.c.merchant_id == here.merchant_id,
            _order.c.id == before.id,
            _order.c.rev == before.rev,
        ),
        _changing(after, timer_at),
    )
    if done.rowcount != 1:
        raise stories.Overtaken("The order was changed meanwhile.", order=before.id)
    stories.append(here, _event, "order_id", after.id, events)
    _note(here, after)
    return after


def _place(found: FulfillmentOrder) -> int:
    """Return where it stands among what is open: what nobody fetched is behind all work."""
    due = found.slot.end_at if found.slot else found.created_at
    return due + _BEHIND_MS if found.state is OrderState.NO_SHOW else due


def _changing(found: FulfillmentOrder, timer_at: int | None) -> dict[str, object]:
    slot = found.slot
    return {
        "store_id": found.store_id,
        "state": found.state.value,
        "open": found.state not in OVER,
        "slot_key": slot.key if slot else None,
        "due_at": _place(found),
        "timer_at": timer_at,
        "hold_id": found.hold_id,
        "document": msgspec.json.encode(found),
        "rev": found.rev,
        "updated_at": found.updated_at,
        "ended_at": ended_at(found),
    }


def _note(here: Floor, found: FulfillmentOrder) -> None:
    detail = {"state": found.state.value, "rev": found.rev}
    here.note("order.changed", found.id, store_id=found.store_id, detail=detail)


def get(connection: Connection, merchant_id: str, order_id: str) -> FulfillmentOrder:
    """Return an order, or raise OrderNotFound."""
    query = select(_order.c.document).where(
        _order.c.merchant_id == merchant_id, _order.c.id == order_id
    )
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise OrderNotFound("There is no such order.", order=order_id)
    return _decode(found)


def several(
    connection: Connection, merchant_id: str, order_ids: Sequence[str]
) -> Sequence[FulfillmentOrder]:
    """Return those of the orders that exist, by id."""
    query = (
        select(_order.c.document)
        .where(_order.c.merchant_id == merchant_id, _order.c.id.in_(list(order_ids)))
        .order_by(_order.c.id)
    )
    return [_decode(row[0]) for row in connection.execute(query)]


def open_of(
    connection: Connection, merchant_id: str, store_ids: Sequence[str], limit: int = 500
) -> Sequence[FulfillmentOrder]:
    """Return the open orders of stores, the most urgent first and no-shows last.

    Store by store, each from the index of what is open: asked for several stores at once, a
    database may read all their orders that ever were.
    """
    places = [
        it for store_id in store_ids for it in _open(connection, merchant_id, store_id, limit)
    ]
    first = [order_id for _, order_id in sorted(places)[:limit]]
    by_id = {it.id: it for it in several(connection, merchant_id, first)}
    return [by_id[order_id] for order_id in first]


def _open(
    connection: Connection, merchant_id: str, store_id: str, limit: int
) -> list[tuple[int, str]]:
    query = (
        select(_order.c.due_at, _order.c.id)
        .where(_order.c.merchant_id == merchant_id, _order.c.store_id == store_id, _order.c.open)
        .order_by(_order.c.due_at, _order.c.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def in_trouble(
    connection: Connection, merchant_id: str, kind: str, store_ids: Sequence[str], limit: int
) -> Sequence[FulfillmentOrder]:
    """Return the orders of stores with a trouble of a kind, the oldest trouble first."""
    stuck = trouble.trouble
    its_own = (stuck.c.merchant_id == _order.c.merchant_id) & (stuck.c.subject_id == _order.c.id)
    query = (
        select(_order.c.document)
        .join(stuck, its_own)
        .where(
            stuck.c.merchant_id == merchant_id,
            stuck.c.kind == kind,
            _order.c.store_id.in_(list(store_ids)),
        )
        .order_by(stuck.c.began_at, stuck.c.subject_id)
        .limit(limit)
    )
    return [_decode(row[0]) for row in connection.execute(query)]


def by_number(connection: Connection, merchant_id: str, number: str) -> Sequence[FulfillmentOrder]:
    """Return the orders that people call so, with or without `#`, the newest first."""
    plain = number.strip().lstrip("#")
    query = (
        select(_order.c.document)
        .where(_order.c.merchant_id == merchant_id, _order.c.number.in_([plain, f"#{plain}"]))
        .order_by(_order.c.created_at.desc())
        .limit(20)
    )
    return [_decode(row[0]) for row in connection.execute(query)]


class Known(Struct, frozen=True):
    """A part of a platform's order that we have, and the digest of what the platform said."""

    order: FulfillmentOrder
    part_id: str
    digest: bytes | None


def of_source(
    connection: Connection, merchant_id: str, connection_id: str, external_id: str
) -> Sequence[Known]:
    """Return what we have of a platform's order, part by part."""
    query = (
        select(_order.c.document, _order.c.part_id, _order.c.platform_digest)
        .where(
            _order.c.merchant_id == merchant_id,
            _order.c.connection_id == connection_id,
            _order.c.external_id == external_id,
        )
        .order_by(_order.c.part_id)
    )
    return [Known(_decode(row[0]), row[1], row[2]) for row in connection.execute(query)]


def source_of(connection: Connection, merchant_id: str, order_id: str) -> Source | None:
    """Return where an order comes from, None for one that no platform knows."""
    columns = (
        _order.c.connection_id,
        _order.c.external_id,
        _order.c.part_id,
        _order.c.platform_digest,
    )
    query = select(*columns).where(_order.c.merchant_id == merchant_id, _order.c.id == order_id)
    row = connection.execute(query).first()
    return None if row is None or row[0] is None else Source(row[0], row[1], row[2], row[3] or b"")


def is_alone(connection: Connection, merchant_id: str, source: Source) -> bool:
    """Tell whether no other order of ours is of the same order at the platform."""
    return len(of_source(connection, merchant_id, source.connection_id, source.external_id)) < 2


def note_digest(here: Floor, order_id: str, digest: bytes) -> None:
    """Remember what the platform last said of an order."""
    here.connection.execute(
        update(_order)
        .where(_order.c.merchant_id == here.merchant_id, _order.c.id == order_id)
        .values(platform_digest=digest)
    )


def let_go_of_part(here: Floor, order_id: str) -> None:
    """Let another order be the platform's part from now on; what became of this one stays."""
    mine = (_order.c.merchant_id == here.merchant_id, _order.c.id == order_id)
    former = _order.c.part_id + f"/moved/{order_id}"
    here.connection.execute(update(_order).where(*mine).values(part_id=former))


def due(connection: Connection, now: int, limit: int = 100) -> Sequence[tuple[str, str]]:
    """Return (merchant, order) whose time has come: a question unanswered, a bag unfetched."""
    query = (
        select(_order.c.merchant_id, _order.c.id)
        .where(_order.c.timer_at.is_not(None), _order.c.timer_at <= now)
        .where(~troubles.resting(troubles.ORDER, _order.c.merchant_id, _order.c.id, now))
        .order_by(_order.c.timer_at)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def turn_of(
    connection: Connection, merchant_id: str, order_id: str
) -> tuple[int | None, int] | None:
    """Return when the clock has something to do about an order, and how often it was changed."""
    mine = (_order.c.merchant_id == merchant_id, _order.c.id == order_id)
    row = connection.execute(select(_order.c.timer_at, _order.c.rev).where(*mine)).first()
    return None if row is None else (row[0], row[1])


def story(connection: Connection, merchant_id: str, order_id: str) -> list[Event]:
    """Return what happened to an order, from its beginning."""
    return stories.read(connection, merchant_id, _event, "order_id", order_id)

"""What happened, in rows that are only ever added: the story behind every state."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from connector.model.errors import StorageError
from storefront.fulfillment.order.event import Actor, Event
from storefront.fulfillment.store.floor import Floor

DIGEST_BYTES = 16
"""An event whose words are gone is as long as their digest; one with words is longer."""


class Overtaken(StorageError):
    """Two writes met in one row, which the floor's own order should have kept apart."""

    code = "overtaken"
    status = 503
    remedy = "Read anew and try again."


def actor_text(actor: Actor) -> str:
    """Return an actor as one word: `courier:cou_...`, `timer`."""
    return f"{actor.role}:{actor.id}" if actor.id else actor.role


def actor_of(text: str) -> Actor:
    """Read an actor back."""
    role, _, who = text.partition(":")
    return Actor(role, who or None)


def append(
    here: Floor, table: Table, subject: str, subject_id: str, events: Sequence[Event]
) -> None:
    """Add events to the story of a subject; `subject` names the column of its id."""
    for event in events:
        data = {"data": event.data, "changed": event.changed}
        row = {
            "merchant_id": here.merchant_id,
            subject: subject_id,
            "seq": event.seq,
            "at": event.at,
            "type": event.type,
            "actor": actor_text(event.actor),
            "data": msgspec.json.encode(data, enc_hook=str),
        }
        here.connection.execute(table.insert(), row)


def read(
    connection: Connection, merchant_id: str, table: Table, subject: str, subject_id: str
) -> list[Event]:
    """Return the story of a subject from its beginning."""
    query = (
        select(table.c.seq, table.c.type, table.c.at, table.c.actor, table.c.data)
        .where(table.c.merchant_id == merchant_id, table.c[subject] == subject_id)
        .order_by(table.c.seq)
    )
    return [_event(row) for row in connection.execute(query)]


def _event(row: Any) -> Event:
    """Read an event; of an old one only its digest is left, which tells nothing."""
    if len(row[4]) == DIGEST_BYTES:
        return Event(row[0], row[1], row[2], actor_of(row[3]), {}, {})
    data = msgspec.json.decode(row[4])
    return Event(row[0], row[1], row[2], actor_of(row[3]), data["data"], data["changed"])

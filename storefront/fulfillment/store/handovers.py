"""Hand-overs as they stand; the codes themselves are nowhere, only what they are checked with."""

from base64 import b32hexencode
from collections.abc import Sequence
from hashlib import blake2b

import msgspec
from sqlalchemy import Connection, select, update

from storefront.fulfillment.order.code import pin_text, qr_text
from storefront.fulfillment.order.event import Event
from storefront.fulfillment.order.handover import Handover
from storefront.fulfillment.store import stories
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.people import Sealer
from storefront.fulfillment.store.tables import order

_handover = order.handover
_event = order.handover_event
_decode = msgspec.json.Decoder(Handover).decode


def codes(key: Sealer, handover_id: str, turn: int) -> tuple[str, bytes]:
    """Return PIN and token of a hand-over's `turn`-th code.

    They follow from the merchant's key, so that the shopper's page can show them again and again,
    and yet no table holds them: what is stored are their keyed hashes.
    """
    seed = blake2b(f"{handover_id}/{turn}".encode(), key=key.code_key, digest_size=24).digest()
    return pin_text(int.from_bytes(seed[:8], "big")), seed[8:]


def square(key: Sealer, handover_id: str, turn: int) -> str:
    """Return the text of the QR code."""
    return qr_text(handover_id, codes(key, handover_id, turn)[1])


def parcel_code(seed: bytes) -> str:
    """Return a short code for a parcel's label from 5 random bytes: 8 signs, none misread."""
    return b32hexencode(seed[:5]).decode()


def insert(
    here: Floor, fresh: Handover, events: Sequence[Event], subject: str, store_id: str, turn: int
) -> None:
    """Store a new hand-over of a subject (`order:ID`, `job:ID`, `door:ID`, `return:ID`)."""
    here.connection.execute(
        _handover.insert().values(
            merchant_id=here.merchant_id,
            id=fresh.id,
            subject=subject,
            store_id=store_id,
            turn=turn,
            has_age_result=fresh.age_result is not None,
            **_changing(fresh),
        )
    )
    stories.append(here, _event, "handover_id", fresh.id, events)


def save(
    here: Floor,
    before: Handover,
    after: Handover,
    events: Sequence[Event],
    turn: int | None = None,
) -> Handover:
    """Store what a hand-over has become; with `turn`, its codes are others now.

    A result that counts no more is still told by its event: it stays on the list to be forgotten.
    """
    if not events:
        return before
    values = {**_changing(after), **({} if turn is None else {"turn": turn})}
    values |= {} if after.age_result is None else {"has_age_result": True}
    done = here.connection.execute(
        update(_handover)
        .where(
            _handover.c.merchant_id == here.merchant_id,
            _handover.c.id == before.id,
            _handover.c.rev == before.rev,
        )
        .values(**values)
    )
    if done.rowcount != 1:
        raise stories.Overtaken("The hand-over was changed meanwhile.", handover=before.id)
    stories.append(here, _event, "handover_id", after.id, events)
    return after


def _changing(found: Handover) -> dict[str, object]:
    return {
        "state": found.state.value,
        "document": msgspec.json.encode(found),
        "rev": found.rev,
        "updated_at": found.updated_at,
    }


def of_subject(
    connection: Connection, merchant_id: str, subject: str
) -> tuple[Handover, int] | None:
    """Return the hand-over of a subject and which turn of codes it is at, or None."""
    query = select(_handover.c.document, _handover.c.turn).where(
        _handover.c.merchant_id == merchant_id, _handover.c.subject == subject
    )
    row = connection.execute(query).first()
    return (_decode(row[0]), row[1]) if row else None


def story(connection: Connection, merchant_id: str, handover_id: str) -> list[Event]:
    """Return what happened to a hand-over, from its beginning."""
    return stories.read(connection, merchant_id, _event, "handover_id", handover_id)


def get(connection: Connection, merchant_id: str, handover_id: str) -> tuple[Handover, int] | None:
    """Return a hand-over by id and which turn of codes it is at, or None."""
    query = select(_handover.c.document, _handover.c.turn).where(
        _handover.c.merchant_id == merchant_id, _handover.c.id == handover_id
    )
    row = connection.execute(query).first()
    return (_decode(row[0]), row[1]) if row else None


def waiting(connection: Connection, merchant_id: str, store_id: str) -> Sequence[Handover]:
    """Return the hand-overs of a store that are still to come: a bare PIN is sought among them."""
    query = select(_handover.c.document).where(
        _handover.c.merchant_id == merchant_id,
        _handover.c.store_id == store_id,
        _handover.c.state.in_(["ISSUED", "PRESENTED", "LOCKED", "VERIFIED"]),
    )
    return [_decode(row[0]) for row in connection.execute(query)]

"""How a hold is kept: its row, a row for each line, and until when slot and pieces are bound."""

import msgspec
from msgspec import structs
from sqlalchemy import update

from storefront.fulfillment.hold import Hold
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import promise

_hold = promise.hold
_line = promise.hold_line
FOREVER = 2**62


def insert(here: Floor, hold: Hold, session: bytes = b"", address: bytes | None = None) -> None:
    """Keep a new hold, bound until it ends; `session` and `address` are hashes of who asks."""
    here.connection.execute(
        _hold.insert().values(
            merchant_id=here.merchant_id,
            id=hold.id,
            store_id=hold.store_id,
            slot_key=hold.slot_key,
            slot_until=hold.expires_at if hold.slot_key else 0,
            orders=hold.load.orders,
            prep_points=hold.load.prep_points,
            volume_ml=hold.load.volume_ml,
            session=session,
            address=address,
            cart=hold.cart,
            created_at=here.now,
            **_changing(hold, here.now),
        )
    )
    _insert_lines(here, hold)


def replace_lines(here: Floor, hold: Hold) -> None:
    """Keep other lines in place of the former ones."""
    mine = (_line.c.merchant_id == here.merchant_id, _line.c.hold_id == hold.id)
    here.connection.execute(_line.delete().where(*mine))
    _insert_lines(here, hold)


def save(here: Floor, hold: Hold, until: int, settles_after: int | None = None) -> None:
    """Keep what a hold has become, and until when it binds."""
    here.connection.execute(
        update(_hold)
        .where(_hold.c.merchant_id == here.merchant_id, _hold.c.id == hold.id)
        .values(**_changing(hold, here.now))
    )
    bind(here, hold, until, settles_after)


def save_slot(here: Floor, hold: Hold) -> None:
    """Keep that an order's claim stands in another slot; its pieces stay as they are."""
    here.connection.execute(
        update(_hold)
        .where(_hold.c.merchant_id == here.merchant_id, _hold.c.id == hold.id)
        .values(slot_key=hold.slot_key, slot_until=FOREVER, **_changing(hold, here.now))
    )


def save_load(here: Floor, hold: Hold) -> None:
    """Keep that a claim takes something else of its slot, or has none any more."""
    here.connection.execute(
        update(_hold)
        .where(_hold.c.merchant_id == here.merchant_id, _hold.c.id == hold.id)
        .values(slot_key=hold.slot_key, **structs.asdict(hold.load))
    )


def bind(here: Floor, hold: Hold, until: int, settles_after: int | None) -> None:
    """Let slot and pieces be bound until a moment; 0 lets go of them."""
    here.connection.execute(
        update(_hold)
        .where(_hold.c.merchant_id == here.merchant_id, _hold.c.id == hold.id)
        .values(slot_until=until if hold.slot_key else 0)
    )
    here.connection.execute(
        update(_line)
        .where(_line.c.merchant_id == here.merchant_id, _line.c.hold_id == hold.id)
        .values(until=until, settles_after=settles_after)
    )


def _insert_lines(here: Floor, hold: Hold) -> None:
    for line in hold.lines:
        values = {"merchant_id": here.merchant_id, "hold_id": hold.id, "until": hold.expires_at}
        here.connection.execute(_line.insert().values(**values, **structs.asdict(line)))


def _changing(hold: Hold, now: int) -> dict[str, object]:
    return {
        "state": hold.state.value,
        "expires_at": hold.expires_at,
        "extensions": hold.extensions,
        "order_id": hold.order_id,
        "document": msgspec.json.encode(hold),
        "rev": hold.rev,
        "updated_at": now,
    }

"""Keeping stock and a slot for a checkout, here and at the shop that counts the goods."""

from collections.abc import Mapping, Sequence

from connector.model.ids import new_id
from connector.model.order import Reservation
from connector.store.listing import reader
from storefront.fulfillment.hold import Hold, HoldState
from storefront.fulfillment.store import goods, holds, places, slots
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.goods import Good, GoodNotFound
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.stock import Wanted
from storefront.fulfillment.work import outward


def take(
    here: Floor,
    store_id: str,
    wanted: Sequence[Wanted],
    *,
    cart: str,
    session: bytes,
    address: bytes | None = None,
    slot_key: str | None = None,
    ttl_ms: int | None = None,
) -> Hold:
    """Hold a basket, or raise why not; the shop is asked to set the pieces aside as well.

    Our own hold is what promises; the shop's keeps its other tills from selling the same piece.
    """
    store = places.get(here.connection, here.merchant_id, store_id)
    ids = [one.variant_id for one in wanted]
    found = goods.goods(here.connection, here.merchant_id, ids)
    missing = sorted(set(ids) - set(found))
    if missing:
        raise GoodNotFound("There is no such variant.", variants=missing)
    slot = slots.one(here.connection, store, slot_key, here.now) if slot_key else None
    basket = Basket(
        hold_id=new_id("hld", lambda: here.now),
        cart=cart,
        session=session,
        address=address,
        wanted=tuple(wanted),
        ttl_ms=ttl_ms,
    )
    hold = holds.take(here, store, slot, found, basket)
    _tell(here, hold, found, keep=True)
    return hold


def release(here: Floor, hold_id: str) -> Hold:
    """Give a hold back, here and at the shop."""
    hold = holds.release(here, hold_id)
    unreserve(here, hold)
    return hold


def unreserve(here: Floor, hold: Hold) -> None:
    """Let the shop put back what it set aside for a hold."""
    ids = [line.variant_id for line in hold.lines]
    _tell(here, hold, goods.goods(here.connection, here.merchant_id, ids), keep=False)


def end_lapsed(here: Floor, hold_id: str) -> None:
    """Write down that a hold ended by itself, and let the shop put its pieces back."""
    hold = holds.get(here.connection, here.merchant_id, hold_id)
    if hold.state_at(here.now) is HoldState.EXPIRED and hold.state is HoldState.ACTIVE:
        holds.note_lapse(here, hold)
        unreserve(here, hold)


def _tell(here: Floor, hold: Hold, found: Mapping[str, Good], *, keep: bool) -> None:
    """Tell each shop of its own pieces; goods that a shop does not count by item stay untold."""
    stored = reader.locations(here.connection, here.merchant_id)
    known = {it.location.id: it.location.external_id for it in stored}
    pieces: dict[str, list[Reservation]] = {}
    for line in hold.lines:
        good = found.get(line.variant_id)
        if good is None or good.stock_item is None or line.location_id not in known:
            continue
        reservation = Reservation(good.stock_item, known[line.location_id], line.quantity)
        pieces.setdefault(good.connection_id, []).append(reservation)
    for connection_id, reservations in pieces.items():
        outward.reserve(here, connection_id, hold.id, reservations, keep=keep)

"""Stock and slot are taken together or not at all, and given back by time alone."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct, structs
from sqlalchemy import Connection, func, select

from connector.model.ids import new_id
from storefront.fulfillment.errors.hold import HoldLimit, HoldNotFound
from storefront.fulfillment.hold import (
    MOST_PER_SESSION,
    SHARE_PER_ADDRESS,
    Hold,
    HoldState,
    extended,
    moved,
    time_to_live,
)
from storefront.fulfillment.place.store import Store, require_active
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.store import hold_rows, slots, troubles
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.goods import Good
from storefront.fulfillment.store.hold_rows import FOREVER
from storefront.fulfillment.store.stock import Wanted, allot, load_of
from storefront.fulfillment.store.tables import promise

_hold = promise.hold
_decode = msgspec.json.Decoder(Hold).decode


class Basket(Struct, frozen=True):
    """What somebody wants to have kept.

    `session` and `address` are hashes of who asks; `cart` is the checkout's name of the basket: a
    new hold for the same cart replaces the old one.
    """

    hold_id: str
    cart: str
    session: bytes
    address: bytes | None
    wanted: tuple[Wanted, ...]
    ttl_ms: int | None = None


def take(
    here: Floor, store: Store, slot: Slot | None, goods: Mapping[str, Good], basket: Basket
) -> Hold:
    """Keep stock and slot for a basket, or raise why not.

    Raises StorePaused, SlotCutOff, SlotBlocked, SlotFull, OutOfStock or HoldLimit. `slot` tells
    what is taken of it now (`slots.one`), read in this same write.
    """
    require_active(store)
    release_cart(here, basket.cart)
    _require_modest(here, slot, basket)
    load = load_of(goods, basket.wanted)
    if slot is not None:
        # Anew, for the cart's former hold was given back.
        slots.standing(here.connection, store, [slot], here.now)[0].require(load, here.now)
    lines = allot(here, store, goods, basket.wanted)
    hold = Hold(
        id=basket.hold_id,
        merchant_id=here.merchant_id,
        store_id=store.id,
        cart=basket.cart,
        slot_key=slot.key if slot else None,
        load=load,
        lines=lines,
        expires_at=here.now + time_to_live(basket.ttl_ms),
        created_at=here.now,
    )
    hold_rows.insert(here, hold, basket.session, basket.address)
    here.note("hold.taken", hold.id, store_id=store.id)
    return hold


def _require_modest(here: Floor, slot: Slot | None, basket: Basket) -> None:
    """Let nobody hold what is there for all."""
    active = [
        _hold.c.merchant_id == here.merchant_id,
        _hold.c.state == HoldState.ACTIVE.value,
        _hold.c.expires_at > here.now,
    ]
    mine = select(func.count()).where(*active, _hold.c.session == basket.session)
    if here.connection.execute(mine).scalar_one() >= MOST_PER_SESSION:
        raise HoldLimit("You hold two baskets already.", most=MOST_PER_SESSION)
    if slot is None or basket.address is None or slot.caps.orders is None:
        return
    same = select(func.count()).where(
        *active, _hold.c.slot_key == slot.key, _hold.c.address == basket.address
    )
    most = max(MOST_PER_SESSION, slot.caps.orders // SHARE_PER_ADDRESS)
    if here.connection.execute(same).scalar_one() >= most:
        raise HoldLimit("Too many holds come from one address.", most=most)


def get(connection: Connection, merchant_id: str, hold_id: str) -> Hold:
    """Return a hold, or raise HoldNotFound."""
    query = select(_hold.c.document).where(
        _hold.c.merchant_id == merchant_id, _hold.c.id == hold_id
    )
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise HoldNotFound("There is no such hold.", hold=hold_id)
    return _decode(found)


def extend(here: Floor, hold_id: str) -> Hold:
    """Give a hold ten minutes more, once."""
    hold = extended(get(here.connection, here.merchant_id, hold_id), here.now)
    hold_rows.save(here, hold, hold.expires_at)
    return hold


def release(here: Floor, hold_id: str) -> Hold:
    """Give back all that a hold keeps; one that ended by itself has given it back already."""
    before = get(here.connection, here.merchant_id, hold_id)
    if before.state_at(here.now) is HoldState.EXPIRED:
        return structs.replace(before, state=HoldState.EXPIRED)
    hold = moved(before, "release", here.now)
    hold_rows.save(here, hold, 0)
    here.note("hold.released", hold.id, store_id=hold.store_id)
    return hold


def note_lapse(here: Floor, hold: Hold) -> None:
    """Write down that a hold ended by itself; it bound nothing any more since its end."""
    hold_rows.save(here, structs.replace(hold, state=HoldState.EXPIRED, rev=hold.rev + 1), 0)


def lapsed(connection: Connection, now: int, limit: int = 100) -> Sequence[tuple[str, str]]:
    """Return (merchant, hold) of those that ended by themselves and are not written down yet."""
    query = (
        select(_hold.c.merchant_id, _hold.c.id)
        .where(_hold.c.state == HoldState.ACTIVE.value, _hold.c.expires_at <= now)
        .where(~troubles.resting(troubles.HOLD, _hold.c.merchant_id, _hold.c.id, now))
        .order_by(_hold.c.expires_at)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def release_cart(here: Floor, cart: str) -> None:
    """Give back what the cart holds: nobody is locked out by his own hold."""
    query = select(_hold.c.id).where(
        _hold.c.merchant_id == here.merchant_id,
        _hold.c.cart == cart,
        _hold.c.state == HoldState.ACTIVE.value,
        _hold.c.expires_at > here.now,
    )
    for hold_id in here.connection.execute(query).scalars().all():
        release(here, hold_id)


def consume(here: Floor, hold_id: str, order_id: str, settles_after: int | None) -> Hold:
    """Turn a hold into an order's own claim, for good; raises HoldExpired when it has ended.

    `settles_after`: the pieces bind until the shop's count is read anew behind that moment; None
    where no platform counts them, so that they bind until the order ends.
    """
    before = moved(get(here.connection, here.merchant_id, hold_id), "consume", here.now)
    hold = structs.replace(before, order_id=order_id)
    hold_rows.save(here, hold, FOREVER, settles_after)
    here.note("hold.consumed", hold.id, store_id=hold.store_id)
    return hold


def claim(here: Floor, hold: Hold, settles_after: int | None) -> Hold:
    """Store a hold that is an order's claim from the start: the order came without a hold.

    The platform sold the pieces already, so nothing is refused; what is too much is for the caller
    to see.
    """
    made = structs.replace(hold, state=HoldState.CONSUMED)
    hold_rows.insert(here, made)
    hold_rows.bind(here, made, FOREVER, settles_after)
    return made


def fit(here: Floor, hold: Hold, settles_after: int | None) -> Hold:
    """Let an order's claim bind other pieces and take something else of its slot."""
    made = structs.replace(hold, rev=hold.rev + 1)
    hold_rows.replace_lines(here, made)
    hold_rows.save_load(here, made)
    hold_rows.save(here, made, FOREVER, settles_after)
    return made


def claim_slot(here: Floor, store_id: str, order_id: str, slot: Slot, load: Load) -> Hold:
    """Take a place in a slot for an order that has none; raises as the slot does when full."""
    slot.require(load, here.now)
    made = Hold(
        id=new_id("hld", lambda: here.now),
        merchant_id=here.merchant_id,
        store_id=store_id,
        cart=order_id,
        slot_key=slot.key,
        load=load,
        lines=(),
        expires_at=here.now,
        created_at=here.now,
        order_id=order_id,
    )
    return claim(here, made, None)


def reacquire(
    here: Floor, hold_id: str, store: Store, slot: Slot | None, goods: Mapping[str, Good]
) -> Hold:
    """Take again what an ended hold kept, if there is still room; raises as `take` does."""
    ended = moved(get(here.connection, here.merchant_id, hold_id), "reacquire", here.now)
    if slot is not None:
        slot.require(ended.load, here.now)
    wanted = [Wanted(line.variant_id, line.quantity) for line in ended.lines]
    lines = allot(here, store, goods, wanted)
    hold = structs.replace(ended, lines=lines, expires_at=here.now + time_to_live(None))
    hold_rows.replace_lines(here, hold)
    hold_rows.save(here, hold, hold.expires_at)
    return hold


def move_slot(here: Floor, hold_id: str, slot: Slot) -> Hold:
    """Let an order's claim stand in another slot; raises as the slot does when it has no room."""
    before = get(here.connection, here.merchant_id, hold_id)
    slot.require(before.load, here.now)
    hold = structs.replace(before, slot_key=slot.key, rev=before.rev + 1)
    hold_rows.save_slot(here, hold)
    return hold

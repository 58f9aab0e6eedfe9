"""What an order binds of stock and slot: its own hold, or a claim made when it came without."""

from collections.abc import Sequence

from msgspec import structs

from connector.model.errors import NotFound, RegieError
from connector.model.ids import new_id
from connector.model.order import OrderPart, PlacedOrder
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.hold import HoldExpired, OutOfStock
from storefront.fulfillment.errors.slot import SlotBlocked, SlotCutOff, SlotFull, SlotNotFound
from storefront.fulfillment.hold import HeldLine, Hold, HoldState
from storefront.fulfillment.order.order import (
    Flag,
    FulfillmentOrder,
    Method,
    SlotWindow,
)
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.slot.load import MOST, Load
from storefront.fulfillment.slot.promise import asap
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.store import holds, slots
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.goods import Good
from storefront.fulfillment.store.stock import Wanted, allot, counted_at
from storefront.fulfillment.work import holding, promising

HOLD, SLOT = "regie_hold", "regie_slot"
_NO_ROOM = (SlotFull, SlotCutOff, SlotBlocked, NotFound)


def hold_of(here: Floor, placed: PlacedOrder) -> Hold | None:
    """Return the hold that the checkout wrote into the order, if it is one of ours."""
    named = placed.reference(HOLD)
    if named is None:
        return None
    try:
        return holds.get(here.connection, here.merchant_id, named)
    except NotFound:
        return None


def for_order(
    here: Floor,
    store: Store,
    order: FulfillmentOrder,
    placed: PlacedOrder,
    part: OrderPart,
    goods: Sequence[Good],
) -> FulfillmentOrder:
    """Return the order with its claim and its window; flagged where there was no room any more.

    A paid order is never refused: without a slot it stands and waits for another one.
    """
    held = hold_of(here, placed)
    if held is not None and held.order_id is None and held.store_id == store.id:
        return _by_hold(here, store, order, held, {good.variant_id: good for good in goods})
    return _by_claim(here, store, order, placed, part, goods)


def _by_hold(
    here: Floor, store: Store, order: FulfillmentOrder, held: Hold, goods: dict[str, Good]
) -> FulfillmentOrder:
    slot = _slot(here, store, held.slot_key)
    if held.slot_key is not None and slot is None:
        return _late(here, store, order, held, goods, SlotNotFound.code)
    try:
        if held.state_at(here.now) is HoldState.EXPIRED:
            holds.reacquire(here, held.id, store, slot, goods)
        consumed = holds.consume(here, held.id, order.id, here.now)
    except (HoldExpired, IllegalTransition):
        return _late(here, store, order, held, goods)
    except RegieError as error:
        return _late(here, store, order, held, goods, error.code)
    holding.unreserve(here, consumed)
    bound = _timed(structs.replace(order, hold_id=held.id), _window(store, slot), slot)
    return _made_to_fit(here, store, bound, consumed, slot, goods)


def _made_to_fit(
    here: Floor,
    store: Store,
    order: FulfillmentOrder,
    held: Hold,
    slot: Slot | None,
    goods: dict[str, Good],
) -> FulfillmentOrder:
    """Let the hold bind what was bought: what came on top is flagged where there is none of it."""
    load = _load(order)
    if slot is not None and not _has_room(here, store, held, slot, load):
        slot, order = (
            None,
            structs.replace(order, slot=None, cancel_until=None).flagged(
                Flag.NEEDS_RESLOT, SlotFull.code
            ),
        )
    kept = _wanted_still(order, held)
    asked = structs.replace(held, lines=kept, load=load, slot_key=slot.key if slot else None)
    fitted = holds.fit(here, asked, here.now)
    more = _claimed(store, order, list(goods.values()), kept)
    if not more:
        return order
    try:
        wanted = [Wanted(line.variant_id, line.quantity) for line in more]
        more = allot(here, store, goods, wanted)
    except OutOfStock as error:
        order = order.flagged(Flag.NEEDS_ATTENTION, error.code)
    holds.fit(here, structs.replace(fitted, lines=_merged(kept, more)), here.now)
    return order


def _has_room(here: Floor, store: Store, held: Hold, slot: Slot, load: Load) -> bool:
    """Tell whether a slot takes what the order brings on top of what its hold took."""
    if load == held.load:
        return True
    fresh = slots.standing(here.connection, store, [slot], here.now, without=held.id)[0]
    return fresh.has_room(load)


def _wanted_still(order: FulfillmentOrder, held: Hold) -> tuple[HeldLine, ...]:
    """Return of what was held what the order asks for."""
    left = _totals(order)
    kept: list[HeldLine] = []
    for line in held.lines:
        pieces = min(line.quantity, left.get(line.variant_id, 0))
        if pieces:
            left[line.variant_id] -= pieces
            kept.append(structs.replace(line, quantity=pieces))
    return tuple(kept)


def _merged(*several: Sequence[HeldLine]) -> tuple[HeldLine, ...]:
    """Return the lines with those of one variant at one place added up."""
    found: dict[tuple[str, str], HeldLine] = {}
    for line in (it for lines in several for it in lines):
        same = (line.variant_id, line.location_id)
        before = found[same].quantity if same in found else 0
        found[same] = structs.replace(line, quantity=before + line.quantity)
    return tuple(found.values())


def _late(
    here: Floor,
    store: Store,
    order: FulfillmentOrder,
    held: Hold,
    goods: dict[str, Good],
    why: str = HoldExpired.code,
) -> FulfillmentOrder:
    """Keep a paid order whose hold is gone: it needs another slot, or its money back.

    Its pieces are bound all the same: the platform sold them.
    """
    if held.state_at(here.now) is HoldState.ACTIVE:
        holding.release(here, held.id)
    claim = _claim(here, store, order, None, list(goods.values()))
    return structs.replace(order, hold_id=claim.id, slot=None).flagged(Flag.NEEDS_RESLOT, why)


def _by_claim(
    here: Floor,
    store: Store,
    order: FulfillmentOrder,
    placed: PlacedOrder,
    part: OrderPart,
    goods: Sequence[Good],
) -> FulfillmentOrder:
    """Bind what the platform sold: it took the pieces off its count, of which we hear later."""
    load = _load(order)
    slot, why = _chosen(here, store, order, placed, load)
    claim = _claim(here, store, order, slot, goods)
    bound = structs.replace(order, hold_id=claim.id)
    if why is not None:
        return bound.flagged(Flag.NEEDS_RESLOT, why)
    window = _window(store, slot) or _told(part, store) or promising.window(here, store, order)
    return _timed(bound, window, slot)


def _claim(
    here: Floor, store: Store, order: FulfillmentOrder, slot: Slot | None, goods: Sequence[Good]
) -> Hold:
    made = Hold(
        id=new_id("hld", lambda: here.now),
        merchant_id=here.merchant_id,
        store_id=store.id,
        cart=order.id,
        slot_key=slot.key if slot else None,
        load=_load(order),
        lines=_claimed(store, order, goods),
        expires_at=here.now,
        created_at=here.now,
        order_id=order.id,
    )
    return holds.claim(here, made, here.now)


def _timed(
    order: FulfillmentOrder, window: SlotWindow | None, slot: Slot | None
) -> FulfillmentOrder:
    """Return the order with its window, and until when the customer may change his mind."""
    until = slot.cutoff_at if slot else window.start_at if window else None
    return structs.replace(order, slot=window, cancel_until=until)


def _chosen(
    here: Floor, store: Store, order: FulfillmentOrder, placed: PlacedOrder, load: Load
) -> tuple[Slot | None, str | None]:
    """Return the slot that was chosen or the first that takes the order, and why there is none."""
    service = Service.PICKUP if order.method is Method.PICKUP else Service.DELIVERY
    key = placed.reference(SLOT)
    if key is not None:
        try:
            slot = slots.one(here.connection, store, key, here.now)
            slot.require(load, here.now)
        except _NO_ROOM as error:
            return None, error.code
        return slot, None
    if not slots.has_slots(here.connection, store, service):
        return None, None
    coming = slots.coming(here.connection, store, service, here.now)
    if service is Service.PICKUP:
        found = asap(coming, here.now, store.pickup.prep_minutes, load)
    else:
        to, pin = placed.buyer.address, placed.buyer.geo
        since = promising.starts_from(here.connection, store, to, pin, here.now)
        near = [slot for slot in coming if slot.start_at >= since]
        found = asap(near, here.now, store.delivery.prep_minutes, load)
    return found, None if found else SlotFull.code


def _slot(here: Floor, store: Store, key: str | None) -> Slot | None:
    if key is None:
        return None
    try:
        return slots.one(here.connection, store, key, here.now)
    except NotFound:
        return None


def _window(store: Store, slot: Slot | None) -> SlotWindow | None:
    if slot is None:
        return None
    return SlotWindow(slot.start_at, slot.end_at, store.timezone, slot.key)


def _told(part: OrderPart, store: Store) -> SlotWindow | None:
    """Return the window that the platform promised, if it did."""
    if part.earliest is None or part.latest is None:
        return None
    start, end = (round(it.timestamp() * 1000) for it in (part.earliest, part.latest))
    return SlotWindow(start, end, store.timezone) if start < end else None


def _load(order: FulfillmentOrder) -> Load:
    return Load(
        orders=1,
        prep_points=sum(line.prep_points * line.quantity for line in order.lines),
        volume_ml=sum(line.volume_ml * line.quantity for line in order.lines),
    ).bounded


def _claimed(
    store: Store, order: FulfillmentOrder, goods: Sequence[Good], kept: Sequence[HeldLine] = ()
) -> tuple[HeldLine, ...]:
    """Return the pieces that the order takes where the store counts, but for `kept`."""
    by_id = {good.variant_id: good for good in goods}
    place = counted_at(store)
    totals = {key: pieces for key, pieces in _totals(order).items() if key in by_id}
    for line in kept:
        totals[line.variant_id] -= line.quantity
    return tuple(
        HeldLine(
            key, by_id[key].product_id, place, by_id[key].stock_key(place), min(quantity, MOST)
        )
        for key, quantity in totals.items()
        if quantity > 0
    )


def _totals(order: FulfillmentOrder) -> dict[str, int]:
    """Return the pieces of each variant that the order asks for."""
    totals: dict[str, int] = {}
    for line in order.lines:
        if line.variant_id is not None:
            totals[line.variant_id] = totals.get(line.variant_id, 0) + line.quantity
    return totals

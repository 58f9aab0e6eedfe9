"""What staff do with an order before it leaves: take it on, pick, exchange, pack, call off."""

from collections.abc import Callable, Sequence

from msgspec import Struct, structs
from sqlalchemy import Connection

from connector.model.ids import new_id
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.order import closing, picking, placing
from storefront.fulfillment.order.event import Actor, Event
from storefront.fulfillment.order.order import (
    BadOrder,
    FulfillmentOrder,
    Item,
    Method,
    OrderState,
    Question,
    SlotWindow,
    Temp,
)
from storefront.fulfillment.place.store import PartialPolicy
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.store import goods as shelves
from storefront.fulfillment.store import holds, jobs, orders, places, slots, stock
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.goods import Good
from storefront.fulfillment.work import charging, codes, dispatch, overseeing
from storefront.fulfillment.work.keeping import keep

ANSWER_MS = 20 * 60_000
MOST_BAGS = 20
_TEMPS = {"AMBIENT": Temp.AMBIENT, "CHILLED": Temp.CHILL, "FROZEN": Temp.FROZEN}
_PACKED = frozenset({OrderState.READY, OrderState.READY_PARTIAL})
Verb = Callable[[FulfillmentOrder], tuple[FulfillmentOrder, tuple[Event, ...]]]


def _do(here: Floor, order_id: str, verb: Verb) -> FulfillmentOrder:
    """Read the order, let the rule say what becomes of it, and keep that."""
    before = orders.get(here.connection, here.merchant_id, order_id)
    return keep(here, before, verb(before))


def accept(here: Floor, order_id: str, actor: Actor) -> FulfillmentOrder:
    """Take an order on; raises NeedsReslot where its time is not settled."""
    return _do(here, order_id, lambda it: placing.accept(it, actor, here.now))


def reject(here: Floor, order_id: str, reason: str, actor: Actor) -> FulfillmentOrder:
    """Say no to an order: the platform is told, stock and slot are free again."""
    return _do(here, order_id, lambda it: placing.reject(it, reason, actor, here.now))


def start(here: Floor, order_id: str, actor: Actor) -> FulfillmentOrder:
    """Begin to pick; an order that nobody has taken on yet is taken on with that."""
    before = orders.get(here.connection, here.merchant_id, order_id)
    if before.state is OrderState.PLACED:
        before = keep(here, before, placing.accept(before, actor, here.now))
    return keep(here, before, picking.start(before, actor.id or "", actor, here.now))


def pick(here: Floor, order_id: str, line_id: str, pieces: int, actor: Actor) -> FulfillmentOrder:
    """Put pieces into the bag, or with a negative number take them out again."""
    verb = picking.pick if pieces > 0 else picking.undo
    return _do(here, order_id, lambda it: verb(it, line_id, abs(pieces), actor, here.now))


def take_off(
    here: Floor, order_id: str, line_id: str, pieces: int, actor: Actor
) -> FulfillmentOrder:
    """Take pieces off that are not there."""
    return _do(here, order_id, lambda it: picking.take_off(it, line_id, pieces, actor, here.now))


def put_back(
    here: Floor, order_id: str, line_id: str, pieces: int, actor: Actor
) -> FulfillmentOrder:
    """Note that pieces which are no longer wanted are back on the shelf."""
    return _do(here, order_id, lambda it: picking.put_back(it, line_id, pieces, actor, here.now))


def exchange(
    here: Floor, order_id: str, line_id: str, variant_id: str, pieces: int, actor: Actor
) -> FulfillmentOrder:
    """Give something else: at once where the customer allowed it, else ask him first."""
    found = shelves.goods(here.connection, here.merchant_id, [variant_id])
    item = item_of(found[variant_id]) if variant_id in found else None
    if item is None:
        raise shelves.GoodNotFound("The shop has no such thing.", variant=variant_id)

    def verb(order: FulfillmentOrder) -> tuple[FulfillmentOrder, tuple[Event, ...]]:
        line = order.line(line_id)
        if line.substitution.value == "ALLOW":
            fresh = new_id("lin", lambda: here.now)
            return picking.substitute(order, line_id, item, pieces, fresh, actor, here.now)
        question = Question(
            item=item,
            line_id=line_id,
            quantity=pieces,
            asked_at=here.now,
            until=here.now + ANSWER_MS,
            default=False,
        )
        return picking.propose(order, question, actor, here.now)

    return _do(here, order_id, verb)


def item_of(good: Good) -> Item:
    """Return what a line says of a thing."""
    return Item(
        variant_id=good.variant_id,
        sku=good.sku or "",
        title=good.title,
        age_min=good.minimum_age,
        temp=_TEMPS[good.temperature.value],
        weight_g=good.weight_g,
        volume_ml=good.volume_ml,
        prep_points=good.prep_points,
        unit_price=good.price,
    )


class Choice(Struct, frozen=True):
    """Something that may be given instead, and how many of it are free."""

    good: Good
    free: int


def substitutes(
    connection: Connection,
    order: FulfillmentOrder,
    line_id: str,
    now: int,
    query: str = "",
    limit: int = 12,
) -> Sequence[Choice]:
    """Return what may be given instead: of the same category, in stock here, nearest in price."""
    line = order.line(line_id)
    store = places.get(connection, order.merchant_id, order.store_id)
    wanted = line.variant_id
    same = shelves.alike(connection, order.merchant_id, wanted, query, limit * 5)
    free = stock.free(connection, order.merchant_id, store, same, now)
    price = line.unit_price.amount if line.unit_price else 0
    found = [Choice(good, sum(free[key].values())) for key, good in same.items() if key != wanted]
    there = [choice for choice in found if choice.free > 0]
    return sorted(there, key=lambda it: (_apart(it.good, price), it.good.title))[:limit]


def _apart(good: Good, price: int) -> int:
    return abs((good.price.amount if good.price else 0) - price)


def pack(
    floor: ShopFloor,
    here: Floor,
    order_id: str,
    actor: Actor,
    *,
    bags: int = 1,
    partial: bool = False,
) -> FulfillmentOrder:
    """Close the bag; what is to be delivered is shown to couriers with so many parcels.

    Raises BadOrder for a number of bags that nobody packs.
    """
    if not 1 <= bags <= MOST_BAGS:
        raise BadOrder(f"An order has 1 to {MOST_BAGS} bags.", field="bags")
    order = orders.get(here.connection, here.merchant_id, order_id)
    store = places.get(here.connection, here.merchant_id, order.store_id)
    days = store.pickup.hold_days
    if partial:
        allowed = store.pickup.partial_policy is not PartialPolicy.WAIT_ALL
        told = picking.pack_partial(order, actor, here.now, hold_days=days, allowed=allowed)
    else:
        told = picking.pack(order, actor, here.now, hold_days=days)
    after = charging.look(here, keep(here, order, told))
    if after.method is Method.DELIVERY and after.due:
        after = dispatch.send(floor, here, store, after, actor, bags=bags)
    elif after.due:
        codes.for_rest(floor, here, after, actor)
    return after


def send_again(floor: ShopFloor, here: Floor, order_id: str, actor: Actor) -> FulfillmentOrder:
    """Show a packed order to couriers anew, where its last delivery ended without one."""
    order = orders.get(here.connection, here.merchant_id, order_id)
    if order.method is not Method.DELIVERY or order.state not in _PACKED:
        raise IllegalTransition(
            "Nothing is packed to be sent.", event="send", state=order.state.name
        )
    store = places.get(here.connection, here.merchant_id, order.store_id)
    bags = _bags_before(here, order)
    return dispatch.send(floor, here, store, order, actor, bags=bags)


def _bags_before(here: Floor, order: FulfillmentOrder) -> int:
    """Return in how many parcels it was to go before."""
    known = jobs.of_order(here.connection, here.merchant_id, order.id)
    return len(known[-1].parcels) if known else 1


def cancel(here: Floor, order_id: str, reason: str, actor: Actor) -> FulfillmentOrder:
    """Call an order off before it is handed over."""
    return _do(here, order_id, lambda it: placing.cancel(it, reason, actor, here.now))


def extend(here: Floor, order_id: str, days: int, actor: Actor) -> FulfillmentOrder:
    """Keep an order longer that nobody fetched."""
    return _do(here, order_id, lambda it: closing.extend(it, days, actor, here.now))


def restock(here: Floor, order_id: str, actor: Actor) -> FulfillmentOrder:
    """Put back what nobody fetched."""
    return _do(here, order_id, lambda it: closing.restock(it, actor, here.now))


def look_after(here: Floor, order_id: str, actor: Actor) -> FulfillmentOrder:
    """Note that somebody looked at what needed attention."""
    return _do(here, order_id, lambda it: placing.look_after(it, actor, here.now))


def reslot(here: Floor, order_id: str, slot_key: str, actor: Actor) -> FulfillmentOrder:
    """Move an order to another slot that has room; the old place is free in the same write."""
    order = orders.get(here.connection, here.merchant_id, order_id)
    store = places.get(here.connection, here.merchant_id, order.store_id)
    slot = slots.one(here.connection, store, slot_key, here.now, without=order.hold_id)
    moved = structs.replace(order, cancel_until=slot.cutoff_at)
    if order.hold_id is not None:
        holds.move_slot(here, order.hold_id, slot)
    else:
        claimed = holds.claim_slot(here, store.id, order.id, slot, load_of_order(order))
        moved = structs.replace(moved, hold_id=claimed.id)
    window = SlotWindow(slot.start_at, slot.end_at, store.timezone, slot.key)
    wasted = overseeing.wasted(here, order)
    after, events = placing.reslot(moved, window, actor, here.now, wasted)
    kept = keep(here, order, (after, events))
    dispatch.follow_window(here, kept)
    return kept


def load_of_order(order: FulfillmentOrder) -> Load:
    """Return what an order takes of a slot."""
    return Load(
        orders=1,
        prep_points=sum(line.prep_points * line.quantity for line in order.lines),
        volume_ml=sum(line.volume_ml * line.quantity for line in order.lines),
    ).bounded

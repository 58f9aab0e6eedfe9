"""Handing over at the counter: one field for a square, a PIN or an order's number."""

from collections.abc import Sequence

from msgspec import Struct, structs

from storefront.fulfillment.errors.order import AlreadyCollected, CodeWrong, OrderNotFound
from storefront.fulfillment.order import closing, handing
from storefront.fulfillment.order.code import pin_hash, pin_of, same, scanned
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.handing import Tried
from storefront.fulfillment.order.handover import AgeResult, Handover, HandoverKind, HandoverState
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.store import attempts, handovers, orders, people
from storefront.fulfillment.store.attempts import Bound
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.once import Refused
from storefront.fulfillment.work.keeping import keep

_BARE_PINS = Bound(30, 15 * 60_000)
READY = frozenset({OrderState.READY, OrderState.READY_PARTIAL})


class Shown(Struct, frozen=True):
    """Which order somebody came for; `verified` when a code proved that it is his."""

    order: FulfillmentOrder
    handover: Handover
    verified: bool


def find(floor: ShopFloor, here: Floor, store_id: str, text: str, actor: Actor) -> Sequence[Shown]:
    """Return what a scanned or typed text stands for, proven if it was a code.

    An order number proves nothing, and several orders may have it. A PIN counts as a try on the
    order that is named; alone it is sought among all that wait in the store. Raises OrderNotFound,
    CodeWrong, CodeLocked, RateLimited or AlreadyCollected.
    """
    square = scanned(text)
    if square is not None:
        return [_by_square(floor, here, square.handover_id, square.token, actor)]
    pin = pin_of(text)
    if pin is not None:
        return _by_pin(floor, here, store_id, pin, actor)
    return _by_number(here, store_id, text)


def _by_square(
    floor: ShopFloor, here: Floor, handover_id: str, token: bytes, actor: Actor
) -> Shown:
    found = handovers.get(here.connection, here.merchant_id, handover_id)
    if found is None or found[0].kind is not HandoverKind.COUNTER:
        raise OrderNotFound("No order of ours has this code.")
    held = _of_now(here, found[0])
    if held.state is HandoverState.VERIFIED:
        return _shown(here, held)
    key = people.sealer(floor, here).code_key
    tried = handing.try_token(held, key, token, actor, here.now)
    return _shown(here, _kept(here, held, tried))


def _by_pin(
    floor: ShopFloor, here: Floor, store_id: str, pin: str, actor: Actor
) -> Sequence[Shown]:
    """Find the one order of the store that has this PIN.

    Where chance gave it to several, it proves none: a person chooses by number and name. One that
    none has may be an order's number. Else it counts for no order, but for who typed it: nobody
    goes through all PINs until some order opens.
    """
    door = f"pin:{store_id}:{actor.id}"
    attempts.require(here, door, _BARE_PINS)
    key = people.sealer(floor, here).code_key
    found = [
        held
        for held in handovers.waiting(here.connection, here.merchant_id, store_id)
        if held.kind is HandoverKind.COUNTER and same(held.pin_hash, pin_hash(key, held.id, pin))
    ]
    if len(found) > 1:
        return [structs.replace(_shown(here, held), verified=False) for held in found]
    if found:
        held = _of_now(here, found[0])
        if held.state is HandoverState.VERIFIED:
            return [_shown(here, held)]
        return [_shown(here, _kept(here, held, _try(floor, here, held, pin, actor)))]
    if any(
        it.store_id == store_id for it in orders.by_number(here.connection, here.merchant_id, pin)
    ):
        return _by_number(here, store_id, pin)
    attempts.count(here, door, _BARE_PINS)
    raise Refused(CodeWrong("No order that waits here has this PIN.", left=None))


def prove(floor: ShopFloor, here: Floor, order_id: str, pin: str, actor: Actor) -> Shown:
    """Compare a PIN with one order's; five wrong ones lock it for a quarter of an hour."""
    held = _of_order(here, order_id)
    return _shown(here, _kept(here, held, _try(floor, here, held, pin, actor)))


def _try(floor: ShopFloor, here: Floor, held: Handover, pin: str, actor: Actor) -> Tried:
    key = people.sealer(floor, here).code_key
    return handing.try_pin(held, key, pin, actor, here.now)


def _kept(here: Floor, held: Handover, tried: Tried) -> Handover:
    """Keep a try, a wrong one too: only then is it refused."""
    after = handovers.save(here, held, tried.handover, tried.events)
    if tried.refusal is not None:
        raise Refused(tried.refusal)
    return after


def _by_number(here: Floor, store_id: str, text: str) -> Sequence[Shown]:
    found = [
        order
        for order in orders.by_number(here.connection, here.merchant_id, text)
        if order.store_id == store_id
    ]
    if not found:
        raise OrderNotFound("No order of this store has that number.")
    open_now = [order for order in found if order.state in READY]
    if not open_now:
        _refuse_used(found[0])
    return [_of(here, order) for order in open_now or found[:1]]


def _refuse_used(order: FulfillmentOrder) -> None:
    if order.state is OrderState.COLLECTED:
        raise AlreadyCollected("It was handed over before.", at=order.handed_at, order=order.id)


def override(here: Floor, order_id: str, reason: str, actor: Actor) -> Shown:
    """Go on without a code: the reason and who did it are kept."""
    held = _of_order(here, order_id)
    return _shown(
        here, handovers.save(here, held, *handing.override(held, reason, actor, here.now))
    )


def check_age(here: Floor, order_id: str, result: AgeResult, actor: Actor) -> Shown:
    """Keep the result of a look at a document; refused, what asks for the age stays here."""
    order = orders.get(here.connection, here.merchant_id, order_id)
    held = _aged(here, order, actor)
    handovers.save(here, held, *handing.check_age(held, result, actor, here.now))
    if result is AgeResult.REFUSED:
        keep(here, order, closing.refuse_age(order, actor, here.now))
    return _shown(here, _of_order(here, order_id))


def tick_alternate(here: Floor, order_id: str, actor: Actor) -> Shown:
    """Note that the person named by the customer came instead."""
    held = _of_order(here, order_id)
    return _shown(here, handovers.save(here, held, *handing.tick_alternate(held, actor, here.now)))


def hand_over(here: Floor, order_id: str, actor: Actor) -> FulfillmentOrder:
    """Give it out: the code is used up and the order is collected, in one write.

    Raises AlreadyCollected, AgeCheckRequired, or IllegalTransition where no code was proven.
    """
    order = orders.get(here.connection, here.merchant_id, order_id)
    held = _aged(here, order, actor)
    handovers.save(here, held, *handing.complete(held, actor, here.now))
    return keep(here, order, closing.hand_over(order, actor, here.now))


def _aged(here: Floor, order: FulfillmentOrder, actor: Actor) -> Handover:
    """Return the hand-over of an order, asking for the age that lies ready in the bag now."""
    held = _of_order(here, order.id)
    return handovers.save(here, held, *handing.ask_age(held, order.age_min, actor, here.now))


def _of_order(here: Floor, order_id: str) -> Handover:
    found = handovers.of_subject(here.connection, here.merchant_id, f"order:{order_id}")
    if found is None:
        raise OrderNotFound("No order to collect has that id.", order=order_id)
    return _of_now(here, found[0])


def _of_now(here: Floor, held: Handover) -> Handover:
    """Return a hand-over as it stands now: a proof holds for one visit."""
    return handovers.save(here, held, *handing.lapse(held, here.now))


def _of(here: Floor, order: FulfillmentOrder) -> Shown:
    held = _of_order(here, order.id)
    return Shown(order, held, held.state is HandoverState.VERIFIED)


def _shown(here: Floor, held: Handover) -> Shown:
    order = orders.get(here.connection, here.merchant_id, held.subject_id)
    return Shown(order, held, held.state is HandoverState.VERIFIED)

"""What a customer shows and follows: PIN and square of a hand-over, and an order's page."""

from connector.model.ids import new_id
from storefront.fulfillment.order import handing
from storefront.fulfillment.order.event import PLATFORM, Actor
from storefront.fulfillment.order.handing import Issue
from storefront.fulfillment.order.handover import Handover, HandoverKind, HandoverState
from storefront.fulfillment.order.order import FulfillmentOrder, Method
from storefront.fulfillment.store import handovers, links, people
from storefront.fulfillment.store.floor import Floor, ShopFloor


def for_order(floor: ShopFloor, here: Floor, order: FulfillmentOrder) -> None:
    """Make the page of an order, and for one that is collected the codes of the counter."""
    links.make(here, links.TRACK, order.id, track_token(floor, here, order.id), None)
    if order.method is Method.PICKUP:
        ages = [line.age_min for line in order.lines if line.age_min is not None]
        issue(
            floor,
            here,
            HandoverKind.COUNTER,
            subject=f"order:{order.id}",
            subject_id=order.id,
            store_id=order.store_id,
            age_min=max(ages, default=None),
        )


def track_token(floor: ShopFloor, here: Floor, order_id: str) -> bytes:
    """Return the token of an order's page: it follows from the merchant's key, like the PINs."""
    return people.sealer(floor, here).token("track", order_id)


def issue(
    floor: ShopFloor,
    here: Floor,
    kind: HandoverKind,
    *,
    subject: str,
    subject_id: str,
    store_id: str,
    age_min: int | None = None,
    actor: Actor = PLATFORM,
) -> Handover:
    """Make the right to receive something, with fresh codes."""
    key = people.sealer(floor, here)
    handover_id = new_id("hov", lambda: here.now)
    pin, token = handovers.codes(key, handover_id, 0)
    wish = Issue(
        id=handover_id,
        merchant_id=here.merchant_id,
        subject_id=subject_id,
        kind=kind,
        token=token,
        pin=pin,
        age_min=age_min,
    )
    told = handing.issue(wish, key.code_key, actor, here.now)
    handovers.insert(here, *told, subject, store_id, 0)
    return told[0]


def for_rest(floor: ShopFloor, here: Floor, order: FulfillmentOrder, actor: Actor) -> None:
    """Open the counter again for who collected a part before: the rest has codes of its own."""
    subject = f"order:{order.id}"
    found = handovers.of_subject(here.connection, here.merchant_id, subject)
    if found is not None and found[0].state is HandoverState.DONE:
        handovers.save(here, found[0], *handing.reopen(found[0], actor, here.now))
        rotate(floor, here, subject, actor)


def rotate(floor: ShopFloor, here: Floor, subject: str, actor: Actor) -> Handover | None:
    """Put fresh codes in place of the former ones, as when they were sent to the wrong person."""
    found = handovers.of_subject(here.connection, here.merchant_id, subject)
    if found is None:
        return None
    turn, held = found[1], handovers.save(here, found[0], *handing.lapse(found[0], here.now))
    key = people.sealer(floor, here)
    pin, token = handovers.codes(key, held.id, turn + 1)
    told = handing.rotate(held, token, pin, key.code_key, actor, here.now)
    return handovers.save(here, held, *told, turn=turn + 1)

"""What is given instead of what was missing: bound from when it is proposed, as long as needed."""

from collections.abc import Mapping

from msgspec import structs

from storefront.fulfillment.errors.hold import HoldNotFound
from storefront.fulfillment.hold import HeldLine, Hold
from storefront.fulfillment.order.life import OVER
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.store import goods, holds, places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.stock import counted_at


def follow(here: Floor, before: FulfillmentOrder, after: FulfillmentOrder) -> None:
    """Bind what an order's customer may be given instead, and let go of what he may not.

    Staff have it in their hands: it is bound whatever is promised to others. Once handed over, it
    binds until the shop's own count is read anew.
    """
    wanted, ends = _instead(after), after.state in OVER and before.state not in OVER
    if wanted == _instead(before) and not (wanted and ends):
        return
    lines, settles = _lines(here, after, wanted), here.now if after.state in OVER else None
    standing = _standing(here, after)
    if standing is None:
        holds.claim(here, _fresh(here, after, lines), settles)
    else:
        holds.fit(here, structs.replace(standing, lines=lines), settles)


def _instead(order: FulfillmentOrder) -> Mapping[str, int]:
    """Return the pieces of each variant that stand in for another, or are asked about."""
    found: dict[str, int] = {}
    if order.state is OrderState.CANCELLED or order.restocked_at is not None:
        return found
    for line in order.lines:
        if line.substitutes and line.variant_id and line.quantity > line.refunded:
            pieces = line.quantity - line.refunded
            found[line.variant_id] = found.get(line.variant_id, 0) + pieces
        asked = line.question
        if asked and asked.item.variant_id:
            key = asked.item.variant_id
            found[key] = found.get(key, 0) + asked.quantity
    return found


def _hold_id(order: FulfillmentOrder) -> str:
    return f"instead:{order.id}"


def _standing(here: Floor, order: FulfillmentOrder) -> Hold | None:
    try:
        return holds.get(here.connection, here.merchant_id, _hold_id(order))
    except HoldNotFound:
        return None


def _fresh(here: Floor, order: FulfillmentOrder, lines: tuple[HeldLine, ...]) -> Hold:
    return Hold(
        id=_hold_id(order),
        merchant_id=here.merchant_id,
        store_id=order.store_id,
        cart=order.id,
        slot_key=None,
        load=Load(),
        lines=lines,
        expires_at=here.now,
        created_at=here.now,
        order_id=order.id,
    )


def _lines(here: Floor, order: FulfillmentOrder, wanted: Mapping[str, int]) -> tuple[HeldLine, ...]:
    place = counted_at(places.get(here.connection, here.merchant_id, order.store_id))
    known = goods.goods(here.connection, here.merchant_id, sorted(wanted))
    return tuple(
        HeldLine(key, good.product_id, place, good.stock_key(place), wanted[key])
        for key, good in known.items()
    )

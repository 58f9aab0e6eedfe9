"""Which orders are behind the store, since when, and by which end of its number one is found."""

from storefront.fulfillment.order.life import OVER
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState

PAST = OVER | {OrderState.NO_SHOW}
"""Collected, delivered, cancelled or not fetched."""
SHORTEST_END = 3
"""Fewer signs are a whole number: as an end they would fit too many."""
_MOST = 64


def ended_at(order: FulfillmentOrder) -> int | None:
    """Return when it ended, or when the wait for who should fetch it did; None: it goes on."""
    if order.state in OVER:
        return order.closed_at or order.updated_at
    if order.state in PAST:
        return order.hold_until or order.updated_at
    return None


def from_end(number: str) -> str:
    """Return a number from its last sign to its first, without `#`, blanks and capitals."""
    signs = [sign for sign in number if sign.isprintable() and not sign.isspace()]
    return "".join(signs).lstrip("#").casefold()[::-1][:_MOST]

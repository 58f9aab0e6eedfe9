"""What is still to be paid when an order is handed over, and whether that can be known."""

from collections.abc import Iterator

from connector.model.money import Money
from storefront.fulfillment.order.order import FulfillmentOrder, Line, Payment

AT_HAND_OVER = frozenset({Payment.COD, Payment.PAY_IN_STORE})
"""The money is taken when the goods are handed over."""
UNCLEAR = "cash_unclear"
"""Why a person must look: what is to be paid cannot be worked out."""


def to_pay(order: FulfillmentOrder) -> Money | None:
    """Return what is to be taken at the hand-over; None: nothing, or nobody knows.

    That is what the platform said is due, without what the store took off since.
    """
    if not _takes_money(order) or order.total is None:
        return None
    back = sum(price.amount * pieces for price, pieces in _taken_off(order) if price is not None)
    left = max(0, order.total.amount - back)
    return Money(left, order.total.currency) if left else None


def is_unclear(order: FulfillmentOrder) -> bool:
    """Tell whether what is to be paid cannot be known.

    So it is where something without a price was taken off, where lines are dearer than the whole (a
    discount that no line shows), where a replacement has another price, and where a part was
    handed over before: perhaps it was paid then.
    """
    if not _takes_money(order):
        return False
    if order.total is None or order.left or any(_is_dearer(order, it) for it in order.lines):
        return True
    off = list(_taken_off(order))
    return any(price is None for price, _ in off) or (bool(off) and _worth(order) > _total(order))


def was_given_back(order: FulfillmentOrder) -> bool:
    """Tell whether some of the money may have gone back already, or was paid for what has left."""
    return order.partly_repaid or order.left or any(it.refunded for it in order.lines)


def lacks(order: FulfillmentOrder) -> bool:
    """Tell whether the store took something off that the platform did not count yet."""
    return any(_taken_off(order))


def _takes_money(order: FulfillmentOrder) -> bool:
    return order.payment in AT_HAND_OVER and not order.cash_elsewhere


def _total(order: FulfillmentOrder) -> int:
    return order.total.amount if order.total else 0


def _taken_off(order: FulfillmentOrder) -> Iterator[tuple[Money | None, int]]:
    """Yield prices and pieces that the store took off and the platform did not count yet."""
    for line in order.lines:
        if line.substitutes is None or line.external_id is not None:
            family = [it for it in order.lines if _told_as(order, it).id == line.id]
            pieces = sum(it.refunded for it in family) - line.told_off
            if pieces > 0:
                yield _price(order, line), pieces


def _worth(order: FulfillmentOrder) -> int:
    """Return what the lines cost that the platform still counts, by their prices."""
    prices = [(_price(order, _told_as(order, it)), it) for it in order.lines]
    whole = sum(price.amount * it.quantity for price, it in prices if price is not None)
    told_off = sum(price.amount * it.told_off for price, it in prices if price is not None)
    return whole - told_off


def _price(order: FulfillmentOrder, line: Line) -> Money | None:
    """Return the price of one piece, where it is in the money of the order."""
    price, total = line.unit_price, order.total
    return price if price and total and price.currency == total.currency else None


def _told_as(order: FulfillmentOrder, line: Line) -> Line:
    """Return the line that the platform knows this one as: a replacement is what it replaces."""
    while line.external_id is None and line.substitutes is not None:
        line = order.line(line.substitutes)
    return line


def _is_dearer(order: FulfillmentOrder, line: Line) -> bool:
    """Tell whether it stands in for something of another price, and the platform knows nothing."""
    known = _told_as(order, line)
    return line.quantity > line.refunded and line.unit_price != known.unit_price

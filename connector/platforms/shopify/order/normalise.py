"""A Shopify order becomes a placed order: its parts, its money, what is still owed of each line."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from connector.model.money import Money, parse_money
from connector.model.order import (
    Bought,
    Buyer,
    HandingOver,
    OrderPart,
    PaymentState,
    PlacedOrder,
)
from connector.platforms.shopify.order.payload import MoneyPart, OrderPayload, OwedPart, PartLine

METHODS: Mapping[str, HandingOver] = {
    "PICK_UP": HandingOver.PICKUP,
    "LOCAL": HandingOver.DELIVERY,
    "SHIPPING": HandingOver.SHIPPING,
    "PICKUP_POINT": HandingOver.SHIPPING,
}
"""RETAIL, NONE and what Shopify may add are no work of ours."""
PAYMENTS: Mapping[str, PaymentState] = {
    "AUTHORIZED": PaymentState.AUTHORISED,
    "PAID": PaymentState.PAID,
    "PARTIALLY_REFUNDED": PaymentState.PARTLY_REFUNDED,
    "REFUNDED": PaymentState.REFUNDED,
    "VOIDED": PaymentState.VOIDED,
    "EXPIRED": PaymentState.VOIDED,
}
AT_THE_DOOR = ("cash on delivery", "(cod)", "cash_on_delivery", "nachnahme", "rembours")
IN_THE_STORE = ("pay in store", "pay at pickup", "barzahlung bei abholung", "betalen in de winkel")
"""Parts of the names that merchants give to payment by hand; all else unpaid is waited for."""
REFERENCE = "regie_"
PLAIN_VARIANT = "Default Title"


def placed_order(told: OrderPayload, buyer: Buyer) -> PlacedOrder:
    """Return the order at the newest moment that it or one of its parts tells."""
    parts = told.fulfillment_orders.nodes
    payment = _payment(told)
    back = _taken_back(parts)
    due = _money(told.total_outstanding_set)
    return PlacedOrder(
        external_id=told.id,
        number=told.name,
        placed_at=told.created_at,
        updated_at=max([told.updated_at, *(part.updated_at for part in parts)]),
        cancelled=told.cancelled_at is not None,
        test=told.test,
        payment=payment,
        total=_money(told.current_total_price_set),
        cash_due=due if payment in {_DOOR, _STORE} and due.amount else None,
        channel=told.source_name,
        references=tuple(
            (each.key, each.value)
            for each in told.custom_attributes
            if each.key.startswith(REFERENCE) and each.value
        ),
        parts=tuple(_part(part, back) for part in parts),
        buyer=buyer,
    )


_DOOR, _STORE = PaymentState.CASH_ON_DELIVERY, PaymentState.PAY_IN_STORE


def _payment(told: OrderPayload) -> PaymentState:
    """Return what is known of the money; unpaid is owed only where it is paid at the hand-over."""
    status = told.display_financial_status or "PENDING"
    if status in PAYMENTS:
        return PAYMENTS[status]
    names = " ".join(told.payment_gateway_names).casefold()
    if any(word in names for word in IN_THE_STORE):
        return _STORE
    if any(word in names for word in AT_THE_DOOR):
        return _DOOR
    return PaymentState.PENDING


def _money(told: MoneyPart) -> Money:
    return parse_money(told.shop_money.amount, told.shop_money.currency_code)


def _part(told: OwedPart, back: Mapping[str, int]) -> OrderPart:
    method, place = told.delivery_method, told.assigned_location
    return OrderPart(
        external_id=told.id,
        handing_over=METHODS.get(method.method_type if method else "", HandingOver.OTHER),
        place=place.location.id if place and place.location else None,
        place_name=place.name if place else None,
        earliest=method.min_delivery_date_time if method else None,
        latest=method.max_delivery_date_time if method else None,
        closed=told.status in {"CLOSED", "INCOMPLETE"},
        cancelled=told.status == "CANCELLED",
        on_hold=told.status == "ON_HOLD",
        lines=tuple(_line(line, back.get(line.id, 0)) for line in told.line_items.nodes),
        raw_state=told.status,
    )


def _line(told: PartLine, back: int) -> Bought:
    price = told.line_item.original_unit_price_set
    variant = told.variant_title if told.variant_title != PLAIN_VARIANT else None
    return Bought(
        external_id=told.id,
        variant_id=told.variant.id if told.variant else None,
        title=f"{told.product_title} - {variant}" if variant else told.product_title,
        sku=told.sku or None,
        quantity=told.total_quantity - back,
        refunded=back,
        unit_price=_money(price) if price else None,
    )


def _taken_back(parts: Sequence[OwedPart]) -> Mapping[str, int]:
    """Return by line of a part how many of its pieces are not owed any more.

    Shopify takes back pieces that have not left from the part itself, but those that have left
    only from the order's own line, which may be spread over several parts: what the parts have
    too many was taken back from what has left first.
    """
    spread: dict[str, list[PartLine]] = defaultdict(list)
    for part in parts:
        if part.status != "CANCELLED":
            for line in part.line_items.nodes:
                spread[line.line_item.id].append(line)
    back: dict[str, int] = defaultdict(int)
    for lines in spread.values():
        over = sum(line.total_quantity for line in lines) - lines[0].line_item.current_quantity
        for line, there in _left_first(lines):
            some = max(0, min(over, there))
            back[line.id] += some
            over -= some
    return back


def _left_first(lines: Sequence[PartLine]) -> Sequence[tuple[PartLine, int]]:
    left = [(line, line.fulfilled) for line in lines]
    return [*left, *((line, line.remaining_quantity) for line in lines)]

"""A WooCommerce order becomes a placed order of one part: the shop has one count and one status."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from connector.model.location import Address
from connector.model.money import Money, minor_digits, parse_money
from connector.model.order import (
    Bought,
    Buyer,
    HandingOver,
    OrderPart,
    PaymentState,
    PlacedOrder,
)
from connector.model.text import one_line
from connector.platforms.woocommerce.moment import moment
from connector.platforms.woocommerce.order_payload import (
    GoodsLine,
    Person,
    Refund,
    Way,
    WooOrder,
    meta,
)

READY, COMPLETED, REFUNDED = "rg-ready", "completed", "refunded"
CANCELLED = frozenset({"cancelled", "trash"})
UNFINISHED = frozenset({"pending", "checkout-draft", "auto-draft"})
BY_HAND = frozenset({"cod"})
"""Payment methods that are paid when the goods change hands."""
METHODS: Mapping[str, HandingOver] = {
    "pickup_location": HandingOver.PICKUP,
    "local_pickup": HandingOver.PICKUP,
    "local_delivery": HandingOver.DELIVERY,
}
"""The block checkout's pick-up, the classic one, and what delivery plugins call themselves."""
WAYS: Mapping[str, HandingOver] = {
    "pickup": HandingOver.PICKUP,
    "delivery": HandingOver.DELIVERY,
    "shipping": HandingOver.SHIPPING,
}
WAY_FIELDS = ("_regie_method", "regie_method")
LOCAL_WORDS = (
    "local delivery",
    "lokale bezorging",
    "lokale lieferung",
    "livraison locale",
    "משלוח מקומי",
)
"""Titles of a flat rate or another plain method that mean our own courier."""
PLACE_FIELDS = ("_regie_pickup_location", "regie_pickup_location")
REFERENCES: Mapping[str, tuple[str, ...]] = {
    f"regie_{name}": (f"_regie_{name}", f"regie_{name}", f"_wc_other/regie/{name}")
    for name in ("hold", "slot", "quote", "agent")
}
"""Custom fields of a checkout; the last form is that of the block checkout's own fields."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def placed_order(told: WooOrder, refunds: Sequence[Refund]) -> PlacedOrder:
    """Return the order; `refunds` are all of its refunds with their lines."""
    way = told.shipping_lines[0] if told.shipping_lines else None
    part = _part(told, way, refunds)
    payment = _payment(told, part.handing_over)
    created = moment(told.date_created_gmt) or LONG_AGO
    return PlacedOrder(
        external_id=str(told.id),
        number=f"#{told.number or told.id}",
        placed_at=created,
        updated_at=moment(told.date_modified_gmt) or created,
        cancelled=told.status in CANCELLED,
        test=False,
        payment=payment,
        total=parse_money(told.total, told.currency),
        cash_due=_due(told) if payment in _AT_HAND_OVER else None,
        channel=told.created_via or None,
        references=tuple(
            (name, str(found))
            for name, keys in REFERENCES.items()
            if (found := meta(told.meta_data, *keys))
        ),
        parts=(part,),
        buyer=_buyer(told),
    )


_AT_HAND_OVER = frozenset({PaymentState.CASH_ON_DELIVERY, PaymentState.PAY_IN_STORE})


def handing_over(way: Way | None) -> HandingOver:
    """Return how an order reaches the buyer: our own field decides, then the method, then words."""
    if way is None:
        return HandingOver.OTHER
    named = WAYS.get(str(meta(way.meta_data, *WAY_FIELDS) or ""))
    if named is not None:
        return named
    if way.method_id in METHODS:
        return METHODS[way.method_id]
    title = way.method_title.casefold()
    is_local = any(word in title for word in LOCAL_WORDS)
    return HandingOver.DELIVERY if is_local else HandingOver.SHIPPING


def _part(told: WooOrder, way: Way | None, refunds: Sequence[Refund]) -> OrderPart:
    back = _taken_back(told, refunds)
    found = handing_over(way)
    is_pickup = found is HandingOver.PICKUP and way is not None
    return OrderPart(
        external_id="",
        handing_over=found,
        place=_text(way, *PLACE_FIELDS) if is_pickup else None,
        place_name=_place_name(way) if is_pickup else None,
        earliest=None,
        latest=None,
        closed=told.status == COMPLETED,
        cancelled=told.status in CANCELLED,
        on_hold=told.status == "on-hold",
        lines=tuple(_line(line, told.currency, back.get(line.id, 0)) for line in told.line_items),
        raw_state=told.status,
    )


def _place_name(way: Way | None) -> str | None:
    """Return the store as the buyer read it; the classic method names none but its title."""
    return _text(way, "pickup_location") or (way.method_title or None if way else None)


def _text(way: Way | None, *keys: str) -> str | None:
    found = meta(way.meta_data, *keys) if way else None
    return str(found) if found else None


def _line(told: GoodsLine, currency: str, back: int) -> Bought:
    quantity = math.ceil(told.quantity)
    number = told.variation_id or told.product_id
    return Bought(
        external_id=str(told.id),
        variant_id=str(number) if number else None,
        title=one_line(told.name),
        sku=told.sku or None,
        quantity=max(0, quantity - back),
        refunded=min(back, quantity),
        unit_price=_each(told, currency, quantity),
    )


def _each(told: GoodsLine, currency: str, quantity: int) -> Money | None:
    """Return what one piece cost with its tax: the shop tells the line's total only."""
    if quantity <= 0:
        return None
    each = (Decimal(told.total) + Decimal(told.total_tax)) / quantity
    return Money(int(each.scaleb(minor_digits(currency)).to_integral(ROUND_HALF_UP)), currency)


def _taken_back(told: WooOrder, refunds: Sequence[Refund]) -> Mapping[int, int]:
    """Return by line how many pieces were refunded; an order that is refunded whole owes none.

    A refund of money without lines takes no piece back.
    """
    if told.status == REFUNDED:
        return {line.id: math.ceil(line.quantity) for line in told.line_items}
    back: dict[int, int] = {}
    for line in (line for refund in refunds for line in refund.line_items):
        owner = str(meta(line.meta_data, "_refunded_item_id") or "")
        if owner.isdecimal():
            back[int(owner)] = back.get(int(owner), 0) + math.ceil(abs(line.quantity))
    return back


def _payment(told: WooOrder, found: HandingOver) -> PaymentState:
    """Return what is known of the money.

    Nothing is owed for an order that waits for its payment: `pending`, and `on-hold` as long as
    the shop has no date of payment. Cash on delivery is owed from `processing` or `on-hold` on.
    """
    if told.status == REFUNDED:
        return PaymentState.REFUNDED
    if told.status == "failed":
        return PaymentState.VOIDED
    if told.status in UNFINISHED:
        return PaymentState.PENDING
    if told.date_paid_gmt is None and told.payment_method in BY_HAND:
        is_pickup = found is HandingOver.PICKUP
        return PaymentState.PAY_IN_STORE if is_pickup else PaymentState.CASH_ON_DELIVERY
    if told.date_paid_gmt is None and told.status == "on-hold":
        return PaymentState.PENDING
    return PaymentState.PARTLY_REFUNDED if told.refunds else PaymentState.PAID


def _due(told: WooOrder) -> Money:
    """Return what is to be collected: the total less what was given back."""
    back = sum((Decimal(each.total) for each in told.refunds), Decimal(0))
    left = max(Decimal(0), Decimal(told.total) + back)
    return Money(int(left.scaleb(minor_digits(told.currency)).to_integral()), told.currency)


def _buyer(told: WooOrder) -> Buyer:
    ship, bill = told.shipping, told.billing
    where = ship if ship.address_1 else bill
    return Buyer(
        name=ship.name or bill.name or None,
        email=bill.email or ship.email or None,
        phone=ship.phone or bill.phone or None,
        language=None,
        address=_address(where) if where.address_1 else None,
        geo=None,
        note=told.customer_note or None,
    )


def _address(told: Person) -> Address:
    return Address(
        told.address_1,
        told.address_2 or None,
        told.postcode or None,
        told.city or None,
        told.state or None,
        told.country or None,
    )

"""A Shopify order is read with its parts, its money and what is still owed of each line."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from connector.model.money import Money
from connector.model.order import Buyer, HandingOver, PaymentState, PlacedOrder
from connector.platforms.shopify.order.contact import NOBODY, buyer_of
from connector.platforms.shopify.order.normalise import placed_order
from connector.platforms.shopify.order.payload import ContactPayload, OrderPayload

MOMENT = "2026-11-21T12:00:00Z"


def money(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "EUR"}}


def line(number: int, total: int, remaining: int | None = None, **sold: Any) -> dict[str, Any]:
    plain = {"id": f"gid://shopify/LineItem/{number}", "quantity": total, "currentQuantity": total}
    return {
        "id": f"gid://shopify/FulfillmentOrderLineItem/{number}",
        "productTitle": "Kaffee",
        "variantTitle": "250 g",
        "sku": "KAF",
        "totalQuantity": total,
        "remainingQuantity": total if remaining is None else remaining,
        "variant": {"id": "gid://shopify/ProductVariant/1"},
        "lineItem": {**plain, "originalUnitPriceSet": money("7.90"), **sold},
    }


def part(*lines: dict[str, Any], number: int = 1, method: Any = "PICK_UP", **more: Any) -> Any:
    return {
        "id": f"gid://shopify/FulfillmentOrder/{number}",
        "status": "OPEN",
        "updatedAt": MOMENT,
        "deliveryMethod": method and {"methodType": method},
        "assignedLocation": {
            "name": "Ottensen",
            "location": {"id": "gid://shopify/Location/1"},
        },
        "lineItems": {"nodes": list(lines or (line(1, 2),))},
        **more,
    }


def told(*parts: Any, **more: Any) -> PlacedOrder:
    payload = {
        "id": "gid://shopify/Order/1",
        "name": "#1001",
        "createdAt": MOMENT,
        "updatedAt": MOMENT,
        "test": False,
        "displayFinancialStatus": "PAID",
        "currentTotalPriceSet": money("15.80"),
        "totalOutstandingSet": money("0.0"),
        "fulfillmentOrders": {"nodes": list(parts or (part(),))},
        **more,
    }
    return placed_order(msgspec.convert(payload, OrderPayload, strict=False), NOBODY)


def owed(order: PlacedOrder) -> list[list[tuple[int, int]]]:
    return [[(each.quantity, each.refunded) for each in part.lines] for part in order.parts]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("PICK_UP", HandingOver.PICKUP),
        ("LOCAL", HandingOver.DELIVERY),
        ("SHIPPING", HandingOver.SHIPPING),
        ("PICKUP_POINT", HandingOver.SHIPPING),
        ("RETAIL", HandingOver.OTHER),
        ("NONE", HandingOver.OTHER),
        ("SOMETHING_NEW", HandingOver.OTHER),
        (None, HandingOver.OTHER),
    ],
)
def test_only_pick_up_and_local_delivery_are_ours(method: str, expected: HandingOver) -> None:
    assert told(part(method=method)).parts[0].handing_over is expected


def test_a_part_names_its_place() -> None:
    found = told().parts[0]

    assert (found.place, found.place_name) == ("gid://shopify/Location/1", "Ottensen")


def test_a_place_that_was_deleted_keeps_its_name() -> None:
    found = told(part(assignedLocation={"name": "Ottensen", "location": None})).parts[0]

    assert (found.place, found.place_name) == (None, "Ottensen")


def test_the_promised_window_is_read() -> None:
    method = {
        "methodType": "LOCAL",
        "minDeliveryDateTime": "2026-11-21T15:00:00Z",
        "maxDeliveryDateTime": "2026-11-21T17:00:00Z",
    }

    found = told(part(deliveryMethod=method)).parts[0]

    assert found.earliest == datetime(2026, 11, 21, 15, tzinfo=UTC)
    assert found.latest == datetime(2026, 11, 21, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "closed", "cancelled", "held"),
    [
        ("OPEN", False, False, False),
        ("IN_PROGRESS", False, False, False),
        ("SCHEDULED", False, False, False),
        ("ON_HOLD", False, False, True),
        ("CLOSED", True, False, False),
        ("INCOMPLETE", True, False, False),
        ("CANCELLED", False, True, False),
    ],
)
def test_the_state_of_a_part(status: str, *, closed: bool, cancelled: bool, held: bool) -> None:
    found = told(part(status=status)).parts[0]

    assert (found.closed, found.cancelled, found.on_hold) == (closed, cancelled, held)
    assert found.raw_state == status


@pytest.mark.parametrize(
    ("status", "gateway", "expected", "is_owed"),
    [
        ("PAID", "shopify_payments", PaymentState.PAID, True),
        ("AUTHORIZED", "shopify_payments", PaymentState.AUTHORISED, True),
        ("PARTIALLY_REFUNDED", "shopify_payments", PaymentState.PARTLY_REFUNDED, True),
        ("REFUNDED", "shopify_payments", PaymentState.REFUNDED, True),
        ("VOIDED", "shopify_payments", PaymentState.VOIDED, False),
        ("EXPIRED", "shopify_payments", PaymentState.VOIDED, False),
        ("PENDING", "Bank Deposit", PaymentState.PENDING, False),
        ("PARTIALLY_PAID", "shopify_payments", PaymentState.PENDING, False),
        (None, "shopify_payments", PaymentState.PENDING, False),
        ("PENDING", "Cash on Delivery (COD)", PaymentState.CASH_ON_DELIVERY, True),
        ("PENDING", "Per Nachnahme", PaymentState.CASH_ON_DELIVERY, True),
        ("PENDING", "Barzahlung bei Abholung", PaymentState.PAY_IN_STORE, True),
        ("PAID", "Cash on Delivery (COD)", PaymentState.PAID, True),
    ],
)
def test_what_is_known_of_the_money(
    status: str, gateway: str, expected: PaymentState, *, is_owed: bool
) -> None:
    found = told(displayFinancialStatus=status, paymentGatewayNames=[gateway])

    assert (found.payment, found.owed) == (expected, is_owed)


def test_cash_is_due_only_where_it_is_paid_at_the_door() -> None:
    unpaid = {"displayFinancialStatus": "PENDING", "totalOutstandingSet": money("15.80")}

    by_hand = told(**unpaid, paymentGatewayNames=["Cash on Delivery (COD)"])
    waiting = told(**unpaid, paymentGatewayNames=["Bank Deposit"])

    assert (by_hand.cash_due, waiting.cash_due) == (Money(1580, "EUR"), None)


def test_only_our_own_references_are_kept() -> None:
    found = told(
        customAttributes=[
            {"key": "regie_hold", "value": "hld_1"},
            {"key": "regie_slot", "value": None},
            {"key": "gift_for", "value": "Oma Erna"},
        ]
    )

    assert found.references == (("regie_hold", "hld_1"),)


def test_the_newest_moment_of_order_and_parts_dates_the_order() -> None:
    found = told(part(updatedAt="2026-11-21T12:05:00Z"))

    assert found.updated_at == datetime(2026, 11, 21, 12, 5, tzinfo=UTC)


def test_a_cancelled_order_owes_nothing() -> None:
    assert not told(cancelledAt=MOMENT).owed


def test_a_plain_variant_adds_nothing_to_the_title() -> None:
    plain = {**line(1, 1), "variantTitle": "Default Title"}

    found = told(part(line(2, 1), plain))

    assert [each.title for each in found.parts[0].lines] == ["Kaffee - 250 g", "Kaffee"]


def test_a_deleted_variant_leaves_its_line() -> None:
    found = told(part({**line(1, 1), "variant": None})).parts[0].lines[0]

    assert (found.variant_id, found.quantity) == (None, 1)


def test_an_untouched_line_is_owed_whole() -> None:
    assert owed(told(part(line(1, 3)))) == [[(3, 0)]]


def test_pieces_that_came_back_after_they_had_left_are_refunded() -> None:
    assert owed(told(part(line(1, 3, remaining=0, currentQuantity=1)))) == [[(1, 2)]]


def test_pieces_that_were_taken_off_the_part_are_simply_fewer() -> None:
    assert owed(told(part(line(1, 1, quantity=3, currentQuantity=1)))) == [[(1, 0)]]


def test_of_a_line_in_two_parts_that_comes_back_which_had_left() -> None:
    """One LineItem of three pieces: two still lie in one store, one has left the other."""
    sold = {"id": "gid://shopify/LineItem/9", "quantity": 3, "currentQuantity": 2}
    here = {**line(1, 2), "lineItem": {**line(1, 2)["lineItem"], **sold}}
    there = {**line(2, 1, remaining=0), "lineItem": {**line(2, 1)["lineItem"], **sold}}

    found = told(part(here), part(there, number=2))

    assert owed(found) == [[(2, 0)], [(0, 1)]]


def test_a_cancelled_part_does_not_count_for_the_others() -> None:
    sold = {"id": "gid://shopify/LineItem/9", "quantity": 2, "currentQuantity": 1}
    dead = {**line(1, 1, remaining=0), "lineItem": {**line(1, 1)["lineItem"], **sold}}
    live = {**line(2, 1), "lineItem": {**line(2, 1)["lineItem"], **sold}}

    found = told(part(dead, status="CANCELLED"), part(live, number=2))

    assert owed(found)[1] == [(1, 0)]


def contact(**more: Any) -> Buyer:
    payload = {"fulfillmentOrders": {"nodes": []}, **more}
    return buyer_of(msgspec.convert(payload, ContactPayload, strict=False))


def test_a_buyer_of_whom_nothing_is_told_is_nobody() -> None:
    assert contact() == NOBODY


def test_who_picks_up_is_named_by_the_part_where_no_address_is() -> None:
    goal = {"firstName": "Mara", "lastName": "Testmann", "phone": "+49 1", "email": "m@x.example"}

    found = contact(fulfillmentOrders={"nodes": [{"destination": goal}]})

    assert (found.name, found.phone, found.email) == ("Mara Testmann", "+49 1", "m@x.example")
    assert found.address is None


def test_an_address_without_its_street_is_no_address() -> None:
    found = contact(shippingAddress={"city": "Hamburg", "countryCodeV2": "DE"})

    assert (found.address, found.geo) == (None, None)


def test_payloads_of_persons_show_nothing_of_them() -> None:
    payload = msgspec.convert(
        {
            "email": "mara@x.example",
            "fulfillmentOrders": {"nodes": [{"destination": {"firstName": "Mara"}}]},
            "shippingAddress": {"name": "Mara", "address1": "Weg 1"},
        },
        ContactPayload,
        strict=False,
    )
    shown = repr((payload, payload.shipping_address, payload.fulfillment_orders.nodes))

    assert not any(word in shown for word in ("mara", "Mara", "Weg"))

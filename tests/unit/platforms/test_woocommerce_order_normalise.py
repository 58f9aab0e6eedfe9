"""A WooCommerce order is read as one part: how it is handed over, what is owed, who pays when."""

from typing import Any

import msgspec
import pytest

from connector.model.money import Money
from connector.model.order import HandingOver, PaymentState, PlacedOrder
from connector.platforms.woocommerce.order_normalise import placed_order
from connector.platforms.woocommerce.order_payload import Refund, WooOrder

PICKUP = {
    "method_id": "pickup_location",
    "method_title": "Ophalen (Winkel)",
    "meta_data": [{"key": "pickup_location", "value": "Winkel Twijnstraat"}],
}


def told(found: Any = (), **more: Any) -> PlacedOrder:
    plain: dict[str, Any] = {
        "id": 85,
        "number": "85",
        "status": "processing",
        "currency": "EUR",
        "total": "9.95",
        "payment_method": "ideal",
        "date_created_gmt": "2026-11-21T17:33:52",
        "date_modified_gmt": "2026-11-21T17:33:56",
        "date_paid_gmt": "2026-11-21T17:33:52",
        "line_items": [goods(18, 2)],
        "shipping_lines": [PICKUP],
    }
    order = msgspec.convert({**plain, **more}, WooOrder, strict=False)
    return placed_order(order, msgspec.convert(list(found), list[Refund], strict=False))


def goods(number: int, quantity: float, **more: Any) -> dict[str, Any]:
    plain = {"id": number, "name": "Pan &amp; deksel", "product_id": 59, "variation_id": 0}
    money = {"total": "8.22", "total_tax": "1.73"}
    return {**plain, "quantity": quantity, **money, "sku": "GP", **more}


def refund(line: int, pieces: int) -> dict[str, Any]:
    owner = [{"key": "_refunded_item_id", "value": str(line)}]
    return {"id": 900, "line_items": [{"id": 901, "quantity": -pieces, "meta_data": owner}]}


def owed(order: PlacedOrder) -> list[tuple[int, int]]:
    return [(line.quantity, line.refunded) for line in order.parts[0].lines]


def test_the_whole_order_is_one_part_without_a_name() -> None:
    assert [part.external_id for part in told().parts] == [""]


def test_a_pick_up_names_the_store_as_the_buyer_read_it() -> None:
    part = told().parts[0]

    assert (part.handing_over, part.place, part.place_name) == (
        HandingOver.PICKUP,
        None,
        "Winkel Twijnstraat",
    )


def test_our_plugin_names_the_store_by_its_id() -> None:
    way = {**PICKUP, "meta_data": [{"key": "_regie_pickup_location", "value": "loc-2"}]}

    assert told(shipping_lines=[way]).parts[0].place == "loc-2"


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ({"method_id": "local_pickup", "method_title": "Afhalen"}, HandingOver.PICKUP),
        ({"method_id": "local_delivery"}, HandingOver.DELIVERY),
        ({"method_id": "flat_rate", "method_title": "Lokale bezorging"}, HandingOver.DELIVERY),
        ({"method_id": "flat_rate", "method_title": "Local Delivery today"}, HandingOver.DELIVERY),
        ({"method_id": "flat_rate", "method_title": "PostNL"}, HandingOver.SHIPPING),
        ({"method_id": "free_shipping", "method_title": ""}, HandingOver.SHIPPING),
    ],
)
def test_how_it_is_handed_over(way: dict[str, Any], expected: HandingOver) -> None:
    assert told(shipping_lines=[way]).parts[0].handing_over is expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("delivery", HandingOver.DELIVERY), ("shipping", HandingOver.SHIPPING)],
)
def test_our_own_field_decides_before_the_method(word: str, expected: HandingOver) -> None:
    way = {**PICKUP, "meta_data": [{"key": "_regie_method", "value": word}]}

    assert told(shipping_lines=[way]).parts[0].handing_over is expected


def test_an_order_without_a_way_is_not_ours() -> None:
    assert told(shipping_lines=[]).parts[0].handing_over is HandingOver.OTHER


@pytest.mark.parametrize(
    ("status", "method", "paid", "expected", "is_owed"),
    [
        ("processing", "ideal", True, PaymentState.PAID, True),
        ("pending", "ideal", False, PaymentState.PENDING, False),
        ("on-hold", "bacs", False, PaymentState.PENDING, False),
        ("on-hold", "ideal", True, PaymentState.PAID, True),
        ("on-hold", "cod", False, PaymentState.PAY_IN_STORE, True),
        ("processing", "cod", False, PaymentState.PAY_IN_STORE, True),
        ("pending", "cod", False, PaymentState.PENDING, False),
        ("rg-ready", "cod", False, PaymentState.PAY_IN_STORE, True),
        ("rg-ready", "ideal", True, PaymentState.PAID, True),
        ("completed", "cod", True, PaymentState.PAID, True),
        ("failed", "ideal", False, PaymentState.VOIDED, False),
        ("refunded", "ideal", True, PaymentState.REFUNDED, True),
        ("cancelled", "ideal", True, PaymentState.PAID, False),
        ("trash", "ideal", True, PaymentState.PAID, False),
        ("checkout-draft", "", False, PaymentState.PENDING, False),
    ],
)
def test_what_is_known_of_the_money(
    status: str, method: str, expected: PaymentState, *, paid: bool, is_owed: bool
) -> None:
    date = "2026-11-21T17:33:52" if paid else None

    found = told(status=status, payment_method=method, date_paid_gmt=date)

    assert (found.payment, found.owed) == (expected, is_owed)


def test_cash_at_the_door_is_the_total_less_what_was_given_back() -> None:
    found = told(
        payment_method="cod",
        date_paid_gmt=None,
        shipping_lines=[{"method_id": "local_delivery"}],
        refunds=[{"id": 900, "total": "-4.00"}],
    )

    assert (found.payment, found.cash_due) == (
        PaymentState.CASH_ON_DELIVERY,
        Money(595, "EUR"),
    )


def test_a_piece_costs_its_share_of_the_line_with_tax() -> None:
    assert told().parts[0].lines[0].unit_price == Money(498, "EUR")


def test_a_refunded_line_owes_fewer_pieces() -> None:
    found = told([refund(18, 1)], line_items=[goods(18, 3), goods(19, 1)])

    assert owed(found) == [(2, 1), (1, 0)]


def test_two_refunds_of_a_line_add_up() -> None:
    assert owed(told([refund(18, 1), refund(18, 1)], line_items=[goods(18, 3)])) == [(1, 2)]


def test_a_refund_of_money_alone_takes_no_piece_back() -> None:
    assert owed(told([{"id": 900, "line_items": []}])) == [(2, 0)]


def test_an_order_refunded_whole_owes_nothing() -> None:
    assert owed(told(status="refunded")) == [(0, 2)]


def test_a_variation_is_what_was_bought() -> None:
    found = told(line_items=[goods(1, 1, variation_id=60), goods(2, 1, product_id=0)])

    assert [line.variant_id for line in found.parts[0].lines] == ["60", None]


def test_titles_are_plain_text() -> None:
    assert told().parts[0].lines[0].title == "Pan & deksel"


@pytest.mark.parametrize("key", ["regie_slot", "_regie_slot", "_wc_other/regie/slot"])
def test_a_slot_is_found_under_any_of_its_names(key: str) -> None:
    found = told(meta_data=[{"key": key, "value": "s1"}, {"key": "_regie_told", "value": "{}"}])

    assert found.references == (("regie_slot", "s1"),)


def test_the_address_of_delivery_comes_before_that_of_the_bill() -> None:
    bill = {"first_name": "Anna", "address_1": "Bill 1", "email": "a@x.example", "phone": "1"}

    found = told(billing=bill, shipping={"first_name": "Bea", "address_1": "Ship 2"}).buyer

    assert found.address is not None
    assert (found.name, found.address.line1, found.email, found.phone) == (
        "Bea",
        "Ship 2",
        "a@x.example",
        "1",
    )


def test_payloads_of_persons_show_nothing_of_them() -> None:
    order = msgspec.convert({"id": 1, "billing": {"first_name": "Anna"}}, WooOrder)

    assert "Anna" not in repr(order)

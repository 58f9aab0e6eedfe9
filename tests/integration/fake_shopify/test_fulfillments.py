"""What leaves the fake Shopify shop, is prepared, held or called back: only what is owed."""

import pytest

from regie.demo.shopify import FLOOR_SCOPES
from regie.demo.shopify.order.book import shown
from regie.demo.shopify.testing import Practice
from tests.kit.shops.fake_shopify_orders import (
    CANCEL,
    COFFEE,
    CREATE,
    EVENT,
    HERE,
    HOLD,
    NOBODY,
    PREPARE,
    RELEASE,
    STATE,
    bought,
    counts,
    errors,
    part_of,
    prepare,
    wanted,
)


def test_what_left_is_gone_from_the_shelf(practice: Practice) -> None:
    row = bought(practice, 3)

    made = practice.data(CREATE, wanted(row, 2))["fulfillmentCreate"]["fulfillment"]

    assert (made["status"], made["displayStatus"], made["totalQuantity"]) == (
        "SUCCESS",
        "PICKED_UP",
        2,
    )
    assert counts(practice) == (7, 1, 8)
    order = practice.data(STATE, {"id": row["id"]})["order"]
    assert order["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    assert order["lineItems"]["nodes"][0]["unfulfilledQuantity"] == 1


@pytest.mark.parametrize("pieces", [0, 4, -1])
def test_no_more_can_leave_than_is_owed(practice: Practice, pieces: int) -> None:
    row = bought(practice, 3)

    assert errors(practice, CREATE, wanted(row, pieces)) == [
        "Invalid fulfillment order line item quantity requested."
    ]
    assert counts(practice) == (7, 3, 10)


def test_a_closed_part_lets_nothing_leave(practice: Practice) -> None:
    row = bought(practice)
    practice.data(CREATE, wanted(row, 2))

    (message,) = errors(practice, CREATE, wanted(row, 1))

    assert message.endswith("has an unfulfillable status= closed.")


def test_what_is_called_back_is_owed_again(practice: Practice) -> None:
    row = bought(practice, 2)
    made = practice.data(CREATE, wanted(row, 2))["fulfillmentCreate"]["fulfillment"]

    first = errors(practice, CANCEL, {"id": made["id"]})
    again = errors(practice, CANCEL, {"id": made["id"]})

    assert (first, len(again)) == ([], 1)
    assert counts(practice) == (8, 2, 10)
    assert shown(row)["parts"][0]["status"] == "OPEN"


def test_an_event_shows_on_the_shipment(practice: Practice) -> None:
    row = bought(practice, 2, method="LOCAL")
    made = practice.data(CREATE, wanted(row, 2))["fulfillmentCreate"]["fulfillment"]

    practice.data(EVENT, {"e": {"fulfillmentId": made["id"], "status": "OUT_FOR_DELIVERY"}})

    assert shown(row)["parts"][0]["shipments"][0]["shown"] == "OUT_FOR_DELIVERY"


def test_no_event_befalls_what_was_called_back(practice: Practice) -> None:
    row = bought(practice)
    made = practice.data(CREATE, wanted(row, 2))["fulfillmentCreate"]["fulfillment"]
    practice.data(CANCEL, {"id": made["id"]})

    given = {"e": {"fulfillmentId": made["id"], "status": "DELIVERED"}}

    assert len(errors(practice, EVENT, given)) == 1


def test_a_pick_up_is_prepared_once(practice: Practice) -> None:
    part = part_of(bought(practice))

    assert prepare(practice, part) == []
    assert prepare(practice, part) == ["NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER"]


@pytest.mark.parametrize("how", ["nobody's", "a delivery", "a held one"])
def test_only_an_open_pick_up_can_be_prepared(practice: Practice, how: str) -> None:
    row = bought(practice, method="LOCAL" if how == "a delivery" else "PICK_UP")
    if how == "a held one":
        practice.shop.orders.hold(row["id"])
    part = NOBODY if how == "nobody's" else part_of(row)

    assert prepare(practice, part) == ["FULFILLMENT_ORDER_INVALID"]


def test_a_hold_keeps_a_part_until_it_is_released(practice: Practice) -> None:
    part = part_of(bought(practice))
    given = {"id": part, "h": {"reason": "OTHER", "handle": "one"}}

    codes = [errors(practice, HOLD, given) for _ in range(2)]
    released = practice.data(RELEASE, {"id": part})["fulfillmentOrderReleaseHold"]

    assert codes == [[], ["DUPLICATE_FULFILLMENT_HOLD_HANDLE"]]
    assert released["fulfillmentOrder"]["status"] == "OPEN"


def test_what_is_not_there_cannot_be_held(practice: Practice) -> None:
    given = {"id": NOBODY, "h": {"reason": "OTHER"}}

    assert errors(practice, HOLD, given) == ["FULFILLMENT_ORDER_NOT_FOUND"]


@pytest.mark.parametrize(
    ("query", "scope"),
    [
        (PREPARE, "write_merchant_managed_fulfillment_orders"),
        (CREATE, "write_merchant_managed_fulfillment_orders"),
        (HOLD, "write_merchant_managed_fulfillment_orders"),
        (EVENT, "write_fulfillments"),
    ],
)
def test_each_write_needs_its_scope(query: str, scope: str) -> None:
    scopes = [each for each in FLOOR_SCOPES if each != scope]
    read = "read_merchant_managed_fulfillment_orders"
    practice = Practice(scopes=[*scopes, read, "read_fulfillments"])
    row = practice.shop.orders.place([{"sku": COFFEE}], location=HERE)
    shipment = "gid://shopify/Fulfillment/1"
    given = {
        **wanted(row, 1),
        "i": {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": part_of(row)}]},
        "id": part_of(row),
        "h": {"reason": "OTHER"},
        "e": {"fulfillmentId": shipment, "status": "DELIVERED"},
    }

    assert practice.codes(query, given) == ["ACCESS_DENIED"]

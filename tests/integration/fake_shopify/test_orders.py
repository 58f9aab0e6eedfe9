"""The fake Shopify shop sells, counts, refuses and tells as the real one does."""

from typing import Any

import pytest

from regie.demo.shopify import FLOOR_SCOPES
from regie.demo.shopify.order.book import shown
from regie.demo.shopify.query.fields import quantity
from regie.demo.shopify.testing import Practice

COFFEE, HERE, THERE = "KAF-1-250-B", "Laden Ottensen", "Laden Eimsbüttel"
PREPARE = """mutation($i: FulfillmentOrderLineItemsPreparedForPickupInput!) {
  fulfillmentOrderLineItemsPreparedForPickup(input: $i) { userErrors { code field message } } }"""
CREATE = """mutation($f: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $f) {
    fulfillment { id status displayStatus totalQuantity
      fulfillmentLineItems(first: 5) { nodes { quantity } } }
    userErrors { field message } } }"""
EVENT = """mutation($e: FulfillmentEventInput!) {
  fulfillmentEventCreate(fulfillmentEvent: $e) {
    fulfillmentEvent { id status happenedAt message } userErrors { field message } } }"""
CANCEL = """mutation($id: ID!) {
  fulfillmentCancel(id: $id) { fulfillment { id status } userErrors { field message } } }"""
HOLD = """mutation($id: ID!, $h: FulfillmentOrderHoldInput!) {
  fulfillmentOrderHold(id: $id, fulfillmentHold: $h) {
    fulfillmentHold { id handle } fulfillmentOrder { id status }
    userErrors { code field message } } }"""
RELEASE = """mutation($id: ID!) {
  fulfillmentOrderReleaseHold(id: $id) {
    fulfillmentOrder { id status } userErrors { code field message } } }"""
STATE = """query($id: ID!) { order(id: $id) {
  displayFulfillmentStatus displayFinancialStatus
  totalPriceSet { shopMoney { amount currencyCode } }
  totalOutstandingSet { shopMoney { amount } }
  lineItems(first: 5) { nodes { sku quantity currentQuantity unfulfilledQuantity } }
  fulfillmentOrders(first: 5) { nodes { id status supportedActions { action }
    lineItems(first: 5) { nodes { sku totalQuantity remainingQuantity } } } } } }"""
NOBODY = "gid://shopify/FulfillmentOrder/1"


@pytest.fixture
def practice() -> Practice:
    found = Practice(scopes=FLOOR_SCOPES, points=(1e9, 1e9))
    for place in (HERE, THERE):
        found.shop.changes.set_stock(COFFEE, place, 10)
    return found


def bought(practice: Practice, pieces: int = 2, **more: Any) -> dict[str, Any]:
    lines = [{"sku": COFFEE, "quantity": pieces}]
    return practice.shop.orders.place(lines, **{"location": HERE, **more})


def counts(practice: Practice, place: str = HERE) -> tuple[int, ...]:
    """Return what is available, committed and on hand."""
    item = practice.shop.store.variant(COFFEE)["inventoryItem"]
    level = practice.shop.store.level(item, practice.shop.store.location(place))
    assert level is not None
    return tuple(
        quantity(level, each)["quantity"] for each in ("available", "committed", "on_hand")
    )


def part_of(row: dict[str, Any]) -> str:
    return str(row["fulfillmentOrders"][0]["id"])


def wanted(row: dict[str, Any], *pieces: int) -> dict[str, Any]:
    lines = row["fulfillmentOrders"][0]["lineItems"]
    asked = [{"id": each["id"], "quantity": n} for each, n in zip(lines, pieces, strict=False)]
    return {
        "f": {
            "lineItemsByFulfillmentOrder": [
                {"fulfillmentOrderId": part_of(row), "fulfillmentOrderLineItems": asked}
            ]
        }
    }


def errors(practice: Practice, query: str, variables: dict[str, Any]) -> list[Any]:
    (payload,) = practice.data(query, variables).values()
    return [each.get("code") or each["message"] for each in payload["userErrors"]]


def prepare(practice: Practice, part: str) -> list[Any]:
    rows = [{"fulfillmentOrderId": part}]
    return errors(practice, PREPARE, {"i": {"lineItemsByFulfillmentOrder": rows}})


def test_a_sold_piece_is_committed_and_still_there(practice: Practice) -> None:
    bought(practice, 3)

    assert counts(practice) == (7, 3, 10)


def test_the_api_shows_an_order_and_its_part(practice: Practice) -> None:
    row = bought(practice, 2, financial="PENDING")

    order = practice.data(STATE, {"id": row["id"]})["order"]

    assert order["displayFulfillmentStatus"] == "UNFULFILLED"
    assert order["totalPriceSet"]["shopMoney"] == {"amount": "15.8", "currencyCode": "EUR"}
    assert order["totalOutstandingSet"]["shopMoney"]["amount"] == "15.8"
    (part,) = order["fulfillmentOrders"]["nodes"]
    assert part["lineItems"]["nodes"] == [
        {"sku": COFFEE, "totalQuantity": 2, "remainingQuantity": 2}
    ]
    assert {"action": "CREATE_FULFILLMENT"} in part["supportedActions"]


def test_open_parts_are_listed_and_closed_ones_only_if_asked_for(practice: Practice) -> None:
    row, other = bought(practice), bought(practice)
    practice.shop.orders.fulfill(row["id"])
    query = "query($c: Boolean) { fulfillmentOrders(first: 5, includeClosed: $c) { nodes { id } } }"

    found = [practice.data(query, {"c": closed}) for closed in (False, True)]

    ids = [[each["id"] for each in one["fulfillmentOrders"]["nodes"]] for one in found]
    assert ids == [[part_of(other)], [part_of(row), part_of(other)]]


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


def test_the_buyer_is_protected(practice: Practice) -> None:
    row = bought(practice, buyer={"email": "m@x.example"}, note="Klingeln")

    body = practice.body("query($id: ID!) { order(id: $id) { note email } }", {"id": row["id"]})

    assert body["data"]["order"] == {"note": "Klingeln", "email": None}
    assert [each["path"] for each in body["errors"]] == [["order", "email"]]


def test_an_edit_commits_more_and_lets_go_of_less(practice: Practice) -> None:
    row = bought(practice, 2)

    practice.shop.orders.edit(row["id"], COFFEE, 5)
    more = counts(practice)
    practice.shop.orders.edit(row["id"], COFFEE, 1)

    assert (more, counts(practice)) == ((5, 5, 10), (9, 1, 10))


@pytest.mark.parametrize(("restock", "expected"), [(True, (10, 0, 10)), (False, (8, 0, 8))])
def test_a_cancelled_order_gives_its_pieces_back(
    practice: Practice, *, restock: bool, expected: tuple[int, ...]
) -> None:
    row = bought(practice, 2)

    practice.shop.orders.cancel(row["id"], restock=restock)

    assert counts(practice) == expected


def test_a_refund_takes_first_what_has_not_left(practice: Practice) -> None:
    row = bought(practice, 3)
    practice.data(CREATE, wanted(row, 1))

    practice.shop.orders.refund(row["id"], COFFEE, 3)

    assert counts(practice) == (10, 0, 10)
    assert shown(row)["paid"] == "REFUNDED"


def test_a_moved_part_moves_its_pieces(practice: Practice) -> None:
    row = bought(practice, 2)

    practice.shop.orders.move(row["id"], THERE)

    assert (counts(practice), counts(practice, THERE)) == ((10, 0, 10), (8, 2, 10))


def test_everything_is_told(practice: Practice) -> None:
    topics = [
        *("ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_CANCELLED", "ORDERS_EDITED", "ORDERS_DELETE"),
        *("FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE", "FULFILLMENT_ORDERS_MOVED"),
        *("FULFILLMENT_ORDERS_PLACED_ON_HOLD", "FULFILLMENT_ORDERS_HOLD_RELEASED"),
        *("FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_PICKUP", "FULFILLMENT_ORDERS_CANCELLED"),
        *("FULFILLMENTS_UPDATE", "INVENTORY_LEVELS_UPDATE"),
    ]
    for topic in topics:
        practice.subscribe(topic)
    book, row = practice.shop.orders, bought(practice)
    prepare(practice, part_of(row))
    book.edit(row["id"], COFFEE, 3)
    book.move(row["id"], THERE)
    book.hold(row["id"])
    book.release(row["id"])
    made = book.fulfill(row["id"])
    practice.data(CANCEL, {"id": made["id"]})
    book.cancel(row["id"])
    book.delete(row["id"])

    practice.shop.deliver_due()

    assert {each.topic for each in practice.shop.post.tried} == set(topics)


def test_a_webhook_tells_no_person_to_an_app_that_may_not_know_him(practice: Practice) -> None:
    practice.subscribe("ORDERS_CREATE")

    bought(practice, buyer={"firstName": "Mara", "email": "m@x.example", "phone": "+49 171"})

    practice.shop.deliver_due()
    (letter,) = practice.sent
    assert not any(word in letter.body for word in (b"Mara", b"m@x", b"171"))


def test_one_call_at_the_control_desk_places_an_order(practice: Practice) -> None:
    client = practice.shop.app().test_client()

    placed = client.post("/_fake/orders/place", json={"lines": [{"sku": COFFEE}]}).get_json()
    listed = client.get("/_fake/orders").get_json()["orders"]

    assert (placed["name"], [each["name"] for each in listed]) == ("#1001", ["#1001"])


def test_the_control_desk_knows_what_it_can_do(practice: Practice) -> None:
    client = practice.shop.app().test_client()

    answers = [client.post(f"/_fake/orders/{verb}", json={}) for verb in ("find", "__init__")]

    assert [each.status_code for each in answers] == [404, 404]

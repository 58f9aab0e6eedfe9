"""The fake Shopify shop sells, counts, refuses and tells as the real one does."""

import pytest

from regie.demo.shopify.order.book import shown
from regie.demo.shopify.testing import Practice
from tests.kit.shops.fake_shopify_orders import (
    CANCEL,
    COFFEE,
    CREATE,
    STATE,
    THERE,
    bought,
    counts,
    part_of,
    prepare,
    wanted,
)


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

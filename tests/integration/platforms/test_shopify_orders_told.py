"""News of the floor reaches the fake Shopify shop once, and never undoes what others did."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connector.model.errors import PlatformRejected, PlatformUnavailable
from connector.model.order import News, Telling, ToldLine
from connector.platforms.shopify.order.refusals import NotStocked, PartClosed, PartGone, PartHeld
from regie.demo.shopify import Faults
from tests.kit.shops.shopify_tills import COFFEE, DOOR, HERE, NOON, Shop, selling


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with selling(tmp_path) as found:
        yield found


def test_a_prepared_pick_up_is_prepared(shop: Shop) -> None:
    row = shop.buy()

    shop.tell(row, News.PREPARED)

    assert (shop.part(row)["prepared"], shop.part(row)["status"]) == (True, "OPEN")


def test_a_prepared_delivery_is_in_progress(shop: Shop) -> None:
    row = shop.buy(method="LOCAL", address=DOOR)

    shop.tell(row, News.PREPARED)

    assert (shop.part(row)["prepared"], shop.part(row)["status"]) == (False, "IN_PROGRESS")


def test_what_was_picked_up_has_left_the_shelf(shop: Shop) -> None:
    row = shop.buy(quantity=2)

    shop.tell(row, News.HANDED_OVER)

    assert shop.part(row)["shipments"] == [
        {"status": "SUCCESS", "shown": "PICKED_UP", "events": []}
    ]
    assert shop.counts() == {"available": 8, "committed": 0, "reserved": 0, "on_hand": 8}


def test_of_a_partial_hand_over_the_rest_stays_owed(shop: Shop) -> None:
    row = shop.buy(quantity=3)

    shop.tell(row, News.HANDED_OVER, pieces=2)
    shop.tell(row, News.HANDED_OVER, pieces=2)

    assert shop.part(row)["lines"] == [{"sku": COFFEE, "totalQuantity": 3, "remainingQuantity": 1}]


def test_a_delivery_goes_its_whole_way(shop: Shop) -> None:
    row = shop.buy(method="LOCAL", address=DOOR)

    for turn, news in enumerate((News.OUT_FOR_DELIVERY, News.DELAYED, News.HANDED_OVER)):
        shop.tell(row, news, at=NOON + timedelta(minutes=turn))

    (shipment,) = shop.part(row)["shipments"]
    assert shipment == {
        "status": "SUCCESS",
        "shown": "DELIVERED",
        "events": ["OUT_FOR_DELIVERY", "DELAYED", "DELIVERED"],
    }


def test_a_delivery_of_which_nobody_told_that_it_left_is_delivered_all_the_same(shop: Shop) -> None:
    row = shop.buy(method="LOCAL", address=DOOR)

    shop.tell(row, News.HANDED_OVER)

    assert [each["shown"] for each in shop.part(row)["shipments"]] == ["DELIVERED"]


def test_two_attempts_are_two_events_and_each_told_twice_is_one(shop: Shop) -> None:
    row = shop.buy(method="LOCAL", address=DOOR)
    shop.tell(row, News.OUT_FOR_DELIVERY)

    for minute in (10, 10, 40, 40):
        shop.tell(row, News.ATTEMPTED, at=NOON + timedelta(minutes=minute))

    assert shop.part(row)["shipments"][0]["events"].count("ATTEMPTED_DELIVERY") == 2


def test_what_came_back_is_owed_again_and_leaves_again(shop: Shop) -> None:
    row = shop.buy(method="LOCAL", address=DOOR)
    shop.tell(row, News.OUT_FOR_DELIVERY, at=NOON)
    shop.tell(row, News.RETURNED, at=NOON + timedelta(hours=1))
    between = (shop.part(row)["status"], shop.counts()["on_hand"])

    shop.tell(row, News.OUT_FOR_DELIVERY, at=NOON + timedelta(hours=2))

    assert between == ("OPEN", 10)
    assert [each["status"] for each in shop.part(row)["shipments"]] == ["CANCELLED", "SUCCESS"]


def test_old_news_told_late_begins_no_trip_and_ends_none(shop: Shop) -> None:
    row = shop.buy(method="LOCAL", address=DOOR)
    trips = [(News.OUT_FOR_DELIVERY, 0), (News.RETURNED, 1), (News.OUT_FOR_DELIVERY, 2)]
    for news, hour in trips:
        shop.tell(row, news, at=NOON + timedelta(hours=hour))
    before = shop.part(row)

    for news, hour in trips:
        shop.tell(row, news, at=NOON + timedelta(hours=hour))

    assert shop.part(row) == before


def test_a_cancelled_order_is_held_with_its_reason(shop: Shop) -> None:
    row = shop.buy()

    shop.tell(row, News.CANCELLED, note="empty")

    (hold,) = row["fulfillmentOrders"][0]["fulfillmentHolds"]
    assert (hold["reason"], hold["handle"]) == ("INVENTORY_OUT_OF_STOCK", "regie-cancelled")
    assert hold["reasonNotes"] == "Cancelled on the shop floor: empty"
    assert shop.part(row)["status"] == "ON_HOLD"


def test_a_cancelled_order_is_held_with_what_staff_wrote_for_the_customer(shop: Shop) -> None:
    row = shop.buy()

    shop.tell(row, News.CANCELLED, note="too_busy", words="Sorry, we are ill")

    (hold,) = row["fulfillmentOrders"][0]["fulfillmentHolds"]
    assert hold["reasonNotes"] == "Cancelled on the shop floor: too_busy: Sorry, we are ill"


@pytest.mark.parametrize("news", [News.PREPARED, News.OUT_FOR_DELIVERY, News.HANDED_OVER])
def test_a_part_that_somebody_cancelled_takes_no_news(shop: Shop, news: News) -> None:
    row = shop.buy()
    shop.shop.orders.cancel(row["id"])

    with pytest.raises(PartClosed):
        shop.tell(row, news)


def test_a_part_that_was_emptied_takes_no_hand_over(shop: Shop) -> None:
    row = shop.buy()
    part = row["fulfillmentOrders"][0]["lineItems"][0]["id"]
    shop.shop.orders.refund(row["id"], COFFEE, 2)
    telling = Telling(
        "ful_1/1/HANDED_OVER",
        News.HANDED_OVER,
        row["id"],
        row["fulfillmentOrders"][0]["id"],
        NOON,
        (ToldLine(part, 2),),
    )

    with pytest.raises(PartClosed):
        shop.platform.tell(telling)


def test_what_the_merchant_fulfilled_himself_is_success(shop: Shop) -> None:
    row = shop.buy()
    shop.shop.orders.fulfill(row["id"])

    for news in (News.PREPARED, News.HANDED_OVER):
        shop.tell(row, news)

    assert len(shop.part(row)["shipments"]) == 1


def test_a_part_on_hold_is_told_later(shop: Shop) -> None:
    row = shop.buy()
    shop.shop.orders.hold(row["id"])
    with pytest.raises(PartHeld):
        shop.tell(row, News.HANDED_OVER)
    shop.shop.orders.release(row["id"])

    shop.tell(row, News.HANDED_OVER)

    assert shop.part(row)["status"] == "CLOSED"


def test_a_part_that_is_gone_takes_no_news(shop: Shop) -> None:
    row = shop.buy()
    shop.shop.orders.delete(row["id"])

    with pytest.raises(PartGone):
        shop.tell(row, News.HANDED_OVER)


@pytest.mark.parametrize("status", [402, 423, 404])
def test_a_closed_shop_is_told_later(shop: Shop, status: int) -> None:
    row = shop.buy()
    shop.read(row)
    shop.shop.closed = status

    with pytest.raises(PlatformUnavailable):
        shop.tell(row, News.HANDED_OVER)


def test_an_answer_that_was_lost_makes_no_second_shipment(shop: Shop) -> None:
    row = shop.buy()
    shop.shop.set_faults(Faults(lost_answer=1.0))
    with pytest.raises(PlatformUnavailable):
        shop.platform.tell(
            Telling("k/1/x", News.HANDED_OVER, row["id"], row["fulfillmentOrders"][0]["id"])
        )
    shop.shop.set_faults(Faults())

    for _ in range(2):
        shop.tell(row, News.HANDED_OVER)

    assert len(shop.part(row)["shipments"]) == 1


def test_only_a_tracking_page_is_worth_a_mail(shop: Shop) -> None:
    row = shop.buy(method="LOCAL", address=DOOR)

    shop.tell(row, News.OUT_FOR_DELIVERY, tracking_url="https://shop.example/t/abc")

    tracking = row["fulfillments"][0]["trackingInfo"]
    assert tracking == [{"company": "Regie", "number": None, "url": "https://shop.example/t/abc"}]


def test_a_hold_sets_pieces_aside_once_and_puts_them_back_once(shop: Shop) -> None:
    for _ in range(2):
        shop.platform.tell(shop.reserving(News.RESERVED))
    held = shop.counts()
    for _ in range(2):
        shop.platform.tell(shop.reserving(News.UNRESERVED))

    assert held == {"available": 7, "committed": 0, "reserved": 3, "on_hand": 10}
    assert shop.counts() == {"available": 10, "committed": 0, "reserved": 0, "on_hand": 10}


def test_two_holds_are_two(shop: Shop) -> None:
    for key in ("hld_1", "hld_2"):
        shop.platform.tell(shop.reserving(News.RESERVED, key=key))

    assert shop.counts()["reserved"] == 6


def test_pieces_of_one_item_are_added_up(shop: Shop) -> None:
    one = shop.reserving(News.RESERVED, 1)
    (kept,) = one.reservations

    shop.platform.tell(Telling(one.key, one.news, reservations=(kept, kept)))

    assert shop.counts()["reserved"] == 2


def test_an_item_that_is_not_stocked_there_cannot_be_set_aside(shop: Shop) -> None:
    shop.shop.changes.disconnect_level(COFFEE, HERE)

    with pytest.raises(NotStocked):
        shop.platform.tell(shop.reserving(News.RESERVED))


def test_a_refused_item_is_rejected_for_good(shop: Shop) -> None:
    shop.shop.store.variant(COFFEE)["requiresComponents"] = True

    with pytest.raises(PlatformRejected):
        shop.platform.tell(shop.reserving(News.RESERVED))

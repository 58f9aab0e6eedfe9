"""Orders of the fake Shopify shop come in whole, and news of the floor goes out once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from connector.model.errors import PlatformCredentials, PlatformRejected, PlatformUnavailable
from connector.model.order import News, PaymentState, PlacedOrder, Reservation, Telling, ToldLine
from connector.platforms import Hint, HintKind
from connector.platforms.shopify import ShopifyPlatform
from connector.platforms.shopify.refusals import NotStocked, PartClosed, PartGone, PartHeld
from connector.platforms.testing import OrderContract, Till
from regie.demo.shopify import FLOOR_SCOPES, Faults, ShopifyShop
from regie.demo.shopify.fields import quantity
from regie.demo.shopify.order_book import shown
from tests.shopify_shops import opened

COFFEE, CUP = "KAF-1-250-B", "KAF-1-500-B"
HERE, THERE = "Laden Ottensen", "Laden Eimsbüttel"
MARA = {"firstName": "Mara", "lastName": "Testmann", "email": "m@x.example", "phone": "+49 171"}
DOOR = {"address1": "Weg 1", "zip": "22765", "city": "Hamburg", "countryCode": "DE"}
EVERYTHING = ("name", "address", "phone", "email")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Shop(Struct):
    shop: ShopifyShop
    platform: ShopifyPlatform

    def buy(self, *skus: str, quantity: int = 2, **more: Any) -> dict[str, Any]:
        lines = [{"sku": sku, "quantity": quantity} for sku in skus or (COFFEE,)]
        return self.shop.orders.place(lines, **{"location": HERE, "buyer": MARA, **more})

    def read(self, row: dict[str, Any]) -> PlacedOrder:
        found = self.platform.order(Hint(HintKind.ORDER, row["id"]))
        assert found is not None
        return found

    def tell(self, row: dict[str, Any], news: News, pieces: int = 2, **more: Any) -> None:
        part = row["fulfillmentOrders"][more.pop("part", 0)]
        lines = tuple(ToldLine(each["id"], pieces) for each in part["lineItems"])
        at = more.pop("at", NOON)
        self.platform.tell(
            Telling(f"ful_1/1/{news.value}", news, row["id"], part["id"], at, lines, **more)
        )

    def part(self, row: dict[str, Any]) -> Any:
        return shown(row)["parts"][0]

    def counts(self, sku: str = COFFEE, place: str = HERE) -> dict[str, int]:
        item = self.shop.store.variant(sku)["inventoryItem"]
        level = self.shop.store.level(item, self.shop.store.location(place))
        assert level is not None
        names = ("available", "committed", "reserved", "on_hand")
        return {name: quantity(level, name)["quantity"] for name in names}

    def reserving(self, news: News, pieces: int = 3, key: str = "hld_1") -> Telling:
        item = self.shop.store.variant(COFFEE)["inventoryItem"]["id"]
        place = self.shop.store.location(HERE)["id"]
        kept = (Reservation(item, place, pieces),)
        return Telling(f"{key}/{news.value}", news, reservations=kept)


def stocked(shop: ShopifyShop) -> None:
    for sku in (COFFEE, CUP):
        for place in (HERE, THERE):
            shop.changes.set_stock(sku, place, 10)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    options = {"scopes": FLOOR_SCOPES, "approved": EVERYTHING, "points": (1e9, 1e9)}
    with opened(tmp_path, **options) as (found, platform):
        stocked(found)
        yield Shop(found, platform)


class TestShopifyOrders(OrderContract):
    nobody = "gid://shopify/FulfillmentOrder/999"

    @pytest.fixture
    def till(self, shop: Shop) -> Till:
        return Till(
            platform=shop.platform,
            buy=lambda count: str(shop.buy(quantity=count)["id"]),
            shown=lambda order: shown(shop.shop.orders.find(order)),
        )


def test_a_part_and_a_shipment_lead_to_their_order(shop: Shop) -> None:
    row = shop.buy()
    shop.tell(row, News.HANDED_OVER)
    part, shipment = row["fulfillmentOrders"][0]["id"], row["fulfillments"][0]["id"]

    found = [shop.platform.order(Hint(HintKind.ORDER, each)) for each in (part, shipment)]

    assert [each and each.external_id for each in found] == [row["id"]] * 2


def test_what_the_shop_does_not_know_is_none(shop: Shop) -> None:
    kinds = ("Order", "FulfillmentOrder", "Fulfillment", "Product")

    found = [shop.platform.order(Hint(HintKind.ORDER, f"gid://shopify/{kind}/9")) for kind in kinds]

    assert found == [None] * 4


def test_a_split_cart_has_a_part_for_each_place(shop: Shop) -> None:
    lines = [{"sku": COFFEE, "location": HERE}, {"sku": CUP, "location": THERE}]

    found = shop.read(shop.shop.orders.place(lines))

    assert [(part.place_name, len(part.lines)) for part in found.parts] == [(HERE, 1), (THERE, 1)]


def test_an_order_longer_than_a_page_is_read_to_its_end(shop: Shop) -> None:
    skus = [each["sku"] for each in shop.shop.store.variants.values() if each["sku"]][:45]
    places = [each["name"] for each in shop.shop.store.locations.values()]
    lines = [{"sku": sku, "location": HERE} for sku in skus]
    kinds = ("PICK_UP", "LOCAL")
    more = [{"sku": COFFEE, "location": place, "method": how} for place in places for how in kinds]

    found = shop.read(shop.shop.orders.place([*lines, *more]))

    assert (len(found.parts), len(found.parts[0].lines)) == (8, 46)


def test_a_delivery_tells_where_and_to_whom(shop: Shop) -> None:
    window = ("2026-11-21T15:00:00Z", "2026-11-21T17:00:00Z")
    where = {**DOOR, "latitude": 53.55, "longitude": 9.93}
    row = shop.buy(method="LOCAL", address=where, window=window, note="Klingeln", locale="de")

    found = shop.read(row)

    buyer, part = found.buyer, found.parts[0]
    assert buyer.address is not None
    assert buyer.geo is not None
    assert (buyer.name, buyer.phone, buyer.email) == ("Mara Testmann", "+49 171", "m@x.example")
    assert (buyer.address.line1, buyer.geo.latitude, buyer.note) == ("Weg 1", 53.55, "Klingeln")
    assert (part.earliest, part.latest) == (
        datetime(2026, 11, 21, 15, tzinfo=UTC),
        datetime(2026, 11, 21, 17, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("approved", "expected"),
    [
        ((), (None, None, None, None)),
        (("name",), ("Mara Testmann", None, None, None)),
        (("email", "phone"), (None, "m@x.example", "+49 171", None)),
        (("address", "name"), ("Mara Testmann", None, None, "Weg 1")),
        (EVERYTHING, ("Mara Testmann", "m@x.example", "+49 171", "Weg 1")),
    ],
)
def test_what_the_app_may_not_see_is_unknown_and_no_error(
    tmp_path: Path, approved: tuple[str, ...], expected: tuple[Any, ...]
) -> None:
    with opened(tmp_path, scopes=FLOOR_SCOPES, approved=approved) as (found, platform):
        shop = Shop(found, platform)
        stocked(found)
        buyer = shop.read(shop.buy(method="LOCAL", address=DOOR)).buyer

    line = buyer.address and buyer.address.line1
    assert (buyer.name, buyer.email, buyer.phone, line) == expected


def test_without_the_scope_for_orders_the_merchant_must_grant_it(tmp_path: Path) -> None:
    with opened(tmp_path) as (found, platform):
        row = found.orders.place([{"sku": COFFEE}])

        with pytest.raises(PlatformCredentials):
            platform.order(Hint(HintKind.ORDER, row["id"]))


def test_an_unpaid_order_is_not_owed_until_it_is_paid(shop: Shop) -> None:
    row = shop.buy(financial="PENDING")
    before = shop.read(row).owed

    shop.shop.orders.pay(row["id"])

    assert (before, shop.read(row).owed) == (False, True)


def test_an_edited_order_tells_what_is_wanted_now(shop: Shop) -> None:
    row = shop.buy(COFFEE, quantity=3)
    shop.shop.orders.edit(row["id"], COFFEE, 1)
    shop.shop.orders.edit(row["id"], CUP, 2)

    (part,) = shop.read(row).parts

    assert [(line.sku, line.quantity, line.refunded) for line in part.lines] == [
        (COFFEE, 1, 0),
        (CUP, 2, 0),
    ]


def test_a_refund_after_hand_over_is_told_as_such(shop: Shop) -> None:
    row = shop.buy(quantity=2)
    shop.tell(row, News.HANDED_OVER)

    shop.shop.orders.refund(row["id"], COFFEE, 1)

    found = shop.read(row)
    (line,) = found.parts[0].lines
    assert (line.quantity, line.refunded) == (1, 1)
    assert found.payment is PaymentState.PARTLY_REFUNDED


def test_a_cancelled_order_is_told_as_such(shop: Shop) -> None:
    row = shop.buy()

    shop.shop.orders.cancel(row["id"])

    found = shop.read(row)
    assert (found.cancelled, found.parts[0].cancelled, found.owed) == (True, True, False)


def test_a_deleted_order_is_none(shop: Shop) -> None:
    row = shop.buy()

    shop.shop.orders.delete(row["id"])

    assert shop.platform.order(Hint(HintKind.ORDER, row["id"])) is None


def test_changed_orders_come_oldest_change_first(shop: Shop) -> None:
    first, second = shop.buy(), shop.buy()
    shop.shop.clock.advance(60)
    shop.shop.orders.edit(first["id"], COFFEE, 1)

    found = shop.platform.orders(shop.shop.clock.now() - timedelta(hours=1))

    assert [each.external_id for each in found] == [second["id"], first["id"]]


def test_more_orders_than_a_page_are_all_found(shop: Shop) -> None:
    for _ in range(103):
        shop.buy(quantity=0)

    found = list(shop.platform.orders(shop.shop.clock.now() - timedelta(hours=1)))

    assert len({each.external_id for each in found}) == 103


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
    assert shop.part(row)["status"] == "ON_HOLD"


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

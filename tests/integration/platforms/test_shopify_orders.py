"""Orders of the fake Shopify shop come in whole, and what is protected stays unknown."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.model.errors import PlatformCredentials
from connector.model.order import News, PaymentState
from connector.platforms import Hint, HintKind
from connector.platforms.testing import OrderContract, Till
from regie.demo.shopify.order.book import shown
from tests.kit.shops.shopify_shops import opened
from tests.kit.shops.shopify_tills import COFFEE, CUP, DOOR, EVERYTHING, HERE, THERE, Shop, selling


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with selling(tmp_path) as found:
        yield found


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
    with selling(tmp_path, approved) as shop:
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

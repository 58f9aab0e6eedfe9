"""Orders of the fake WooCommerce shop come in whole, and news of the floor goes out once."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from connector.model.errors import PlatformUnavailable
from connector.model.order import HandingOver, News, PaymentState, PlacedOrder, Telling
from connector.platforms import Hint, HintKind
from connector.platforms.testing import OrderContract, Till
from connector.platforms.woocommerce import WooCommercePlatform
from connector.platforms.woocommerce.errors import KeyLacksRights, OrderEnded, OrderGone
from connector.platforms.woocommerce.order_normalise import placed_order
from connector.platforms.woocommerce.order_payload import Refund, orders
from regie.demo.woocommerce import Options
from tests.kit.shops.woo import Open, opened

PAN = 107
DATA = Path(__file__).parents[4] / "shared" / "data" / "woocommerce" / "open"


@pytest.fixture(params=[True, False], ids=["with our plugin", "without"])
def any_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    with opened(tmp_path, options=Options(plugin=request.param)) as shop:
        yield shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Open]:
    with opened(tmp_path, options=Options(plugin=True)) as found:
        yield found


def bought(shop: Open, quantity: int = 2, **how: Any) -> int:
    lines = [{"item_id": PAN, "quantity": quantity}]
    return int(shop.changes.place_order(lines, **how)["id"])


def read(shop: Open, number: int) -> PlacedOrder:
    found = shop.platform.order(Hint(HintKind.ORDER, str(number)))
    assert found is not None
    return found


def tell(shop: Open, number: int, news: News, turn: int = 1, note: str | None = None) -> None:
    key = f"ful_1/{turn}/{news.value}"
    shop.platform.tell(Telling(key, news, str(number), "", shop.clock(), note=note))


def status(shop: Open, number: int) -> str:
    return str(shop.shop.orders[number]["status"])


def notes(shop: Open, number: int) -> list[Any]:
    return list(shop.shop.entries(f"orders/{number}/notes"))


def lines(shop: Open, number: int) -> list[int]:
    return [line["id"] for line in shop.shop.orders[number]["line_items"]]


class TestWooCommerceOrders(OrderContract):
    @pytest.fixture
    def till(self, any_shop: Open) -> Till:
        def shown(order: str) -> object:
            return json.dumps([any_shop.shop.orders[int(order)], notes(any_shop, int(order))])

        return Till(
            platform=any_shop.platform,
            buy=lambda count: str(bought(any_shop, count)),
            shown=shown,
            now=any_shop.clock,
        )


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("pickup", HandingOver.PICKUP),
        ("classic", HandingOver.PICKUP),
        ("delivery", HandingOver.DELIVERY),
        ("flat", HandingOver.DELIVERY),
        ("shipping", HandingOver.SHIPPING),
    ],
)
def test_how_an_order_is_handed_over(shop: Open, way: str, expected: HandingOver) -> None:
    assert read(shop, bought(shop, way=way)).parts[0].handing_over is expected


def test_a_pick_up_names_a_place_that_the_shop_exports(shop: Open) -> None:
    names = {place.name for place in shop.platform.prepare().locations}

    assert read(shop, bought(shop, place=1)).parts[0].place_name in names


def test_an_order_in_the_trash_is_cancelled(shop: Open) -> None:
    number = bought(shop)

    shop.changes.delete_order(number)

    assert read(shop, number).cancelled


def test_an_order_that_was_deleted_for_good_is_none(shop: Open) -> None:
    number = bought(shop)
    shop.changes.delete_order(number, force=True)

    assert shop.platform.order(Hint(HintKind.ORDER, str(number))) is None


def test_an_error_body_gives_no_reason_to_read_anything() -> None:
    """An order that is gone before its webhook leaves is told by the shop's refusal, signed."""
    body = b'{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{}}'

    found = WooCommercePlatform.hints("order.created", body)

    assert [hint.kind for hint in found] == [HintKind.NOTHING]


def test_a_refund_lowers_what_is_owed(shop: Open) -> None:
    number = bought(shop, 3)
    (line,) = lines(shop, number)

    for _ in range(2):
        shop.changes.refund_order(number, {line: 1})

    found = read(shop, number)
    (owed,) = found.parts[0].lines
    assert (owed.quantity, owed.refunded) == (1, 2)
    assert found.payment is PaymentState.PARTLY_REFUNDED


def test_an_edited_order_tells_what_is_wanted_now(shop: Open) -> None:
    number = bought(shop, 2)
    (line,) = lines(shop, number)

    shop.changes.edit_order(number, {line: 5})

    assert [each.quantity for each in read(shop, number).parts[0].lines] == [5]


def test_changed_orders_come_oldest_change_first_and_with_the_trash(shop: Open) -> None:
    first, second, third = bought(shop), bought(shop), bought(shop)
    shop.clock.pass_by(60)
    shop.changes.delete_order(second)
    shop.clock.pass_by(60)
    shop.changes.edit_order(first, {lines(shop, first)[0]: 1})

    found = list(shop.platform.orders(shop.clock() - timedelta(hours=1)))

    assert [(int(each.external_id), each.cancelled) for each in found] == [
        (third, False),
        (second, True),
        (first, False),
    ]


def test_many_orders_of_one_second_are_all_found(shop: Open) -> None:
    numbers = [bought(shop, 1) for _ in range(130)]

    found = shop.platform.orders(shop.clock() - timedelta(hours=1))

    assert [int(each.external_id) for each in found] == numbers


def test_the_shop_is_asked_in_its_own_form_of_utc(shop: Open) -> None:
    list(shop.platform.orders(shop.clock()))

    asked = shop.calls("orders?")
    assert asked
    assert all("dates_are_gmt=" in call and "modified_after=" in call for call in asked)


def test_a_prepared_order_has_our_status_where_the_shop_has_it(shop: Open) -> None:
    number = bought(shop)

    tell(shop, number, News.PREPARED)

    assert (status(shop, number), notes(shop, number)) == ("rg-ready", [])


def test_a_prepared_order_gets_a_private_note_where_it_has_not(tmp_path: Path) -> None:
    with opened(tmp_path) as shop:
        number = bought(shop)

        for _ in range(2):
            tell(shop, number, News.PREPARED)

        (note,) = notes(shop, number)
        assert (status(shop, number), note["customer_note"]) == ("processing", False)


def test_what_was_handed_over_is_completed(shop: Open) -> None:
    number = bought(shop)

    tell(shop, number, News.HANDED_OVER)

    assert status(shop, number) == "completed"


def test_cash_on_delivery_is_paid_when_it_was_handed_over(shop: Open) -> None:
    number = bought(shop, payment="cod", way="delivery")
    before = read(shop, number).payment

    tell(shop, number, News.HANDED_OVER)

    assert (before, read(shop, number).payment) == (
        PaymentState.CASH_ON_DELIVERY,
        PaymentState.PAID,
    )


def test_late_news_does_not_turn_a_completed_order_back(shop: Open) -> None:
    number = bought(shop)
    shop.changes.set_order_status(number, "completed")

    tell(shop, number, News.PREPARED)

    assert status(shop, number) == "completed"


@pytest.mark.parametrize("ended", ["cancelled", "refunded", "failed"])
@pytest.mark.parametrize("news", [News.PREPARED, News.HANDED_OVER])
def test_an_order_that_somebody_ended_takes_no_news(shop: Open, ended: str, news: News) -> None:
    number = bought(shop)
    shop.changes.set_order_status(number, ended)

    with pytest.raises(OrderEnded):
        tell(shop, number, news)


def test_an_order_that_is_gone_takes_no_news(shop: Open) -> None:
    number = bought(shop)
    shop.changes.delete_order(number, force=True)

    with pytest.raises(OrderGone):
        tell(shop, number, News.HANDED_OVER)


def test_what_staff_wrote_for_the_customer_stands_in_the_note(shop: Open) -> None:
    number = bought(shop)
    telling = Telling("ful_1/1/CANCELLED", News.CANCELLED, str(number), "", shop.clock())

    shop.platform.tell(structs.replace(telling, note="too_busy", words="Sorry, we are ill"))

    assert "too_busy. Sorry, we are ill" in str(notes(shop, number))


def test_every_attempt_is_a_note_of_its_own(shop: Open) -> None:
    number = bought(shop, way="delivery")

    for turn in (1, 1, 2, 2):
        tell(shop, number, News.ATTEMPTED, turn)

    assert len(notes(shop, number)) == 2


def test_a_note_that_was_written_before_the_crash_is_not_written_again(shop: Open) -> None:
    number = bought(shop, way="delivery")
    tell(shop, number, News.OUT_FOR_DELIVERY)
    shop.shop.orders[number]["meta_data"] = []

    tell(shop, number, News.OUT_FOR_DELIVERY)

    assert len(notes(shop, number)) == 1


def test_what_was_told_is_written_beside_what_others_wrote(shop: Open) -> None:
    number = bought(shop, references={"_regie_slot": "s1"})

    tell(shop, number, News.PREPARED)

    kept = {each["key"]: each["value"] for each in shop.shop.orders[number]["meta_data"]}
    assert kept["_regie_slot"] == "s1"
    assert list(json.loads(kept["_regie_told"]).values()) == ["PREPARED"]


def test_a_field_that_somebody_wrote_over_tells_nothing(shop: Open) -> None:
    number = bought(shop, references={"_regie_told": "[not json"})

    tell(shop, number, News.HANDED_OVER)

    assert status(shop, number) == "completed"


@pytest.mark.parametrize("news", [News.RESERVED, News.UNRESERVED])
def test_setting_aside_asks_the_shop_nothing(shop: Open, news: News) -> None:
    shop.platform.tell(Telling(f"hld_1/{news.value}", news))

    assert shop.log() == []


def test_no_order_is_ever_made(shop: Open) -> None:
    number = bought(shop, way="delivery")
    for news in News:
        tell(shop, number, news)

    posts = [call.path for call in shop.log() if call.method == "POST"]
    assert posts
    assert all(path.endswith("/notes") for path in posts)


def test_a_key_that_may_only_read_is_told_apart(shop: Open) -> None:
    number = bought(shop)
    weak = shop.shop.new_key("read")
    shop.platform._client._keys = (weak.consumer_key, weak.consumer_secret)

    with pytest.raises(KeyLacksRights):
        tell(shop, number, News.HANDED_OVER)


def test_a_shop_whose_api_is_switched_off_is_told_later(shop: Open) -> None:
    number = bought(shop)
    shop.platform._client.version = "wc/v0"

    with pytest.raises(PlatformUnavailable):
        tell(shop, number, News.HANDED_OVER)


@pytest.mark.shared
@pytest.mark.skipif(not DATA.is_dir(), reason="the recordings of a real shop are not here")
def test_a_recorded_pick_up_is_read_right() -> None:
    recorded = json.loads((DATA / "rest" / "order_from_store_api_pickup.json").read_text())
    body = msgspec.json.encode(recorded["response"]["body"])

    found = placed_order(orders.decode(body), ())

    (part,) = found.parts
    assert (found.number, found.payment) == ("#85", PaymentState.PAY_IN_STORE)
    assert (part.handing_over, part.lines[0].variant_id) == (HandingOver.PICKUP, "59")
    assert part.lines[0].unit_price is not None
    assert part.lines[0].unit_price.amount == 995


@pytest.mark.shared
@pytest.mark.skipif(not DATA.is_dir(), reason="the recordings of a real shop are not here")
def test_recorded_orders_and_refunds_are_read_right() -> None:
    recorded = json.loads((DATA / "rest" / "orders.json").read_text())["response"]["body"]
    refund = json.loads((DATA / "orders" / "refund_line.json").read_text())["response"]["body"]
    by_id = {each["id"]: orders.decode(msgspec.json.encode(each)) for each in recorded}

    partly = placed_order(by_id[81], [msgspec.convert(refund, Refund, strict=False)])
    whole = placed_order(by_id[78], ())

    assert partly.payment is PaymentState.PARTLY_REFUNDED
    assert sum(line.refunded for line in partly.parts[0].lines) == 1
    assert (whole.payment, whole.parts[0].handing_over) == (
        PaymentState.REFUNDED,
        HandingOver.SHIPPING,
    )
    assert {line.quantity for line in whole.parts[0].lines} == {0}
    assert placed_order(by_id[82], ()).cancelled

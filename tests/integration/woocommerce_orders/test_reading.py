"""Orders of the fake WooCommerce shop come in whole, whatever became of them there."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from connector.model.order import HandingOver, PaymentState
from connector.platforms import Hint, HintKind
from connector.platforms.testing import OrderContract, Till
from connector.platforms.woocommerce import WooCommercePlatform
from connector.platforms.woocommerce.order_normalise import placed_order
from connector.platforms.woocommerce.order_payload import Refund, orders
from regie.demo.woocommerce import Options
from tests.kit.shops.woo import Open, opened
from tests.kit.shops.woo_orders import bought, lines, notes, read

DATA = Path(__file__).parents[4] / "shared" / "data" / "woocommerce" / "open"


@pytest.fixture(params=[True, False], ids=["with our plugin", "without"])
def any_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    with opened(tmp_path, options=Options(plugin=request.param)) as shop:
        yield shop


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

"""News of the floor is told to the WooCommerce shop once, and never over what others wrote."""

import json
from pathlib import Path

import pytest
from msgspec import structs

from connector.model.errors import PlatformUnavailable
from connector.model.order import News, PaymentState, Telling
from connector.platforms.woocommerce.errors import KeyLacksRights, OrderEnded, OrderGone
from tests.kit.shops.woo import Open, opened
from tests.kit.shops.woo_orders import bought, notes, read, status, tell


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

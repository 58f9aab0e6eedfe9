"""A WooCommerce shop in Regie's catalogue, from the first sync to what nobody tells."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from connector.model.errors import ClockSkew
from connector.store.work import runs
from connector.sync import Mode
from regie.demo.woocommerce import Options
from regie.demo.woocommerce.generate import generate
from tests.kit.shops.woo_house import SCOPE, WooHouse


def test_the_whole_shop_arrives_without_a_problem(house: WooHouse) -> None:
    with house.database.read() as connection:
        problems = runs.problems(connection, SCOPE)

    assert (len(house.documents()), problems) == (46, [])


def test_only_what_a_shopper_may_see_is_publishable(house: WooHouse) -> None:
    withheld = {
        key: each["publication"]["reasons"]
        for key, each in house.documents().items()
        if not each["publication"]["publishable"]
    }

    assert withheld == {
        "251": ["NO_PRICE"],
        "252": ["DRAFT"],
        "253": ["PRIVATE"],
        "255": ["UNLISTED"],
        "256": ["SCHEDULED"],
        "257": ["PASSWORD"],
        "258": ["DRAFT"],
    }


def test_a_second_read_changes_nothing_and_decodes_nothing(house: WooHouse) -> None:
    before = house.documents()

    summary = house.sync()

    assert (summary.counts.unchanged, house.documents()) == (46, before)


def test_a_list_longer_than_a_page_with_equal_dates_arrives_whole(
    open_house: Callable[..., WooHouse], tmp_path: Path
) -> None:
    house = open_house(data=generate(tmp_path / "many", products=230))

    house.sync()

    assert len(house.documents()) == 230


def test_a_future_product_does_not_move_the_cursor(house: WooHouse) -> None:
    """Trap 7."""
    house.sync(Mode.DELTA)
    house.sync(Mode.DELTA)
    house.shop.changes.rename(107, "Nieuwe naam")

    house.sync(Mode.DELTA)

    assert house.document(107)["title"] == "Nieuwe naam"


def test_a_delta_leaves_a_future_product_that_did_not_change_alone(house: WooHouse) -> None:
    summary = house.sync(Mode.DELTA)

    assert (summary.counts.updated, summary.counts.unchanged) == (0, 1)


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Auckland"])
def test_a_delta_is_right_in_a_shop_far_from_greenwich(
    open_house: Callable[..., WooHouse], zone: str
) -> None:
    """Trap 8: dates in a query are the shop's own unless said otherwise."""
    house = open_house()
    house.shop.shop.documents[""]["timezone_string"] = zone
    house.sync()
    house.shop.clock.pass_by(3600)
    house.sync(Mode.DELTA)
    house.shop.changes.rename(107, "Ver weg")

    summary = house.sync(Mode.DELTA)

    assert (summary.counts.updated, house.document(107)["title"]) == (1, "Ver weg")


def test_a_renamed_category_reaches_the_catalogue(house: WooHouse) -> None:
    """No product counts as changed, so the context must tell."""
    house.shop.changes.rename_category(17, "Alle pannen")

    summary = house.sync(Mode.DELTA)

    paths = [each["path"] for each in house.document(107)["categories"]]
    assert (summary.mode, paths) == ("full", [["Keuken"], ["Keuken", "Alle pannen"]])


def test_a_new_tax_rate_reaches_the_catalogue(house: WooHouse) -> None:
    house.shop.changes.set_tax_rate(2, "12")

    house.sync(Mode.DELTA)

    assert house.document(203)["variants"][0]["offers"][0]["taxRate"] == "12"


def test_a_sale_begins_by_itself_although_the_shops_queue_is_late(house: WooHouse) -> None:
    before = house.document(132)["variants"][0]["offers"][0]

    assert (before["price"]["amount"], before["sale"]["price"]["amount"]) == (5800, 4900)


@pytest.mark.parametrize("options", [Options(), Options(variations_route=False)])
def test_shops_old_and_new_end_in_the_same_catalogue(
    open_house: Callable[..., WooHouse], options: Options
) -> None:
    house = open_house(options=options)

    house.sync()

    told = {key: len(each["variants"]) for key, each in house.documents().items()}
    assert {key: count for key, count in told.items() if count > 1} == {
        "112": 3,
        "121": 4,
        "171": 3,
        "193": 2,
        "224": 3,
    }


def test_a_price_that_cannot_be_is_told_and_stops_nothing(house: WooHouse) -> None:
    house.shop.shop.products[107] |= {"regular_price": "12,50", "price": "12,50"}

    summary = house.sync()

    with house.database.read() as connection:
        (problem,) = runs.problems(connection, SCOPE)
    assert (problem.external_id, problem.code, summary.problems) == (
        "107",
        "woocommerce_bad_fact",
        1,
    )
    assert house.document(107)["variants"][0]["price"]["amount"] == 12900


def test_clocks_that_differ_stop_the_sync(house: WooHouse) -> None:
    house.shop.shop.advance(400)

    with pytest.raises(ClockSkew):
        house.sync(Mode.DELTA)


def test_neither_logs_nor_errors_hold_keys_or_links(
    house: WooHouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    faults = house.shop.shop.faults
    told = []
    with structlog.testing.capture_logs() as entries:
        house.sync()
        for fault in ("firewall", "unavailable"):
            setattr(faults, fault, 1.0)
            with pytest.raises(Exception, match=r"\S") as error:
                house.sync(Mode.DELTA)
            told.append(repr(error.getrepr(chain=True, showlocals=False)))
            setattr(faults, fault, 0.0)

    key = house.shop.shop.key
    written = f"{caplog.text} {entries} {told}"
    for secret in (key.consumer_key, key.consumer_secret, "oauth_signature=A", 'rel="next"'):
        assert secret not in written

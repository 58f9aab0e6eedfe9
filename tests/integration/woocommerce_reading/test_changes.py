"""What changed or is gone since the last reading is found."""

from datetime import timedelta

import pytest

from connector.platforms import Hint, HintKind
from tests.kit.shops.woo import Open, by_id


def test_a_delta_reads_what_changed_and_asks_in_utc(shop: Open) -> None:
    """Trap 8: without the flag the shop would take the time for its own."""
    shop.platform.prepare()
    since = shop.clock()
    shop.clock.pass_by(60)
    shop.changes.set_price(107, "99.00")

    found = by_id(shop.platform.delta(since, None))

    assert set(found) == {"107", "256"}
    (call,) = [call for call in shop.calls("products?") if "modified_after" in call]
    assert "modified_after=2026-11-21T11:59:59&dates_are_gmt=true" in call


def test_a_scheduled_product_is_in_every_delta_with_the_same_digest(shop: Open) -> None:
    """Trap 7: its date lies in the future; the digest spares us reading it."""
    shop.platform.prepare()

    deltas = [
        {record.external_id: record.digest for page in pages for record in page.records}
        for pages in (shop.platform.delta(shop.clock(), None) for _ in range(2))
    ]

    assert set(deltas[0]) == {"256"}
    assert deltas[0] == deltas[1]


def test_a_change_of_a_variation_brings_its_whole_product(shop: Open) -> None:
    shop.platform.prepare()
    since = shop.clock()
    shop.clock.pass_by(60)
    shop.changes.set_stock(113, 5)

    found = by_id(shop.platform.delta(since, None))

    stock = {each.external_id: each.inventory[0].available for each in found["112"].variants}
    assert stock == {"113": 5, "114": 7, "115": 0}


def test_a_delta_at_the_very_second_of_a_change_sees_it(shop: Open) -> None:
    shop.platform.prepare()
    shop.changes.rename(107, "Nieuw")

    assert "107" in by_id(shop.platform.delta(shop.clock(), None))


def test_a_delta_goes_on_behind_its_cursor(shop: Open) -> None:
    shop.platform.prepare()
    since = shop.clock() - timedelta(days=30)
    pages = list(shop.platform.delta(since, None))

    assert list(shop.platform.delta(since, pages[-1].cursor)) == []


def test_single_reads_tell_what_is_gone(shop: Open) -> None:
    shop.platform.prepare()
    shop.changes.trash(107)
    shop.changes.force_delete(130)

    found = shop.platform.fetch(["107", "130", "132", "113", "999999", "no number"])

    assert [record.external_id for record in found.records] == ["132"]
    assert list(found.missing) == ["107", "130", "113", "999999", "no number"]


def test_nothing_is_gone_while_the_shop_only_fails(shop: Open) -> None:
    shop.platform.prepare()
    shop.shop.faults.firewall = 1.0

    with pytest.raises(Exception, match="HTML"):
        shop.platform.fetch(["107"])


def test_a_product_in_a_state_of_some_plugin_is_not_gone(shop: Open) -> None:
    shop.platform.prepare()
    shop.shop.products[107]["status"] = "discontinued"
    shop.shop.products[112]["status"] = "discontinued"

    found = shop.platform.fetch(["107", "112"])

    states = {each.external_id: each.product().visibility.value for each in found.records}
    assert (states, list(found.missing)) == ({"107": "PRIVATE", "112": "PRIVATE"}, [])
    assert len(found.records[1].product().variants) == 3


@pytest.mark.parametrize(
    ("hint", "product"),
    [
        (Hint(HintKind.VARIANT, "113"), "112"),
        (Hint(HintKind.VARIANT, "107"), "107"),
        (Hint(HintKind.VARIANT, "99999"), None),
        (Hint(HintKind.VARIANT, ""), None),
        (Hint(HintKind.STOCK_ITEM, "113"), None),
    ],
)
def test_the_shop_tells_whose_variation_it_is(shop: Open, hint: Hint, product: str | None) -> None:
    assert shop.platform.product_of(hint) == product


def test_the_listing_tells_the_newest_date_and_all_variants(shop: Open) -> None:
    shop.platform.prepare()
    shop.clock.pass_by(60)
    shop.changes.set_stock(113, 5)

    listed = {each.external_id: each for each in shop.platform.listing()}

    assert listed["112"].variants == {"113", "114", "115"}
    assert listed["112"].modified == shop.clock()
    assert listed["256"].modified is None

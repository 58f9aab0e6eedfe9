"""Regie reads what changed in a Shopify shop since it looked last."""

from pathlib import Path
from typing import Any

from connector.platforms.shopify import ShopifyPlatform
from tests.kit.shops.shopify_shops import NOON, RICH, opened, products


def read_titles(platform: ShopifyPlatform, **changes: Any) -> dict[str, str]:
    since = NOON.replace(**changes)
    return {key: it.title for key, it in products(platform.delta(since, None)).items()}


def test_a_delta_reads_what_changed(tmp_path: Path) -> None:
    with opened(tmp_path, clock=lambda: NOON, **RICH) as (shop, platform):
        shop.changes.rename("hausr-stung-elbe", "Hausröstung Alster")

        assert read_titles(platform, hour=11) == {
            "gid://shopify/Product/7400000294912": "Hausröstung Alster"
        }


def test_a_delta_of_everything_comes_in_pages(tmp_path: Path) -> None:
    with opened(tmp_path, clock=lambda: NOON, **RICH) as (_shop, platform):
        pages = list(platform.delta(NOON.replace(year=2020), None))
        rest = list(platform.delta(NOON.replace(year=2020), pages[0].cursor))

    assert [len(page.records) for page in pages] == [50, 10]
    assert [len(page.records) for page in rest] == [10]


def test_a_product_from_the_future_poisons_nothing(tmp_path: Path) -> None:
    with opened(tmp_path, clock=lambda: NOON, **RICH) as (shop, platform):
        shop.store.product("emaillebecher-anker")["updatedAt"] = "2031-01-01T00:00:00Z"
        first = read_titles(platform, hour=11)
        shop.changes.rename("hausr-stung-elbe", "Hausröstung Alster")
        second = read_titles(platform, hour=11)

    assert list(first.values()) == ["Emaillebecher Anker"]
    assert sorted(second.values()) == ["Emaillebecher Anker", "Hausröstung Alster"]


def test_there_is_no_cheap_listing(tmp_path: Path) -> None:
    with opened(tmp_path) as (_shop, platform):
        assert platform.listing() is None

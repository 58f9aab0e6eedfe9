"""Regie reads a whole Shopify shop through the fake, on good days and on bad ones."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from connector.model.errors import PlatformUnavailable
from connector.platforms import Page
from connector.platforms.shopify.export import bulk
from connector.platforms.shopify.faults import ExportCanceled, ExportFailed, ExportIncomplete
from regie.demo.shopify import Faults
from regie.demo.shopify.generate import Order, generate
from tests.kit.shops.shopify_shops import NOON, RICH, encoded, opened, products, records

GOLDEN = Path(__file__).parents[2] / "shops" / "hafen-und-hof.jsonl"


def golden() -> dict[str, bytes]:
    lines = GOLDEN.read_bytes().splitlines()
    return {json.loads(line)["source"]["externalId"]: line for line in lines}


def catalogue(pages: Iterator[Page]) -> dict[str, bytes]:
    return {key: encoded(product) for key, product in products(pages).items()}


def test_the_whole_shop_is_as_reviewed(tmp_path: Path) -> None:
    with opened(tmp_path) as (_shop, platform):
        found = catalogue(platform.full(None))

    assert found == golden()


def test_waiting_pages_are_empty_and_the_last_one_is_complete(tmp_path: Path) -> None:
    with opened(tmp_path, bulk_seconds=0.5) as (_shop, platform):
        pages = list(platform.full(None))

    assert {page.step for page in pages if not page.records} >= {"export", "download"}
    assert (pages[-1].step, pages[-1].done, pages[-1].total) == ("products", 60, 60)
    assert {page.read_at for page in pages} == {NOON}


def test_a_read_to_the_end_leaves_no_file(tmp_path: Path) -> None:
    with opened(tmp_path) as (_shop, platform):
        list(platform.full(None))

    assert not list(tmp_path.iterdir())


def test_an_empty_shop_is_read_to_its_end(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        for handle in [row["handle"] for row in shop.store.products.values()]:
            shop.changes.delete(handle)

        assert records(platform.full(None)) == {}


def test_single_reads_equal_the_export_byte_for_byte(tmp_path: Path) -> None:
    with opened(tmp_path, **RICH) as (_shop, platform):
        found = {
            record.external_id: encoded(record.product())
            for record in platform.fetch(list(golden())).records
        }

    assert found == golden()


def test_a_large_product_is_paged_to_its_end(tmp_path: Path) -> None:
    folder = generate(tmp_path / "shop", products=2, variants=130, order=Order.SHUFFLED)
    work = tmp_path / "work"
    work.mkdir()
    with opened(work, folder, **RICH) as (shop, platform):
        product = next(iter(shop.store.products.values()))
        owners = [product["id"], product["variants"][77]["id"]]
        for number in range(60):
            for owner in owners:
                shop.changes.set_metafield(
                    owner, "custom", f"n{number}", "number_integer", str(number)
                )
        exported = catalogue(platform.full(None))
        fetched = {
            record.external_id: encoded(record.product())
            for record in platform.fetch(list(exported)).records
        }

    assert len(json.loads(exported[product["id"]])["variants"]) == 130
    assert len(json.loads(exported[product["id"]])["attributes"]) == 61
    assert fetched == exported


def test_more_places_than_a_page_are_read(tmp_path: Path) -> None:
    folder = generate(tmp_path / "shop", products=3, variants=2, locations=70)
    work = tmp_path / "work"
    work.mkdir()
    with opened(work, folder, **RICH) as (_shop, platform):
        assert len(platform.prepare().locations) == 70
        exported = catalogue(platform.full(None))
        fetched = platform.fetch(list(exported)).records

    assert {each.external_id: encoded(each.product()) for each in fetched} == exported


def test_a_deleted_product_is_confirmed_missing(tmp_path: Path) -> None:
    with opened(tmp_path) as (_shop, platform):
        found = platform.fetch(["7400000294912", "gid://shopify/Product/1"])

    assert [record.external_id for record in found.records] == [
        "gid://shopify/Product/7400000294912"
    ]
    assert found.missing == ["gid://shopify/Product/1"]
    assert found.read_at == NOON


def test_the_same_facts_fetched_twice_have_one_digest(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        (before,) = platform.fetch(["7400000294912"]).records
        (again,) = platform.fetch(["7400000294912"]).records
        shop.changes.set_stock("KAF-1-250-B", "Laden Eimsbüttel", 7)
        (after,) = platform.fetch(["7400000294912"]).records

    assert before.digest == again.digest != after.digest


def test_a_truncated_file_is_fetched_again(tmp_path: Path) -> None:
    faults = Faults(bulk_truncated=1.0, at_most=1)

    with opened(tmp_path, faults=faults) as (_shop, platform):
        assert catalogue(platform.full(None)) == golden()


def test_files_that_stay_truncated_show_no_product(tmp_path: Path) -> None:
    with opened(tmp_path, faults=Faults(bulk_truncated=1.0)) as (_shop, platform):
        seen: list[Page] = []
        with pytest.raises(ExportIncomplete):
            seen.extend(platform.full(None))

    assert not any(page.records for page in seen)


@pytest.mark.parametrize("fault", ["bulk_failed", "bulk_partial"])
def test_a_failed_export_is_ordered_again(tmp_path: Path, fault: str) -> None:
    faults = structs.replace(Faults(at_most=2), **{fault: 1.0})

    with opened(tmp_path, faults=faults) as (_shop, platform):
        assert catalogue(platform.full(None)) == golden()


def test_a_partial_file_is_never_taken(tmp_path: Path) -> None:
    bad = Faults(bulk_partial=1.0)

    with opened(tmp_path, faults=bad) as (_, platform), pytest.raises(ExportFailed) as error:
        records(platform.full(None))

    assert isinstance(error.value, PlatformUnavailable)


def test_a_canceled_export_ends_the_read(tmp_path: Path) -> None:
    with opened(tmp_path, bulk_seconds=60) as (shop, platform):
        pages = platform.full(None)
        next(pages)
        with shop.lock:
            shop.bulk.cancel(next(iter(shop.store.operations)))

        with pytest.raises(ExportCanceled):
            next(pages)


def test_exports_wait_for_a_free_place(tmp_path: Path) -> None:
    with opened(tmp_path, bulk_seconds=1.0) as (_shop, platform):
        for _ in range(4):
            assert bulk.start(platform._client, "inventory")

        assert len(records(platform.full(None))) == 60


def test_all_weather_ends_in_the_same_catalogue(tmp_path: Path) -> None:
    faults = Faults(
        too_many=0.05,
        server_error=0.05,
        internal_error=0.05,
        throttled=0.05,
        lost_answer=0.05,
        bulk_failed=0.2,
        bulk_truncated=0.2,
        at_most=2,
    )

    with opened(tmp_path, faults=faults, **RICH) as (_shop, platform):
        assert catalogue(platform.full(None)) == golden()

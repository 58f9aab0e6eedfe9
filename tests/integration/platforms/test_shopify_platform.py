"""Regie reads a whole Shopify shop through the fake, on good days and on bad ones."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stamina
from msgspec import structs

from connector.model.errors import (
    PlatformCredentials,
    PlatformError,
    PlatformMalformed,
    PlatformUnavailable,
)
from connector.model.location import LocationKind
from connector.platforms import Config, Page
from connector.platforms.shopify import ShopifyPlatform
from connector.platforms.shopify.access.scopes import REQUIRED
from connector.platforms.shopify.errors import MissingScope
from connector.platforms.shopify.export import bulk
from connector.platforms.shopify.export.full import PAGE
from connector.platforms.shopify.faults import (
    ExportCanceled,
    ExportFailed,
    ExportIncomplete,
    NoCredentials,
)
from regie.demo.shopify import Faults, ShopifyShop, serve
from regie.demo.shopify.generate import Order, generate
from tests.kit.shops.shopify_shops import NOON, Vault, encoded, opened, products, reader, records

GOLDEN = Path(__file__).parents[2] / "shops" / "hafen-und-hof.jsonl"
RICH = {"points": (1_000_000.0, 100_000.0)}


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=8, cap=True):
        yield


def golden() -> dict[str, bytes]:
    lines = GOLDEN.read_bytes().splitlines()
    return {json.loads(line)["source"]["externalId"]: line for line in lines}


def catalogue(pages: Iterator[Page]) -> dict[str, bytes]:
    return {key: encoded(product) for key, product in products(pages).items()}


def last(pages: Iterator[Page], step: str) -> Page:
    return next(page for page in pages if page.step == step)


def test_open_calls_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, _platform):
        assert not shop.log.entries


def test_prepare_reads_the_shop_and_its_places(tmp_path: Path) -> None:
    with opened(tmp_path) as (_shop, platform):
        context = platform.prepare()

    assert (context.shop.currency, context.shop.tax_included) == ("EUR", True)
    assert context.shop.url == "https://www.hafenundhof.example"
    assert abs(context.skew_seconds) < 5
    assert len(context.digest) == 16


def test_places_keep_what_they_promise(tmp_path: Path) -> None:
    with opened(tmp_path) as (_shop, platform):
        places = {place.name: place for place in platform.prepare().locations}

    store, market = places["Laden Ottensen"], places["Marktstand Isemarkt"]
    assert (store.kind, store.sells_online) == (LocationKind.STORE, True)
    assert store.pickup is not None
    assert store.pickup.ready_minutes == 60
    assert json.loads(store.opening_hours or "")["sa"] == "10:00-18:00"
    assert (market.sells_online, market.pickup, market.geo) == (False, None, None)


def test_the_context_digest_follows_the_terms(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        before = platform.prepare().digest
        shop.store.shop["taxesIncluded"] = False

        assert platform.prepare().digest != before


@pytest.mark.parametrize("lacking", REQUIRED)
def test_a_missing_scope_is_named(tmp_path: Path, lacking: str) -> None:
    scopes = tuple(scope for scope in REQUIRED if scope != lacking)

    with opened(tmp_path, scopes=scopes) as (_shop, platform), pytest.raises(MissingScope) as error:
        platform.prepare()

    assert lacking in str(error.value)


def test_rights_that_only_orders_need_are_told_and_stop_nothing(tmp_path: Path) -> None:
    with opened(tmp_path, scopes=(*REQUIRED, "read_orders")) as (_shop, platform):
        lacking = platform.prepare().shop.lacking

    assert "read_orders" not in lacking
    assert {"write_fulfillments", "write_inventory"} <= set(lacking)


def test_a_shop_without_keys_is_told_so(tmp_path: Path) -> None:
    with serve(ShopifyShop.load(Path("regie/demo/data/hafen-und-hof").resolve())) as served:
        vault = Vault({})
        config = Config("a.myshopify.com", served.url, vault, tmp_path, lambda: NOON, True)
        platform = ShopifyPlatform.open(config)

        with pytest.raises(NoCredentials):
            platform.prepare()
        platform.close()


def test_a_wrong_token_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        shop.tokens.revoke_all()

        with pytest.raises(PlatformCredentials):
            platform.prepare()


def test_client_credentials_give_a_token_that_is_kept(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, _platform):
        vault = Vault({"client_id": shop.client_id, "client_secret": shop.client_secret})
        url = shop.base_url
        config = Config(shop.domain, url, vault, tmp_path, shop.clock.now, True)
        platform = ShopifyPlatform.open(config)

        assert platform.prepare().shop.name == "Hafen & Hof"
        assert vault.load()["access_token"].startswith("sh")
        platform.close()


def test_a_firewall_is_no_catalogue(tmp_path: Path) -> None:
    bad = Faults(firewall=1.0)

    with opened(tmp_path, faults=bad) as (_, platform), pytest.raises(PlatformMalformed):
        platform.prepare()


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


@pytest.fixture
def generated(tmp_path: Path) -> Iterator[tuple[ShopifyShop, str, Path]]:
    folder = generate(tmp_path / "shop", products=PAGE + 50, variants=1, order=Order.UNGROUPED)
    work = tmp_path / "work"
    work.mkdir()
    shop = ShopifyShop.load(folder, seed=3, bulk_seconds=0.05)
    with serve(shop) as served:
        yield shop, served.url, work


def test_a_killed_read_goes_on_where_it_stood(generated: tuple[ShopifyShop, str, Path]) -> None:
    first, second = reader(*generated), reader(*generated)
    pages = first.full(None)
    page = last(pages, "products")
    first.close()

    rest = list(second.full(page.cursor))
    second.close()

    assert 0 < page.done < PAGE + 50
    seen = {record.external_id for each in (page, *rest) for record in each.records}
    assert len(seen) == PAGE + 50


def test_a_read_killed_while_shopify_works_takes_up_its_exports(
    generated: tuple[ShopifyShop, str, Path],
) -> None:
    first, second = reader(*generated), reader(*generated)
    page = next(first.full(None))
    first.close()

    found = records(second.full(page.cursor))
    second.close()

    assert len(found) == PAGE + 50
    assert len(generated[0].store.operations) == 3


def test_a_read_whose_files_are_gone_starts_over(
    generated: tuple[ShopifyShop, str, Path], tmp_path: Path
) -> None:
    shop, url, work = generated
    first = reader(shop, url, work)
    page = last(first.full(None), "products")
    first.close()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    second = reader(shop, url, elsewhere)
    found = records(second.full(page.cursor))
    second.close()

    assert len(found) == PAGE + 50


@pytest.mark.parametrize("cursor", ["", "{}", "nonsense", '{"read_at": 1}'])
def test_an_unreadable_cursor_starts_over(tmp_path: Path, cursor: str) -> None:
    with opened(tmp_path) as (_shop, platform):
        assert len(records(platform.full(cursor))) == 60


def test_a_closed_shop_is_a_typed_error(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        shop.closed = 402

        with pytest.raises(PlatformError) as error:
            platform.prepare()

    assert error.value.code == "shop_frozen"


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

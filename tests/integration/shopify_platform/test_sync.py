"""From Shopify's files to the stored catalogue: what a whole sync of the fake shop promises."""

from pathlib import Path

import msgspec
import pytest

from connector.model.document import compose, facts
from connector.platforms.shopify import ShopifyPlatform
from connector.platforms.shopify.faults import ExportIncomplete
from connector.store import connections, keys, merchants
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.listing import reader
from connector.store.merchants import Merchant
from connector.store.secrets import SecretBox
from connector.sync import Mode, Summary, Syncer
from regie.demo.shopify import Faults
from tests.conftest import NOON
from tests.kit.catalogue import Reader
from tests.kit.shops.shopify_shops import RICH, opened

SHOP = Shopfront(
    "mer_1", "con_1", "shopify", "hafen-und-hof.myshopify.com", None, "active", *[None] * 8
)


@pytest.fixture
def house(database: Database) -> Database:
    with database.write() as connection:
        merchants.add(connection, Merchant("mer_1", "Hafen & Hof", {}), 0)
        connections.put(connection, SHOP, {}, "s" * 20, SecretBox(["k" * 40]), 0)
    return database


def sync(house: Database, platform: ShopifyPlatform, mode: Mode = Mode.FULL) -> Summary:
    with house.read() as connection:
        shopfront = connections.get(connection, "con_1")
    return Syncer(house, shopfront, platform, lambda: NOON).run(mode)


def stored(house: Database) -> list[dict[str, object]]:
    with house.read() as connection:
        return [msgspec.json.decode(data) for data in reader.export(connection, "mer_1")]


def languages(house: Database) -> set[str | None]:
    """Return all that products and their texts say they are written in."""
    with house.read() as connection:
        found = [facts(data) for data in reader.export(connection, "mer_1")]
    texts = [text for it in found for text in (it.description, it.summary) if text]
    return {it.language for it in (*found, *texts)}


def test_a_full_sync_stores_every_product_and_withholds_what_it_must(
    house: Database, tmp_path: Path
) -> None:
    with opened(tmp_path) as (_shop, platform):
        summary = sync(house, platform)

    found = stored(house)
    hidden = {it["handle"] for it in found if not it["publication"]["publishable"]}  # type: ignore[index]  # JSON
    assert (summary.counts.created, summary.problems, len(found)) == (60, 0, 60)
    assert hidden == {
        "weihnachtsbaum-nordmanntanne-150-175-cm",
        "sommerhut-stroh-2024",
        "mitarbeiter-tasche",
        "adventskalender-kaffee-24-t-rchen",
    }


def test_a_second_sync_finds_everything_unchanged(house: Database, tmp_path: Path) -> None:
    with opened(tmp_path) as (_shop, platform):
        sync(house, platform)

        counts = sync(house, platform).counts

    assert (counts.unchanged, counts.created, counts.updated) == (60, 0, 0)


def test_every_product_and_text_says_the_language_of_its_shop(
    house: Database, tmp_path: Path
) -> None:
    with opened(tmp_path) as (_shop, platform):
        sync(house, platform)
    with house.write() as connection:
        key = keys.create(connection, "mer_1", keys.OPERATOR, "test", 0)

    asked = "{products(first: 60) {nodes {language description {language}}}}"
    found = Reader(house, key).data(asked)["products"]["nodes"]

    said = [it["language"] for it in found]
    said += [it["description"]["language"] for it in found if it["description"]]
    assert set(said) == {"de"}
    assert len(said) > len(found)


def test_a_shop_that_says_no_language_has_texts_without_one(
    house: Database, tmp_path: Path
) -> None:
    with opened(tmp_path) as (shop, platform):
        shop.store.shop["primaryDomain"]["localization"] = None
        sync(house, platform)

    assert languages(house) == {None}


@pytest.mark.parametrize("before", [None, {"defaultLocale": "en"}], ids=["none", "another"])
def test_another_language_comes_to_every_product_with_the_next_sync(
    house: Database, tmp_path: Path, before: dict[str, str] | None
) -> None:
    with opened(tmp_path) as (shop, platform):
        said = shop.store.shop["primaryDomain"].pop("localization")
        shop.store.shop["primaryDomain"]["localization"] = before
        sync(house, platform)
        shop.store.shop["primaryDomain"]["localization"] = said

        summary = sync(house, platform, Mode.DELTA)

    assert (summary.mode, summary.counts.updated) == (Mode.FULL.value, 60)
    assert languages(house) == {"de"}


def test_stock_that_touched_no_product_is_found_by_the_sweep(
    house: Database, tmp_path: Path
) -> None:
    with opened(tmp_path) as (shop, platform):
        sync(house, platform)
        shop.changes.set_stock("KAF-1-250-B", "Laden Eimsbüttel", 99)

        counts = sync(house, platform, Mode.SWEEP).counts

    assert (counts.updated, counts.unchanged) == (1, 59)


def test_a_deleted_product_is_gone_after_the_sweep(house: Database, tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        sync(house, platform)
        shop.changes.delete("emaillebecher-anker")

        counts = sync(house, platform, Mode.SWEEP).counts

    assert (counts.deleted, len(stored(house))) == (1, 59)


def test_a_truncated_export_stores_nothing(house: Database, tmp_path: Path) -> None:
    bad = Faults(bulk_truncated=1.0)

    with opened(tmp_path, faults=bad) as (_, platform), pytest.raises(ExportIncomplete):
        sync(house, platform)

    assert stored(house) == []


def test_one_bad_product_is_told_and_stops_no_other(house: Database, tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        product = shop.store.product("emaillebecher-anker")
        shop.changes.set_metafield(product["id"], "regie", "minimum_age", "number_integer", "old")

        summary = sync(house, platform)

    assert (summary.counts.created, summary.problems) == (59, 1)


def test_the_state_of_a_product_reads_alone_as_in_the_whole(tmp_path: Path) -> None:
    """From an export and read singly; of drafts, unlisted and unpublished products, too."""
    with opened(tmp_path, **RICH) as (_shop, platform):
        platform.prepare()
        exported = [it for page in platform.full(None) for it in page.records]
        fetched = platform.fetch([it.external_id for it in exported]).records

        for record in (*exported, *fetched):
            found, life = record.product(), record.life()
            told = compose(found, {}, NOON).document.publication
            assert (life.status, life.visibility) == (found.status, found.visibility)
            assert life.withheld == found.withheld
            assert life.is_shown(NOON) == told.publishable


def test_a_malformed_policy_takes_a_product_from_the_agents(
    house: Database, tmp_path: Path
) -> None:
    with opened(tmp_path) as (shop, platform):
        product = shop.store.product("emaillebecher-anker")
        shop.changes.set_metafield(product["id"], "regie", "agent_policy", "json", '{"expose": ')
        sync(house, platform)

    (found,) = [it for it in stored(house) if it["handle"] == "emaillebecher-anker"]
    assert found["publication"] == {"publishable": False, "reasons": ["BAD_AGENT_POLICY"]}


def test_a_closed_place_takes_its_stock_from_the_online_promise(
    house: Database, tmp_path: Path
) -> None:
    with opened(tmp_path) as (shop, platform):
        sync(house, platform)
        for place in ("Laden Ottensen", "Laden Eimsbüttel", "Lager Wilhelmsburg"):
            shop.changes.set_location_active(place, active=False)
        sync(house, platform, Mode.DELTA)

    assert {
        it["availability"]
        for it in stored(house)
        if it["publication"]["publishable"] and it["variants"][0]["inventory"]  # type: ignore[index]  # JSON
    } == {"OUT_OF_STOCK"}

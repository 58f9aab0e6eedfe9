"""Regie opens a Shopify shop: its terms, its places, its rights and keys."""

import json
from pathlib import Path
from typing import Any

import pytest

from connector.model.errors import PlatformCredentials, PlatformError, PlatformMalformed
from connector.model.location import LocationKind
from connector.platforms import Config
from connector.platforms.shopify import ShopifyPlatform
from connector.platforms.shopify.access.scopes import REQUIRED
from connector.platforms.shopify.errors import MissingScope
from connector.platforms.shopify.faults import NoCredentials
from regie.demo.shopify import Faults, ShopifyShop, serve
from tests.kit.shops.shopify_shops import NOON, Vault, opened

HOST = {"host": "a.example", "url": "https://a.example", "sslEnabled": True}
DUTCH = {**HOST, "localization": {"defaultLocale": "nl"}}
SPEECHLESS = {**HOST, "localization": None}


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


@pytest.mark.parametrize(
    ("told", "language"),
    [
        ({"defaultLocale": "de"}, "de"),
        ({"defaultLocale": "pt-BR"}, "pt-BR"),
        ({"defaultLocale": "zh-TW"}, "zh-TW"),
        ({"defaultLocale": "?"}, None),
        ({"defaultLocale": ""}, None),
        (None, None),
    ],
)
def test_the_language_is_that_of_the_shops_own_address(
    tmp_path: Path, told: dict[str, str] | None, language: str | None
) -> None:
    with opened(tmp_path) as (shop, platform):
        shop.store.shop["primaryDomain"]["localization"] = told

        assert platform.prepare().shop.language == language


def test_the_language_is_asked_once_and_never_for_a_product(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        platform.prepare()
        list(platform.full(None))
        platform.fetch(["7400000294912"])

        asked = [entry.get("operation") for entry in shop.log.entries]

    assert asked.count("ShopLanguage") == 1


def test_places_keep_what_they_promise(tmp_path: Path) -> None:
    with opened(tmp_path) as (_shop, platform):
        places = {place.name: place for place in platform.prepare().locations}

    store, market = places["Laden Ottensen"], places["Marktstand Isemarkt"]
    assert (store.kind, store.sells_online) == (LocationKind.STORE, True)
    assert store.pickup is not None
    assert store.pickup.ready_minutes == 60
    assert json.loads(store.opening_hours or "")["sa"] == "10:00-18:00"
    assert (market.sells_online, market.pickup, market.geo) == (False, None, None)


@pytest.mark.parametrize(
    "other",
    [{"taxesIncluded": False}, {"primaryDomain": DUTCH}, {"primaryDomain": SPEECHLESS}],
    ids=["tax", "another language", "no language"],
)
def test_the_context_digest_follows_the_terms(tmp_path: Path, other: dict[str, Any]) -> None:
    with opened(tmp_path) as (shop, platform):
        before = platform.prepare().digest
        shop.store.shop |= other

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


def test_a_closed_shop_is_a_typed_error(tmp_path: Path) -> None:
    with opened(tmp_path) as (shop, platform):
        shop.closed = 402

        with pytest.raises(PlatformError) as error:
            platform.prepare()

    assert error.value.code == "shop_frozen"

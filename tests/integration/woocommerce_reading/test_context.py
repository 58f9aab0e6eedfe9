"""What a shop says of itself before anything is read, and how it refuses us."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from connector.model.location import LocationKind
from connector.platforms.woocommerce import WooCommercePlatform
from connector.platforms.woocommerce.errors import ApiMissing, KeyLacksRights, KeyRefused, WrongHome
from regie.demo.woocommerce import Options
from tests.kit.shops.woo import Open, Vault, config, opened


def test_the_context_says_who_the_shop_is(shop: Open) -> None:
    found = shop.platform.prepare().shop

    assert (found.name, found.currency, found.timezone) == (
        "De Groene Pan",
        "EUR",
        "Europe/Amsterdam",
    )
    assert (found.language, found.country, found.tax_included) == ("nl-NL", "NL", True)


def test_the_webshop_is_the_one_place_with_stock(shop: Open) -> None:
    (place,) = shop.platform.prepare().locations

    assert (place.kind, place.sells_online) == (LocationKind.ONLINE, True)


def test_our_plugin_tells_the_stores_by_ids_that_stay(tmp_path: Path) -> None:
    with opened(tmp_path, options=Options(plugin=True)) as shop:
        places = shop.platform.prepare().locations
        again = shop.platform.prepare().locations

    stores = {place.name: place.active for place in places if place.kind is LocationKind.STORE}
    assert stores == {
        "Winkel Twijnstraat": True,
        "Loods Werkspoor": True,
        "Kraam Vredenburg": False,
    }
    assert not any(place.fulfills_online for place in places if place.kind is LocationKind.STORE)
    assert places == again


@pytest.mark.parametrize(
    "change",
    [
        lambda changes: changes.rename_category(17, "Pannen"),
        lambda changes: changes.set_tax_rate(1, "22"),
        lambda changes: changes.set_setting("tax", "woocommerce_prices_include_tax", "no"),
        lambda changes: changes.set_setting("products", "woocommerce_weight_unit", "g"),
    ],
)
def test_what_shapes_all_products_changes_the_context(shop: Open, change: Any) -> None:
    before = shop.platform.prepare().digest

    change(shop.changes)

    assert shop.platform.prepare().digest != before


def test_prices_without_tax_are_told_as_such(shop: Open) -> None:
    shop.changes.set_setting("tax", "woocommerce_prices_include_tax", "no")

    offer = shop.products()["107"].variants[0].offers[0]

    assert (offer.tax_included, offer.tax_rate) == (False, "21")


def test_a_shop_that_calculates_no_tax_says_nothing_of_it(shop: Open) -> None:
    shop.changes.set_setting("general", "woocommerce_calc_taxes", "no")

    offer = shop.products()["107"].variants[0].offers[0]

    assert (offer.tax_included, offer.tax_rate) == (None, None)


def test_another_home_than_the_named_one_is_refused_with_the_right_one(shop: Open) -> None:
    shop.shop.home = "http://www.degroenepan.example"

    with pytest.raises(WrongHome) as error:
        shop.platform.prepare()

    assert error.value.home == "http://www.degroenepan.example"


def test_a_site_without_woocommerce_is_told(shop: Open) -> None:
    shop.shop.documents[""]["namespaces"] = ["wp/v2"]

    with pytest.raises(ApiMissing):
        shop.platform.prepare()


def test_a_key_that_may_only_write_cannot_read(shop: Open, tmp_path: Path) -> None:
    shop.shop.key = shop.shop.new_key("write")
    platform = WooCommercePlatform.open(config(shop.served.url, shop.shop, shop.clock, tmp_path))

    with pytest.raises(KeyLacksRights):
        platform.prepare()

    platform.close()


def test_a_wrong_key_is_told(shop: Open, tmp_path: Path) -> None:
    wrong = Vault({"consumer_key": "ck_wrong", "consumer_secret": "cs_wrong"})
    asked = structs.replace(config(shop.served.url, shop.shop, shop.clock, tmp_path), vault=wrong)
    platform = WooCommercePlatform.open(asked)

    with pytest.raises(KeyRefused):
        platform.prepare()

    platform.close()


def test_a_clock_that_differs_is_told_with_the_context(shop: Open) -> None:
    shop.shop.advance(90)

    assert shop.platform.prepare().skew_seconds == 90.0

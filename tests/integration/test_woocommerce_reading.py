"""Reading a served shop: its context, its lists while they change, its bad days."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import stamina
from msgspec import structs

from connector.model.errors import PlatformUnavailable
from connector.model.location import LocationKind
from connector.platforms import Hint, HintKind
from connector.platforms.woocommerce import WooCommercePlatform
from connector.platforms.woocommerce.errors import ApiMissing, KeyLacksRights, KeyRefused, WrongHome
from connector.platforms.woocommerce.paging import LARGEST, Pace
from regie.demo.woocommerce import Faults, Options
from regie.demo.woocommerce.generate import generate
from tests.loopback import Asked, Reply, loopback
from tests.woo import Open, Vault, by_id, config, open_at, opened


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Open]:
    with opened(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of 250 products whose dates fall together in threes."""
    return generate(tmp_path_factory.mktemp("many"), products=250, variations=2)


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


def test_drafts_are_read_and_known_as_drafts(shop: Open) -> None:
    """Trap 9: the default list leaks them; we ask for them by name and withhold them."""
    found = shop.products()

    assert found["252"].status.value == "DRAFT"
    assert all("status=any" in call for call in shop.calls("products?"))


def test_only_the_fields_that_are_read_are_asked_for(shop: Open) -> None:
    shop.products()

    (call,) = shop.calls("products?")
    assert "related_ids" not in call
    assert "meta_data" in call


def test_a_list_longer_than_a_page_is_complete_although_dates_are_equal(
    many: Path, tmp_path: Path
) -> None:
    with opened(tmp_path, data=many) as shop:
        found = shop.products()
        calls = [call for call in shop.calls("products?") if "orderby=id" in call]

    assert (len(found), {len(each.variants) for each in found.values()}) == (250, {2})
    assert len(calls) == 3


def test_variations_are_asked_for_by_page_and_not_by_product(many: Path, tmp_path: Path) -> None:
    with opened(tmp_path, data=many) as shop:
        shop.products()

        assert len(shop.calls("variations?")) <= 9
        assert not [call for call in shop.calls("products/") if "/variations?" in call]


def test_an_old_shop_is_asked_for_variations_by_product(many: Path, tmp_path: Path) -> None:
    with opened(tmp_path, data=many) as shop:
        whole = shop.products()
    with opened(tmp_path, data=many, options=Options(variations_route=False)) as old:
        found = old.products()

        assert len(old.calls("variations?")) == 1

    variants = {key: [one.sku for one in each.variants] for key, each in found.items()}
    assert variants == {key: [one.sku for one in each.variants] for key, each in whole.items()}


def test_a_deletion_while_we_read_hides_nothing(many: Path, tmp_path: Path) -> None:
    """What lies behind moves up; the row that two pages share is missing, so we step back."""
    with opened(tmp_path, data=many) as shop:
        shop.platform.prepare()
        pages = shop.platform.full(None)
        first = next(pages)
        for record in first.records[:30]:
            shop.changes.force_delete(int(record.external_id))

        rest = by_id(pages)

    assert len(rest) == 150


def test_a_product_restored_behind_our_back_is_read_after_all(many: Path, tmp_path: Path) -> None:
    with opened(tmp_path, data=many) as shop:
        first_id = min(shop.shop.products)
        shop.changes.trash(first_id)
        shop.platform.prepare()
        pages = shop.platform.full(None)
        found = [record.external_id for record in next(pages).records]
        shop.changes.restore(first_id)

        found += [record.external_id for page in pages for record in page.records]

    assert (str(first_id) in found, len(found)) == (True, 250)


@pytest.mark.parametrize("pages_read", [0, 1, 2])
def test_a_read_goes_on_behind_its_cursor(many: Path, tmp_path: Path, pages_read: int) -> None:
    with opened(tmp_path, data=many) as shop:
        shop.platform.prepare()
        whole = [page for page in shop.platform.full(None)]  # noqa: C416 - pages are read lazily
        cursor = whole[pages_read - 1].cursor if pages_read else None

        rest = list(shop.platform.full(cursor))

    assert [len(page.records) for page in rest] == [
        len(page.records) for page in whole[pages_read:]
    ]
    assert rest[-1].done == 250


def test_pages_say_when_they_were_read_at_the_earliest(shop: Open) -> None:
    shop.platform.prepare()
    before = shop.clock()

    (page,) = shop.platform.full(None)

    assert page.read_at == before


def test_a_shop_that_cannot_bear_large_pages_gets_smaller_ones(many: Path, tmp_path: Path) -> None:
    with opened(tmp_path, data=many) as shop:
        shop.platform.prepare()
        shop.shop.faults.next_requests = ["server_error"] * 4

        found = by_id(shop.platform.full(None))

        sizes = {call.partition("per_page=")[2].partition("&")[0] for call in shop.calls("prod")}
    assert (len(found), "50" in sizes) == (250, True)


def test_the_size_of_pages_grows_back_slowly() -> None:
    pace = Pace()
    for _ in range(3):
        pace.shrink()
    shrunk = pace.size

    for _ in range(40):
        pace.went_well()

    assert (shrunk, pace.size) == (12, LARGEST)


def test_the_smallest_page_is_not_made_smaller() -> None:
    pace = Pace()

    halved = [pace.shrink() for _ in range(7)]

    assert (halved.count(True), pace.size) == (5, 5)


def test_a_busy_host_is_waited_for(shop: Open) -> None:
    shop.platform.prepare()
    shop.shop.faults.next_requests = ["too_many"] * 5

    assert len(by_id(shop.platform.full(None))) == 46


def test_a_shop_that_stays_down_is_told_and_not_half_read(shop: Open) -> None:
    shop.platform.prepare()
    shop.shop.faults.unavailable = 1.0

    with pytest.raises(PlatformUnavailable):
        list(shop.platform.full(None))


@pytest.mark.parametrize("seed", range(3))
def test_a_shop_with_many_bad_moments_is_read_whole(many: Path, tmp_path: Path, seed: int) -> None:
    with opened(tmp_path, data=many) as shop:
        shop.platform.prepare()
        shop.shop.faults = Faults(
            seed=seed, too_many=0.05, server_error=0.05, truncated=0.05, lost_answer=0.05
        )

        assert len(by_id(shop.platform.full(None))) == 250


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


def test_the_listing_is_cheap(many: Path, tmp_path: Path) -> None:
    with opened(tmp_path, data=many) as shop:
        listed = list(shop.platform.listing())

        assert (len(listed), len(shop.log())) == (250, 9)


def test_a_shop_that_ignores_the_fields_asked_for_gives_the_same_digest_each_time() -> None:
    """Old shops send everything, and shuffle `related_ids` each time."""
    shuffled = iter(range(1000))

    def answer(asked: Asked) -> Reply:
        if "wc/v3/products?" not in asked.path:
            return _old_shop(asked)
        body = (
            f'[{{"id":7,"name":"Pan \\"_links\\":","price":"","related_ids":[{next(shuffled)}],'
            '"meta_data":[],"_links":{"self":[]}}]'
        )
        return Reply(body.encode(), headers={"X-WP-Total": "1"})

    digests = []
    with loopback(answer) as port:
        shop = open_at(f"http://127.0.0.1:{port}")
        for _ in range(2):
            (page,) = shop.full(None)
            digests.append(page.records[0].digest)
        shop.close()

    assert digests[0] == digests[1]


def test_a_list_out_of_order_is_not_believed() -> None:
    def answer(asked: Asked) -> Reply:
        if "wc/v3/products?" not in asked.path:
            return _old_shop(asked)
        return Reply(b'[{"id":7},{"id":5}]', headers={"X-WP-Total": "2"})

    with loopback(answer) as port:
        shop = open_at(f"http://127.0.0.1:{port}")
        with pytest.raises(Exception, match="order of ids"):
            list(shop.full(None))
        shop.close()


def _old_shop(asked: Asked) -> Reply:
    home = f"http://{asked.headers['Host']}"
    if asked.path == "/wp-json/":
        return Reply(f'{{"name":"Old","home":"{home}","namespaces":["wc/v3"]}}'.encode())
    if "currencies" in asked.path:
        return Reply(b'{"code":"EUR"}')
    if "brands" in asked.path or "system_status" in asked.path:
        return Reply(b'{"code":"rest_no_route","message":""}', status=404)
    return Reply(b"[]", headers={"X-WP-Total": "0"})


@pytest.mark.parametrize(
    ("index", "zone"),
    [
        ('"timezone_string":"Asia/Jerusalem","gmt_offset":2', "Asia/Jerusalem"),
        ('"timezone_string":"","gmt_offset":1', "Etc/GMT-1"),
        ('"timezone_string":"","gmt_offset":"-5"', "Etc/GMT+5"),
        ('"timezone_string":"","gmt_offset":5.5', "UTC"),
        ('"gmt_offset":0', "UTC"),
    ],
)
def test_a_site_may_know_its_zone_or_only_its_distance(index: str, zone: str) -> None:
    def answer(asked: Asked) -> Reply:
        found = _old_shop(asked)
        if asked.path != "/wp-json/":
            return found
        return structs.replace(found, body=found.body.replace(b"{", f"{{{index},".encode(), 1))

    with loopback(answer) as port:
        shop = open_at(f"http://127.0.0.1:{port}")
        context = shop.prepare()
        shop.close()

    assert (context.shop.timezone, context.shop.language) == (zone, None)


def test_a_sweep_is_not_stopped_by_items_that_the_shop_counts_and_never_shows() -> None:
    def answer(asked: Asked) -> Reply:
        if "wc/v3/products?" not in asked.path:
            return _old_shop(asked)
        return Reply(b'[{"id":5},{"id":7}]', headers={"X-WP-Total": "3"})

    with loopback(answer) as port:
        shop = open_at(f"http://127.0.0.1:{port}")
        listed = [each.external_id for each in shop.listing()]
        shop.close()

    assert listed == ["5", "7"]


def test_a_sweep_is_stopped_by_a_list_that_never_stands_still() -> None:
    numbers = iter(range(1, 100))

    def answer(asked: Asked) -> Reply:
        if "wc/v3/products?" not in asked.path:
            return _old_shop(asked)
        return Reply(f'[{{"id":{next(numbers)}}}]'.encode(), headers={"X-WP-Total": "3"})

    with loopback(answer) as port:
        shop = open_at(f"http://127.0.0.1:{port}")
        with pytest.raises(PlatformUnavailable):
            list(shop.listing())
        shop.close()

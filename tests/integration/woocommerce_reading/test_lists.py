"""Lists are read whole while they change and while the shop has bad days."""

from pathlib import Path

import pytest

from connector.model.errors import PlatformUnavailable
from connector.platforms.woocommerce.paging import LARGEST, Pace
from regie.demo.woocommerce import Faults, Options
from regie.demo.woocommerce.generate import generate
from tests.kit.shops.woo import Open, by_id, opened


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of 250 products whose dates fall together in threes."""
    return generate(tmp_path_factory.mktemp("many"), products=250, variations=2)


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


def test_the_listing_is_cheap(many: Path, tmp_path: Path) -> None:
    with opened(tmp_path, data=many) as shop:
        listed = list(shop.platform.listing())

        assert (len(listed), len(shop.log())) == (250, 9)

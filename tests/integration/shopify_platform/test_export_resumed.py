"""A read of a whole Shopify shop that was killed goes on where it stood, or starts over."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.platforms import Page
from connector.platforms.shopify.export.full import PAGE
from regie.demo.shopify import ShopifyShop, serve
from regie.demo.shopify.generate import Order, generate
from tests.kit.shops.shopify_shops import opened, reader, records


def last(pages: Iterator[Page], step: str) -> Page:
    return next(page for page in pages if page.step == step)


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


@pytest.mark.parametrize("done", [0, PAGE])
def test_a_read_begun_by_an_older_version_is_made_anew(
    generated: tuple[ShopifyShop, str, Path], done: int
) -> None:
    """Its shelf is of another form: no product of it is taken, wherever the read stood."""
    first, second = reader(*generated), reader(*generated)
    cursor = last(first.full(None), "products").cursor
    first.close()
    (folder,) = generated[2].iterdir()
    told = json.loads((folder / "manifest.json").read_bytes())
    del told["form"]
    (folder / "manifest.json").write_text(json.dumps(told))
    for index in folder.glob("index-*"):
        index.write_bytes(b"another form")

    found = records(second.full(json.dumps(json.loads(cursor) | {"done": done})))
    second.close()

    assert len(found) == PAGE + 50


@pytest.mark.parametrize("cursor", ["", "{}", "nonsense", '{"read_at": 1}'])
def test_an_unreadable_cursor_starts_over(tmp_path: Path, cursor: str) -> None:
    with opened(tmp_path) as (_shop, platform):
        assert len(records(platform.full(cursor))) == 60

"""Shops that are made up from a seed, and the one that comes with Regie."""

import json
from pathlib import Path

import pytest

from regie.demo.woocommerce import DEMO_SHOP, WooShop
from regie.demo.woocommerce.generate import check_digit, generate, stream
from regie.demo.woocommerce.loading import NoRecordings
from regie.demo.woocommerce.testing import Caller, HandClock


def test_a_folder_without_a_shop_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoRecordings) as error:
        WooShop.load(tmp_path)

    assert str(tmp_path) in str(error.value)


@pytest.mark.parametrize("variations", [0, 3])
def test_a_generated_shop_has_the_size_asked_for(tmp_path: Path, variations: int) -> None:
    folder = generate(tmp_path, products=120, variations=variations, seed=1)

    call = Caller(WooShop.load(folder, clock=HandClock()))

    found = [call("GET", path).headers["X-WP-Total"] for path in ("products", "variations")]
    assert found == ["120", str(120 * variations)]


def test_a_generated_shop_is_the_same_for_one_seed() -> None:
    assert list(stream(5, 2, seed=4)) == list(stream(5, 2, seed=4))


@pytest.mark.parametrize(("kind", "least", "most"), [("products", 4000, 5500), ("v", 1400, 2600)])
def test_generated_items_have_the_size_of_real_ones(kind: str, least: int, most: int) -> None:
    pages = [page for name, page in stream(50, 3) if name.startswith(kind)]

    items = [item for page in pages for item in page["response"]["body"]]
    mean = sum(len(json.dumps(item)) for item in items) / len(items)
    assert least < mean < most


def test_generated_codes_have_their_check_digit() -> None:
    _, page = next(stream(20))

    codes = [item["global_unique_id"] for item in page["response"]["body"]]
    assert all(check_digit(code[:12]) == code[12] for code in codes)


def test_the_demo_shop_holds_good_and_bad_codes() -> None:
    codes = {item["global_unique_id"] for item in WooShop.load().products.values()}

    assert {"-87", "0000000000000", "12345", "871999-900-X"} <= codes


def test_the_demo_shop_is_plain_files() -> None:
    assert {path.suffix for path in DEMO_SHOP.rglob("*") if path.is_file()} == {".json"}

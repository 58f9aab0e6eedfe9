"""A product's digest follows its lines alone: not their order, nor how they fall into runs."""

import json
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from connector.platforms.shopify.export.full import PAGE, PAGE_BYTES, _batch
from connector.platforms.shopify.export.shelf import Shelf
from connector.platforms.shopify.faults import ExportIncomplete
from tests.kit.shops.shopify_shelves import (
    Lines,
    catalogue,
    digests,
    recorded,
    records,
    shelve,
)

PRODUCT = b'{"id":"gid:\\/\\/shopify\\/Product\\/'
METAFIELD = b'{"id":"gid:\\/\\/shopify\\/Metafield\\/'
LEVEL = b'{"id":"gid:\\/\\/shopify\\/InventoryLevel\\/'
Change = Callable[[list[bytes], int], None]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return shelve(tmp_path_factory.mktemp("plain"), recorded())


def scrambled(lines: Lines, dice: Random) -> Lines:
    return {kind: dice.sample(each, len(each)) for kind, each in lines.items()}


def repeated(lines: Lines, dice: Random) -> Lines:
    """Repeat some lines, and leave most neighbours where they were."""
    return {
        kind: list(chain.from_iterable([each] * dice.choice([1, 1, 1, 2, 3]) for each in found))
        for kind, found in lines.items()
    }


def moved(lines: Lines, dice: Random) -> Lines:
    """Move whole stretches of lines, so that runs are of every length."""
    found = {}
    for kind, each in lines.items():
        cuts = sorted(dice.sample(range(len(each)), 20))
        pieces = [each[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)]
        found[kind] = list(chain.from_iterable(dice.sample(pieces, len(pieces))))
    return found


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    parts=st.integers(0, 9),
    at_once=st.sampled_from([1, 2, 3, 7, 100, 150_000]),
    mix=st.sampled_from([scrambled, moved]),
)
def test_no_order_and_no_portion_is_special(
    tmp_path_factory: pytest.TempPathFactory,
    plain: Shelf,
    seed: int,
    parts: int,
    at_once: int,
    mix: Callable[[Lines, Random], Lines],
) -> None:
    mixed = mix(recorded(), Random(seed))

    shelf = shelve(tmp_path_factory.mktemp("mixed"), mixed, parts=parts, at_once=at_once)

    assert digests(shelf) == digests(plain)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), at_once=st.sampled_from([2, 100, 150_000]))
def test_repeated_lines_tell_the_same_products(
    tmp_path_factory: pytest.TempPathFactory, plain: Shelf, seed: int, at_once: int
) -> None:
    dice = Random(seed)
    mixed = repeated(recorded(), dice)
    if seed % 2:
        mixed = scrambled(mixed, dice)

    shelf = shelve(tmp_path_factory.mktemp("mixed"), mixed, at_once=at_once)

    assert catalogue(shelf) == catalogue(plain)


def test_a_file_told_twice_tells_the_same_products(tmp_path: Path, plain: Shelf) -> None:
    twice = {kind: [*lines, *lines] for kind, lines in recorded().items()}

    assert catalogue(shelve(tmp_path, twice)) == catalogue(plain)


def test_of_two_lines_with_one_id_the_last_one_counts(tmp_path: Path) -> None:
    lines = recorded()
    variant = next(x for x in lines["products"] if b"ProductVariant" in x and b'"sku":"' in x)
    other = json.dumps(json.loads(variant) | {"sku": "OTHER"}).encode()
    lines["products"] += [other, variant, other]

    found = catalogue(shelve(tmp_path, lines))

    assert sum(b'"OTHER"' in product for product in found.values()) == 1


def test_children_before_their_parents_give_the_same_digests(tmp_path: Path, plain: Shelf) -> None:
    backwards = {kind: lines[::-1] for kind, lines in recorded().items()}

    assert digests(shelve(tmp_path, backwards)) == digests(plain)


def test_grouped_and_ungrouped_files_give_the_same_digests(tmp_path: Path, plain: Shelf) -> None:
    grouped = recorded(products="bulk_products.grouped.jsonl")

    assert digests(shelve(tmp_path, grouped)) == digests(plain)


def leave_out(lines: list[bytes], at: int) -> None:
    del lines[at]


def add_another(lines: list[bytes], at: int) -> None:
    lines.insert(at, lines[at].replace(b"\\/7", b"\\/8", 1))


def say_otherwise(lines: list[bytes], at: int) -> None:
    lines[at] = lines[at].replace(b'"updatedAt":"2', b'"updatedAt":"1', 1)


@pytest.mark.parametrize("change", [leave_out, add_another, say_otherwise])
@pytest.mark.parametrize(("kind", "begin"), [("products", METAFIELD), ("inventory", LEVEL)])
def test_one_change_of_one_line_changes_one_digest(
    tmp_path: Path, plain: Shelf, change: Change, kind: str, begin: bytes
) -> None:
    lines = recorded()
    place = next(at for at, line in enumerate(lines[kind]) if line.startswith(begin))
    told = list(lines[kind])
    change(lines[kind], place)

    after = digests(shelve(tmp_path, lines))

    assert lines[kind] != told
    assert sum(each != after[key] for key, each in digests(plain).items()) == 1


@pytest.mark.parametrize("at_once", [1, 150_000])
def test_the_last_line_may_lack_its_end(tmp_path: Path, plain: Shelf, at_once: int) -> None:
    files = shelve(tmp_path, recorded()).folder.glob("*.jsonl")
    bare = {path.stem: path.read_bytes().removesuffix(b"\n").split(b"\n") for path in files}

    shelf = shelve(tmp_path / "bare", bare, at_once=at_once, end=b"")

    assert catalogue(shelf) == catalogue(plain)


def test_a_product_that_ends_within_itself_puts_nothing_on_the_shelf(tmp_path: Path) -> None:
    """The file ends behind a bracket, but not behind the last one."""
    lines = recorded()
    whole = next(each for each in lines["products"] if b'"seo":{' in each and PRODUCT in each)
    lines["products"].remove(whole)
    start = whole.index(b'"seo":{')
    cut = whole[: whole.index(b"}", start) + 1]

    with pytest.raises(ExportIncomplete):
        shelve(tmp_path, lines | {"products": [*lines["products"], cut]}, end=b"")


def test_a_shelf_of_an_older_form_is_not_read(tmp_path: Path) -> None:
    shelf = shelve(tmp_path, recorded())
    manifest = tmp_path / "manifest.json"
    told = json.loads(manifest.read_bytes())
    del told["form"]

    manifest.write_bytes(json.dumps(told).encode())
    without = shelf.manifest()
    manifest.write_bytes(json.dumps(told | {"form": 1}).encode())

    assert (without, shelf.manifest()) == (None, None)


def test_a_record_knows_how_much_there_is_to_read(plain: Shelf) -> None:
    told = [line for lines in recorded().values() for line in lines]
    items = [line for line in told if line.startswith(LEVEL.replace(b"Level", b"Item"))]

    size = sum(each.size for each in records(plain))

    total = sum(map(len, told)) - sum(map(len, items))
    assert total <= size <= total + len(told)


def test_a_page_ends_before_it_holds_too_much(plain: Shelf) -> None:
    heavy = [structs.replace(each, size=PAGE_BYTES // 3 + 1) for each in records(plain)]
    light = (structs.replace(each, size=1) for each in records(plain) * PAGE)

    assert len(_batch(iter(heavy))) == 3
    assert len(_batch(light)) == PAGE

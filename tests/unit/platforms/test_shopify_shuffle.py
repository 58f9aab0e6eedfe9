"""The lines of an export find their product in whatever order they come, or none is shown."""

import json
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from connector.platforms.shopify.export.full import FILES
from connector.platforms.shopify.export.shelf import Shelf
from connector.platforms.shopify.faults import ExportIncomplete
from regie.demo.shopify.generate import Order, generate
from tests.kit.shops.shopify_lines import NOON, terms
from tests.kit.shops.shopify_shelves import catalogue, digests, recorded, records, shelve

FIRST = "gid:\\/\\/shopify\\/Product\\/7400000294912"


def without(lines: Iterable[bytes], text: str) -> list[bytes]:
    return [line for line in lines if text.encode() not in line]


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return catalogue(shelve(tmp_path_factory.mktemp("ordered"), recorded()))


def test_every_product_is_on_the_shelf(ordered: dict[str, bytes]) -> None:
    assert len(ordered) == 60


@pytest.mark.parametrize("parts", [0, 2, 30])
def test_scrambled_and_ordered_lines_give_the_same_catalogue(
    tmp_path: Path, ordered: dict[str, bytes], parts: int
) -> None:
    scrambled = {kind: Random(parts).sample(x, len(x)) for kind, x in recorded().items()}

    assert catalogue(shelve(tmp_path, scrambled, parts=parts)) == ordered


def test_large_files_are_noted_in_portions_unharmed(tmp_path: Path) -> None:
    folders = {
        order: generate(tmp_path / order.value, products=400, variants=3, order=order)
        for order in Order
    }

    found = [
        digests(shelve(tmp_path / f"shelf-{order}", recorded(folder), at_once=1000))
        for order, folder in folders.items()
    ]

    assert len(found[0]) == 400
    assert found[0] == found[1] == found[2]


def test_the_context_is_part_of_every_digest(tmp_path: Path) -> None:
    shelf = shelve(tmp_path, recorded())
    manifest = shelf.manifest()
    assert manifest is not None
    other = terms("KWD")

    found = shelf.records(manifest, 0, type(other)(*_values(other), b"other"), NOON)

    assert not {each.digest for each in found} & set(digests(shelf).values())


def _values(found: object) -> tuple[object, ...]:
    return tuple(getattr(found, name) for name in found.__struct_fields__[:-1])  # type: ignore[attr-defined]  # a Struct


def test_reading_goes_on_behind_what_is_done(tmp_path: Path) -> None:
    shelf = shelve(tmp_path, recorded(), parts=7)

    everything = [each.external_id for each in records(shelf)]

    assert [each.external_id for each in records(shelf, 41)] == everything[41:]


def test_products_come_by_number_whatever_their_part(tmp_path: Path) -> None:
    found = records(shelve(tmp_path, recorded(), parts=7))

    numbers = [int(it.external_id.rpartition("/")[2]) for it in found]
    assert numbers == sorted(numbers)
    assert len({it % 7 for it in numbers}) > 1


def test_an_index_that_lost_products_is_no_shorter_shop(tmp_path: Path) -> None:
    shelf = shelve(tmp_path, recorded(), parts=7)
    (tmp_path / "index-0003").write_bytes(b"")

    with pytest.raises(ExportIncomplete, match="of 60 products"):
        records(shelf)


def test_records_outlive_their_folder(tmp_path: Path) -> None:
    found = records(shelve(tmp_path, recorded()))

    for path in tmp_path.iterdir():
        path.unlink()

    assert len({each.product().id for each in found}) == 60


def test_other_spelling_of_the_same_json_is_understood(
    tmp_path: Path, ordered: dict[str, bytes]
) -> None:
    """Blanks, plain slashes, another order of keys, no newline at the end."""
    spelled = {
        kind: [json.dumps(dict(reversed(json.loads(line).items()))).encode() for line in lines]
        for kind, lines in recorded().items()
    }

    assert catalogue(shelve(tmp_path, spelled)) == ordered


@pytest.mark.parametrize("kind", FILES)
def test_a_file_shorter_than_announced_puts_nothing_on_the_shelf(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ExportIncomplete):
        shelve(tmp_path, recorded(), short=[kind])

    assert Shelf(tmp_path).manifest() is None


@pytest.mark.parametrize("kind", FILES)
def test_a_line_that_ends_early_puts_nothing_on_the_shelf(tmp_path: Path, kind: str) -> None:
    lines = recorded()
    lines[kind][-1] = lines[kind][-1][:-5]

    with pytest.raises(ExportIncomplete):
        shelve(tmp_path, lines)

    assert Shelf(tmp_path).manifest() is None


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        ("products", '{"id":"gid:\\/\\/shopify\\/Product\\/7400000294912"'),
        ("products", '{"id":"gid:\\/\\/shopify\\/ProductVariant\\/7400007503872"'),
        ("placement", '{"id":"gid:\\/\\/shopify\\/Product\\/7400000294912"'),
        ("inventory", '{"id":"gid:\\/\\/shopify\\/InventoryItem\\/7400000393216"'),
    ],
)
def test_a_child_without_its_parent_puts_nothing_on_the_shelf(
    tmp_path: Path, kind: str, parent: str
) -> None:
    lines = recorded()
    lines[kind] = [line for line in lines[kind] if not line.startswith(parent.encode())]

    with pytest.raises(ExportIncomplete):
        shelve(tmp_path, lines)

    assert Shelf(tmp_path).manifest() is None


def test_what_came_after_the_products_is_left_for_the_next_delta(
    tmp_path: Path, ordered: dict[str, bytes]
) -> None:
    lines = recorded()
    new = b"gid:\\/\\/shopify\\/Product\\/999"
    lines["placement"] += [
        b'{"id":"' + new + b'"}',
        b'{"isPublished":true,"__parentId":"' + new + b'"}',
    ]
    lines["inventory"] += [b'{"id":"gid:\\/\\/shopify\\/InventoryItem\\/998"}']

    assert catalogue(shelve(tmp_path, lines)) == ordered


def test_a_product_deleted_between_the_exports_is_withheld(tmp_path: Path) -> None:
    lines = recorded()
    lines["placement"] = without(lines["placement"], FIRST)

    found = {each.external_id: each.product() for each in records(shelve(tmp_path, lines))}

    assert found["gid://shopify/Product/7400000294912"].withheld

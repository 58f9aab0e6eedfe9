"""The index of an export gives products by number, whichever part of it they lie in."""

import resource
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.platforms.shopify.export.index import Entry, Index


def entry(number: int) -> Entry:
    return Entry(number, number.to_bytes(16), b"place" * (number % 7), number % 1000)


def written(folder: Path, numbers: set[int], parts: int) -> Index:
    index = Index(folder, parts)
    for part in range(parts):
        index.write(part, [entry(it) for it in sorted(numbers) if it % parts == part])
    return index


@given(numbers=st.sets(st.integers(0, 2**64 - 1), max_size=60), parts=st.integers(1, 9))
def test_products_come_by_number_whatever_their_part(numbers: set[int], parts: int) -> None:
    with TemporaryDirectory() as folder:
        index = written(Path(folder), numbers, parts)

        assert list(index.entries()) == list(map(entry, sorted(numbers)))


def test_parts_that_are_longer_than_what_is_held_come_whole(tmp_path: Path) -> None:
    numbers = set(range(0, 120_000, 3))

    found = list(written(tmp_path, numbers, 2).entries())

    assert found == list(map(entry, sorted(numbers)))


def test_there_may_be_more_parts_than_open_files(tmp_path: Path) -> None:
    most, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    numbers = set(range(2000))
    index = written(tmp_path, numbers, 301)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        found = [it.number for it in islice(index.entries(), 1500, None)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))

    assert found == list(range(1500, 2000))


def test_half_a_file_is_no_end_of_the_list(tmp_path: Path) -> None:
    index = written(tmp_path, set(range(50_000)), 1)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(msgspec.DecodeError):
        list(index.entries())

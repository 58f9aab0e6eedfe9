"""What only the engine in files does: typing errors, one writer, and other processes' commits."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from connector.store.database import Database
from connector.store.product.change import Scope
from connector.store.product.erase import erase_connection
from connector.store.search.choose import choose
from connector.store.search.forget import forget
from connector.store.search.index import Search
from connector.store.search.tantivy_files import TantivyFiles
from tests.kit.search_shop import SCOPE, follow, found, ids, named, open_shop, put

Open = Callable[[str], Database]


@pytest.fixture
def shop(sqlite_url: str, open_at: Open, tmp_path: Path) -> tuple[Database, Search]:
    database = open_at(sqlite_url)
    open_shop(database)
    return database, choose(database, products=0, folder=tmp_path / "files", wish="tantivy")


Shop = tuple[Database, Search]


@pytest.mark.parametrize("text", ["kettel", "ketle", "kettles", "kettlee", "copper ketle"])
def test_a_typing_error_is_forgiven(shop: Shop, text: str) -> None:
    put(shop[0], [named(1, "Copper kettle"), named(2, "Tin mug")])
    follow(shop[1])

    assert found(shop[1], shop[0], text) == ids(1)


@pytest.mark.parametrize("text", ["tim", "kitten", "12346"])
def test_short_words_numbers_and_other_words_are_not_bent(shop: Shop, text: str) -> None:
    put(shop[0], [named(1, "Kettle 12345"), named(2, "Tin mug")])
    follow(shop[1])

    assert found(shop[1], shop[0], text) == []


def test_a_typing_error_is_not_forgiven_where_something_is_written_so(shop: Shop) -> None:
    put(shop[0], [named(1, "Castle"), named(2, "Cattle")])
    follow(shop[1])

    assert found(shop[1], shop[0], "cattle") == ids(2)


def test_a_typing_error_never_leads_to_another_merchant(shop: Shop) -> None:
    open_shop(shop[0], "mer_2")
    put(shop[0], [named(1, "Kettle")], Scope("mer_2", "con_2"))
    follow(shop[1], "mer_2")
    follow(shop[1])

    assert found(shop[1], shop[0], "ketle") == []


def test_while_another_process_writes_the_index_stays_behind(shop: Shop) -> None:
    database, index = shop
    put(database, [named(1, "Kettle")])
    follow(index)
    put(database, [named(2, "Kettle")])
    files = index.inverted
    assert isinstance(files, TantivyFiles)
    writer = files._index().writer(heap_size=20_000_000, num_threads=1)

    follow(index)
    behind = index.position("mer_1")
    writer.rollback()
    writer.wait_merging_threads()
    follow(index)

    assert (behind, index.position("mer_1")) == (1, 2)


def test_what_another_reader_opened_before_sees_the_new_commit(shop: Shop, tmp_path: Path) -> None:
    database, index = shop
    other = choose(database, products=0, folder=tmp_path / "files", wish="tantivy")
    put(database, [named(1, "Kettle")])
    follow(index)
    before = found(other, database, "kettle")
    put(database, [named(2, "Kettle")])
    follow(index)

    assert (before, sorted(found(other, database, "kettle"))) == (ids(1), sorted(ids(1, 2)))


def test_lost_files_are_made_anew(shop: Shop, tmp_path: Path) -> None:
    database, index = shop
    put(database, [named(n, "Kettle") for n in range(1, 9)])
    follow(index)

    other = choose(database, products=0, folder=tmp_path / "elsewhere", wish="tantivy")
    follow(other)

    assert sorted(found(other, database, "kettle")) == sorted(ids(*range(1, 9)))


def test_what_is_erased_does_not_stay_in_the_files_as_crossed_out(
    shop: Shop, tmp_path: Path
) -> None:
    database, index = shop
    put(database, [named(number, "Mug") for number in range(1, 9)])
    put(database, [named(9, "Kettle")], Scope("mer_1", "con_2"))
    follow(index)

    with database.write() as connection:
        forget(connection, SCOPE)
        erase_connection(connection, SCOPE, 0)
    follow(index)

    assert _documents(tmp_path / "files") <= len(("the kettle", "a mark", "the one before"))
    assert found(index, database, "kettle") == ids(9)


def _documents(folder: Path) -> int:
    """Count what the segments hold, crossed out or not."""
    state = msgspec.json.decode((folder / "meta.json").read_bytes())
    return sum(segment["max_doc"] for segment in state["segments"])

"""An answer that left is in the ledger: journals of the living, of the dead, and altered ones."""

from pathlib import Path

import pytest

from connector.store.database import Database
from regie.database import ledger_path, upgrade
from storefront.disclosure.ledger.book import Book, LedgerUnavailable
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.store import exposures, ledger
from storefront.disclosure.store.ledger_file import LedgerFile, journals_of
from storefront.disclosure.store.writing import Unfolded
from tests.kit.journal import MERCHANT, book_of, die, findings, journals, note, opened, stored
from tests.kit.molds import Mold


def test_an_answer_is_not_in_the_tables_before_it_is_folded(
    journal_path: Path, owner: LedgerFile, entries: list[Entry]
) -> None:
    plain = Database(f"sqlite:///{journal_path}")
    with plain.read() as connection:
        assert ledger.newest(connection, MERCHANT) == []
    plain.close()

    (file,) = journals(owner)
    assert all(it.hash in file.read_bytes() for it in entries)


def test_another_process_finds_an_answer_at_once(reader: LedgerFile, book: Book) -> None:
    for number in range(5):
        entry = book.append(note(f"prd_{number}"))
        assert stored(reader)[-1] == entry


def test_every_way_of_reading_folds_first(
    journal_path: Path, reader: LedgerFile, book: Book
) -> None:
    ways = (reader.read, reader.glance, reader.snapshot, reader.write, opened(journal_path).read)
    for number, way in enumerate(ways, 2):
        book.append(note())
        with way() as connection:
            (end,) = ledger.ends(connection, MERCHANT)
            assert end.seq == number


def test_the_owner_throws_a_folded_journal_away(owner: LedgerFile, entries: list[Entry]) -> None:
    owner.fold()

    assert journals(owner) == []
    assert stored(owner)[1:] == entries


def test_another_process_leaves_the_journal_of_a_living_one(
    reader: LedgerFile, entries: list[Entry]
) -> None:
    reader.fold()

    assert len(journals(reader)) == 1
    assert stored(reader)[1:] == entries


def test_the_journal_of_a_dead_process_is_folded_and_thrown_away(
    owner: LedgerFile, reader: LedgerFile, entries: list[Entry]
) -> None:
    die(owner)

    assert stored(reader)[1:] == entries
    assert journals(reader) == []
    assert findings(reader) == []


def test_a_thread_folds_after_a_moment(journal_path: Path) -> None:
    found = opened(journal_path, pause=0.05)
    book_of(found).append(note())
    thread = found.writing._thread
    assert thread is not None
    thread.join(20)

    assert not thread.is_alive()
    assert journals(found) == []
    found.close()


def test_a_thread_folds_at_once_when_there_is_plenty(journal_path: Path) -> None:
    found = opened(journal_path)
    book = book_of(found)
    for _ in range(1_000):
        book.append(note())
    thread = found.writing._thread
    assert thread is not None
    found.writing._pause = 0.01
    thread.join(20)

    assert journals(found) == []
    found.close()


def test_whoever_closes_folds(journal_path: Path, reader: LedgerFile) -> None:
    found = opened(journal_path)
    book_of(found).append(note())

    found.close()

    assert journals(reader) == []
    assert len(stored(reader)) == 2


def test_a_closed_ledger_can_be_used_again(owner: LedgerFile, book: Book) -> None:
    book.append(note())
    owner.close()
    book.append(note())

    assert len(stored(owner)) == 3
    assert findings(owner) == []


def test_only_the_owner_may_read_a_journal(owner: LedgerFile, entries: list[Entry]) -> None:
    (file,) = journals(owner)

    assert entries
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert oct(file.parent.stat().st_mode & 0o777) == "0o700"


def test_the_register_of_exposures_misses_nothing(reader: LedgerFile, book: Book) -> None:
    for number in range(20):
        book.append(note(f"prd_{number % 2}"))
        if number % 3:
            with reader.write() as connection:
                exposures.follow(connection, MERCHANT)

    with reader.write() as connection:
        exposures.follow(connection, MERCHANT)
        found = exposures.of_agent(connection, MERCHANT, "agt_1")
    assert [(it.product_id, it.answers) for it in found] == [("prd_0", 10), ("prd_1", 10)]


def test_where_too_much_waits_nothing_is_answered(journal_path: Path) -> None:
    found = opened(journal_path, most=500)
    found.patience = 0.0
    book = book_of(found)
    book.append(note())

    with Database(found.url).write(), pytest.raises(LedgerUnavailable):
        book.append(note())
    found.fold()
    book.append(note())

    assert findings(found) == []
    found.close()


def test_who_writes_faster_than_can_be_folded_waits_and_is_not_refused(journal_path: Path) -> None:
    found = opened(journal_path, most=500)
    book = book_of(found)

    written = [book.append(note(f"prd_{number}")).hash for number in range(50)]

    assert [it.hash for it in stored(found)][-50:] == written

    assert findings(found) == []
    found.close()


def test_without_tables_the_entries_wait(
    tmp_path: Path, owner: LedgerFile, entries: list[Entry]
) -> None:
    (file,) = journals(owner)
    data = file.read_bytes()
    new = tmp_path / "new-ledger.sqlite3"
    journals_of(new).mkdir()
    (journals_of(new) / file.name).write_bytes(data)
    found = opened(new)

    found.fold()
    assert len(journals(found)) == 1
    upgrade(found)

    assert stored(found)[1:] == entries
    found.close()


def test_an_owner_whose_tables_are_gone_keeps_what_it_knows(
    journal_path: Path, owner: LedgerFile, entries: list[Entry]
) -> None:
    owner.before_fork()
    journal_path.rename(journal_path.with_name("away"))

    with pytest.raises(Unfolded):
        owner.fold()
    owner.before_fork()
    journal_path.with_name("away").replace(journal_path)

    assert stored(owner)[1:] == entries


def test_something_else_where_journals_would_lie_is_an_error_that_tells(
    journal_path: Path, book: Book
) -> None:
    journals_of(journal_path).touch()

    with pytest.raises(LedgerUnavailable):
        book.append(note())


def test_ledgers_in_one_folder_have_journals_of_their_own(tmp_path: Path, mold: Mold) -> None:
    here, there = (ledger_path(tmp_path / it) for it in ("shop.eu", "shop.us"))
    for it in (here, there):
        mold.pour(it)
    mine, other = opened(here), opened(there)
    entry = book_of(mine).append(note())

    assert stored(other) == []
    assert stored(mine)[-1] == entry
    mine.close()
    other.close()


def test_a_link_to_the_ledger_leads_to_its_journals(
    tmp_path: Path, journal_path: Path, book: Book
) -> None:
    link = tmp_path / "elsewhere" / "l.sqlite3"
    link.parent.mkdir()
    link.symlink_to(journal_path)
    entry = book.append(note())

    found = opened(link)
    assert stored(found)[-1] == entry
    found.close()

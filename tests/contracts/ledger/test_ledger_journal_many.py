"""Many journals, many readers at once, and a journal that became large."""

import resource
import threading
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest

from connector.store.database import Database
from storefront.disclosure.ledger import journal
from storefront.disclosure.ledger.book import Book, LedgerUnavailable
from storefront.disclosure.ledger.record import Group
from storefront.disclosure.store.folding import Folder
from storefront.disclosure.store.ledger_file import LedgerFile
from tests.contracts.ledger.test_ledger_journal_dangers import in_child
from tests.kit.journal import book_of, findings, journals, note, opened, record, stored

FILES = 200
RECORDS = 9_000


def left(folder: Path, count: int) -> None:
    """Let dead processes leave some journals."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"jnl_{number:04}.1{journal.TAIL}").write_bytes(record(number % 250))


class Parts:
    """Keeps how much was stored at once."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, groups: Sequence[Group]) -> bool:
        self.sizes.append(len(groups))
        return True


def test_more_journals_than_a_process_may_open_are_folded(tmp_path: Path) -> None:
    left(tmp_path, FILES)

    assert in_child(lambda: _fold_with_few_files(tmp_path)) == 0

    assert journal.names(tmp_path) == []


def _fold_with_few_files(folder: Path) -> None:
    stored = Parts()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = max(int(it.name) for it in Path("/proc/self/fd").iterdir()) + FILES // 2
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, hard))
    Folder(folder, stored).fold_all()
    assert sum(stored.sizes) == FILES


def test_readers_of_one_process_do_not_disturb_each_other(tmp_path: Path) -> None:
    found, failed, done = Folder(tmp_path, lambda _: True), list[Exception](), threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                found.fold_all()
            except Exception as error:  # noqa: BLE001 - whatever it is
                failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for it in readers:
        it.start()
    for _ in range(40):
        left(tmp_path, 20)
    done.set()
    for it in readers:
        it.join()

    assert failed == []


def test_a_large_journal_is_stored_in_parts_by_its_owner_and_by_a_reader(tmp_path: Path) -> None:
    by_owner, by_reader = Parts(), Parts()
    found = opened(tmp_path / "l.sqlite3")
    found.writing._fold = lambda _: False
    for _ in range(RECORDS):
        found.writing.append(record(1))

    found.writing._fold = by_owner
    Folder(tmp_path / "l.sqlite3.journal", by_reader).fold_all()
    found.writing.fold()

    for it in (by_owner, by_reader):
        assert sum(it.sizes) == RECORDS
        assert max(it.sizes) < RECORDS // 2
    found.close()


def test_what_waits_in_a_journal_that_is_whole_counts_as_waiting(journal_path: Path) -> None:
    found = opened(journal_path, most=500)
    found.patience = 0.0
    book = book_of(found)
    book.append(note())
    with Database(found.url).write():
        found.writing._try_to_fold()

        with pytest.raises(LedgerUnavailable):
            book.append(note())
    found.close()


def test_what_an_answer_showed_is_kept_where_a_later_one_was_folded_first(
    owner: LedgerFile, reader: LedgerFile, book: Book
) -> None:
    book.append(note())
    (file,) = journals(owner)
    owner.patience = 0.0
    with Database(owner.url).write():
        owner.writing._try_to_fold()
    later = book.append(note("prd_2"))
    file.write_bytes(b"")

    reader.fold()
    owner.fold()

    assert stored(owner)[-1] == later
    assert findings(owner) == []


def test_a_reader_of_a_large_journal_holds_less_than_four_times_its_bytes(
    owner: LedgerFile, reader: LedgerFile, book: Book
) -> None:
    owner.writing._fold = lambda _: False
    for _ in range(2 * RECORDS):
        book.append(note())
    size = sum(it.stat().st_size for it in journals(owner))
    owner.writing._fold = owner._store

    tracemalloc.start()
    reader.fold()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(stored(reader)) == 2 * RECORDS + 1
    assert most < 4 * size

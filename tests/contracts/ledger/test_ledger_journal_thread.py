"""The thread that folds: it outlives a log that cannot be written, and is replaced if it ends."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog

from connector.store.database import Database
from storefront.disclosure.store.ledger_file import LedgerFile
from tests.kit.journal import book_of, journals, note, opened, stored

SOON = 0.01
LONG = 0.5
"""Seconds; SQLite itself waits a tenth before it says that a file is locked."""


@pytest.fixture
def full_log() -> Iterator[None]:
    """Let the log go to a disk that is full."""
    before = structlog.get_config()
    with suppress(OSError), Path("/dev/full").open("w", encoding="utf-8") as full:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(full))
        yield
    structlog.configure(**before)


def wait_for_folding(found: LedgerFile) -> None:
    until = time.monotonic() + 20
    while journals(found):
        assert time.monotonic() < until
        time.sleep(SOON)


@pytest.mark.usefixtures("full_log")
def test_folding_goes_on_where_its_failure_cannot_be_logged(journal_path: Path) -> None:
    found = opened(journal_path, pause=SOON)
    found.patience = 0.0
    book = book_of(found)
    book.append(note())
    wait_for_folding(found)
    with Database(found.url).write():
        book.append(note("prd_2"))
        time.sleep(LONG)

    wait_for_folding(found)
    found.close()


@pytest.mark.usefixtures("full_log")
def test_what_was_altered_is_folded_where_that_cannot_be_logged(journal_path: Path) -> None:
    found = opened(journal_path)
    book_of(found).append(note())
    (file,) = journals(found)
    file.write_bytes(b"")

    assert len(stored(found)) == 2
    found.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_ended_is_replaced_by_the_next_answer(journal_path: Path) -> None:
    found = opened(journal_path, pause=SOON)
    fold, book, ended = found.writing._fold, book_of(found), threading.Event()

    def end(_groups: object) -> bool:
        ended.set()
        sys.exit()

    found.writing._fold = end
    book.append(note())
    assert ended.wait(20)
    found.writing._fold = fold
    book.append(note("prd_2"))

    wait_for_folding(found)
    assert len(stored(found)) == 3
    found.close()

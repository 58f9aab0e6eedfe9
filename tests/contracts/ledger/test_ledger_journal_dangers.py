"""Journals across a fork, on a full disk, and with every byte of a small one altered."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from storefront.disclosure.ledger import journal
from storefront.disclosure.ledger.book import Book, LedgerUnavailable
from storefront.disclosure.ledger.record import found_in
from tests.kit.journal import book_of, die, findings, journals, note, opened, stored
from tests.kit.molds import Mold

ROOT = Path(__file__).parents[3]


def in_child(deed: Callable[[], None]) -> int:
    """Do something in a fork and return how it ended."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            deed()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _answer(book: Book) -> None:
    book.append(note("prd_2"))


def test_a_fork_writes_a_journal_of_its_own(journal_path: Path) -> None:
    parent = opened(journal_path)
    book = book_of(parent)
    first = book.append(note())

    assert in_child(lambda: _answer(book)) == 0
    second = book.append(note("prd_3"))

    found = stored(parent)
    assert {first.hash, second.hash} < {it.hash for it in found}
    assert len({it.writer for it in found}) == 2
    assert (len(found), findings(parent), parent.damage()) == (5, [], [])
    parent.close()


def test_the_end_of_a_fork_leaves_the_parents_journal_locked(journal_path: Path) -> None:
    parent = opened(journal_path)
    book_of(parent).append(note())

    assert in_child(parent.close) == 0

    (file,) = journals(parent)
    with journal.standing(file) as it:
        assert it is not None
        assert not it.is_left
    parent.close()


def test_a_fork_that_lives_on_does_not_hold_the_journal_of_its_dead_parent(
    journal_path: Path,
) -> None:
    writer = subprocess.run(
        [sys.executable, "-c", _FORKS, str(journal_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    child = int(writer.stdout)
    reader = opened(journal_path)
    try:
        assert len(stored(reader)) == 2
        assert journals(reader) == []
    finally:
        os.kill(child, 9)
        reader.close()


_FORKS = """
import os, sys, time
from pathlib import Path
sys.path[:0] = [".", "graphql"]
from tests.kit.journal import book_of, note, opened
found = opened(Path(sys.argv[1]))
book_of(found).append(note())
pid = os.fork()
if pid == 0:
    os.close(1)
    time.sleep(120)
print(pid, flush=True)
os._exit(0)
"""


def test_on_a_full_disk_nothing_is_answered_and_nothing_is_half_written(journal_path: Path) -> None:
    assert in_child(lambda: _fill_disk(journal_path)) == 0
    reader = opened(journal_path)

    assert len(stored(reader)) == 4
    assert (findings(reader), reader.damage(), journals(reader)) == ([], [], [])
    reader.close()


def _fill_disk(journal_path: Path) -> None:
    """Write into a file that may not become larger, then into one that may."""
    found = opened(journal_path)
    book = book_of(found)
    book.append(note())
    (file,) = journals(found)
    whole = file.stat().st_size
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (whole + 100, hard))
    with pytest.raises(LedgerUnavailable):
        book.append(note())
    assert file.stat().st_size == whole
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    book.append(note())
    assert len(journals(found)) == 1
    die(found)


@pytest.mark.parametrize("part", range(0, 24, 3))
def test_every_altered_byte_of_a_dead_process_is_named_and_costs_one_entry(
    journal_path: Path, mold: Mold, part: int
) -> None:
    dying = opened(journal_path)
    book_of(dying).append(note())
    (file,) = journals(dying)
    data, name = file.read_bytes(), file.name
    die(dying)
    file.unlink()

    for place in range(part, len(data), 24):
        folder = journal_path.parent / f"at{place}"
        (folder / "l.sqlite3.journal").mkdir(parents=True)
        mold.pour(folder / "l.sqlite3")
        altered = bytearray(data)
        altered[place] ^= 0x40
        (folder / "l.sqlite3.journal" / name).write_bytes(altered)

        reader = opened(folder / "l.sqlite3")
        assert len(stored(reader)) == 1
        assert [it.place for it in reader.damage()] == found_in(bytes(altered)).bad
        assert len(reader.damage()) == 1
        reader.close()

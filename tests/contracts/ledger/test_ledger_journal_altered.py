"""What journals lose when they are torn, altered, taken away or folded twice: nothing unseen."""

import os
import shutil
import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from storefront.disclosure.ledger import journal
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.ledger.record import Group
from storefront.disclosure.store import folding, heads, ledger
from storefront.disclosure.store.ledger_file import LedgerFile, journals_of
from storefront.disclosure.store.writing import Unfolded
from tests.kit.journal import (
    MERCHANT,
    book_of,
    die,
    findings,
    journals,
    note,
    opened,
    record,
    stored,
)


def cut_records(file: Path) -> list[int]:
    """Return where each record of a journal begins."""
    data, places = file.read_bytes(), [0]
    while (place := data.find(record(1)[:4], places[-1] + 1)) >= 0:
        places.append(place)
    return places


def test_the_torn_end_of_a_dead_process_is_cut_off_wherever_it_tore(
    journal_path: Path, reader: LedgerFile
) -> None:
    probe = opened(journal_path)
    book = book_of(probe)
    kept = [book.append(note()), book.append(note())]
    (file,) = journals(probe)
    length = file.stat().st_size - cut_records(file)[-1]
    probe.close()
    for torn in range(1, length, 7):
        dying = opened(journal_path)
        book = book_of(dying)
        kept.append(book.append(note()))
        book.append(note())
        (file,) = journals(dying)
        os.truncate(file, file.stat().st_size - torn)
        die(dying)

    assert {it.hash for it in kept} <= {it.hash for it in stored(reader)}
    assert (journals(reader), reader.damage(), findings(reader)) == ([], [], [])


def one_spoilt(owner: LedgerFile) -> tuple[int, bytes]:
    """Spoil the fourth record of the one journal; return where it begins, and all bytes."""
    (file,) = journals(owner)
    place = cut_records(file)[4]
    data = bytearray(file.read_bytes())
    data[place + 40] ^= 1
    file.write_bytes(data)
    return place, bytes(data)


def test_a_bad_record_of_a_dead_process_is_named_and_kept_and_the_others_are_folded(
    owner: LedgerFile, reader: LedgerFile, entries: list[Entry]
) -> None:
    place, data = one_spoilt(owner)
    die(owner)

    gone = entries[3]
    assert stored(reader)[1:] == [it for it in entries if it is not gone]
    assert [it.place for it in reader.damage()] == [place]
    assert [it.read_bytes() for it in journals(reader, journal.ASIDE)] == [data]
    assert gone.seq in {it.seq for it in findings(reader)}


def test_a_journal_that_was_altered_is_told_and_written_from_memory(
    owner: LedgerFile, entries: list[Entry]
) -> None:
    (file,) = journals(owner)
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)

    with capture_logs() as said:
        owner.fold()

    assert "ledger.journal_changed" in {it["event"] for it in said}
    assert stored(owner)[1:] == entries
    assert [it.place for it in owner.damage()] == [0]
    assert findings(owner) == []


def test_a_running_journal_that_was_altered_is_read_up_to_there(
    owner: LedgerFile, reader: LedgerFile, entries: list[Entry]
) -> None:
    place, _ = one_spoilt(owner)

    assert stored(reader)[1:] == entries[:3]
    assert [it.place for it in reader.damage()] == [place]
    owner.fold()
    assert stored(reader)[1:] == entries


@pytest.mark.parametrize("size", [0, 1, 300, -1])
def test_a_journal_that_was_cut_is_told_and_written_from_memory(
    owner: LedgerFile, entries: list[Entry], size: int
) -> None:
    (file,) = journals(owner)
    os.truncate(file, size if size >= 0 else file.stat().st_size - 1)

    owner.fold()

    assert stored(owner)[1:] == entries
    assert [it.journal for it in owner.damage()] == [file.with_suffix(journal.ASIDE).name]


def test_a_folder_that_was_taken_away_is_told_and_written_from_memory(
    owner: LedgerFile, entries: list[Entry]
) -> None:
    (file,) = journals(owner)
    shutil.rmtree(file.parent)

    owner.fold()

    assert stored(owner)[1:] == entries
    assert [it.journal for it in owner.damage()] == [file.with_suffix(journal.ASIDE).name]


def test_evidence_that_cannot_be_read_is_an_error_that_tells(reader: LedgerFile) -> None:
    folder = journals_of(Path(reader.url.database or ""))
    (folder / f"jnl_1{journal.ASIDE}").mkdir(parents=True)

    with pytest.raises(Unfolded, match="Is a directory"):
        reader.damage()


@pytest.mark.parametrize("is_replaced", [True, False])
def test_a_journal_that_was_taken_away_is_told_and_written_from_memory(
    owner: LedgerFile, entries: list[Entry], *, is_replaced: bool
) -> None:
    (file,) = journals(owner)
    data = file.read_bytes()
    file.unlink()
    if is_replaced:
        file.write_bytes(data)

    owner.fold()

    assert stored(owner)[1:] == entries
    assert len(owner.damage()) == 1


def test_what_was_folded_by_many_at_once_counts_once(
    journal_path: Path, entries: list[Entry]
) -> None:
    readers = [opened(journal_path) for _ in range(6)]
    threads = [threading.Thread(target=it.fold) for it in readers]
    for it in threads:
        it.start()
    for it in threads:
        it.join()

    assert stored(readers[0])[1:] == entries
    assert findings(readers[0]) == []


def test_folding_goes_on_where_somebody_was_killed_before_he_threw_the_journal_away(
    owner: LedgerFile, reader: LedgerFile, entries: list[Entry]
) -> None:
    (file,) = journals(owner)
    data = file.read_bytes()
    reader.fold()
    die(owner)
    reader.fold()
    file.write_bytes(data)

    assert stored(reader)[1:] == entries
    assert findings(reader) == []


def test_an_end_never_moves_back(owner: LedgerFile, reader: LedgerFile, book: Book) -> None:
    book.append(note())
    (file,) = journals(owner)
    early = file.read_bytes()
    book.append(note())
    owner.fold()
    file.write_bytes(early)

    assert [it.seq for it in stored(reader)] == [1, 2, 3]
    assert findings(reader) == []


def test_an_end_stays_where_only_the_other_one_of_a_group_is_new(reader: LedgerFile) -> None:
    far, near, other = (
        (MERCHANT, writer, seq, bytes(32), bytes(16))
        for writer, seq in (("w_a", 9), ("w_a", 2), ("w_b", 5))
    )
    with reader.write() as connection:
        folding.fold(connection, [Group([], [], [far])])
        folding.fold(connection, [Group([], [], [near, other])])

    with reader.read() as connection:
        ends = ledger.ends(connection, MERCHANT)
    assert [(it.writer, it.seq) for it in ends] == [("w_b", 5), ("w_a", 9)]


def test_what_was_forgotten_is_not_remembered_by_folding_again(
    owner: LedgerFile, reader: LedgerFile, book: Book
) -> None:
    entry = book.append(note())
    (file,) = journals(owner)
    early = file.read_bytes()
    with owner.write() as connection:
        assert heads.forget_details(connection, MERCHANT, entry.at + 1)
    file.write_bytes(early)

    with reader.read() as connection:
        kept = ledger.details(connection, MERCHANT, [entry.detail or b""])
    assert list(kept.values()) == [None]


def test_a_new_journal_that_a_reader_has_taken_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.entries"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    with journal.standing(path) as taken:
        assert taken is not None
        assert not journal._is_undisturbed(descriptor)
    assert journal._is_undisturbed(descriptor)
    path.unlink()
    assert not journal._is_undisturbed(descriptor)
    os.close(descriptor)


def test_readers_that_tidy_up_take_no_new_journal_away(
    journal_path: Path, owner: LedgerFile
) -> None:
    stop, readers, book = (
        threading.Event(),
        [opened(journal_path) for _ in range(2)],
        book_of(owner),
    )

    def tidy(it: LedgerFile) -> None:
        while not stop.is_set():
            it.fold()

    threads = [threading.Thread(target=tidy, args=(it,)) for it in readers]
    for thread in threads:
        thread.start()
    entries = []
    for _ in range(300):
        entries.append(book.append(note()))
        owner.fold()
    stop.set()
    for thread in threads:
        thread.join()

    assert stored(owner)[1:] == entries
    assert (findings(owner), owner.damage()) == ([], [])

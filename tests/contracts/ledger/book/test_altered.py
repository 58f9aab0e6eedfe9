"""Whatever is altered in the ledger is named, even where the database's own guards are gone."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, update

from connector.store.database import Database
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.entry import Entry, detail_of
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.ledger.verify import Finding
from storefront.disclosure.store import heads
from storefront.disclosure.store.ledger_file import where
from storefront.disclosure.store.tables import ledger_detail, ledger_end, ledger_entry
from tests.kit.ledger import MERCHANT, SEAL, SHOWN, Clock, drop_guards, findings, note


@pytest.fixture
def unguarded(database: Database, entries: list[Entry]) -> Callable[[Any], None]:
    """Return how to change the ledger as somebody would who owns the database."""
    assert entries

    def change(statement: Any) -> None:
        with database.write() as connection:
            drop_guards(connection)
            connection.execute(statement)

    return change


COLUMNS = [
    column.name for column in ledger_entry.c if column.name not in {"merchant_id", "writer", "seq"}
]


@pytest.mark.parametrize("column", COLUMNS)
def test_one_altered_value_is_named(
    database: Database, entries: list[Entry], unguarded: Callable[[Any], None], column: str
) -> None:
    bad = entries[7]
    old = getattr(bad, column)
    other = old[:-1] + bytes([old[-1] ^ 1]) if isinstance(old, bytes) else _other(old)

    unguarded(update(ledger_entry).where(ledger_entry.c.seq == bad.seq).values({column: other}))

    assert (bad.writer, bad.seq) in {(it.writer, it.seq) for it in findings(database)}


def _other(old: object) -> object:
    return old + 1 if isinstance(old, int) else f"{old or ''}x"


@pytest.mark.parametrize("place", range(20))
def test_a_deleted_row_is_named(
    database: Database, entries: list[Entry], unguarded: Callable[[Any], None], place: int
) -> None:
    bad = entries[place]

    unguarded(delete(ledger_entry).where(ledger_entry.c.seq == bad.seq))

    assert Finding(bad.writer, bad.seq, "is missing") in findings(database)


def test_two_swapped_rows_are_both_named(
    database: Database, entries: list[Entry], unguarded: Callable[[Any], None]
) -> None:
    one, other = entries[4], entries[11]

    unguarded(update(ledger_entry).where(ledger_entry.c.seq == one.seq).values(seq=-1))
    with database.write() as connection:
        for old, new in ((other.seq, one.seq), (-1, other.seq)):
            connection.execute(
                update(ledger_entry).where(ledger_entry.c.seq == old).values(seq=new)
            )

    assert {one.seq, other.seq} <= {it.seq for it in findings(database)}


def test_an_altered_detail_is_named(
    database: Database, entries: list[Entry], unguarded: Callable[[Any], None]
) -> None:
    other = detail_of(["Product.title"], ["prd_1"], [])
    shown = ledger_detail.c.digest == SHOWN.digest

    unguarded(update(ledger_detail).where(shown).values(payload=other.payload))

    assert {it.seq for it in findings(database)} == {entry.seq for entry in entries}


def test_a_chain_that_is_gone_is_named_by_the_next(
    database: Database, entries: list[Entry], unguarded: Callable[[Any], None], clock: Clock
) -> None:
    Book(where(database, SEAL), clock).append(note())
    gone = entries[0].writer

    unguarded(delete(ledger_entry).where(ledger_entry.c.writer == gone))
    unguarded_end = delete(ledger_end).where(ledger_end.c.writer == gone)
    with database.write() as connection:
        connection.execute(unguarded_end)

    assert gone in {it.writer for it in findings(database)}


def test_an_end_that_somebody_else_marked_is_named(
    database: Database, entries: list[Entry], unguarded: Callable[[Any], None]
) -> None:
    last, before = entries[-1], entries[-2]
    forged = Seal(["x" * 40]).mark(MERCHANT, before.writer, before.seq, before.hash)

    unguarded(delete(ledger_entry).where(ledger_entry.c.seq == last.seq))
    with database.write() as connection:
        connection.execute(update(ledger_end).values(seq=before.seq, hash=before.hash, mark=forged))

    assert "is marked as the end by somebody else" in {it.what for it in findings(database)}


def test_a_head_holds_even_against_who_has_the_secret_key(
    database: Database, entries: list[Entry], unguarded: Callable[[Any], None]
) -> None:
    with database.write() as connection:
        published = heads.sign_heads(connection, MERCHANT, SEAL, 5_000)
    last, before = entries[-1], entries[-2]
    mark = SEAL.mark(MERCHANT, before.writer, before.seq, before.hash)

    unguarded(delete(ledger_entry).where(ledger_entry.c.seq == last.seq))
    with database.write() as connection:
        connection.execute(update(ledger_end).values(seq=before.seq, hash=before.hash, mark=mark))

    assert [it.seq for it in published] == [last.seq]
    assert Finding(last.writer, last.seq, "is not what its signed head says") in findings(database)


def test_a_forged_head_is_named(database: Database, entries: list[Entry]) -> None:
    with database.write() as connection:
        heads.sign_heads(connection, MERCHANT, Seal(["x" * 40]), 5_000)

    assert [it.what for it in findings(database)] == ["has a head that we did not sign"]
    assert entries

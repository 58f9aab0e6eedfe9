"""What the ledger promises, on SQLite, on Postgres, and on SQLite behind a journal."""

import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import Connection, delete, select, text, update

from connector.store.database import Database
from storefront.disclosure.ledger.book import Book, LedgerUnavailable
from storefront.disclosure.ledger.entry import ANSWERED, Detail, Entry, Note, detail_of
from storefront.disclosure.ledger.receipt import read_receipt, receipt_text
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.ledger.verify import Finding, verify, verify_receipt
from storefront.disclosure.store import exposures, heads, ledger
from storefront.disclosure.store.ledger import Where
from storefront.disclosure.store.ledger_file import where
from storefront.disclosure.store.tables import (
    ledger_detail,
    ledger_end,
    ledger_entry,
    ledger_head,
)
from storefront.disclosure.term import Terms

SEAL = Seal(["k" * 40])
MERCHANT = "mer_1"
SHOWN = detail_of(["Product.title"], ["prd_1", "prd_2"], ["loc_1"])


class Clock:
    def __init__(self) -> None:
        self.now = 1_000

    def __call__(self) -> int:
        self.now += 1
        return self.now


@pytest.fixture(params=["sqlite", "postgres", "journal"])
def database(request: pytest.FixtureRequest) -> Database:
    kind = "ledger_file" if request.param == "journal" else f"{request.param}_database"
    found: Database = request.getfixturevalue(kind)
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(database: Database, clock: Clock) -> Book:
    return Book(where(database, SEAL), clock)


def note(agent: str = "agt_1", detail: Detail | None = SHOWN, **more: Any) -> Note:
    known: dict[str, Any] = {
        "merchant_id": MERCHANT,
        "surface": "graphql",
        "agent": agent,
        "tier": 3,
        "key_id": "key_1",
        "purpose": "search",
        "region": None,
        "operation": "a" * 64,
        "decision": ANSWERED,
        "code": None,
        "status": 200,
        "terms": 1,
        "size": 100,
        "detail": detail,
    }
    return Note(**{**known, **more})


def findings(database: Database) -> list[Finding]:
    with database.read() as connection:
        return list(verify(heads.reading(connection, MERCHANT), SEAL))


@pytest.fixture
def entries(book: Book) -> list[Entry]:
    return [book.append(note(f"agt_{number % 3}")) for number in range(20)]


@pytest.fixture
def unguarded(database: Database, entries: list[Entry]) -> Callable[[Any], None]:
    """Return how to change the ledger as somebody would who owns the database."""
    assert entries

    def change(statement: Any) -> None:
        with database.write() as connection:
            _drop_guards(connection)
            connection.execute(statement)

    return change


def _drop_guards(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER ledger_entry_no_{verb}"))
    else:
        connection.execute(text("DROP TRIGGER ledger_entry_stands ON ledger_entry"))


def test_an_untouched_ledger_has_no_findings(database: Database, entries: list[Entry]) -> None:
    assert (len(entries), findings(database)) == (20, [])


def test_every_entry_follows_the_one_before(entries: list[Entry]) -> None:
    assert all(after.prev == before.hash for before, after in pairwise(entries))


@pytest.mark.parametrize("verb", [update(ledger_entry).values(size=0), delete(ledger_entry)])
def test_the_database_itself_refuses_to_change_an_entry(
    database: Database, entries: list[Entry], verb: Any
) -> None:
    assert entries
    with pytest.raises(Exception, match="never changed"), database.write() as connection:
        connection.execute(verb)


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


def test_a_head_is_signed_once(database: Database, entries: list[Entry]) -> None:
    assert entries
    with database.write() as connection:
        first = heads.sign_heads(connection, MERCHANT, SEAL, 5_000)
        second = heads.sign_heads(connection, MERCHANT, SEAL, 6_000)

    assert (len(first), second) == (1, [])


def test_a_forged_head_is_named(database: Database, entries: list[Entry]) -> None:
    with database.write() as connection:
        heads.sign_heads(connection, MERCHANT, Seal(["x" * 40]), 5_000)

    assert [it.what for it in findings(database)] == ["has a head that we did not sign"]
    assert entries


def test_a_second_secret_key_still_knows_the_marks_of_the_first(
    database: Database, entries: list[Entry]
) -> None:
    rotated = Seal(["n" * 40, "k" * 40])

    with database.read() as connection:
        assert list(verify(heads.reading(connection, MERCHANT), rotated)) == []
    assert entries


def test_what_was_shown_is_kept_once(database: Database, entries: list[Entry]) -> None:
    with database.read() as connection:
        found = connection.execute(
            select(ledger_detail.c.digest).where(ledger_detail.c.digest == SHOWN.digest)
        ).all()

    assert (len(found), len(entries)) == (1, 20)


def test_after_retention_the_chain_still_verifies(
    database: Database, book: Book, entries: list[Entry]
) -> None:
    later = book.append(note(detail=detail_of(["Product.id"], ["prd_9"], [])))
    with database.write() as connection:
        forgotten = heads.forget_details(connection, MERCHANT, later.at)
        payloads = ledger.details(connection, MERCHANT, [SHOWN.digest, later.detail or b""])

    assert forgotten >= 1
    assert payloads[SHOWN.digest] is None
    assert payloads[later.detail or b""] is not None
    assert findings(database) == []
    assert entries


def test_a_receipt_leads_to_its_entry(database: Database, entries: list[Entry]) -> None:
    terms = Terms(1, "Be kind.", 0)
    receipt = read_receipt(receipt_text(entries[3], terms))

    with database.read() as connection:
        reading = heads.reading(connection, MERCHANT)
        assert verify_receipt(reading, receipt) == entries[3]
        forged = structs.replace(receipt, hash="0" * 64)
        assert verify_receipt(reading, forged) is None
        other_terms = structs.replace(receipt, terms=2)
        assert verify_receipt(reading, other_terms) is None


def test_many_threads_write_one_unbroken_chain(database: Database, book: Book) -> None:
    wrote: list[Entry] = []

    def write(number: int) -> None:
        wrote.extend(book.append(note(f"agt_{number}")) for _ in range(25))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(it.seq for it in wrote) == list(range(2, 202))
    assert findings(database) == []


def test_several_processes_write_chains_of_their_own(database: Database, clock: Clock) -> None:
    books = [Book(where(database, SEAL), clock) for _ in range(3)]
    for number in range(30):
        books[number % 3].append(note())

    with database.read() as connection:
        assert len(ledger.writers(connection, MERCHANT)) == 3
    assert findings(database) == []


class Broken:
    """A place that cannot be written while `broken`."""

    def __init__(self, where: Where) -> None:
        self.broken = False
        self.open_chain = where.open_chain
        self._write = where.write

    def write(self, *args: Any) -> None:
        if self.broken:
            raise OSError("no space left")
        self._write(*args)


def test_what_cannot_be_recorded_raises_and_the_next_goes_on(
    database: Database, clock: Clock
) -> None:
    tables = Broken(where(database, SEAL))
    book = Book(tables, clock)
    book.append(note())
    tables.broken = True

    with pytest.raises(LedgerUnavailable):
        book.append(note())
    tables.broken = False
    book.append(note())

    assert findings(database) == []


def test_merchants_have_chains_of_their_own(database: Database, book: Book) -> None:
    book.append(note())
    book.append(note(merchant_id="mer_2"))

    with database.read() as connection:
        found = heads.reading(connection, "mer_2")
        assert [it.merchant_id for it in found.entries(found.writers[0])] == ["mer_2", "mer_2"]
        assert list(verify(found, SEAL)) == []


@pytest.fixture
def lines(database: Database, entries: list[Entry]) -> Iterator[Connection]:
    assert entries
    with database.write() as connection:
        exposures.follow(connection, MERCHANT)
        yield connection


def test_the_register_says_who_saw_a_product(lines: Connection) -> None:
    found = exposures.of_product(lines, MERCHANT, "prd_1")

    assert {(it.agent, it.answers) for it in found} == {("agt_0", 7), ("agt_1", 7), ("agt_2", 6)}
    assert {it.fields for it in found} == {frozenset({"Product.title"})}


def test_the_register_says_since_when(lines: Connection, entries: list[Entry]) -> None:
    (found,) = [it for it in exposures.of_product(lines, MERCHANT, "prd_1") if it.agent == "agt_1"]

    assert (found.first_at, found.last_at) == (entries[1].at, entries[19].at)


def test_what_is_folded_twice_counts_once(lines: Connection, book: Book) -> None:
    before = exposures.of_agent(lines, MERCHANT, "agt_1")

    assert exposures.follow(lines, MERCHANT) == 0
    assert exposures.of_agent(lines, MERCHANT, "agt_1") == before
    assert book


def test_a_refused_request_exposes_nothing(database: Database, book: Book) -> None:
    book.append(note(decision="refused"))

    with database.write() as connection:
        exposures.follow(connection, MERCHANT)
        assert exposures.of_product(connection, MERCHANT, "prd_1") == []


def test_only_what_an_agent_saw_is_told_as_seen(lines: Connection) -> None:
    assert exposures.seen_of(lines, MERCHANT, "agt_0", ["prd_1", "prd_7"]) == {"prd_1"}
    assert exposures.seen_of(lines, MERCHANT, "agt_9", ["prd_1"]) == frozenset()


def test_heads_of_all_chains_lie_in_the_table(database: Database, entries: list[Entry]) -> None:
    with database.write() as connection:
        heads.sign_heads(connection, MERCHANT, SEAL, 5_000)
        stored = connection.execute(select(ledger_head.c.seq)).scalars().all()

    assert stored == [entries[-1].seq]

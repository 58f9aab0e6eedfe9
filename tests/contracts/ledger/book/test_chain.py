"""Entries of the ledger stand in chains that nobody breaks: written at once, kept, or refused."""

import threading
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs
from sqlalchemy import delete, select, update

from connector.store.database import Database
from storefront.disclosure.ledger.book import Book, LedgerUnavailable
from storefront.disclosure.ledger.entry import Entry, chained, detail_of
from storefront.disclosure.ledger.receipt import read_receipt, receipt_text
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.ledger.verify import verify, verify_receipt
from storefront.disclosure.store import heads, ledger
from storefront.disclosure.store.ledger import Chain, Where
from storefront.disclosure.store.ledger_file import where
from storefront.disclosure.store.tables import ledger_detail, ledger_entry, ledger_head
from storefront.disclosure.term import Terms
from tests.kit.ledger import MERCHANT, SEAL, SHOWN, Clock, findings, note


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


def test_a_head_is_signed_once(database: Database, entries: list[Entry]) -> None:
    assert entries
    with database.write() as connection:
        first = heads.sign_heads(connection, MERCHANT, SEAL, 5_000)
        second = heads.sign_heads(connection, MERCHANT, SEAL, 6_000)

    assert (len(first), second) == (1, [])


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
        assert verify_receipt(reading, receipt, terms.digest) == entries[3]


@pytest.mark.parametrize(
    "forged", [{"hash": "0" * 64}, {"terms": 2}, {"terms_digest": "0" * 64}, {"seq": 4}]
)
def test_a_receipt_that_was_made_up_leads_nowhere(
    database: Database, entries: list[Entry], forged: dict[str, Any]
) -> None:
    terms = Terms(1, "Be kind.", 0)
    receipt = structs.replace(read_receipt(receipt_text(entries[3], terms)), **forged)

    with database.read() as connection:
        reading = heads.reading(connection, MERCHANT)
        assert verify_receipt(reading, receipt, terms.digest) is None


def test_a_receipt_under_terms_that_were_never_published_leads_nowhere(
    database: Database, entries: list[Entry]
) -> None:
    receipt = read_receipt(receipt_text(entries[3], Terms(1, "Be kind.", 0)))

    with database.read() as connection:
        assert verify_receipt(heads.reading(connection, MERCHANT), receipt, None) is None


def test_a_head_that_was_signed_without_its_moment_still_holds(
    database: Database, entries: list[Entry]
) -> None:
    last = entries[-1]
    said = b"\0".join((MERCHANT.encode(), last.writer.encode(), b"%d" % last.seq, last.hash))
    key = Ed25519PrivateKey.from_private_bytes(
        blake2b(b"k" * 40, digest_size=32, person=b"ledger-head").digest()
    )

    with database.write() as connection:
        connection.execute(
            ledger_head.insert().values(
                merchant_id=MERCHANT,
                writer=last.writer,
                seq=last.seq,
                at=5_000,
                hash=last.hash,
                public_key=SEAL.public_key,
                signature=key.sign(said),
            )
        )

    assert findings(database) == []


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


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
def test_a_group_that_fails_at_its_end_leaves_nothing(
    database: Database, entries: list[Entry]
) -> None:
    tables = ledger.LedgerTables(database, SEAL)
    last = entries[-1]
    following = chained(note(), last.writer, last.seq + 1, 5_000, last.hash)
    end = Chain(MERCHANT, last.writer, following.seq, following.hash)

    for spoiled in ([following, last], [following, structs.replace(following, seq=None)]):
        with pytest.raises(Exception, match=r"(?i)unique|not.null"):
            tables.write(spoiled, {}, [end])
    tables.write([following], {}, [end])

    assert findings(database) == []
    with database.read() as connection:
        assert ledger.entries(connection, MERCHANT, last.writer, last.seq) == [following]


def test_merchants_have_chains_of_their_own(database: Database, book: Book) -> None:
    book.append(note())
    book.append(note(merchant_id="mer_2"))

    with database.read() as connection:
        found = heads.reading(connection, "mer_2")
        assert [it.merchant_id for it in found.entries(found.writers[0])] == ["mer_2", "mer_2"]
        assert list(verify(found, SEAL)) == []


def test_heads_of_all_chains_lie_in_the_table(database: Database, entries: list[Entry]) -> None:
    with database.write() as connection:
        heads.sign_heads(connection, MERCHANT, SEAL, 5_000)
        stored = connection.execute(select(ledger_head.c.seq)).scalars().all()

    assert stored == [entries[-1].seq]

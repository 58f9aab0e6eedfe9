"""Writers and readers of a ledger with journals, for the tests of both."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from storefront.disclosure.ledger import journal
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.entry import ANSWERED, Entry, Note, detail_of
from storefront.disclosure.ledger.record import Group, framed
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.ledger.verify import Finding, verify
from storefront.disclosure.store import heads, ledger
from storefront.disclosure.store.ledger_file import LedgerFile, journals_of, where
from storefront.disclosure.store.writing import Writing

SECRET = "k" * 40
SEAL = Seal([SECRET])
MERCHANT = "mer_1"
NEVER = 3_600.0


def note(product: str = "prd_1", **more: Any) -> Note:
    known: dict[str, Any] = {
        "merchant_id": MERCHANT,
        "surface": "graphql",
        "agent": "agt_1",
        "tier": 3,
        "key_id": None,
        "purpose": "search",
        "region": None,
        "operation": None,
        "decision": ANSWERED,
        "code": None,
        "status": 200,
        "terms": None,
        "size": 9,
        "detail": detail_of(["Product.title"], [product], []),
    }
    return Note(**{**known, **more})


def opened(path: Path, **how: Any) -> LedgerFile:
    """Open a ledger as one more process does, whose own thread folds when it is told to."""
    found = LedgerFile(f"sqlite:///{path}")
    found.writing = Writing(journals_of(path), found._store, **{"pause": NEVER, **how})
    return found


def book_of(found: LedgerFile, clock: Any = lambda: 1_000) -> Book:
    return Book(where(found, SEAL), clock)


def die(found: LedgerFile) -> None:
    """Leave the journals as they stand, as a process does that is killed."""
    thread, wake = found.writing._thread, found.writing._plenty
    found.writing.forget()
    wake.set()
    if thread is not None:
        thread.join(20)


def stored(found: LedgerFile) -> list[Entry]:
    """Return all entries in the order of their chains."""
    with found.read() as connection:
        names = ledger.writers(connection, MERCHANT)
        return [
            it for name in names for it in ledger.entries(connection, MERCHANT, name, 0, 1_000_000)
        ]


def findings(found: LedgerFile) -> list[Finding]:
    with found.snapshot() as connection:
        return list(verify(heads.reading(connection, MERCHANT), SEAL))


def journals(found: LedgerFile, tail: str = journal.TAIL) -> list[Path]:
    return journal.names(journals_of(Path(found.url.database or "")), tail)


def record(number: int, size: int = 0) -> bytes:
    """Return a record that says no more than its number."""
    return framed(Group([], [(MERCHANT, bytes([number]), b"x" * size)], []))


def numbers(groups: Sequence[Group]) -> list[int]:
    return [group.details[0][1][0] for group in groups]


def write_on(path: Path) -> None:
    """Put answers on record for ever; tell of each once it might have left."""
    found = LedgerFile(f"sqlite:///{path}")
    book = book_of(found)
    while True:
        entry = book.append(note())
        os.write(1, f"{entry.writer}:{entry.seq}:{entry.hash.hex()}\n".encode())


def fold(path: Path) -> None:
    """Take over into the tables what stands in journals."""
    opened(path).fold()

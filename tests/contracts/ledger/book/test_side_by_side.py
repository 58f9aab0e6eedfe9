"""Several processes look after one ledger at the same moment: nothing is counted twice or lost."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection, event

from connector.store.database import Database
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.store import exposures, heads, ledger
from storefront.disclosure.store.ledger import LedgerTables, Where
from storefront.disclosure.store.ledger_file import where
from tests.kit.ledger import MERCHANT, SEAL, SHOWN, Clock, findings, note

_AWHILE = 0.5
_DAY_MS = 86_400_000


class Meanwhile:
    """Does something in another thread when a statement comes by, and waits a while for it."""

    def __init__(self, database: Database, words: str, act: Callable[[Connection], object]) -> None:
        self._database = database
        self._words = words
        self._act = act
        self._thread: threading.Thread | None = None
        self.result: object = None
        event.listen(database.engine, "before_cursor_execute", self._come_by)

    def _come_by(self, _conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if self._words in statement and self._thread is None:
            self._thread = threading.Thread(target=self._run)
            self._thread.start()
            self._thread.join(_AWHILE)

    def _run(self) -> None:
        with self._database.write() as connection:
            self.result = self._act(connection)

    def ended(self) -> object:
        assert self._thread is not None
        self._thread.join(30)
        return self.result


def follow(connection: Connection) -> int:
    return exposures.follow(connection, MERCHANT)


@pytest.mark.parametrize("words", ["FROM ledger_detail", "FROM exposure ", "INTO exposure "])
def test_two_that_fold_at_once_count_each_answer_once(
    database: Database, entries: list[Entry], words: str
) -> None:
    other = Meanwhile(database, words, follow)

    with database.write() as connection:
        done = follow(connection)

    assert (done, other.ended()) == (len(entries) + 1, 0)
    assert answers(database) == len(entries)


def answers(database: Database) -> int:
    with database.read() as connection:
        return sum(it.answers for it in exposures.of_product(connection, MERCHANT, "prd_1"))


def test_many_that_fold_while_answers_are_written_lose_none(
    database: Database, clock: Clock
) -> None:
    books = [Book(where(database, SEAL), clock) for _ in range(3)]
    begin = threading.Barrier(6)

    def write(book: Book) -> None:
        begin.wait()
        for _ in range(40):
            book.append(note())

    def fold() -> None:
        begin.wait()
        for _ in range(5):
            with database.write() as connection:
                follow(connection)

    run([threading.Thread(target=write, args=(it,)) for it in books], fold)

    with database.write() as connection:
        follow(connection)
    assert answers(database) == 120


def run(threads: list[threading.Thread], fold: Callable[[], None]) -> None:
    threads = [*threads, *(threading.Thread(target=fold) for _ in range(3))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_two_that_sign_at_once_return_each_head_once(
    database: Database, entries: list[Entry]
) -> None:
    def sign(connection: Connection) -> object:
        return heads.sign_heads(connection, MERCHANT, SEAL, 6_000)

    other = Meanwhile(database, "FROM ledger_end", sign)
    with database.write() as connection:
        mine = heads.sign_heads(connection, MERCHANT, SEAL, 5_000)
    theirs = other.ended()

    assert isinstance(theirs, list)
    assert [it.seq for it in (*mine, *theirs)] == [entries[-1].seq]
    assert findings(database) == []


class Slow:
    """A database that does something between what a book writes and its commit."""

    def __init__(self, database: Database, act: Callable[[], None]) -> None:
        self._database = database
        self._act = act
        self.is_sqlite = database.is_sqlite

    @contextmanager
    def driver(self) -> Iterator[Any]:
        with self._database.driver() as connection:
            yield SimpleNamespace(
                cursor=connection.cursor,
                pipeline=nullcontext,  # each statement is done before the next is sent
                transaction=lambda: self._transaction(connection),
            )

    @contextmanager
    def _transaction(self, connection: Any) -> Iterator[None]:
        with connection.transaction():
            yield
            self._act()


def test_what_is_shown_again_while_it_is_forgotten_is_still_on_record(
    postgres_database: Database,
) -> None:
    database, clock = postgres_database, Clock()
    Book(LedgerTables(database, SEAL), clock).append(note())
    clock.now += 400 * _DAY_MS
    forgetting = threading.Thread(target=lambda: forget(database, clock.now - 300 * _DAY_MS))

    def forget_meanwhile() -> None:
        if not forgetting.ident:
            forgetting.start()
            forgetting.join(_AWHILE)

    again = Again(
        LedgerTables(database, SEAL),
        LedgerTables(cast("Any", Slow(database, forget_meanwhile)), SEAL),
    )
    Book(again, clock).append(note())
    forgetting.join(30)

    with database.read() as connection:
        found = ledger.details(connection, MERCHANT, [SHOWN.digest])
    assert found == {SHOWN.digest: SHOWN.payload}


class Again:
    """Begins a chain in the one place, and goes on in the other."""

    def __init__(self, first: Where, then: Where) -> None:
        self.open_chain = first.open_chain
        self.write = then.write


def forget(database: Database, before_ms: int) -> None:
    with database.write() as connection:
        heads.forget_details(connection, MERCHANT, before_ms)

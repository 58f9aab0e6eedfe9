"""A ledger on SQLite, on Postgres, and on SQLite behind a journal, and its first entries."""

import pytest

from connector.store.database import Database
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.store.ledger_file import where
from tests.kit.ledger import SEAL, Clock, note


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


@pytest.fixture
def entries(book: Book) -> list[Entry]:
    return [book.append(note(f"agt_{number % 3}")) for number in range(20)]

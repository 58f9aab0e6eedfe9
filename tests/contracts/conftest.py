"""What several contract suites share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.store.database import Database
from connector.store.search.choose import choose
from connector.store.search.index import Search
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.store.ledger_file import LedgerFile
from storefront.fulfillment.store.floor import ShopFloor
from tests.kit.command import Command, environment, seeded
from tests.kit.floor.world import SetClock, an_open_floor
from tests.kit.journal import book_of, note, opened
from tests.kit.molds import Mold
from tests.kit.search_shop import open_shop

ENGINES = [("sqlite", "database"), ("postgres", "database"), ("sqlite", "tantivy")]


@pytest.fixture(params=ENGINES, ids=["fts5", "gin", "tantivy"])
def searched(
    request: pytest.FixtureRequest, open_at: Callable[[str], Database], tmp_path: Path
) -> tuple[Database, Search]:
    kind, wish = request.param
    database = open_at(request.getfixturevalue(f"laid_{kind}_url"))
    open_shop(database)
    return database, choose(database, products=0, folder=tmp_path / "search", wish=wish)


@pytest.fixture
def sqlite_database(laid_sqlite_url: str, open_at: Callable[[str], Database]) -> Database:
    return open_at(laid_sqlite_url)


@pytest.fixture
def postgres_database(laid_postgres_url: str, open_at: Callable[[str], Database]) -> Database:
    return open_at(laid_postgres_url)


@pytest.fixture
def ledger_file(tmp_path: Path, mold: Mold) -> Iterator[LedgerFile]:
    """Yield a ledger in a file of its own, with room for journals beside it."""
    mold.pour(tmp_path / "shop-ledger.sqlite3")
    ledger = LedgerFile(f"sqlite:///{tmp_path / 'shop-ledger.sqlite3'}")
    yield ledger
    ledger.close()


@pytest.fixture
def journal_path(tmp_path: Path, mold: Mold) -> Path:
    mold.pour(tmp_path / "regie-ledger.sqlite3")
    return tmp_path / "regie-ledger.sqlite3"


@pytest.fixture
def owner(journal_path: Path) -> Iterator[LedgerFile]:
    found = opened(journal_path)
    yield found
    found.close()


@pytest.fixture
def reader(journal_path: Path) -> Iterator[LedgerFile]:
    found = opened(journal_path)
    yield found
    found.close()


@pytest.fixture
def book(owner: LedgerFile) -> Book:
    return book_of(owner)


@pytest.fixture
def entries(book: Book) -> list[Entry]:
    return [book.append(note(f"prd_{number % 4}")) for number in range(10)]


@pytest.fixture
def commands_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], Command]:
    """Lay a small catalogue into a database; return the commands of its house."""

    def laid_out(url: str) -> Command:
        command = Command(monkeypatch, capsys, environment(tmp_path / "home", url))
        seeded(command).close()
        return command

    return laid_out


@pytest.fixture
def regie(commands_at: Callable[[str], Command], database_url: str) -> Command:
    """Return the commands of a house with a small catalogue."""
    return commands_at(database_url)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    """Return a floor with one open store, which holds fifty pieces of product 1."""
    return an_open_floor(database, {1: 50}, clock)

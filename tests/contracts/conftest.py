"""What several contract suites share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from connector.store.database import Database
from connector.store.search.choose import choose
from connector.store.search.index import Search
from storefront.fulfillment.store.floor import ShopFloor
from tests.command import Command, environment, seeded
from tests.floor_world import SetClock, a_floor, a_store, stock
from tests.search_shop import open_shop

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
def regie(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    database_url: str,
) -> Command:
    """Return the commands of a house with a small catalogue."""
    command = Command(monkeypatch, capsys, environment(tmp_path / "home", database_url))
    seeded(command).close()
    return command


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    """Return a floor with one open store, which holds fifty pieces of product 1."""
    found = a_floor(database, clock)
    stock(database, {1: 50})
    a_store(found)
    return found

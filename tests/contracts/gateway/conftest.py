"""What the suites of the gateway share: who reads all of a seeded shop, and seven mugs."""

import pytest

from connector.store import merchants
from connector.store.database import Database
from connector.store.merchants import Merchant
from tests.kit.catalog_store import MUGS, put
from tests.kit.catalogue import Reader, seed


@pytest.fixture
def reader(database: Database) -> Reader:
    return Reader(database, seed(database))


@pytest.fixture
def shop(database: Database) -> Database:
    with database.write() as connection:
        merchants.add(connection, Merchant("mer_1", "Hafen", {}), 0)
    put(database, *MUGS)
    return database

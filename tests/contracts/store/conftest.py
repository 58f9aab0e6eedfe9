"""What the suites of the store share: a database that knows one merchant."""

import pytest

from connector.store import merchants
from connector.store.database import Database
from connector.store.merchants import Merchant


@pytest.fixture
def shop(database: Database) -> Database:
    with database.write() as connection:
        merchants.add(connection, Merchant("mer_1", "Hafen", {}), 0)
    return database

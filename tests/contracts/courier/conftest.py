"""What the suites of couriers share: a yard where they work, and the phone of one of them."""

import pytest

from connector.store.database import Database
from tests.kit.courier.world import Phone, Yard


@pytest.fixture
def yard(database: Database) -> Yard:
    return Yard(database)


@pytest.fixture
def jan(yard: Yard) -> Phone:
    return yard.phone()

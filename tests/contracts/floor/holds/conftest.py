"""A store that has two pieces of the first product; nobody counts the second."""

import pytest

from connector.store.database import Database
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store.floor import ShopFloor
from tests.kit.floor.world import SetClock, a_floor, a_store, stock


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    found = a_floor(database, clock)
    stock(database, {1: 2, 2: None})
    return found


@pytest.fixture
def store(floor: ShopFloor) -> Store:
    return a_store(floor)

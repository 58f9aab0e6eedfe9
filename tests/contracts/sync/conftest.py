"""What the suites of syncs share: a shop in memory, and a house whose workers read two of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.store import connections, merchants
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.merchants import Merchant
from regie.house import build
from regie.settings import Settings
from tests.kit.samples import product
from tests.kit.shops.fakes import HandClock
from tests.kit.shops.memory_house import MemoryHouse
from tests.kit.shops.street import silence
from tests.kit.shops.works import Shop, Works, sync


@pytest.fixture
def house(database: Database) -> MemoryHouse:
    found = MemoryHouse(database)
    found.shop.put(*(product(number, title=f"Mug {number}") for number in range(1, 11)))
    return found


@pytest.fixture
def works(tmp_path: Path, database_url: str) -> Iterator[Works]:
    clock = HandClock()
    shops = {"one": Shop(clock), "two": Shop(clock)}
    with silence():
        house = build(
            Settings(str(tmp_path / "home"), database_url, sweep_seconds=10_000),
            clock=clock,
            platforms=shops.__getitem__,
        )
        found = Works(house, clock, shops)
        with house.database.write() as connection:
            merchants.add(connection, Merchant("mer_1", "Hafen", {}), 0)
            for name in shops:
                front = Shopfront(
                    "mer_1", f"con_{name}", name, f"{name}.example", None, "active", *[None] * 8
                )
                connections.put(connection, front, {}, "s", house.box, 0)
        found.shop.put(*(product(number) for number in range(1, 11)))
        sync(found)
        found.worker.drain()
        found.shop.calls.clear()
        found.shop.fetched.clear()
        yield found
        found.worker.close()
        house.database.close()

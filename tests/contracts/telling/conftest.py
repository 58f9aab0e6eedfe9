"""What the suites of telling share: a house with an outbox, and who listens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.store import connections, merchants
from connector.store.connections import Shopfront
from connector.store.merchants import Merchant
from regie.house import build
from regie.settings import Settings
from tests.kit.floor.orders import an_order
from tests.kit.floor.outbox import MERCHANT, SHOP, Outbox, Receiver, Shop
from tests.kit.shops.fakes import HandClock
from tests.kit.shops.loopback import loopback
from tests.kit.shops.street import silence


@pytest.fixture
def outbox(tmp_path: Path, database_url: str) -> Iterator[Outbox]:
    clock = HandClock()
    shop = Shop(clock)
    named = Settings(str(tmp_path), database_url, allow_private_hosts=True, log="off")
    house = build(named, clock=clock, platforms=lambda _name: shop)  # type: ignore[arg-type, return-value]  # opens like one
    front = Shopfront(MERCHANT, SHOP, "memory", "one.example", None, "active", *[None] * 8)
    with silence():
        with house.database.write() as connection:
            merchants.add(connection, Merchant(MERCHANT, "One", {}), 0)
            connections.put(connection, front, {}, "s", house.box, 0)
        shop.placed["order-1001"] = an_order()
        yield Outbox(house, clock, shop)
    house.database.close()


@pytest.fixture
def receiver(outbox: Outbox) -> Iterator[Receiver]:
    found = Receiver()
    with loopback(found) as port:
        outbox.listen(f"http://127.0.0.1:{port}/hook")
        yield found

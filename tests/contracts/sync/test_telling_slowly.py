"""A listener that never finishes keeps nobody waiting: no order, no shop, no other listener."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connector.model.order import News, Telling
from connector.platforms.transport import Limits
from connector.store import connections, merchants, tables
from connector.store.clock import ms
from connector.store.connections import Shopfront
from connector.store.merchants import Merchant
from connector.store.work import queue
from connector.webhooks import inbox_owner
from regie.house import House, build
from regie.settings import Settings
from regie.shops import Shops
from regie.telling import Teller
from regie.worker import Worker
from storefront.fulfillment.store import hooks
from storefront.fulfillment.work.outward import HOOK, PLATFORM
from tests.kit.shops.fakes import HandClock, MemoryPlatform
from tests.kit.shops.loopback import Asked, Reply, loopback
from tests.kit.shops.street import silence

MERCHANT, SHOP = "mer_1", "con_one"


class Shop(MemoryPlatform):
    """A shop in memory that may take its time to listen."""

    def __init__(self, clock: HandClock) -> None:
        super().__init__(clock)
        self.listens = threading.Event()
        self.told = threading.Event()
        self.listens.set()

    def open(self, _config: object) -> "Shop":
        return self

    def tell(self, telling: Telling) -> None:
        del telling
        self.told.set()
        self.listens.wait(20)

    def hints(self, topic: str, body: bytes) -> tuple[Any, ...]:
        del topic, body
        return ()


@pytest.fixture
def shop() -> Shop:
    return Shop(HandClock())


@pytest.fixture
def house(tmp_path: Path, database_url: str, shop: Shop) -> Iterator[House]:
    named = Settings(str(tmp_path), database_url, allow_private_hosts=True, log="off")
    found = build(named, clock=shop.clock, platforms=lambda _name: shop)  # type: ignore[arg-type, return-value]  # opens like one
    front = Shopfront(MERCHANT, SHOP, "memory", "one.example", None, "active", *[None] * 8)
    with silence():
        with found.database.write() as connection:
            merchants.add(connection, Merchant(MERCHANT, "One", {}), 0)
            connections.put(connection, front, {}, "s", found.box, 0)
        yield found
    found.database.close()


def put(house: House, target: str, key: str, payload: bytes) -> None:
    values = {
        "merchant_id": MERCHANT,
        "id": f"out_{key}",
        "idempotency_key": f"{target.partition(':')[2]}/{key}",
        "target": target,
        "kind": "x",
        "payload": payload,
    }
    with house.database.write() as connection:
        queue.put(connection, tables.outbox, values, ms(house.clock()))


def news(house: House) -> None:
    """Want something told to the shop."""
    telling = Telling("ful_1/1/DELAYED", News.DELAYED, order="order-1001")
    put(house, f"{PLATFORM}{SHOP}", telling.key, msgspec.json.encode(telling))


def event(house: House) -> None:
    """Put something into the inbox, as a shop's webhook does."""
    values = {
        "merchant_id": MERCHANT,
        "id": "inb_1",
        "dedupe_key": "1",
        "connection_id": SHOP,
        "topic": "PRODUCT",
        "resource": "",
        "headers": "{}",
        "body": house.box.seal(b"1", inbox_owner(SHOP)),
    }
    with house.database.write() as connection:
        queue.put(connection, tables.inbox, values, ms(house.clock()))


def state(house: House, table: Any) -> str:
    with house.database.read() as connection:
        return str(connection.execute(table.select()).mappings().one()["state"])


def soon(holds: Callable[[], bool]) -> bool:
    """Tell whether something becomes true within ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_what_comes_in_is_taken_while_somebody_listens_slowly(house: House, shop: Shop) -> None:
    shop.listens.clear()
    stop = threading.Event()
    news(house)
    running = threading.Thread(target=Worker(house).run, args=(stop,))
    running.start()
    assert shop.told.wait(10)

    event(house)
    taken = soon(lambda: state(house, tables.inbox) == "done")
    meanwhile = state(house, tables.outbox)
    shop.listens.set()
    told = soon(lambda: state(house, tables.outbox) == "done")
    stop.set()
    running.join()

    assert (taken, meanwhile, told) == (True, "leased", True)


def test_who_listens_too_slowly_is_waited_for_once_in_a_turn(house: House) -> None:
    heard: list[str] = []
    over = threading.Event()

    def answer(asked: Asked) -> Reply:
        heard.append(asked.path)
        if asked.path == "/slow":
            over.wait(5)
        return Reply(b"", 204)

    with loopback(answer) as port:
        with house.floor.write(MERCHANT) as here:
            for name in ("slow", "quick"):
                url = f"http://127.0.0.1:{port}/{name}"
                hooks.add(house.floor, here, f"hok_{name}", url, ["*"], bytes(32))
        for number in range(5):
            for name in ("slow", "quick"):
                put(house, f"{HOOK}hok_{name}", f"ful_{number}/1/order.packed/{name}", b"{}")
        Teller(house, Shops(house), Limits(read=0.2, total=0.2, attempts=1)).turn()
        over.set()

    assert (heard.count("/slow"), heard.count("/quick")) == (1, 5)

"""A house that tells a shop and a webhook what the floor wants told."""

from typing import Any

import msgspec

from connector.model.order import News, Telling
from connector.store import tables
from connector.store.clock import ms
from connector.store.work import queue
from regie.house import House
from regie.shops import Shops
from regie.telling import Teller
from storefront.fulfillment.store import hooks
from storefront.fulfillment.work.outward import HOOK, PLATFORM
from tests.kit.shops.fakes import HandClock, MemoryPlatform
from tests.kit.shops.loopback import Asked, Reply

MERCHANT, SHOP = "mer_1", "con_one"
SECRET = b"a secret of thirty-two bytes ..."


class Shop(MemoryPlatform):
    """A shop in memory that the house opens, with a list of what it was told and of its moods."""

    def __init__(self, clock: HandClock) -> None:
        super().__init__(clock)
        self.heard: list[str] = []
        self.moods: list[Exception] = []

    def open(self, _config: object) -> "Shop":
        return self

    def tell(self, telling: Telling) -> None:
        if self.moods:
            raise self.moods.pop(0)
        super().tell(telling)
        self.heard.append(telling.key)


class Outbox:
    """A house with one shop and one worker's teller; the clock is in hand."""

    def __init__(self, house: House, clock: HandClock, shop: Shop) -> None:
        self.house, self.clock, self.shop = house, clock, shop
        self.teller = Teller(house, Shops(house))

    def put(self, subject: str, turn: int | str, news: News = News.DELAYED, **more: Any) -> None:
        """Want a piece of news of an order told to the shop."""
        telling = Telling(f"{subject}/{turn}/{news.value}", news, order="order-1001", **more)
        self._put(f"{PLATFORM}{SHOP}", SHOP, telling.key, news.value, msgspec.json.encode(telling))

    def hook(self, subject: str, turn: int, endpoint: str = "hok_1") -> None:
        """Want an event told to the merchant's own webhook."""
        key = f"{subject}/{turn}/order.packed"
        self._put(f"{HOOK}{endpoint}", endpoint, key, "order.packed", b'{"type":"order.packed"}')

    def _put(self, target: str, owner: str, key: str, kind: str, payload: bytes) -> None:
        values = {
            "merchant_id": MERCHANT,
            "id": f"out_{key}",
            "idempotency_key": f"{owner}/{key}",
            "target": target,
            "kind": kind,
            "payload": payload,
        }
        with self.house.database.write() as connection:
            queue.put(connection, tables.outbox, values, ms(self.clock()))

    def listen(self, url: str, endpoint: str = "hok_1") -> None:
        with self.house.floor.write(MERCHANT) as here:
            hooks.add(self.house.floor, here, endpoint, url, ["order.*"], SECRET)

    def endpoint(self) -> hooks.Endpoint:
        with self.house.database.read() as connection:
            return hooks.all_of(connection, MERCHANT)[0]

    def drain(self) -> None:
        while self.teller.turn():
            pass

    def pass_by(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.drain()

    def states(self) -> dict[str, str]:
        with self.house.database.read() as connection:
            rows = connection.execute(tables.outbox.select()).mappings()
            return {row["id"].removeprefix("out_"): row["state"] for row in rows}

    def column(self, name: str) -> list[Any]:
        with self.house.database.read() as connection:
            return [row[name] for row in connection.execute(tables.outbox.select()).mappings()]


class Receiver:
    """A webhook receiver that keeps what it gets and answers as told."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.status = 204

    def __call__(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return Reply(b"", self.status)

    def ids(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.asked]

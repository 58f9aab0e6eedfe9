"""A house with shops in memory, its workers, and a hand on the clock."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from connector.model.errors import PlatformCredentials, PlatformUnavailable
from connector.platforms import Fetched, Hint, HintKind, HookReport
from connector.store import connections, tables
from connector.store.clock import ms
from connector.store.connections import Shopfront
from connector.store.listing import reader
from connector.store.work import queue
from connector.sync import Mode, Syncer
from connector.webhooks import inbox_owner
from regie.house import House
from regie.worker import Worker
from tests.kit.shops.fakes import HandClock, MemoryPlatform


class Shop(MemoryPlatform):
    """A shop in memory that the house opens; it may be closed, or stumble over some products."""

    def __init__(self, clock: HandClock) -> None:
        super().__init__(clock)
        self.closed = False
        self.locked_out = False
        self.stumbles: set[str] = set()
        self.fetched: Counter[str] = Counter()
        self.hooks_seen = 0
        self.opened = 0

    def open(self, _config: object) -> "Shop":
        self.opened += 1
        return self

    def hints(self, topic: str, body: bytes) -> Sequence[Hint]:
        return (Hint(HintKind[topic], body.decode()),)

    def prepare(self) -> Any:
        self._answer()
        return super().prepare()

    def fetch(self, external_ids: Sequence[str]) -> Fetched:
        self._answer()
        if self.stumbles & set(external_ids):
            raise ValueError("a bug of ours")
        self.fetched.update(external_ids)
        return super().fetch(external_ids)

    def ensure_hooks(self, callback_url: str, secret: str) -> HookReport:
        del callback_url, secret
        self._answer()
        self.hooks_seen += 1
        return HookReport((), (), ())

    def _answer(self) -> None:
        if self.closed:
            raise PlatformUnavailable("The shop is closed.")
        if self.locked_out:
            raise PlatformCredentials("These keys open nothing.")

    def asked(self, what: str) -> int:
        return sum(call.startswith(what) for call in self.calls)


class Works:
    """A house with shops in memory, its workers, and a hand on the clock."""

    def __init__(self, house: House, clock: HandClock, shops: dict[str, Shop]) -> None:
        self.house = house
        self.clock = clock
        self.shops = shops
        self.shop = shops["one"]
        self.worker = Worker(house)

    def receive(self, *ids: str, kind: str = "PRODUCT", shop: str = "one") -> None:
        """Put an event for each product into the inbox."""
        with self.house.database.write() as connection:
            for number in ids:
                key = f"{shop}:{kind}:{number}:{len(self.states())}:{self.clock().timestamp()}"
                values = {
                    "merchant_id": "mer_1",
                    "id": f"inb_{key}",
                    "dedupe_key": key,
                    "connection_id": f"con_{shop}",
                    "topic": kind,
                    "resource": "",
                    "headers": "{}",
                    "body": self.house.box.seal(number.encode(), inbox_owner(f"con_{shop}")),
                }
                queue.put(connection, tables.inbox, values, ms(self.clock()))

    def rows(self, table: Any = tables.inbox) -> list[Any]:
        with self.house.database.read() as connection:
            return list(connection.execute(table.select()).mappings())

    def states(self) -> list[str]:
        return [row["state"] for row in self.rows()]

    def front(self, name: str = "con_one") -> Shopfront:
        with self.house.database.read() as connection:
            return connections.get(connection, name)

    def job(self, slot: str) -> Any:
        return next(row for row in self.rows(tables.job) if row["slot"] == slot)

    def documents(self) -> dict[str, Any]:
        with self.house.database.read() as connection:
            found = [msgspec.json.decode(it) for it in reader.export(connection, "mer_1")]
        return {it["source"]["externalId"]: it for it in found}

    def waits(self, slot: str) -> float:
        """Return in how many seconds a job is due."""
        return (self.job(slot)["run_at"] - ms(self.clock())) / 1000


def sync(works: Works) -> None:
    with works.house.database.read() as connection:
        fronts = connections.all_of(connection)
    for front in fronts:
        platform: Any = works.shops[front.platform]
        Syncer(works.house.database, front, platform, works.clock).run(Mode.FULL)

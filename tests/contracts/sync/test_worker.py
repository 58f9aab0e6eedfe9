"""What the worker promises: nothing lost, nothing done twice, on SQLite and Postgres."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from connector.model.errors import PlatformUnavailable
from connector.model.money import Money
from connector.model.offer import Sale
from connector.model.product import Product
from connector.platforms import Fetched, Hint, HintKind, HookReport
from connector.store import connections, merchants, tables
from connector.store.clock import ms
from connector.store.connections import Shopfront
from connector.store.listing import reader
from connector.store.merchants import Merchant
from connector.store.work import queue
from connector.sync import Mode, Syncer
from connector.webhooks import inbox_owner
from regie.house import House, build
from regie.settings import Settings
from regie.worker import Worker
from tests.kit.samples import offer, product, with_variant
from tests.kit.shops.fakes import HandClock, MemoryPlatform
from tests.kit.shops.street import silence


class Shop(MemoryPlatform):
    """A shop in memory that the house opens; it may be closed, or stumble over some products."""

    def __init__(self, clock: HandClock) -> None:
        super().__init__(clock)
        self.closed = False
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

    def job(self, slot: str) -> Any:
        return next(row for row in self.rows(tables.job) if row["slot"] == slot)

    def documents(self) -> dict[str, Any]:
        with self.house.database.read() as connection:
            found = [msgspec.json.decode(it) for it in reader.export(connection, "mer_1")]
        return {it["source"]["externalId"]: it for it in found}

    def waits(self, slot: str) -> float:
        """Return in how many seconds a job is due."""
        return (self.job(slot)["run_at"] - ms(self.clock())) / 1000


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


def sync(works: Works) -> None:
    with works.house.database.read() as connection:
        fronts = connections.all_of(connection)
    for front in fronts:
        platform: Any = works.shops[front.platform]
        Syncer(works.house.database, front, platform, works.clock).run(Mode.FULL)


def retitled(works: Works, number: int, title: str) -> None:
    works.shop.put(product(number, title=title))


@pytest.mark.parametrize(("job", "seconds"), [("delta", 300), ("sweep", 10_000)])
def test_recurring_jobs_come_back_after_their_interval(
    works: Works, job: str, seconds: int
) -> None:
    turns = []

    for _ in range(3):
        works.clock.advance(seconds)
        works.worker.drain()
        turns.append(works.waits(f"{job}:con_one"))

    assert turns == [seconds] * 3


def test_a_job_that_is_not_due_is_not_done(works: Works) -> None:
    works.clock.advance(299)

    works.worker.drain()

    assert works.shop.asked("delta") == 0


def test_webhooks_are_looked_after_at_once_and_then_every_half_hour(works: Works) -> None:
    seen = [works.shop.hooks_seen]

    for _ in range(2):
        works.clock.advance(1800)
        works.worker.drain()
        seen.append(works.shop.hooks_seen)

    assert seen == [1, 2, 3]


def test_a_failing_job_is_postponed_longer_each_time(works: Works) -> None:
    works.clock.advance(300)
    works.shop.closed = True
    delays = []

    for _ in range(5):
        works.worker.drain()
        delays.append(works.waits("delta:con_one"))
        works.clock.advance(delays[-1])

    assert delays == [2, 4, 8, 16, 32]


def test_a_shop_that_is_back_is_read_again_at_its_usual_pace(works: Works) -> None:
    works.clock.advance(300)
    works.shop.closed = True
    works.worker.drain()
    works.shop.closed = False
    works.clock.advance(2)

    works.worker.drain()

    assert works.waits("delta:con_one") == 300


def test_a_closed_shop_keeps_no_other_waiting(works: Works) -> None:
    works.clock.advance(300)
    works.shop.closed = True

    works.worker.drain()

    assert (works.waits("delta:con_two"), works.shops["two"].asked("delta")) == (300, 1)


def test_events_outlive_any_closing_time(works: Works) -> None:
    works.receive("3")
    retitled(works, 3, "New")
    works.shop.closed = True
    for _ in range(30):
        works.worker.drain()
        works.clock.advance(3600)
    works.shop.closed = False

    works.worker.drain()

    assert (works.states(), works.documents()["3"]["title"]) == (["done"], "New")


def test_one_bad_event_does_not_spoil_those_beside_it(works: Works) -> None:
    works.receive(*map(str, range(1, 11)))
    works.shop.stumbles = {"7"}

    works.worker.turn()

    assert Counter(works.states()) == {"done": 9, "waiting": 1}


def test_a_bad_event_is_dead_in_the_end_and_stays_to_be_seen(works: Works) -> None:
    works.receive("7")
    works.shop.stumbles = {"7"}

    for _ in range(12):
        works.worker.turn()
        works.clock.advance(3600)

    (row,) = works.rows()
    assert (row["state"], row["error"]) == ("dead", "a bug of ours")


def test_many_events_on_one_product_are_one_look_at_it(works: Works) -> None:
    for _ in range(5):
        works.receive("3")
        works.clock.advance(0.1)

    works.worker.drain()

    assert works.shop.fetched == {"3": 1}


def test_news_of_a_removed_app_stops_everything_but_keeps_the_catalogue(works: Works) -> None:
    works.receive("", kind="UNINSTALLED")
    works.worker.drain()
    works.shop.calls.clear()
    works.receive("3")
    works.clock.advance(20_000)

    works.worker.drain()

    assert (works.shop.calls, set(works.states()), len(works.documents())) == ([], {"done"}, 10)


def test_a_removed_app_has_no_keys_left(works: Works) -> None:
    works.receive("", kind="UNINSTALLED")

    works.worker.drain()

    with works.house.database.read() as connection:
        front = connections.get(connection, "con_one")
    assert (front.status, works.house.vault(front).load()) == ("uninstalled", {})


def test_events_of_a_forgotten_connection_end(works: Works) -> None:
    works.receive("3", shop="three")

    works.worker.drain()

    assert works.states() == ["done"]


def test_a_changed_place_is_looked_at_without_waiting_for_the_next_delta(works: Works) -> None:
    works.receive("", kind="CONTEXT")

    works.worker.drain()

    assert works.shop.asked("delta") == 1


def on_sale(number: int, works: Works) -> Product:
    """Return a product that is cheaper from one minute to two minutes from now."""
    start, end = works.clock() + timedelta(minutes=1), works.clock() + timedelta(minutes=2)
    terms = structs.replace(offer(1250), sale=Sale(Money(990, "EUR"), start, end))
    return with_variant(product(number), offers=(terms,))


def test_a_sale_begins_and_ends_by_itself(works: Works) -> None:
    works.shop.put(on_sale(3, works))
    works.receive("3")
    works.worker.drain()
    prices = []

    for seconds in (0, 59, 1, 59, 1):
        works.clock.advance(seconds)
        works.worker.turn()
        prices.append(works.documents()["3"]["variants"][0]["price"]["amount"])

    assert prices == [1250, 1250, 990, 990, 1250]


def test_a_price_that_changes_by_itself_asks_nothing_of_the_shop(works: Works) -> None:
    works.shop.put(on_sale(3, works))
    works.receive("3")
    works.worker.drain()
    works.shop.calls.clear()
    works.clock.advance(90)

    works.worker.turn()

    assert works.shop.calls == []


def side_by_side(works: Works, act: Callable[[Worker], object], count: int = 2) -> None:
    """Let several workers act at the same time, each as a process of its own would."""
    workers = [Worker(works.house) for _ in range(count)]
    threads = [threading.Thread(target=act, args=(it,)) for it in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for worker in workers:
        worker.close()


def test_two_workers_lose_no_event_and_take_none_twice(works: Works) -> None:
    ids = [str(number) for number in range(1, 1001)]
    works.shop.put(*(product(int(number)) for number in ids))
    works.receive(*ids)

    side_by_side(works, Worker.drain)

    assert set(works.states()) == {"done"}
    assert works.shop.fetched == Counter(ids)


def test_two_workers_do_a_job_once(works: Works) -> None:
    works.clock.advance(300)

    side_by_side(works, Worker.drain)

    assert works.shop.asked("delta") == 1


def test_events_of_a_worker_that_died_are_taken_by_the_next(works: Works) -> None:
    works.receive("3")
    retitled(works, 3, "New")
    queue.take(works.house.database, tables.inbox, ms(works.clock()), 120_000, limit=200)

    works.worker.drain()
    before = works.states()
    works.clock.advance(120)
    works.worker.drain()

    assert (before, works.states(), works.documents()["3"]["title"]) == (
        ["leased"],
        ["done"],
        "New",
    )


def test_a_slow_shop_does_not_cost_a_worker_its_events(works: Works) -> None:
    """Two hundred products may take longer to read than a lease lasts."""
    ids = [str(number) for number in range(1, 201)]
    works.shop.put(*(product(int(number)) for number in ids))
    works.receive(*ids)
    slow = works.shop.fetch
    taken_meanwhile: list[int] = []

    def fetch(external_ids: Sequence[str]) -> Fetched:
        works.clock.advance(100)
        others = queue.take(works.house.database, tables.inbox, ms(works.clock()), 1, limit=200)
        taken_meanwhile.append(len(others))
        return slow(external_ids)

    works.shop.fetch = fetch  # type: ignore[method-assign]  # a slower shop

    works.worker.turn()

    assert (taken_meanwhile, set(works.states())) == ([0, 0, 0, 0], {"done"})


def test_a_failed_adapter_is_opened_anew_with_the_keys_of_today(works: Works) -> None:
    opened = works.shop.opened
    works.shop.closed = True
    works.receive("3")
    works.worker.turn()
    works.shop.closed = False
    works.clock.advance(2)

    works.worker.turn()

    assert (works.shop.opened - opened, works.states()) == (1, ["done"])

"""What the floor wants told is told in order, again until it is taken, and signed."""

import hmac
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs
from sqlalchemy import update

from connector.model.errors import PlatformRejected, PlatformUnavailable
from connector.model.order import News, PlacedOrder, Telling
from connector.store import connections, merchants, queue, tables
from connector.store.connections import Shopfront
from connector.store.merchants import Merchant
from connector.store.rows import ms
from regie.house import House, build
from regie.settings import Settings
from regie.shops import Shops
from regie.telling import Teller
from storefront.fulfillment.store import hooks
from storefront.fulfillment.work.outward import HOOK, PLATFORM
from tests.fakes import HandClock, MemoryPlatform
from tests.floor_orders import an_order
from tests.loopback import Asked, Reply, loopback
from tests.street import silence

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


def test_what_waits_is_told(outbox: Outbox) -> None:
    outbox.put("ful_1", 3, News.PREPARED)

    outbox.drain()

    assert (outbox.shop.heard, outbox.states()) == (
        ["ful_1/3/PREPARED"],
        {"ful_1/3/PREPARED": "done"},
    )


def test_news_of_one_order_is_told_in_the_order_of_its_revisions(outbox: Outbox) -> None:
    for turn in (10, 9, 2):
        outbox.put("ful_1", turn)

    for _ in range(5):
        outbox.pass_by(2)

    assert outbox.shop.heard == [f"ful_1/{turn}/DELAYED" for turn in (2, 9, 10)]


def test_setting_aside_is_told_before_putting_back(outbox: Outbox) -> None:
    for news in (News.UNRESERVED, News.RESERVED):
        telling = Telling(f"hld_1/{news.value}", news, order="order-1001")
        payload = msgspec.json.encode(telling)
        outbox._put(f"{PLATFORM}{SHOP}", SHOP, telling.key, news.value, payload)

    for _ in range(3):
        outbox.pass_by(2)

    assert outbox.shop.heard == ["hld_1/RESERVED", "hld_1/UNRESERVED"]


def test_a_shop_that_is_away_hears_all_of_it_later_and_in_order(outbox: Outbox) -> None:
    outbox.shop.away = True
    for turn in (1, 2, 3):
        outbox.put("ful_1", turn)
        outbox.pass_by(30)
    before = list(outbox.shop.heard)
    outbox.shop.away = False

    for _ in range(10):
        outbox.pass_by(3600)

    assert (before, outbox.shop.heard) == ([], [f"ful_1/{turn}/DELAYED" for turn in (1, 2, 3)])


def test_one_order_that_cannot_be_told_stops_no_other(outbox: Outbox) -> None:
    outbox.shop.moods = [PlatformUnavailable("not now")]
    outbox.put("ful_1", 1)
    outbox.drain()
    outbox.put("ful_2", 1)

    outbox.drain()

    assert outbox.shop.heard == ["ful_2/1/DELAYED"]


def test_a_queue_full_of_blocked_news_lets_the_rest_through(outbox: Outbox) -> None:
    outbox.shop.moods = [PlatformUnavailable("not now")]
    outbox.put("ful_1", 1)
    outbox.drain()
    for turn in range(2, 40):
        outbox.put("ful_1", turn)
    outbox.put("ful_9", 1)

    outbox.drain()

    assert "ful_9/1/DELAYED" in outbox.shop.heard


def test_what_waits_for_an_elder_waits_as_long_as_that(outbox: Outbox) -> None:
    outbox.shop.away = True
    outbox.put("ful_1", 1)
    for _ in range(8):
        outbox.pass_by(3600)
    outbox.put("ful_1", 2)

    outbox.drain()

    first, second = sorted(outbox.column("run_at"))
    assert first == second


def test_news_that_the_shop_refuses_for_good_is_dead_at_once(outbox: Outbox) -> None:
    outbox.shop.moods = [PlatformRejected("closed in another way")]
    outbox.put("ful_1", 1)
    outbox.put("ful_1", 2)

    outbox.pass_by(2)

    assert outbox.states() == {"ful_1/1/DELAYED": "dead", "ful_1/2/DELAYED": "done"}


def test_a_fault_of_ours_is_tried_again(outbox: Outbox) -> None:
    outbox.shop.moods = [ValueError("a bug")]
    outbox.put("ful_1", 1)
    outbox.drain()

    outbox.pass_by(10)

    assert outbox.states() == {"ful_1/1/DELAYED": "done"}


def test_a_shop_that_never_comes_back_is_given_up_in_the_end(outbox: Outbox) -> None:
    outbox.shop.away = True
    outbox.put("ful_1", 1)

    for _ in range(70):
        outbox.pass_by(3600)

    assert outbox.states() == {"ful_1/1/DELAYED": "dead"}


def test_news_for_a_connection_that_is_gone_ends(outbox: Outbox) -> None:
    outbox.put("ful_1", 1)
    with outbox.house.database.write() as connection:
        connection.execute(tables.connection.delete())

    outbox.drain()

    assert outbox.states() == {"ful_1/1/DELAYED": "done"}


def test_a_shop_that_took_its_leave_hears_nothing(outbox: Outbox) -> None:
    with outbox.house.database.write() as connection:
        connection.execute(update(tables.connection).values(status=connections.UNINSTALLED))
    outbox.put("ful_1", 1)

    outbox.drain()

    assert (outbox.shop.heard, outbox.states()) == ([], {"ful_1/1/DELAYED": "waiting"})


def test_two_tellers_tell_each_piece_of_news_once(outbox: Outbox) -> None:
    for number in range(30):
        outbox.put(f"ful_{number}", 1)
    others = [Teller(outbox.house, Shops(outbox.house)) for _ in range(3)]
    threads = [threading.Thread(target=_until_empty, args=(each,)) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outbox.shop.heard) == sorted(f"ful_{number}/1/DELAYED" for number in range(30))


def _until_empty(teller: Teller) -> None:
    while teller.turn():
        pass


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


@pytest.fixture
def receiver(outbox: Outbox) -> Iterator[Receiver]:
    found = Receiver()
    with loopback(found) as port:
        outbox.listen(f"http://127.0.0.1:{port}/hook")
        yield found


def test_a_webhook_is_signed_as_standard_webhooks_say(outbox: Outbox, receiver: Receiver) -> None:
    outbox.hook("ful_1", 1)

    outbox.drain()

    (asked,) = receiver.asked
    told = {name.lower(): value for name, value in asked.headers.items()}
    signed = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + asked.body
    made = b64encode(hmac.digest(SECRET, signed, "sha256")).decode()
    assert told["webhook-signature"] == f"v1,{made}"
    assert b64decode(made)
    assert int(told["webhook-timestamp"]) == int(outbox.clock().timestamp())


def test_a_message_keeps_its_id_over_all_tries_and_dates_each(
    outbox: Outbox, receiver: Receiver
) -> None:
    receiver.status = 500
    outbox.hook("ful_1", 1)
    outbox.drain()
    receiver.status = 200

    outbox.pass_by(5)

    times = [each.headers["webhook-timestamp"] for each in receiver.asked]
    assert (len(set(receiver.ids())), len(set(times))) == (1, 2)


def test_a_message_is_tried_at_the_times_of_the_schedule(
    outbox: Outbox, receiver: Receiver
) -> None:
    receiver.status = 500
    outbox.hook("ful_1", 1)
    outbox.drain()
    counts = []

    for seconds in (4, 1, 299, 1, 1799, 1):
        outbox.pass_by(seconds)
        counts.append(len(receiver.asked))

    assert counts == [1, 2, 2, 3, 3, 4]


def test_messages_of_one_order_come_in_the_order_of_its_revisions(
    outbox: Outbox, receiver: Receiver
) -> None:
    receiver.status = 500
    outbox.hook("ful_1", 9)
    outbox.drain()
    outbox.hook("ful_1", 10)
    outbox.drain()
    receiver.status = 200

    for _ in range(3):
        outbox.pass_by(10)

    assert receiver.ids() == [
        "out_ful_1/9/order.packed",
        "out_ful_1/9/order.packed",
        "out_ful_1/10/order.packed",
    ]


def test_a_redirect_is_a_failure_and_is_not_followed(outbox: Outbox, receiver: Receiver) -> None:
    receiver.status = 302
    outbox.hook("ful_1", 1)

    outbox.drain()

    assert (len(receiver.asked), outbox.endpoint().failures) == (1, 1)


def test_success_forgets_the_failures(outbox: Outbox, receiver: Receiver) -> None:
    receiver.status = 500
    outbox.hook("ful_1", 1)
    outbox.drain()
    receiver.status = 200

    outbox.pass_by(5)

    assert outbox.endpoint().failures == 0


def test_an_address_that_says_it_is_gone_is_disabled(outbox: Outbox, receiver: Receiver) -> None:
    receiver.status = 410
    outbox.hook("ful_1", 1)
    outbox.hook("ful_2", 1)

    outbox.pass_by(2)

    assert outbox.endpoint().disabled_at is not None
    assert (len(receiver.asked), set(outbox.states().values())) == (1, {"done"})


@pytest.mark.parametrize("status", [500, 404])
def test_fifteen_failures_in_a_row_disable_an_address(
    outbox: Outbox, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    for number in range(20):
        outbox.hook(f"ful_{number}", 1)

    outbox.drain()

    assert outbox.endpoint().disabled_at is not None
    assert len(receiver.asked) == hooks.MOST_FAILURES


def test_an_address_nobody_answers_at_counts_as_failing(outbox: Outbox) -> None:
    outbox.listen("http://127.0.0.1:9/nobody")
    outbox.hook("ful_1", 1)

    outbox.drain()

    assert (outbox.endpoint().failures, outbox.states()) == (1, {"ful_1/1/order.packed": "waiting"})


def test_a_message_nobody_takes_for_days_is_dead(outbox: Outbox, receiver: Receiver) -> None:
    receiver.status = 500
    outbox.hook("ful_1", 1)

    for _ in range(12):
        outbox.pass_by(86_400)

    assert outbox.states() == {"ful_1/1/order.packed": "dead"}


def test_the_memory_shop_closes_what_was_handed_over(outbox: Outbox) -> None:
    order: PlacedOrder = structs.replace(an_order(), external_id="order-7")
    outbox.shop.placed["order-7"] = order

    outbox.shop.tell(Telling("k/1/x", News.HANDED_OVER, order="order-7"))

    assert outbox.shop.placed["order-7"].parts[0].closed

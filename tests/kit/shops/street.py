"""Both fake shops on one clock, a house that knows them, and their letters caught in flight."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from flask.testing import FlaskClient
from msgspec import Struct
from sqlalchemy import Table, func, select

from connector.platforms import Incoming
from connector.store import connections, tables
from connector.store.clock import Clock
from connector.store.connections import Shopfront
from connector.store.listing import reader
from connector.sync import Mode, Syncer
from regie.app import create_app
from regie.connecting import connect_shop
from regie.demo import shopify, woocommerce
from regie.demo.shopify import ShopifyShop
from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.stock import pass_time
from regie.house import House, build
from regie.settings import Settings
from regie.worker import Worker
from tests.kit.shops.fakes import HandClock

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Letter(Struct, frozen=True):
    """One signed webhook as it left a shop."""

    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def topic(self) -> str:
        return self.headers.get("X-Shopify-Topic") or self.headers.get("X-WC-Webhook-Topic", "ping")

    @property
    def incoming(self) -> Incoming:
        return Incoming({name.lower(): value for name, value in self.headers.items()}, self.body)


class Postbag:
    """Catches what the shops send; answers as told."""

    def __init__(self) -> None:
        self.status = 200
        self.letters: list[Letter] = []

    def __call__(self, uri: str, body: bytes, headers: Any) -> int:
        self.letters.append(Letter(urlsplit(uri).path, body, dict(headers)))
        return self.status

    def emptied(self) -> list[Letter]:
        found, self.letters = self.letters, []
        return found


class Street(Struct, frozen=True):
    """Two open shops; `clock` is theirs if it is one in hand."""

    clock: HandClock
    bag: Postbag
    hafen: ShopifyShop
    hafen_url: str
    pan: WooShop
    pan_url: str

    def send(self) -> None:
        """Let time do its work in both shops and have all news of it sent, in order."""
        with self.hafen.lock, self.pan.lock:
            pass_time(self.pan)
            self.pan.webhooks.run()
            self.hafen.deliver_due()

    def connect_hafen(self, house: House) -> Shopfront:
        app = {"client_id": self.hafen.client_id, "client_secret": self.hafen.client_secret}
        return connect_shop(house, "shopify", self.hafen.domain, app, endpoint=self.hafen_url)[0]

    def connect_pan(self, house: House) -> Shopfront:
        key = self.pan.key
        pair = {"consumer_key": key.consumer_key, "consumer_secret": key.consumer_secret}
        return connect_shop(house, "woocommerce", self.pan_url, pair)[0]


class Recorded(Struct, frozen=True):
    """Where the recordings lie that the two shops are opened from."""

    hafen: Path = shopify.HAFEN_UND_HOF
    pan: Path = woocommerce.DEMO_SHOP


@contextmanager
def street(time: Clock | None = None, recorded: Recorded = Recorded()) -> Iterator[Street]:  # noqa: B008 - frozen
    """Open both shops on ports of this machine and on a clock in hand, or on that `time`."""
    clock, bag = HandClock(), Postbag()
    hafen = ShopifyShop.load(
        recorded.hafen,
        clock=time or clock,
        seed=7,
        points=(1e9, 1e9),
        bulk_seconds=0.0,
        sender=bag,
    )
    pan = WooShop.load(recorded.pan, clock=time or clock)
    pan.webhooks.sender = bag
    with shopify.serve(hafen) as one, woocommerce.serve(pan) as other:
        yield Street(clock, bag, hafen, one.url, pan, other.url)


def posted(app: "WSGIApplication", letter: Letter) -> int:
    """Post a letter as a server hands it over: a test client costs as much as the answer."""
    heads = {f"HTTP_{name.upper().replace('-', '_')}": it for name, it in letter.headers.items()}
    environ = {
        **heads,
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": letter.path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": letter.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(letter.body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(letter.body),
        "wsgi.errors": sys.stderr,
    }
    statuses = list[str]()
    answer = app(environ, lambda status, *_: statuses.append(status))  # type: ignore[arg-type]
    for _ in answer:
        pass
    getattr(answer, "close", lambda: None)()
    return int(statuses[0].split()[0])


class Home(Struct, frozen=True):
    """One installation of Regie: its house, its open door and its worker."""

    house: House
    client: FlaskClient
    worker: Worker

    def receive(self, letter: Letter) -> int:
        """Post a letter to the real routes and return the status."""
        return posted(self.client.application, letter)

    def sync(self, shopfront: Shopfront, mode: Mode) -> None:
        """Sync one connection as `regie sync` does."""
        house = self.house
        with house.database.read() as connection:
            current = connections.get(connection, shopfront.id)
        platform = house.platform(current)
        try:
            Syncer(house.database, current, platform, house.clock).run(mode)
        finally:
            platform.close()

    def export(self) -> list[bytes]:
        with self.house.database.read() as connection:
            (merchant,) = connection.execute(select(tables.merchant.c.id)).scalars()
            return list(reader.export(connection, merchant))

    def states(self, queue: Table = tables.inbox) -> dict[str, int]:
        query = select(queue.c.state, func.count()).group_by(queue.c.state)
        with self.house.database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def column(self, table: Table, name: str) -> list[Any]:
        with self.house.database.read() as connection:
            return list(connection.execute(select(table.c[name])).scalars())


Moved = Callable[..., Home]


@contextmanager
def moved_in() -> Iterator[Moved]:
    """Yield what opens installations, and close them at the end."""
    with ExitStack() as stack:

        def move_in(folder: Path, url: str, clock: Any, **settings: Any) -> Home:
            named = Settings(str(folder), url, allow_private_hosts=True, log="off", **settings)
            house = build(named, clock=clock)
            stack.callback(house.database.close)
            worker = Worker(house)
            stack.callback(worker.close)
            return Home(house, create_app(house).test_client(), worker)

        yield move_in


@contextmanager
def silence() -> Iterator[None]:
    """Drop log events: ten thousand of them cost more than the work they tell of."""
    before = structlog.get_config()
    structlog.configure(
        processors=[_drop], wrapper_class=before["wrapper_class"], cache_logger_on_first_use=False
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def _drop(*_: Any) -> Any:
    raise structlog.DropEvent

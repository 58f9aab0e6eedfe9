"""A WooCommerce shop as Regie sees every shop: read through its REST API, told of by webhooks."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import ClassVar, Self, TypeVar

from connector.model.order import PlacedOrder, Telling
from connector.platforms import (
    Config,
    Context,
    Delivery,
    Fetched,
    Hint,
    HintKind,
    HookReport,
    Incoming,
    Listed,
    Page,
)
from connector.platforms.transport import Transport
from connector.platforms.woocommerce import hooks, receiving, sweep
from connector.platforms.woocommerce.bundles import Bundler
from connector.platforms.woocommerce.catalog import Catalog
from connector.platforms.woocommerce.client import USER_AGENT, WooClient
from connector.platforms.woocommerce.orders import OrderReader
from connector.platforms.woocommerce.shop import read_shop
from connector.platforms.woocommerce.tell import FloorNews
from connector.platforms.woocommerce.terms import PLATFORM, Terms

T = TypeVar("T")
VARIATION = "variation"


class WooCommercePlatform:
    """One WooCommerce shop. One call at a time; the next page is fetched while one is stored."""

    name: ClassVar[str] = PLATFORM

    def __init__(self, config: Config, transport: Transport) -> None:
        self._config = config
        self._transport = transport
        address = config.endpoint or config.shop
        self._client = WooClient(address, config.vault.load, transport, config.now)
        self._bundler = Bundler(self._client, config.now)
        self._catalog = Catalog(self._client, self._bundler)
        self._read: Terms | None = None

    @classmethod
    def open(cls, config: Config) -> Self:
        """Return a reader of the shop; calls nothing yet."""
        transport = Transport(
            allow_private=config.allow_private,
            clock=lambda: config.now().timestamp(),
            user_agent=USER_AGENT,
        )
        return cls(config, transport)

    @classmethod
    def receive(cls, incoming: Incoming, secrets: Sequence[str]) -> Delivery | None:
        """Verify a webhook over its raw bytes, or raise BadSignature; None is a mere ping."""
        return receiving.receive(incoming, secrets)

    @classmethod
    def hints(cls, topic: str, body: bytes) -> Sequence[Hint]:
        """Say what a stored webhook gives reason to read again; never raises on odd bodies."""
        return receiving.hints(topic, body)

    def prepare(self) -> Context:
        """Read shop, places and terms; proves URL, clock and credentials."""
        context, self._read = read_shop(self._client, self._config)
        return context

    def full(self, cursor: str | None) -> Iterator[Page]:
        """Read every product, resuming behind `cursor`; raises unless the read is complete."""
        return _ahead(self._catalog.full(self._terms(), cursor))

    def delta(self, since: datetime, cursor: str | None) -> Iterator[Page]:
        """Read the products that changed at or after `since`, or of which a variation did."""
        return _ahead(self._catalog.delta(self._terms(), since, cursor))

    def listing(self) -> Iterator[Listed]:
        """List all ids cheaply; raises unless the listing is complete."""
        return sweep.listing(self._client, self._bundler, self._config.now)

    def fetch(self, external_ids: Sequence[str]) -> Fetched:
        """Read single products anew."""
        terms = self._terms()
        return self._catalog.fetch(terms, external_ids, self._config.now())

    def product_of(self, hint: Hint) -> str | None:
        """Ask the shop which product a variation belongs to; None: no product, or gone."""
        if hint.kind not in {HintKind.VARIANT, HintKind.PRODUCT}:
            return None
        found = self._catalog.glance(hint.external_id)
        if found is None:
            return None
        return str(found.parent_id or "") or None if found.type == VARIATION else str(found.id)

    def ensure_hooks(self, callback_url: str, secret: str) -> HookReport:
        """See to it that the shop calls `callback_url`; recreate what is missing or disabled."""
        return hooks.ensure_hooks(self._client, callback_url, secret)

    def order(self, hint: Hint) -> PlacedOrder | None:
        """Read the order that an ORDER hint points at, as it is now; None: there is none."""
        return OrderReader(self._client).order(hint.external_id)

    def orders(self, since: datetime) -> Iterator[PlacedOrder]:
        """Read every order that changed at or after `since`, oldest change first."""
        return OrderReader(self._client).changed(since)

    def tell(self, telling: Telling) -> None:
        """Tell the shop what happened on the floor; telling the same again changes nothing."""
        FloorNews(self._client).tell(telling)

    def close(self) -> None:
        """Give back connections."""
        self._transport.close()

    def _terms(self) -> Terms:
        if self._read is None:
            _, self._read = read_shop(self._client, self._config)
        return self._read


def _ahead(pages: Iterator[T]) -> Iterator[T]:
    """Fetch the next page in one extra thread while the caller works on the one before."""
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="woocommerce") as thread:
        coming = thread.submit(next, pages, end)
        while (page := coming.result()) is not end:
            coming = thread.submit(next, pages, end)
            yield page  # type: ignore[misc]  # the end is no page

"""A Shopify shop, read through its own API."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar, Self

from connector.model.order import PlacedOrder, Telling
from connector.platforms import (
    Config,
    Context,
    Delivery,
    Fetched,
    Hint,
    HookReport,
    Incoming,
    Listed,
    Page,
)
from connector.platforms.shopify import hooks, news
from connector.platforms.shopify.access.credentials import token_provider
from connector.platforms.shopify.access.domain import shop_domain
from connector.platforms.shopify.client import ShopifyClient, connect
from connector.platforms.shopify.context import Read, read_context
from connector.platforms.shopify.export.full import FullRead
from connector.platforms.shopify.order.orders import OrderReader
from connector.platforms.shopify.order.tell import FloorNews
from connector.platforms.shopify.product import changes
from connector.platforms.shopify.product.fetch import Fetcher
from connector.platforms.transport import Transport


class ShopifyPlatform:
    """One shop; keys and API version are settled at the first call, the rest in prepare()."""

    name: ClassVar[str] = "shopify"

    def __init__(self, config: Config, transport: Transport) -> None:
        self._config = config
        self._shop = shop_domain(config.shop)
        self._transport = transport
        self._connected: ShopifyClient | None = None
        self._read: Read | None = None
        self._order_reader: OrderReader | None = None

    @classmethod
    def open(cls, config: Config) -> Self:
        """Return a reader of the shop; calls nothing yet."""
        return cls(config, Transport(allow_private=config.allow_private))

    @classmethod
    def receive(cls, incoming: Incoming, secrets: Sequence[str]) -> Delivery | None:
        """Verify a webhook over its raw bytes, or raise BadSignature."""
        return news.receive(incoming, secrets)

    @classmethod
    def hints(cls, topic: str, body: bytes) -> Sequence[Hint]:
        """Say what a stored webhook gives reason to read again; never raises on odd bodies."""
        return news.hints(topic, body)

    def prepare(self) -> Context:
        """Read shop, places and channels; proves URL, clock, credentials and scopes."""
        self._read = read_context(self._client)
        return self._read.context

    def full(self, cursor: str | None) -> Iterator[Page]:
        """Read every product by bulk export."""
        config = self._config
        read = self._prepared
        return FullRead(
            self._client, self._transport, config.workdir, read.terms, config.now
        ).pages(cursor)

    def delta(self, since: datetime, cursor: str | None) -> Iterator[Page]:
        """Read the products that changed at or after `since`."""
        return changes.changed(self._client, self._fetcher, self._config.now, since, cursor)

    def listing(self) -> Iterable[Listed] | None:
        """Return None: a sweep is a full read, for stock and metafields touch no product."""
        return None

    def fetch(self, external_ids: Sequence[str]) -> Fetched:
        """Read single products anew; ids may be numbers or gids."""
        return self._fetcher.fetch(external_ids)

    def product_of(self, hint: Hint) -> str | None:
        """Ask which product a variant or stock item belongs to; None: none."""
        return changes.product_of(self._client, hint)

    def ensure_hooks(self, callback_url: str, secret: str) -> HookReport:
        """Subscribe to what is missing; Shopify signs with the app's secret, not with ours."""
        del secret
        return hooks.ensure(self._client, callback_url)

    def order(self, hint: Hint) -> PlacedOrder | None:
        """Read the order that an ORDER hint points at, as it is now; None: there is none."""
        return self._orders.order(hint)

    def orders(self, since: datetime) -> Iterator[PlacedOrder]:
        """Read every order that changed at or after `since`, oldest change first."""
        return self._orders.changed(since)

    def tell(self, telling: Telling) -> None:
        """Tell the shop what happened on the floor; telling the same again changes nothing."""
        FloorNews(lambda: self._client).tell(telling)

    def close(self) -> None:
        """Give back connections."""
        self._transport.close()

    @property
    def _client(self) -> ShopifyClient:
        if self._connected is None:
            tokens = token_provider(self._config, self._transport)
            endpoint = self._config.endpoint
            self._connected = connect(self._shop, tokens, self._transport, endpoint)
        return self._connected

    @property
    def _orders(self) -> OrderReader:
        if self._order_reader is None:
            self._order_reader = OrderReader(self._client)
        return self._order_reader

    @property
    def _prepared(self) -> Read:
        if self._read is None:
            self.prepare()
        assert self._read is not None  # noqa: S101 - prepare() sets it or raises
        return self._read

    @property
    def _fetcher(self) -> Fetcher:
        read = self._prepared
        places = len(read.context.locations)
        return Fetcher(self._client, read.terms, self._config.now, places)

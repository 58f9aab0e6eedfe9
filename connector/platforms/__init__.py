"""What every shop platform must be able to do, and which platforms are installed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from enum import Enum
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import ClassVar, Protocol, Self

from msgspec import Struct

from connector.model.errors import NotFound
from connector.model.location import Location
from connector.model.order import PlacedOrder, Telling
from connector.model.product import Product
from connector.model.publication import Life


class UnknownPlatform(NotFound):
    """No installed platform has that name."""

    code = "unknown_platform"
    remedy = "Use one of the installed platforms, see `regie connect --help`."


class Shop(Struct, frozen=True, rename="camel"):
    """What holds for a whole shop; `tax_included` None is unknown, policies are URLs.

    `lacking` names the rights that its orders need and that the merchant did not grant.
    """

    name: str
    url: str
    currency: str
    timezone: str
    language: str | None
    country: str | None
    tax_included: bool | None
    policies: Mapping[str, str]
    lacking: tuple[str, ...] = ()


class Context(Struct, frozen=True):
    """The shop, its places and a digest of everything that shapes all of its products.

    When `digest` changes (a category was renamed, a tax rate moved) every product must be read
    again, although the platform calls none of them modified. `skew_seconds` is their clock minus
    ours.
    """

    shop: Shop
    locations: tuple[Location, ...]
    digest: bytes
    skew_seconds: float


class Record(Protocol):
    """One product as the platform told it, not yet read in full.

    `digest` (16 bytes) is equal when and only when the told facts are, in whatever order they came:
    an unchanged product is recognised without being decoded.
    """

    @property
    def external_id(self) -> str:
        """Return the platform's id of the product."""

    @property
    def digest(self) -> bytes:
        """Return the digest of all told facts and of the context."""

    def product(self) -> Product:
        """Read the canonical product, or raise a RegieError that names the field."""

    def life(self) -> Life:
        """Read only what says whether it may be shown: also where `product` cannot be read."""


class Page(Struct, frozen=True):
    """Some records, and where to go on after them.

    `cursor` is opaque JSON text that the same method takes to resume behind this page; `done` and
    `total` count products (total None: not known yet). `step` names the phase for people.
    `read_at` is a moment of our clock before the platform took this picture of its data: what was
    read later wins over what was read earlier, whatever arrives first.
    """

    records: Sequence[Record]
    read_at: datetime
    cursor: str
    step: str
    done: int
    total: int | None


class Listed(Struct, frozen=True):
    """One line of a cheap listing: the id and when the product last changed, if told.

    `variants` are the ids of all its variants; None where the listing does not tell them. What is
    deleted leaves no date behind, so the sweep compares these as well.
    """

    external_id: str
    modified: datetime | None
    variants: frozenset[str] | None = None


class Fetched(Struct, frozen=True):
    """Products read one by one; `missing` are those that the platform confirms to be gone."""

    records: Sequence[Record]
    read_at: datetime
    missing: Sequence[str]


class HintKind(Enum):
    """What a webhook says may have changed."""

    PRODUCT = "PRODUCT"
    VARIANT = "VARIANT"
    STOCK_ITEM = "STOCK_ITEM"
    CONTEXT = "CONTEXT"
    UNINSTALLED = "UNINSTALLED"
    COMPLIANCE = "COMPLIANCE"
    ORDER = "ORDER"
    NOTHING = "NOTHING"


class Hint(Struct, frozen=True):
    """Where to look again: never a fact, always a reason to ask the platform's API."""

    kind: HintKind
    external_id: str = ""


class Incoming(Struct, frozen=True):
    """A webhook as it arrived; header names in lower case, body as raw bytes."""

    headers: Mapping[str, str]
    body: bytes


class Delivery(Struct, frozen=True):
    """A verified webhook: `dedupe_key` is equal for two deliveries of one event."""

    topic: str
    dedupe_key: str
    resource: str


class HookReport(Struct, frozen=True):
    """State of the shop's webhooks towards us: topics that were kept, made new, or refused."""

    kept: tuple[str, ...]
    created: tuple[str, ...]
    failed: tuple[str, ...]


class TokenVault(Protocol):
    """Where one connection's credentials lie, encrypted, shared by all processes."""

    def load(self) -> Mapping[str, str]:
        """Return the current credentials."""

    def store(self, credentials: Mapping[str, str]) -> None:
        """Replace them in one step: after a crash either the old or the new ones are there."""

    def lease(self) -> AbstractContextManager[None]:
        """Let one process at a time refresh; others wait here, then should load() again."""


class Config(Struct, frozen=True):
    """What a platform needs to reach one shop.

    `shop` is the identity (domain or home URL) that ids are made of; `endpoint` overrides where to
    call (loopback shops). `workdir` is a folder of this connection for files that survive a crash.
    """

    shop: str
    endpoint: str | None
    vault: TokenVault
    workdir: Path
    now: Callable[[], datetime]
    allow_private: bool = False


class Platform(Protocol):
    """One connected shop, read through its own API."""

    name: ClassVar[str]

    @classmethod
    def open(cls, config: Config) -> Self:
        """Return a reader of the shop; calls nothing yet."""

    @classmethod
    def receive(cls, incoming: Incoming, secrets: Sequence[str]) -> Delivery | None:
        """Verify a webhook over its raw bytes, or raise BadSignature; None is a mere ping."""

    @classmethod
    def hints(cls, topic: str, body: bytes) -> Sequence[Hint]:
        """Say what a stored webhook gives reason to read again; never raises on odd bodies."""

    def prepare(self) -> Context:
        """Read shop, places and terms; proves URL, clock and credentials. Call before reading."""

    def full(self, cursor: str | None) -> Iterator[Page]:
        """Read every product, resuming behind `cursor`; raises unless the read is complete."""

    def delta(self, since: datetime, cursor: str | None) -> Iterator[Page]:
        """Read the products that changed at or after `since`, which the caller's clock gave."""

    def listing(self) -> Iterable[Listed] | None:
        """List all ids cheaply for a sweep, or None: then a sweep is a full read.

        Raises unless the listing is complete: a short list must never look like deletions.
        """

    def fetch(self, external_ids: Sequence[str]) -> Fetched:
        """Read single products anew."""

    def product_of(self, hint: Hint) -> str | None:
        """Ask the platform which product a variant or stock item belongs to; None: none."""

    def ensure_hooks(self, callback_url: str, secret: str) -> HookReport:
        """See to it that the shop calls `callback_url`; recreate what is missing or disabled."""

    def order(self, hint: Hint) -> PlacedOrder | None:
        """Read the order that an ORDER hint points at, as it is now; None: there is none."""

    def orders(self, since: datetime) -> Iterator[PlacedOrder]:
        """Read every order that changed at or after `since`, oldest change first."""

    def tell(self, telling: Telling) -> None:
        """Tell the shop what happened on the floor; telling the same again changes nothing.

        Raises PlatformRejected where the shop will never take it, such as a part that was closed
        by somebody else in another way.
        """

    def close(self) -> None:
        """Give back connections."""


@cache
def platforms() -> Mapping[str, EntryPoint]:
    """Every installed platform by name, ours and other people's alike, none of them loaded."""
    return {entry.name: entry for entry in entry_points(group="regie.platforms")}


@cache
def platform_named(name: str) -> type[Platform]:
    """Load the platform with that name, and only that, or raise UnknownPlatform."""
    found = platforms().get(name)
    if found is None:
        raise UnknownPlatform(f"{name!r} is not a platform.", platform=name)
    loaded: type[Platform] = found.load()
    return loaded

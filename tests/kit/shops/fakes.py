"""Small fakes of our own promises."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import msgspec
from msgspec import Struct, structs

from connector.model.errors import InvalidInput, PlatformRejected, PlatformUnavailable
from connector.model.order import News, PlacedOrder, Telling
from connector.model.product import Product
from connector.model.publication import Life, Status
from connector.platforms import Context, Fetched, Hint, Listed, Page, Shop
from tests.kit.samples import place


class HandClock:
    """A clock that moves only when told to."""

    def __init__(self, start: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class BadFact(InvalidInput):
    """A fact of one product that cannot be read."""

    code = "bad_fact"


class MemoryRecord(Struct, frozen=True):
    """A record of the memory platform; a bad one cannot be decoded."""

    external_id: str
    digest: bytes
    found: Product
    bad: bool = False

    def product(self) -> Product:
        if self.bad:
            raise BadFact("The price cannot be read.", field="price")
        return self.found

    def life(self) -> Life:
        it = self.found
        if not isinstance(it.status, Status):
            raise BadFact("The state cannot be read.", field="status")
        return Life(it.status, it.visibility, it.withheld, it.published_at)


class MemoryPlatform:
    """A shop in memory, with switches for what goes wrong on the way."""

    name = "memory"

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.products: dict[str, Product] = {}
        self.bad: set[str] = set()
        self.modified: dict[str, datetime] = {}
        self.places = (place(),)
        self.terms = b"one"
        self.skew = 0.0
        self.page_size = 3
        self.fails_before_page: set[int] = set()
        self.hides: set[str] = set()
        self.calls: list[str] = []
        self.pages_given = 0
        self.can_list = True
        self.tells_variants = False
        self.placed: dict[str, PlacedOrder] = {}
        self.told: dict[str, Telling] = {}
        self.away = False

    def put(self, *products: Product) -> None:
        """Add or change products, as the shop owner would."""
        for it in products:
            self.products[it.source.external_id] = it
            self.modified[it.source.external_id] = self.clock()

    def drop(self, external_id: str) -> None:
        """Delete a product without telling anybody."""
        del self.products[external_id]

    def prepare(self) -> Context:
        shop = Shop("Memory", "https://memory.example", "EUR", "UTC", None, None, True, {})
        return Context(shop, self.places, self.terms, self.skew)

    def full(self, cursor: str | None) -> Iterator[Page]:
        self.calls.append(f"full {cursor}")
        ids = [it for it in sorted(self.products) if it not in self.hides]
        yield from self._pages(ids, int(cursor or 0))

    def delta(self, since: datetime, cursor: str | None) -> Iterator[Page]:
        self.calls.append(f"delta {since.isoformat()}")
        ids = [it for it in sorted(self.products) if self.modified[it] >= since]
        yield from self._pages(ids, int(cursor or 0))

    def _pages(self, ids: Sequence[str], start: int) -> Iterator[Page]:
        for at in range(start, len(ids), self.page_size):
            self.pages_given += 1
            if self.pages_given in self.fails_before_page:
                raise PlatformUnavailable("The shop hung up.")
            chunk = ids[at : at + self.page_size]
            end = at + len(chunk)
            yield Page(self._records(chunk), self.clock(), str(end), "products", end, len(ids))

    def listing(self) -> Iterable[Listed] | None:
        if not self.can_list:
            return None
        ids = [it for it in sorted(self.products) if it not in self.hides]
        return [Listed(it, self.products[it].source.as_of, self._variants(it)) for it in ids]

    def _variants(self, external_id: str) -> frozenset[str] | None:
        told = frozenset(each.external_id for each in self.products[external_id].variants)
        return told if self.tells_variants else None

    def fetch(self, external_ids: Sequence[str]) -> Fetched:
        self.calls.append(f"fetch {','.join(external_ids)}")
        there = [it for it in external_ids if it in self.products]
        gone = [it for it in external_ids if it not in self.products]
        return Fetched(self._records(there), self.clock(), gone)

    def _records(self, ids: Sequence[str]) -> list[MemoryRecord]:
        return [
            MemoryRecord(it, self._digest(self.products[it]), self.products[it], it in self.bad)
            for it in ids
        ]

    def _digest(self, found: Product) -> bytes:
        return blake2b(msgspec.json.encode(found) + self.terms, digest_size=16).digest()

    def product_of(self, hint: Hint) -> str | None:
        del hint
        return None

    def ensure_hooks(self, callback_url: str, secret: str) -> Mapping[str, str]:
        del callback_url, secret
        return {}

    def order(self, hint: Hint) -> PlacedOrder | None:
        return self.placed.get(hint.external_id)

    def orders(self, since: datetime) -> Iterator[PlacedOrder]:
        found = [each for each in self.placed.values() if each.updated_at >= since]
        yield from sorted(found, key=lambda each: each.updated_at)

    def tell(self, telling: Telling) -> None:
        if self.away:
            raise PlatformUnavailable("The shop hung up.")
        if telling.order not in self.placed and not telling.reservations:
            raise PlatformRejected("There is no such order.")
        self.told.setdefault(telling.key, telling)
        if telling.news is News.HANDED_OVER:
            self._close(self.placed[telling.order])

    def _close(self, order: PlacedOrder) -> None:
        parts = tuple(structs.replace(each, closed=True) for each in order.parts)
        self.placed[order.external_id] = structs.replace(order, parts=parts)

    def close(self) -> None:
        """Nothing to give back."""

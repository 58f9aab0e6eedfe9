"""The shop's memory: everything it holds while it runs, and what time does to it."""

import heapq
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from regie.demo.woocommerce.call import Key
from regie.demo.woocommerce.chance import token
from regie.demo.woocommerce.faults import Faults
from regie.demo.woocommerce.text import HOME, Json, set_dates
from regie.demo.woocommerce.webhooks import Webhooks

Clock = Callable[[], datetime]


@dataclass
class Options:
    """How this shop differs from the usual one."""

    hpos: bool = False
    """Orders in their own tables: deleting one no longer looks like deleting a product."""
    variations_route: bool = True
    """Older shops lack the list of all variations: `rest_no_route`."""
    plugin: bool = False
    """The Regie plugin is installed and gives out the pickup locations."""
    shuffle_ties: bool = True
    """Equal timestamps come in another order each time, as the database pleases."""
    callback_over_http: bool = False
    """Let the key flow post to an http callback; a real shop refuses."""
    queue_lag: timedelta = timedelta(0)
    """How late the shop's own queue flips scheduled sales."""


@dataclass
class LoggedRequest:
    """One call as the shop's access log shows it, without credentials."""

    number: int
    at: str
    method: str
    path: str
    query: str
    status: int
    user_agent: str


@dataclass
class Reservation:
    """Units held for an order that is not paid yet."""

    order_id: int
    item_id: int
    quantity: int
    until: datetime


class Shop:
    """One running shop; every reader and writer holds `lock`."""

    def __init__(self, *, clock: Clock, seed: int = 0, options: Options | None = None) -> None:
        self.lock = threading.RLock()
        self.home = HOME
        self.seed = seed
        self.options = options or Options()
        self.faults = Faults(seed=seed)
        self.products: dict[int, Json] = {}
        self.variations: dict[int, Json] = {}
        self.children: dict[int, list[int]] = {}
        self.orders: dict[int, Json] = {}
        self.lists: dict[str, list[Json]] = {}
        self.documents: dict[str, Json] = {}
        self.pickup: Json = {"settings": {}, "locations": []}
        self.keys: dict[str, Key] = {}
        self.nonces: dict[tuple[str, str], int] = {}
        self.carts: dict[str, Json] = {}
        self.reservations: list[Reservation] = []
        self.log: list[LoggedRequest] = []
        self.requests = 0
        self.last_id = 0
        self.skew = timedelta(0)
        self.due: list[tuple[datetime, int, str, int]] = []
        self.webhooks = Webhooks(self)
        self._clock = clock
        self._order = 0
        self._zone: ZoneInfo | None = None

    def now(self) -> datetime:
        """Return the shop's time, in whole seconds as its database keeps it."""
        return (self._clock().astimezone(UTC) + self.skew).replace(microsecond=0)

    def advance(self, seconds: float) -> None:
        """Move the shop's clock forward and let time do its work."""
        with self.lock:
            self.skew += timedelta(seconds=seconds)

    @property
    def zone(self) -> ZoneInfo:
        """The shop's own time zone, from its index."""
        if self._zone is None:
            self._zone = ZoneInfo(self.documents.get("", {}).get("timezone_string") or "UTC")
        return self._zone

    def new_id(self) -> int:
        """Return the next id; products, variations and orders share one counter."""
        self.last_id += 1
        return self.last_id

    def new_key(self, permissions: str = "read_write") -> Key:
        """Make a consumer key."""
        number = len(self.keys) + 1
        made = Key(
            key_id=number,
            consumer_key=f"ck_{token(40, self.seed, 'ck', number)}",
            consumer_secret=f"cs_{token(40, self.seed, 'cs', number)}",
            permissions=permissions,
        )
        self.keys[made.consumer_key] = made
        return made

    def setting(self, group: str, name: str, default: str = "") -> str:
        """Return one setting of the shop."""
        for entry in self.lists.get(f"settings/{group}", []):
            if entry["id"] == name:
                return str(entry["value"])
        return default

    def rate(self, tax_class: str) -> Json | None:
        """Return the tax rate of a class; the empty class is the standard one."""
        wanted = "standard" if tax_class in {"", "parent"} else tax_class
        rates = self.lists.get("taxes", [])
        return next((entry for entry in rates if entry["class"] == wanted), None)

    def percent(self, tax_class: str) -> Decimal:
        """Return the rate of a class in percent; no rate means no tax."""
        entry = self.rate(tax_class)
        return Decimal(str(entry["rate"])) if entry else Decimal(0)

    def sellable(self, item_id: int) -> Json | None:
        """Return the product or variation with this id."""
        return self.products.get(item_id) or self.variations.get(item_id)

    def touch(self, item: Json, at: datetime | None = None) -> None:
        """Write the moment of the last change."""
        set_dates(item, "date_modified", at or self.now(), self.zone)

    def later(self, when: datetime, what: str, item_id: int) -> None:
        """Leave a note to do something at a given time."""
        self._order += 1
        heapq.heappush(self.due, (when, self._order, what, item_id))

    def take_due(self) -> list[tuple[datetime, str, int]]:
        """Take the notes whose time has come, earliest first."""
        found = []
        while self.due and self.due[0][0] <= self.now():
            when, _, what, item_id = heapq.heappop(self.due)
            found.append((when, what, item_id))
        return found

    def reserved(self, item_id: int, *, but_for: int = 0) -> int:
        """Return how many units are held for unpaid orders."""
        now = self.now()
        self.reservations = [held for held in self.reservations if held.until > now]
        return sum(
            held.quantity
            for held in self.reservations
            if held.item_id == item_id and held.order_id != but_for
        )

    def entries(self, path: str) -> list[Json]:
        """Return a list of the shop by its path under wc/v3, made empty where missing."""
        return self.lists.setdefault(path, [])

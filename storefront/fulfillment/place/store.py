"""A store: its name, where it lies, and on which terms one collects or gets goods there."""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct, structs

from connector.model.location import Address
from storefront.fulfillment.errors.place import BadStore, StoreBusy, StorePaused
from storefront.fulfillment.lifecycle import Lifecycle, Step
from storefront.fulfillment.place.point import Position

UNDO_MS = 10 * 60_000


class StoreStatus(Enum):
    """PAUSED takes no new orders and finishes those it has."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    ARCHIVED = "ARCHIVED"


class PickupMode(Enum):
    """Where goods change hands."""

    IN_STORE = "IN_STORE"
    CURBSIDE = "CURBSIDE"


class PartialPolicy(Enum):
    """What happens when only a part of an order is ready."""

    ALLOW = "ALLOW"
    WAIT_ALL = "WAIT_ALL"
    ASK = "ASK"


class IdCheck(Enum):
    """What a shopper shows to collect."""

    NONE = "NONE"
    PIN = "PIN"
    PIN_OR_QR = "PIN_OR_QR"
    ID_NAME = "ID_NAME"


class SourcePolicy(Enum):
    """LOCAL stock lies in the store; TRANSFER stock comes from elsewhere first."""

    LOCAL = "LOCAL"
    TRANSFER = "TRANSFER"


class ThroughputPer(Enum):
    """The stretch of time a throughput is counted over."""

    HOUR = "HOUR"
    DAY = "DAY"


class ThroughputUnit(Enum):
    """What a throughput counts."""

    ORDER = "ORDER"
    PREP_POINT = "PREP_POINT"


class Curbside(Struct, frozen=True):
    """Parking spots for those who collect; `numbered` ones carry a sign."""

    spots: int
    numbered: bool = False


class PickupTerms(Struct, frozen=True, rename="camel"):
    """On which terms shoppers collect."""

    enabled: bool = False
    modes: tuple[PickupMode, ...] = (PickupMode.IN_STORE,)
    prep_minutes: int = 120
    hold_days: int = 7
    remind_after_hours: tuple[int, ...] = (24, 72)
    instructions: Mapping[str, str] = {}
    curbside: Curbside | None = None
    partial_policy: PartialPolicy = PartialPolicy.ASK
    id_check: IdCheck = IdCheck.PIN_OR_QR


class DeliveryTerms(Struct, frozen=True, rename="camel"):
    """On which terms the store delivers; `min_order` is in minor units of the shop's currency."""

    enabled: bool = False
    prep_minutes: int = 60
    cold_capable: bool = False
    age_restricted_allowed: bool = False
    min_order: int = 0


class StockSource(Struct, frozen=True, rename="camel"):
    """A place whose stock the store may promise: its own, or another's after `lead_hours`."""

    location_ref: str
    policy: SourcePolicy = SourcePolicy.LOCAL
    lead_hours: int = 0


class SafetyStock(Struct, frozen=True, rename="camel"):
    """How many pieces are never promised, and exceptions by SKU."""

    default: int = 0
    by_sku: Mapping[str, int] = {}

    def of(self, sku: str) -> int:
        """Return how many pieces of a SKU are kept back."""
        return self.by_sku.get(sku, self.default)

    def promisable(self, sku: str, available: int) -> int:
        """Return how many of `available` pieces may be promised, never fewer than none."""
        return max(0, available - self.of(sku))


class Throughput(Struct, frozen=True):
    """How much the store can get ready in a stretch of time."""

    cap: int
    per: ThroughputPer = ThroughputPer.HOUR
    unit: ThroughputUnit = ThroughputUnit.ORDER


class Contact(Struct, frozen=True):
    """How the store is reached; `phone` is E.164."""

    phone: str | None = None
    email: str | None = None


class Links(Struct, frozen=True, rename="camel"):
    """What other systems call this store."""

    shopify_location_gid: str | None = None
    woo_pickup_index: int | None = None
    amazon_supply_source_id: str | None = None


class Store(Struct, frozen=True, rename="camel"):
    """A store of a merchant; a store is not a warehouse: `stock_sources` says what it sells from.

    `code` is unique per merchant; `location_id` is the platform's place that it is, if any. After
    `auto_accept_min` minutes an order is taken on by itself; None leaves that to the staff.
    `paused_by` and `paused_at` (epoch ms) are of a store that takes no orders now.
    """

    id: str
    merchant_id: str
    code: str
    name: Mapping[str, str]
    address: Address
    timezone: str
    status: StoreStatus = StoreStatus.DRAFT
    geo: Position | None = None
    locales: tuple[str, ...] = ("en",)
    contact: Contact = Contact()
    gln: str | None = None
    location_id: str | None = None
    links: Links = Links()
    pickup: PickupTerms = PickupTerms()
    delivery: DeliveryTerms = DeliveryTerms()
    stock_sources: tuple[StockSource, ...] = ()
    safety_stock: SafetyStock = SafetyStock()
    throughput: Throughput | None = None
    auto_accept_min: int | None = None
    paused_by: str | None = None
    paused_at: int | None = None

    def paused_lately_by(self, who: str, now: int) -> bool:
        """Whether somebody paused it himself a moment ago, and so may take that back."""
        return self.paused_by == who and now - (self.paused_at or 0) < UNDO_MS

    @property
    def places(self) -> frozenset[str]:
        """The platforms' places that the store is, or sells from."""
        named = (self.location_id, *(source.location_ref for source in self.stock_sources))
        return frozenset(it for it in named if it is not None)


LIFE: Lifecycle[StoreStatus] = Lifecycle(
    StoreStatus,
    [
        Step(
            "activate",
            frozenset({StoreStatus.DRAFT}),
            (StoreStatus.ACTIVE,),
            frozenset({"owner", "manager"}),
            "it offers collecting or delivery, and has what that needs",
        ),
        Step(
            "pause",
            frozenset({StoreStatus.ACTIVE}),
            (StoreStatus.PAUSED,),
            frozenset({"owner", "manager", "staff"}),
        ),
        Step(
            "resume",
            frozenset({StoreStatus.PAUSED}),
            (StoreStatus.ACTIVE,),
            frozenset({"owner", "manager"}),
            "whoever paused it may take that back within 10 minutes",
        ),
        Step(
            "archive",
            frozenset({StoreStatus.PAUSED}),
            (StoreStatus.ARCHIVED,),
            frozenset({"owner"}),
            "no order and no job is open",
        ),
    ],
)


def activate(store: Store) -> Store:
    """Open a drafted store, or raise BadStore with the `field` that is missing."""
    status = LIFE.next(store.status, "activate")
    if not (store.pickup.enabled or store.delivery.enabled):
        raise BadStore("A store offers collecting or delivery.", field="pickup.enabled")
    if not store.stock_sources:
        raise BadStore("A store sells from somewhere.", field="stockSources")
    return structs.replace(store, status=status)


def pause(store: Store, by: str, now: int) -> Store:
    """Take no new orders for a while; `by` is the id of somebody of the staff, or of a key."""
    status = LIFE.next(store.status, "pause")
    return structs.replace(store, status=status, paused_by=by, paused_at=now)


def resume(store: Store) -> Store:
    """Take orders again."""
    status = LIFE.next(store.status, "resume")
    return structs.replace(store, status=status, paused_by=None, paused_at=None)


def archive(store: Store, open_orders: int, open_jobs: int) -> Store:
    """End a paused store, or raise StoreBusy while work is open."""
    status = LIFE.next(store.status, "archive")
    if open_orders or open_jobs:
        raise StoreBusy("Work is still open.", orders=open_orders, jobs=open_jobs)
    return structs.replace(store, status=status)


def require_active(store: Store) -> None:
    """Raise StorePaused unless the store takes new orders."""
    if store.status is not StoreStatus.ACTIVE:
        raise StorePaused(
            "The store takes no orders now.", store=store.id, status=store.status.value
        )

"""A delivery job: parcels, windows, pay and who holds it. It names no person and no street."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from msgspec import Struct, structs

from connector.model.errors import InvalidInput
from connector.model.money import Money
from storefront.fulfillment.courier.courier import Skill, VehicleType
from storefront.fulfillment.order.event import Recorded
from storefront.fulfillment.order.order import Temp


class BadJob(InvalidInput):
    """A delivery job that cannot be; `field` says what is wrong."""

    code = "bad_job"
    remedy = "Correct the field and send it again."


class JobState(Enum):
    """How far a job is; `job.life.LIFE` says what may follow what."""

    OFFERED = "OFFERED"
    AVAILABLE = "AVAILABLE"
    CLAIMED = "CLAIMED"
    AT_PICKUP = "AT_PICKUP"
    PICKED_UP = "PICKED_UP"
    AT_DROPOFF = "AT_DROPOFF"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    RETURNING = "RETURNING"
    RETURNED = "RETURNED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


UNDER_WAY = frozenset({JobState.PICKED_UP, JobState.AT_DROPOFF})
"""On the way to the door: what is not there when its window ends is late."""

IN_STORE = frozenset({JobState.CLAIMED, JobState.AT_PICKUP})
"""Claimed, and the goods still stand in the store: a lapsed lease makes it claimable again."""

CARRIED = frozenset({JobState.PICKED_UP, JobState.AT_DROPOFF, JobState.FAILED, JobState.RETURNING})
"""The courier carries the goods: a lapsed lease only makes it overdue."""

HELD = IN_STORE | CARRIED
"""Somebody holds it."""

ENDED = frozenset({JobState.DELIVERED, JobState.RETURNED, JobState.CANCELLED, JobState.EXPIRED})
"""Nothing follows, but for a delivery that is opened again in time."""


class Fate(Enum):
    """Where a parcel is."""

    IN_STORE = "IN_STORE"
    CARRIED = "CARRIED"
    DELIVERED = "DELIVERED"
    RETURNED = "RETURNED"
    LOST = "LOST"


class StockDecision(Enum):
    """What becomes of a parcel that came back."""

    RESTOCK = "RESTOCK"
    WASTE = "WASTE"
    HOLD = "HOLD"


class ProofKind(Enum):
    """What proves a step; AGE is a document that was looked at."""

    QR = "QR"
    PHOTO = "PHOTO"
    PIN = "PIN"
    SIGNATURE = "SIGNATURE"
    AGE = "AGE"
    NONE = "NONE"


class FailureCode(Enum):
    """Why a delivery did not succeed; `job.failure.FAILURES` says what each means."""

    NOT_AT_HOME = "NOT_AT_HOME"
    WRONG_ADDRESS = "WRONG_ADDRESS"
    UNREACHABLE = "UNREACHABLE"
    REFUSED = "REFUSED"
    AGE_CHECK_FAILED = "AGE_CHECK_FAILED"
    INTOXICATED = "INTOXICATED"
    DAMAGED = "DAMAGED"
    LOST = "LOST"
    PARCEL_MISSING = "PARCEL_MISSING"
    PAYMENT_REFUSED = "PAYMENT_REFUSED"
    VEHICLE_BREAKDOWN = "VEHICLE_BREAKDOWN"
    ACCIDENT = "ACCIDENT"
    WEATHER = "WEATHER"
    UNSAFE = "UNSAFE"
    STORE_CLOSED = "STORE_CLOSED"
    ORDER_NOT_READY = "ORDER_NOT_READY"
    TEMPERATURE_BREACH = "TEMPERATURE_BREACH"
    OTHER = "OTHER"


class Window(Struct, frozen=True, rename="camel"):
    """From when until when; epoch ms."""

    start_at: int
    end_at: int


class Pickup(Struct, frozen=True, rename="camel"):
    """When and against which hand-over the parcels leave the store; texts are the store's own."""

    window: Window
    handover_id: str | None = None
    ready_at: int | None = None
    instructions: Mapping[str, str] = {}


class Dropoff(Struct, frozen=True, rename="camel"):
    """When, and in which area; the street lies in the order's `person.Contact`.

    `area_cell` is at least 500 m wide; `distance_m` is from the store to the middle of that cell,
    so that it tells nothing of the door.
    """

    window: Window
    area_cell: str
    distance_m: int
    leave_at_door: bool = False
    handover_id: str | None = None


class Parcel(Struct, frozen=True, rename="camel"):
    """One bag or box; `code` is its SSCC or our own, `age_min` in years."""

    id: str
    code: str
    weight_g: int
    volume_ml: int
    temp: Temp = Temp.AMBIENT
    upright: bool = False
    age_min: int | None = None
    order_id: str | None = None
    fate: Fate = Fate.IN_STORE
    stock: StockDecision | None = None


class Requirements(Struct, frozen=True, rename="camel"):
    """What a courier must bring; no `vehicles` means any."""

    vehicles: tuple[VehicleType, ...] = ()
    min_volume_ml: int = 0
    min_weight_g: int = 0
    cold: bool = False
    age_check: int | None = None
    skills: tuple[Skill, ...] = ()


class Cod(Struct, frozen=True):
    """Cash to take at the door, and what was taken."""

    amount: Money
    collected: Money | None = None


class PayPart(Struct, frozen=True):
    """One reason of a courier's pay, in minor units."""

    label: str
    amount: int


class Pay(Struct, frozen=True):
    """What the courier gets, in minor units of `currency`; `breakdown` adds up to `fee`."""

    fee: int
    currency: str
    tip: int = 0
    breakdown: tuple[PayPart, ...] = ()


class ProofPlan(Struct, frozen=True):
    """Which proofs each stage needs, all of them."""

    pickup: tuple[ProofKind, ...] = (ProofKind.QR,)
    dropoff: tuple[ProofKind, ...] = (ProofKind.PIN,)
    back: tuple[ProofKind, ...] = (ProofKind.QR,)


class Failure(Struct, frozen=True, rename="camel"):
    """Why and when a try failed, how long the courier waited and how often he called or rang.

    `lost` are the codes of the parcels that it lost, so that an undo finds them again.
    """

    code: FailureCode
    at: int
    waited_ms: int = 0
    contact_tries: int = 0
    lost: tuple[str, ...] = ()


class DeliveryJob(Recorded, frozen=True, kw_only=True, rename="camel"):
    """One pair of pick-up and drop-off.

    `fence` counts claims: only who shows the present one has a say. `lease_until` is when a claim
    ends unless it is renewed. `attempts` counts failed tries. `expires_at` is the last moment to
    claim. `charges` are minor units of the pay's currency that a cancel or return costs.
    `carrier` names another firm that carries it; None is our own couriers.
    """

    id: str
    merchant_id: str
    order_ids: tuple[str, ...]
    store_id: str
    pickup: Pickup
    dropoff: Dropoff
    parcels: tuple[Parcel, ...]
    pay: Pay
    expires_at: int
    requirements: Requirements = Requirements()
    cod: Cod | None = None
    proof: ProofPlan = ProofPlan()
    bundle_id: str | None = None
    quote_id: str | None = None
    external_ref: str | None = None
    carrier: str | None = None
    state: JobState = JobState.OFFERED
    courier_id: str | None = None
    fence: int = 0
    lease_granted_at: int | None = None
    lease_until: int | None = None
    renewals: int = 0
    overdue: bool = False
    late: bool = False
    releases: int = 0
    attempts: int = 0
    failure: Failure | None = None
    claimed_at: int | None = None
    at_pickup_at: int | None = None
    picked_up_at: int | None = None
    at_dropoff_at: int | None = None
    delivered_at: int | None = None
    failed_at: int | None = None
    closed_at: int | None = None
    reopened: int = 0
    charges: int = 0
    cancel_reason: str | None = None
    source_state: str | None = None

    def with_parcels(self, codes: frozenset[str], **fields: Any) -> "DeliveryJob":
        """Return the job with other fields in the parcels of these codes."""
        parcels = tuple(
            structs.replace(each, **fields) if each.code in codes else each for each in self.parcels
        )
        return structs.replace(self, parcels=parcels)

    def codes(self, *fates: Fate) -> frozenset[str]:
        """Return the codes of the parcels with one of these fates."""
        return frozenset(each.code for each in self.parcels if each.fate in fates)

    @property
    def volume_ml(self) -> int:
        """How much room its parcels take."""
        return sum(each.volume_ml for each in self.parcels)

    @property
    def weight_g(self) -> int:
        """How heavy its parcels are together."""
        return sum(each.weight_g for each in self.parcels)

    @property
    def cold(self) -> bool:
        """Whether anything in it must stay cold."""
        return self.requirements.cold or any(p.temp is not Temp.AMBIENT for p in self.parcels)

    @property
    def age_check(self) -> int | None:
        """The age that must be looked at, in years; None where nobody needs to."""
        ages = [each.age_min for each in self.parcels if each.age_min is not None]
        return max([*ages, self.requirements.age_check or 0]) or None

"""A courier as stores know him: what he rides, what he may carry, and what was checked."""

from enum import Enum

from msgspec import Struct

from connector.model.money import Money
from storefront.fulfillment.order.event import Recorded

DAY = 86_400_000


class VehicleType(Enum):
    """What a courier rides."""

    FOOT = "FOOT"
    BIKE = "BIKE"
    CARGO_BIKE = "CARGO_BIKE"
    EBIKE = "EBIKE"
    SCOOTER = "SCOOTER"
    CAR = "CAR"


class Skill(Enum):
    """What a courier is allowed, and has learnt, to do."""

    AGE18 = "AGE18"
    COD = "COD"
    COLD = "COLD"
    HEAVY = "HEAVY"


class CheckKind(Enum):
    """What was looked at; the document itself is not kept."""

    IDENTITY = "IDENTITY"
    RIGHT_TO_WORK = "RIGHT_TO_WORK"
    LICENCE = "LICENCE"
    INSURANCE = "INSURANCE"


class CourierState(Enum):
    """Where a courier stands; `courier.life.LIFE` says what may follow what."""

    APPLIED = "APPLIED"
    VERIFIED = "VERIFIED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    LEFT = "LEFT"


class MembershipState(Enum):
    """What a merchant says of a courier."""

    INVITED = "INVITED"
    APPROVED = "APPROVED"
    BLOCKED = "BLOCKED"


class Membership(Struct, frozen=True, rename="camel"):
    """One merchant's word on the courier."""

    merchant_id: str
    state: MembershipState


class Vehicle(Struct, frozen=True, rename="camel"):
    """What fits: millilitres and grams; `cold` keeps chill and frozen goods."""

    id: str
    type: VehicleType
    volume_ml: int
    weight_g: int
    cold: bool = False


class Check(Struct, frozen=True, rename="camel"):
    """That something was checked, when, until when it holds, and by whom (a staff id)."""

    kind: CheckKind
    checked_at: int
    valid_until: int
    by: str


class Limits(Struct, frozen=True, rename="camel"):
    """How much at once."""

    max_open_jobs: int = 3
    max_bundle: int = 6


class Online(Struct, frozen=True, rename="camel"):
    """Since when the courier looks for jobs, on what, and in which area; epoch ms."""

    since: int
    vehicle_id: str
    cell: str
    seen_at: int


class Courier(Recorded, frozen=True, kw_only=True, rename="camel"):
    """One courier; his phone number lies sealed.

    `cash_held` is what he took at doors and has not handed in, by currency; None was never added
    up. `cash_settled_at`: he last handed in.
    """

    id: str
    display_name: str
    locale: str = "en"
    state: CourierState = CourierState.APPLIED
    merchants: tuple[Membership, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    skills: tuple[Skill, ...] = ()
    checks: tuple[Check, ...] = ()
    limits: Limits = Limits()
    online: Online | None = None
    cash_held: tuple[Money, ...] | None = None
    cash_settled_at: int | None = None

    def vehicle(self, vehicle_id: str) -> Vehicle | None:
        """Return one of his vehicles, or None."""
        return next((each for each in self.vehicles if each.id == vehicle_id), None)

    def membership(self, merchant_id: str) -> MembershipState | None:
        """Return what this merchant says of him, or None where he says nothing."""
        found = (each.state for each in self.merchants if each.merchant_id == merchant_id)
        return next(found, None)

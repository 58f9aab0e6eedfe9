"""What a delivery costs the shopper and pays the courier: rules in order, each explained."""

from enum import Enum

from msgspec import Struct

from storefront.fulfillment.place.hours import Weekday


class Component(Enum):
    """A part of a fee; of each part the first rule that matches counts."""

    BASE = "BASE"
    DISTANCE = "DISTANCE"
    WEIGHT = "WEIGHT"
    PEAK = "PEAK"
    SLOT = "SLOT"
    COD = "COD"
    RETURN = "RETURN"
    FREE_OVER = "FREE_OVER"


class Span(Struct, frozen=True):
    """From `min` up to but without `max`; None is no limit."""

    min: int | None = None
    max: int | None = None

    def holds(self, value: int) -> bool:
        """Tell whether the value lies in the span."""
        return (self.min is None or value >= self.min) and (self.max is None or value < self.max)


class PerStep(Struct, frozen=True):
    """`amount` for every `step` beyond what is `included`; parts of a step count in proportion."""

    step: int
    amount: int
    included: int = 0


class When(Struct, frozen=True, rename="camel"):
    """What must hold for a rule to match; what is not given does not matter.

    `slot_lead` is in minutes between order and slot; `temp` and `vehicle` are names as on a job.
    """

    zone_ids: tuple[str, ...] = ()
    subtotal: Span | None = None
    distance_m: Span | None = None
    weight_g: Span | None = None
    volume_ml: Span | None = None
    slot_lead: Span | None = None
    weekday: tuple[Weekday, ...] = ()
    peak: bool | None = None
    temp: tuple[str, ...] = ()
    vehicle: tuple[str, ...] = ()
    floor: Span | None = None


class FeeRule(Struct, frozen=True, rename="camel"):
    """One rule: a fixed `amount` or `per_step`, at most `cap`; minor units.

    FREE_OVER takes off the whole fee from a subtotal of `amount` on, at most `cap` of it.
    """

    id: str
    component: Component
    when: When = When()
    amount: int | None = None
    per_step: PerStep | None = None
    cap: int | None = None


class FeeList(Struct, frozen=True, rename="camel"):
    """The rules of one store in their order, all in one currency (ISO 4217)."""

    store_id: str
    currency: str
    rules: tuple[FeeRule, ...] = ()


class FeeFacts(Struct, frozen=True, rename="camel"):
    """What a fee is worked out from; money in minor units, `slot_price` as the slot's own."""

    zone_id: str | None = None
    subtotal: int = 0
    distance_m: int = 0
    weight_g: int = 0
    volume_ml: int = 0
    slot_lead: int = 0
    slot_price: int = 0
    weekday: Weekday = Weekday.MO
    peak: bool = False
    temp: str = "AMBIENT"
    vehicle: str = "BIKE"
    floor: int = 0
    cod: bool = False
    returning: bool = False


class Applied(Struct, frozen=True, rename="camel"):
    """One line of the explanation; `rule_id` is None for the price of the slot itself."""

    component: Component
    amount: int
    rule_id: str | None = None


class Fee(Struct, frozen=True):
    """A fee and its explanation: the lines add up to the amount."""

    currency: str
    amount: int
    explain: tuple[Applied, ...] = ()

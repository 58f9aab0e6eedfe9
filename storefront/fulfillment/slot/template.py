"""What the shopkeeper sets once: on which days, from when to when, how long and how many."""

from collections.abc import Collection

from msgspec import Struct, field, structs

from storefront.fulfillment.errors.slot import BadSlotTemplate
from storefront.fulfillment.place.hours import DAY_MIN, LAST_MIN, WEEKDAYS, Service, Weekday

LONGEST_HORIZON_DAYS = 366
SHORTEST_MIN = 5
LONGEST_LEAD_MIN = 366 * DAY_MIN
MOST_DELTA = 10**9
MOST_LOAD = 10**9


class Caps(Struct, frozen=True, rename="camel"):
    """How much fits into one slot; None sets no limit."""

    orders: int | None = None
    prep_points: int | None = None
    volume_ml: int | None = None


class Cutoff(Struct, frozen=True, rename="camel"):
    """Until when one may order: minutes before the start, or a wall time some days before.

    `day_offset` counts days before the day of the slot; `wall_time` is in minutes since midnight.
    """

    minutes_before: int | None = None
    day_offset: int | None = None
    wall_time: int | None = None


class Scope(Struct, frozen=True, rename="camel"):
    """Whom or what the slots are for; empty means everything."""

    product_tags: tuple[str, ...] = ()
    zone_ids: tuple[str, ...] = ()
    customer_group: str | None = None

    @property
    def narrowness(self) -> int:
        """How many things it is limited by: the narrower scope goes first."""
        return sum(map(bool, (self.product_tags, self.zone_ids, self.customer_group)))

    def covers(self, tags: Collection[str], zone_id: str | None, group: str | None) -> bool:
        """Tell whether a basket with any of the tags, to this zone, of this group may use it."""
        return (
            (not self.product_tags or any(tag in self.product_tags for tag in tags))
            and (not self.zone_ids or zone_id in self.zone_ids)
            and (self.customer_group is None or self.customer_group == group)
        )


class SlotTemplate(Struct, frozen=True, rename="camel"):
    """Slots of `length_min` that begin every `step_min` between `from` and `to` (wall minutes).

    `to` may lie in the next day. `lead_min` is the least time between order and start.
    `price_delta` is in minor units of the shop's currency, and may be negative.
    """

    id: str
    store_id: str
    service: Service
    days: tuple[Weekday, ...]
    from_min: int = field(name="from")
    to_min: int = field(name="to")
    length_min: int
    step_min: int
    cutoff: Cutoff = Cutoff()
    lead_min: int = 0
    horizon_days: int = 14
    caps: Caps = Caps()
    price_delta: int = 0
    scope: Scope = Scope()


def checked_template(template: SlotTemplate) -> SlotTemplate:
    """Return the template with its days in order, or raise BadSlotTemplate with `field`."""
    _require(template.service is not Service.STORE, "service")
    _require(bool(template.days), "days")
    _require(0 <= template.from_min < DAY_MIN, "from")
    _require(template.from_min < template.to_min <= LAST_MIN, "to")
    _require(
        SHORTEST_MIN <= template.length_min <= template.to_min - template.from_min, "lengthMin"
    )
    _require(SHORTEST_MIN <= template.step_min <= DAY_MIN, "stepMin")
    _require(0 <= template.lead_min <= LONGEST_LEAD_MIN, "leadMin")
    _require(0 <= template.horizon_days <= LONGEST_HORIZON_DAYS, "horizonDays")
    _require(abs(template.price_delta) <= MOST_DELTA, "priceDelta")
    _require_caps(template.caps)
    _require_cutoff(template.cutoff)
    days = tuple(day for day in WEEKDAYS if day in template.days)
    return structs.replace(template, days=days)


def _require(holds: bool, name: str) -> None:  # noqa: FBT001
    if not holds:
        raise BadSlotTemplate(f"{name} cannot stand.", field=name)


def _require_caps(caps: Caps) -> None:
    _require(caps.orders is None or 1 <= caps.orders <= MOST_LOAD, "caps.orders")
    _require(caps.prep_points is None or 1 <= caps.prep_points <= MOST_LOAD, "caps.prepPoints")
    _require(caps.volume_ml is None or 1 <= caps.volume_ml <= MOST_LOAD, "caps.volumeMl")


def _require_cutoff(cutoff: Cutoff) -> None:
    by_day = cutoff.day_offset is not None or cutoff.wall_time is not None
    _require(not (by_day and cutoff.minutes_before is not None), "cutoff")
    before = cutoff.minutes_before
    _require(before is None or 0 <= before <= LONGEST_LEAD_MIN, "cutoff.minutesBefore")
    if by_day:
        _require(cutoff.day_offset is not None and 0 <= cutoff.day_offset <= 31, "cutoff.dayOffset")
        _require(
            cutoff.wall_time is not None and 0 <= cutoff.wall_time < DAY_MIN, "cutoff.wallTime"
        )

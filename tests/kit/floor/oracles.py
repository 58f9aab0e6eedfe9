"""The rules of the shop floor once more, slow and plain, to compare the quick ones with."""

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import atan2, cos, hypot, radians, sin
from zoneinfo import ZoneInfo

from connector.model.location import Geo
from storefront.fulfillment.place.hours import Hours
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.route.errand import Errand, Rider
from storefront.fulfillment.slot.template import SlotTemplate
from storefront.fulfillment.zone.fee import FeeFacts, FeeList, FeeRule
from storefront.fulfillment.zone.zone import Polygon, Ring

CASES = int(os.environ.get("REGIE_ORACLE", "300"))
"""How many random cases each comparison goes through: 10 000 for the full run."""

ZONES = (
    "Europe/Amsterdam",
    "Asia/Jerusalem",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
)
"""Five zones whose clocks change, at different days and hours and by half an hour, too; and one
whose clocks do not."""
MINUTE = 60_000
DAY = dt.timedelta(days=1)


# Wall clocks: the minutes of the world are gone through one by one.


@lru_cache(maxsize=512)
def minutes_around(zone: str, date: dt.date, before: int, after: int) -> list[tuple[int, int]]:
    """Return each real minute of some days: its instant, and what the wall shows.

    What the wall shows is in minutes since the midnight of `date`, as the wall counts.
    """
    place = ZoneInfo(zone)
    noon = dt.datetime(date.year, date.month, date.day, 12, tzinfo=dt.UTC)
    first = int(noon.timestamp()) // 60 - before * 1440
    midnight = dt.datetime(date.year, date.month, date.day)  # noqa: DTZ001  a wall shows no zone
    shown = []
    for minute in range(first, first + (before + after) * 1440):
        wall = dt.datetime.fromtimestamp(minute * 60, place).replace(tzinfo=None)
        shown.append((minute * MINUTE, int((wall - midnight).total_seconds()) // 60))
    return shown


@lru_cache(maxsize=100_000)
def first_showing(zone: str, date: dt.date, minute: int) -> int:
    """Return the first instant at which the wall shows this minute of the date, or a later one.

    Minute by minute, from two hours before it would be if no clock were changed that day.
    """
    place = ZoneInfo(zone)
    ahead = dt.datetime(date.year, date.month, date.day, tzinfo=place).utcoffset()
    wall = dt.datetime(date.year, date.month, date.day) + dt.timedelta(minutes=minute)  # noqa: DTZ001
    early = wall.replace(tzinfo=dt.UTC) - (ahead or dt.timedelta()) - dt.timedelta(hours=2)
    now = int(early.timestamp())
    while dt.datetime.fromtimestamp(now, place).replace(tzinfo=None) < wall:
        now += 60
    return now * 1000


def open_minutes(hours: Hours, zone: str, date: dt.date, before: int, after: int) -> set[int]:
    """Return the instants of all minutes in which it is open, of some days."""
    found: set[int] = set()
    for ahead in range(-before, after):
        day = date + ahead * DAY
        for start, end in hours.on(day):
            opens, closes = first_showing(zone, day, start), first_showing(zone, day, end)
            found.update(range(opens, closes, MINUTE))
    return found


def change_days(zone: str) -> list[dt.date]:
    """Return the days of 2024 to 2030 on which the clocks of a zone are changed."""
    place, found = ZoneInfo(zone), []
    date = dt.date(2024, 1, 1)
    while date <= dt.date(2030, 12, 31):
        ends = [
            dt.datetime(day.year, day.month, day.day, tzinfo=place).utcoffset()
            for day in (date, date + DAY)
        ]
        if ends[0] != ends[1]:
            found.append(date)
        date += DAY
    return found


def slots_by_minutes(
    templates: Sequence[SlotTemplate], hours: Hours, zone: str, date: dt.date
) -> list[tuple[int, int, str]]:
    """Return start, end and template of the slots of a date, by looking at every minute."""
    opened = open_minutes(hours, zone, date, 4, 5)
    ranked = sorted(templates, key=lambda one: (-_narrowness(one), one.id))
    days = [_slots_within(ranked, opened, zone, date - back * DAY) for back in (2, 1, 0)]
    earlier = days[0] + days[1]
    kept = [one for one in days[2] if not any(_clash(one, other) for other in earlier)]
    return sorted((start, end, name) for start, end, name, _ in kept)


def _slots_within(
    ranked: Sequence[SlotTemplate], opened: set[int], zone: str, date: dt.date
) -> list[tuple[int, int, str, int]]:
    owner: dict[int, str] = {}
    found = []
    for template in ranked:
        if date.strftime("%A")[:2].lower() not in {day.value for day in template.days}:
            continue
        least = min(template.step_min, template.length_min)
        last = None
        for instant, shown in minutes_around(zone, date, 2, 3):
            steps, rest = divmod(shown - template.from_min, template.step_min)
            if rest or steps < 0 or shown + template.length_min > template.to_min:
                continue
            span = range(instant, instant + template.length_min * MINUTE, MINUTE)
            if not all(minute in opened for minute in span):
                continue
            if last is not None and instant - last < least * MINUTE:
                continue
            if any(owner.get(minute, template.id) != template.id for minute in span):
                continue
            last = instant
            owner.update(dict.fromkeys(span, template.id))
            found.append((instant, span.stop, template.id, least * MINUTE))
    return found


def _clash(one: tuple[int, int, str, int], other: tuple[int, int, str, int]) -> bool:
    if one[2] == other[2]:
        return abs(one[0] - other[0]) < one[3]
    return bool(set(range(one[0], one[1], MINUTE)) & set(range(other[0], other[1], MINUTE)))


def _narrowness(template: SlotTemplate) -> int:
    scope = template.scope
    return len([1 for one in (scope.product_tags, scope.zone_ids, scope.customer_group) if one])


def ready_by_minutes(store_open: set[int], pickup_open: set[int], start: int, prep: int) -> int:
    """Return when goods can be collected: count open minutes, then wait for the counter."""
    now, done = start, 0
    while done < prep:
        done += now in store_open
        now += MINUTE
    while now not in pickup_open:
        now += MINUTE
    return now


# Areas: exact fractions, and how often the border winds round the point.


def winds_round(polygons: Sequence[Polygon], point: Geo) -> bool:
    """Tell whether a point lies in an area, or on a border, exactly."""
    at = Fraction(point.longitude), Fraction(point.latitude)
    return any(_in_polygon(polygon, at) for polygon in polygons)


def near_border(polygons: Sequence[Polygon], point: Geo, degrees: float) -> bool:
    """Tell whether a point is so near to a border that floats need not tell sides apart."""
    x, y = point.longitude, point.latitude
    for ring in (ring for polygon in polygons for ring in polygon):
        for (x1, y1), (x2, y2) in pairwise(ring):
            dx, dy = x2 - x1, y2 - y1
            size = dx * dx + dy * dy
            t = 0.0 if not size else max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / size))
            if hypot(x1 + t * dx - x, y1 + t * dy - y) <= degrees:
                return True
    return False


def _in_polygon(polygon: Polygon, at: tuple[Fraction, Fraction]) -> bool:
    numbers = [_winding(ring, at) for ring in polygon]
    if None in numbers:
        return True
    return bool(numbers[0]) and not any(numbers[1:])


def _winding(ring: Ring, at: tuple[Fraction, Fraction]) -> int | None:
    """Return how often the ring goes round the point; None on the ring."""
    x, y = at
    number = 0
    for start, end in pairwise(ring):
        (x1, y1), (x2, y2) = ((Fraction(a), Fraction(b)) for a, b in (start, end))
        left = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
        if left == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return None
        if y1 <= y < y2 and left > 0:
            number += 1
        if y2 <= y < y1 and left < 0:
            number -= 1
    return number


# Distances: by vectors instead of by haversine.


def angle_m(one: Geo, other: Geo) -> float:
    """Return the metres between two points by the angle between two vectors."""
    a, b = _vector(one), _vector(other)
    cross = hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    return 6_371_008.8 * atan2(cross, sum(p * q for p, q in zip(a, b, strict=True)))


def _vector(point: Geo) -> tuple[float, float, float]:
    lat, lng = radians(point.latitude), radians(point.longitude)
    return cos(lat) * cos(lng), cos(lat) * sin(lng), sin(lat)


def nearest_by_sorting(stores: Sequence[Store], point: Geo, first: int) -> list[str]:
    """Return the ids of the nearest stores by sorting all of them."""
    placed = [(angle_m(point, one.geo.point), one.id) for one in stores if one.geo]
    return [name for _, name in sorted(placed)][:first]


# Fees: as the rules say, with fractions.


def naive_fee(fees: FeeList, facts: FeeFacts) -> tuple[int, list[tuple[str, int, str | None]]]:
    """Return the shopper's fee and its lines."""
    lines: list[tuple[str, int, str | None]] = []
    for name in ("BASE", "DISTANCE", "WEIGHT", "PEAK", "SLOT", "COD", "RETURN"):
        rule = _rule_for(name, fees.rules, facts)
        if rule is not None:
            lines.append((name, _amount(rule, facts), rule.id))
    total = sum(amount for _, amount, _ in lines)
    if facts.slot_price > 0:
        lines.append(("SLOT", facts.slot_price, None))
    elif facts.slot_price < 0 and total > 0:
        lines.append(("SLOT", -min(total, -facts.slot_price), None))
    total = sum(amount for _, amount, _ in lines)
    rule = _rule_for("FREE_OVER", fees.rules, facts)
    if rule is not None and total:
        off = total if rule.cap is None or rule.cap > total else rule.cap
        lines.append(("FREE_OVER", -off, rule.id))
    return sum(amount for _, amount, _ in lines), lines


def _rule_for(name: str, rules: Sequence[FeeRule], facts: FeeFacts) -> FeeRule | None:
    wanted: Mapping[str, bool] = {
        "PEAK": facts.peak,
        "COD": facts.cod,
        "RETURN": facts.returning,
    }
    if not wanted.get(name, True):
        return None
    for rule in rules:
        if rule.component.value != name or not _applies(rule, facts):
            continue
        if name != "FREE_OVER" or facts.subtotal >= (rule.amount or 0):
            return rule
    return None


def _applies(rule: FeeRule, facts: FeeFacts) -> bool:
    when = rule.when
    for name in ("subtotal", "distance_m", "weight_g", "volume_ml", "slot_lead", "floor"):
        span, value = getattr(when, name), getattr(facts, name)
        if span is not None and span.min is not None and value < span.min:
            return False
        if span is not None and span.max is not None and value >= span.max:
            return False
    for listed, value in (
        (when.zone_ids, facts.zone_id),
        (when.weekday, facts.weekday),
        (when.temp, facts.temp),
        (when.vehicle, facts.vehicle),
    ):
        if len(listed) > 0 and value not in listed:
            return False
    return when.peak is None or when.peak == facts.peak


def _amount(rule: FeeRule, facts: FeeFacts) -> int:
    if rule.per_step is None:
        worth = Fraction(rule.amount or 0)
    else:
        measure = {
            "DISTANCE": facts.distance_m,
            "RETURN": facts.distance_m,
            "WEIGHT": facts.weight_g,
            "COD": facts.subtotal,
        }[rule.component.value]
        over = measure - rule.per_step.included
        worth = Fraction(max(0, over), rule.per_step.step) * rule.per_step.amount
    rounded = int(worth) + (1 if worth - int(worth) >= Fraction(1, 2) else 0)
    return rounded if rule.cap is None or rounded < rule.cap else rule.cap


# Bundles: every order of stops, without leaving any out.


def best_by_trying(
    errands: Sequence[Errand], rider: Rider, seconds: Mapping[tuple[Geo, Geo], int]
) -> tuple[int, int] | None:
    """Return the earliest end and the least riding over all orders that work."""
    ends = [
        done
        for order in _orders([(one, False) for one in errands])
        if (done := _ride(order, rider, seconds)) is not None
    ]
    return min(ends, default=None)


def _orders(left: list[tuple[Errand, bool]]) -> Iterator[list[tuple[Errand, bool]]]:
    """Yield each order of (errand, is it the drop)."""
    if not left:
        yield []
    for place, (errand, drops) in enumerate(left):
        rest = left[:place] + left[place + 1 :] + ([] if drops else [(errand, True)])
        for order in _orders(rest):
            yield [(errand, drops), *order]


def _ride(
    order: Sequence[tuple[Errand, bool]], rider: Rider, seconds: Mapping[tuple[Geo, Geo], int]
) -> tuple[int, int] | None:
    at, now, ridden, volume, weight = rider.start, rider.start_at, 0, 0, 0
    before = None
    for errand, drops in order:
        place = errand.drop if drops else errand.pickup
        way = seconds[at, place]
        first = errand.drop_from if drops else errand.pickup_from
        last = errand.drop_until if drops else errand.pickup_until
        now = max(now + way * 1000, first)
        volume += -errand.volume_ml if drops else errand.volume_ml
        weight += -errand.weight_g if drops else errand.weight_g
        if now > last or volume > rider.volume_ml or weight > rider.weight_g:
            return None
        if before != (place, drops):
            now += (180 if drops else 90) * 1000
        if rider.until is not None and now > rider.until:
            return None
        ridden += way
        at, before = place, (place, drops)
    return now, ridden

"""The rules of areas, fees and rides once more, slow and plain, to compare the quick ones with."""

import os
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import atan2, cos, hypot, radians, sin

from connector.model.location import Geo
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.route.errand import Errand, Rider
from storefront.fulfillment.zone.fee import FeeFacts, FeeList, FeeRule
from storefront.fulfillment.zone.zone import Polygon, Ring

CASES = int(os.environ.get("REGIE_ORACLE", "300"))
"""How many random cases each comparison goes through: 10 000 for the full run."""


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

"""Which zone an address falls into: surely, perhaps, or none."""

from collections.abc import Iterable
from enum import Enum

from msgspec import Struct, structs

from connector.model.location import Geo
from storefront.fulfillment.errors.place import BadPostcode
from storefront.fulfillment.errors.zone import BadZone, ZoneOutside, ZoneUncertain
from storefront.fulfillment.place.point import Position, distance_m
from storefront.fulfillment.place.postcode import in_list, normalise, read_list
from storefront.fulfillment.zone.polygon import (
    border_distance_m,
    checked_line,
    checked_polygons,
    covers,
)
from storefront.fulfillment.zone.zone import Zone, ZoneKind

FURTHEST_M = 100_000
_LONGEST_LEAD_MIN = 366 * 1440


class Certainty(Enum):
    """IN a zone, OUTSIDE all, or UNCERTAIN: then the store decides by hand."""

    IN = "IN"
    UNCERTAIN = "UNCERTAIN"
    OUTSIDE = "OUTSIDE"


class Dropoff(Struct, frozen=True, rename="camel"):
    """Where somebody wants it brought; postcode and ISO country as in the address, if known."""

    position: Position | None
    postcode: str | None = None
    country: str | None = None


class Decision(Struct, frozen=True, rename="camel"):
    """The zone that counts, or that may; `border_m` is how near its border is, where it has one."""

    certainty: Certainty
    zone: Zone | None = None
    by_postcode: bool = False
    border_m: float | None = None


def decide(zones: Iterable[Zone], drop: Dropoff, origin: Geo) -> Decision:
    """Return the first active zone by priority (then id) in which the dropoff lies, or may lie.

    `origin` is the store: radii are measured from it. Where the position may be wrong by more
    than the distance to the border, the zone's postcodes decide; without them it is uncertain.
    """
    active = (zone for zone in zones if zone.active)
    for zone in sorted(active, key=lambda zone: (zone.priority, zone.id)):
        decision = _one(zone, drop, origin)
        if decision.certainty is not Certainty.OUTSIDE:
            return decision
    return Decision(Certainty.OUTSIDE)


def require_zone(decision: Decision) -> Zone:
    """Return the zone, or raise ZoneOutside or ZoneUncertain."""
    if decision.zone is None:
        raise ZoneOutside("The address lies outside every zone.")
    if decision.certainty is Certainty.UNCERTAIN:
        raise ZoneUncertain("The address may lie outside the zone.", zone=decision.zone.id)
    return decision.zone


def checked_zone(zone: Zone) -> Zone:
    """Return the zone if it is an area, or raise BadZone with `field`."""
    if zone.kind is ZoneKind.POLYGON:
        checked_polygons(zone.polygons)
    if zone.kind is ZoneKind.RADIUS and not 1 <= (zone.radius_m or 0) <= FURTHEST_M:
        raise BadZone("A radius has 1 to 100 000 metres.", field="radiusM")
    if zone.kind is ZoneKind.POSTCODES and not zone.postcodes:
        raise BadZone("A list of postcodes is not empty.", field="postcodes")
    if zone.postcodes and not zone.country:
        raise BadZone("Postcodes belong to a country.", field="country")
    for line in zone.barriers:
        checked_line(line, "barriers")
    if not 0 <= zone.lead_min <= _LONGEST_LEAD_MIN:
        raise BadZone("A lead is not negative, and a year at most.", field="leadMin")
    _require_readable(zone)
    return structs.replace(zone, postcodes=tuple(line for line in zone.postcodes if line.strip()))


def listed(zone: Zone, drop: Dropoff) -> bool:
    """Tell whether the zone's postcodes name the dropoff's; no list names none."""
    if not (zone.postcodes and zone.country and drop.postcode):
        return False
    if drop.country not in {None, zone.country}:
        return False
    try:
        code = normalise(drop.postcode, zone.country)
    except BadPostcode:
        return False
    return in_list(code, read_list(zone.postcodes, zone.country))


def _one(zone: Zone, drop: Dropoff, origin: Geo) -> Decision:
    if zone.kind is ZoneKind.POSTCODES:
        return _found(zone, inside=listed(zone, drop), by_postcode=True)
    if drop.position is None:
        return _vague(zone, drop, None)
    inside, border_m = _measure(zone, drop.position.point, origin)
    if drop.position.accuracy_m > border_m:
        return _vague(zone, drop, border_m)
    return _found(zone, inside=inside, border_m=border_m)


def _vague(zone: Zone, drop: Dropoff, border_m: float | None) -> Decision:
    if zone.postcodes and drop.postcode:
        return _found(zone, inside=listed(zone, drop), by_postcode=True, border_m=border_m)
    return Decision(Certainty.UNCERTAIN, zone, border_m=border_m)


def _found(
    zone: Zone, *, inside: bool, by_postcode: bool = False, border_m: float | None = None
) -> Decision:
    if not inside:
        return Decision(Certainty.OUTSIDE)
    return Decision(Certainty.IN, zone, by_postcode, border_m)


def _measure(zone: Zone, point: Geo, origin: Geo) -> tuple[bool, float]:
    """Return whether the point lies in the area, and the metres to its border."""
    if zone.kind is ZoneKind.RADIUS:
        away, radius = distance_m(origin, point), zone.radius_m or 0
        return away <= radius, abs(away - radius)
    return covers(zone.polygons, point), border_distance_m(zone.polygons, point)


def _require_readable(zone: Zone) -> None:
    try:
        read_list(zone.postcodes, zone.country or "")
    except BadPostcode as bad:
        raise BadZone(bad.message, field="postcodes", **bad.details()) from None

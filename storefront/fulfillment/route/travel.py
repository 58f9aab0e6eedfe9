"""How long a way takes, told as a range and with who says so; never as a promise."""

from collections.abc import Iterable, Mapping
from statistics import median
from typing import Protocol

from msgspec import Struct, field

from connector.model.location import Geo
from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.place.point import distance_m
from storefront.fulfillment.zone.barrier import crossings
from storefront.fulfillment.zone.zone import Line

DETOUR = 1.35
"""How much longer streets are than the straight line, as measured in European cities."""

PICKUP_S = 90
DROP_S = 180
BARRIER_S = 240
SPREAD = 1.5
ENOUGH_JOBS = 30
LEAST, MOST = 0.7, 3.0
BAND_HOURS = 3

SPEED_KMH: Mapping[VehicleType, float] = {
    VehicleType.FOOT: 4.5,
    VehicleType.BIKE: 14.0,
    VehicleType.CARGO_BIKE: 12.0,
    VehicleType.EBIKE: 17.0,
    VehicleType.SCOOTER: 20.0,
    VehicleType.CAR: 18.0,
}
"""Assumed, in town, doors and lights included; calibration corrects it."""


class Travel(Struct, frozen=True, rename="camel"):
    """Metres and seconds of a way: half, and nine in ten, take no longer. `source` estimates."""

    distance_m: int
    p50_s: int
    p90_s: int
    source: str

    def __add__(self, other: "Travel") -> "Travel":
        return Travel(
            self.distance_m + other.distance_m,
            self.p50_s + other.p50_s,
            self.p90_s + other.p90_s,
            self.source,
        )


class TravelTime(Protocol):
    """Who knows how long ways take: the estimate below, or a router such as OSRM."""

    def between(self, start: Geo, end: Geo, vehicle: VehicleType) -> Travel:
        """Return how far and how long it is from one point to another, without stops."""
        ...


class Band(Struct, frozen=True, rename="camel"):
    """Where, with what and when: `hour_band` counts stretches of three local hours, 0 to 7."""

    zone_id: str | None
    vehicle: VehicleType
    hour_band: int


class Ridden(Struct, frozen=True, rename="camel"):
    """One way that was gone: what was foreseen (p50) and what it took, in seconds."""

    band: Band
    predicted_s: int
    actual_s: int


class Haversine(Struct, frozen=True):
    """The estimate that needs no map: straight line, detour, speed, and lines hard to cross.

    `factor` is the calibration of the present band.
    """

    detour: float = DETOUR
    speed_kmh: Mapping[VehicleType, float] = field(default_factory=lambda: SPEED_KMH)
    barriers: tuple[Line, ...] = ()
    barrier_s: int = BARRIER_S
    factor: float = 1.0
    source: str = "haversine"

    def between(self, start: Geo, end: Geo, vehicle: VehicleType) -> Travel:
        """Return the estimate; p90 is half as long again as p50."""
        metres = distance_m(start, end) * self.detour
        ridden = metres * 3.6 / self.speed_kmh[vehicle]
        crossed = crossings(start, end, self.barriers) * self.barrier_s
        seconds = (ridden + crossed) * self.factor
        return Travel(round(metres), round(seconds), round(seconds * SPREAD), self.source)


def delivery_time(times: TravelTime, store: Geo, door: Geo, vehicle: VehicleType) -> Travel:
    """Return how long one delivery takes: taking over, the way, and handing over."""
    way = times.between(store, door, vehicle)
    handling = PICKUP_S + DROP_S
    spread = round(handling * SPREAD)
    return Travel(way.distance_m, way.p50_s + handling, way.p90_s + spread, way.source)


def hour_band(local_minute: int) -> int:
    """Return the stretch of three hours in which a minute of the day lies."""
    return local_minute // (60 * BAND_HOURS)


def calibrate(ridden: Iterable[Ridden]) -> dict[Band, float]:
    """Return a factor for each band with 30 ways or more: the median of actual by foreseen.

    No factor is below 0.7 or above 3. Ways foreseen to take no time say nothing.
    """
    ratios: dict[Band, list[float]] = {}
    for one in ridden:
        if one.predicted_s > 0:
            ratios.setdefault(one.band, []).append(one.actual_s / one.predicted_s)
    return {
        band: max(LEAST, min(MOST, median(found)))
        for band, found in ratios.items()
        if len(found) >= ENOUGH_JOBS
    }

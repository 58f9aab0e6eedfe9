"""A map of our own without anybody else's pictures: the store, an area, the courier, and rings."""

from collections.abc import Sequence
from math import cos, radians

from msgspec import Struct

from connector.model.location import Geo
from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.place.point import METRES_PER_DEGREE, cell_centre, distance_m
from storefront.fulfillment.route.travel import Haversine
from storefront.fulfillment.work.customer import Page as OrderPage
from storefront.fulfillment.zone.zone import Polygon, Zone, ZoneKind

SIZE = 320
_EDGE = 28
RINGS_M = (500, 1000, 2000)
_AREA_M = 350
_STALE_MS = 5 * 60_000


class Spot(Struct, frozen=True):
    """A point on the drawing, and how large it is there."""

    x: float
    y: float
    r: float = 0


class Ring(Struct, frozen=True):
    """A circle around the area's middle, so many metres wide."""

    metres: int
    r: float
    label_y: float


class Sketch(Struct, frozen=True):
    """What the customer sees of the way; words say the same, and come first.

    `away_m` is from the courier to the middle of the area, both blurred; minutes are an estimate.
    """

    store: Spot
    area: Spot
    courier: Spot
    rings: Sequence[Ring]
    away_m: int
    minutes: tuple[int, int]
    seen_at: int
    stale: bool


class Frame:
    """Turns places into points of the drawing: north is up, and nothing is mirrored."""

    def __init__(self, points: Sequence[Geo], about: Geo, least_m: float) -> None:
        self._about = about
        reach = max([least_m, *(distance_m(about, point) for point in points)])
        self.scale = (SIZE / 2 - _EDGE) / reach

    def spot(self, point: Geo, metres: float = 0) -> Spot:
        """Return where a point lies; `metres` is how far around it something reaches."""
        across = (point.longitude - self._about.longitude) * cos(radians(self._about.latitude))
        up = point.latitude - self._about.latitude
        x = SIZE / 2 + across * METRES_PER_DEGREE * self.scale
        y = SIZE / 2 - up * METRES_PER_DEGREE * self.scale
        return Spot(round(x, 1), round(y, 1), round(metres * self.scale, 1))


def seen(found: OrderPage, now: int) -> Sketch | None:
    """Return the way of an order that is being carried, None where there is nothing to see."""
    if found.courier is None or found.job is None or found.store.geo is None:
        return None
    middle = cell_centre(found.job.dropoff.area_cell)
    at, store = found.courier.at, found.store.geo.point
    frame = Frame([at, store], middle, 600)
    ride = Haversine().between(at, middle, VehicleType.BIKE)
    return Sketch(
        store=frame.spot(store),
        area=frame.spot(middle, _AREA_M),
        courier=frame.spot(at, max(50, found.courier.accuracy_m)),
        rings=_rings(frame, middle),
        away_m=round(distance_m(at, middle)),
        minutes=(max(1, round(ride.p50_s / 60)), max(2, round(ride.p90_s / 60))),
        seen_at=found.courier.seen_at,
        stale=now - found.courier.seen_at > _STALE_MS,
    )


def _rings(frame: Frame, middle: Geo) -> Sequence[Ring]:
    """Return the rings that fit onto the drawing."""
    wide = [(metres, frame.spot(middle, metres)) for metres in RINGS_M]
    return [
        Ring(metres, spot.r, round(spot.y - spot.r - 3, 1))
        for metres, spot in wide
        if spot.r <= SIZE / 2
    ]


class Area(Struct, frozen=True):
    """A delivery area on the drawing: an outline or a circle, and the store."""

    store: Spot
    outlines: Sequence[str]
    circle: Spot | None


def area(zone: Zone, store: Geo | None) -> Area | None:
    """Return the drawing of an area, None where it is a mere list or the store has no place."""
    if store is None or zone.kind is ZoneKind.POSTCODES:
        return None
    if zone.kind is ZoneKind.RADIUS:
        frame = Frame([store], store, float(zone.radius_m or 1))
        return Area(frame.spot(store), (), frame.spot(store, float(zone.radius_m or 0)))
    corners = [Geo(lat, lng) for one in zone.polygons for lng, lat in one[0]]
    frame = Frame(corners, store, 1)
    return Area(frame.spot(store), [_path(frame, one) for one in zone.polygons], None)


def _path(frame: Frame, polygon: Polygon) -> str:
    """Return an outline with its holes as SVG writes it."""
    parts = []
    for ring in polygon:
        spots = [frame.spot(Geo(lat, lng)) for lng, lat in ring]
        parts.append("M" + "L".join(f"{spot.x} {spot.y}" for spot in spots) + "Z")
    return "".join(parts)

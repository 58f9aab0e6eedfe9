"""Where a store delivers to: an area, a radius, or a list of postcodes."""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

Pair = tuple[float, float]
"""Longitude and latitude in degrees, in the order of GeoJSON (RFC 7946)."""

Ring = tuple[Pair, ...]
Polygon = tuple[Ring, ...]
"""An outer ring, then the holes."""

Line = tuple[Pair, ...]


class ZoneKind(Enum):
    """How the area is told."""

    POLYGON = "POLYGON"
    RADIUS = "RADIUS"
    POSTCODES = "POSTCODES"


class Zone(Struct, frozen=True, rename="camel"):
    """An area of delivery; the least `priority` goes first, and the border belongs to it.

    `polygons` are the coordinates of a GeoJSON MultiPolygon. A radius is measured from the store.
    `postcodes` are lines such as "1011", "1011*" or "1012 AA...1019 ZZ" of the ISO `country`;
    an area may have them too: they decide where an address is not known exactly enough.
    `barriers` are lines (a river, rails) that cost time to cross. `lead_min` is in minutes.
    """

    id: str
    store_id: str
    name: Mapping[str, str]
    kind: ZoneKind
    priority: int = 100
    polygons: tuple[Polygon, ...] = ()
    radius_m: int | None = None
    postcodes: tuple[str, ...] = ()
    country: str | None = None
    barriers: tuple[Line, ...] = ()
    lead_min: int = 0
    active: bool = True

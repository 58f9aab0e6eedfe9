"""How far two points lie apart, and how a point is told so that nobody finds the door."""

from enum import Enum
from math import asin, cos, floor, radians, sin, sqrt

from msgspec import Struct

from connector.model.location import Geo
from storefront.fulfillment.errors.place import UnknownPlace

EARTH_M = 6_371_008.8
"""Mean radius of the earth in metres (IUGG)."""

METRES_PER_DEGREE = EARTH_M * radians(1)
CELL_M = 500
BAND_M = 250
BLUR_M = 50


class PlaceSource(Enum):
    """Who says where it lies, the most trusted first."""

    PIN = "PIN"
    PLATFORM = "PLATFORM"
    POSTCODE = "POSTCODE"


class Position(Struct, frozen=True, rename="camel"):
    """A point, who says so, and how many metres it may be wrong."""

    point: Geo
    accuracy_m: int
    source: PlaceSource


def checked_point(point: Geo) -> Geo:
    """Return the point if it lies on the earth, or raise UnknownPlace."""
    if not (-90 <= point.latitude <= 90 and -180 <= point.longitude <= 180):
        raise UnknownPlace(
            "That is no point on the earth.", latitude=point.latitude, longitude=point.longitude
        )
    return point


def distance_m(one: Geo, other: Geo) -> float:
    """Return the metres between two points on the globe (haversine)."""
    lat_1, lat_2 = radians(one.latitude), radians(other.latitude)
    up = sin((lat_2 - lat_1) / 2)
    across = sin(radians(other.longitude - one.longitude) / 2)
    chord = up * up + cos(lat_1) * cos(lat_2) * across * across
    return 2 * EARTH_M * asin(min(1.0, sqrt(chord)))


def distance_band_m(metres: float) -> int:
    """Round a distance half-up to 250 m: all that an offer tells before it is taken."""
    return floor(metres / BAND_M + 0.5) * BAND_M


def area_cell(point: Geo, size_m: int = CELL_M) -> str:
    """Name the cell of a grid in which the point lies; no cell is narrower than `size_m`.

    Rows are equally high; each row has as many columns as fit at the edge nearer to its pole.
    """
    row, column = _cell(point, size_m)
    return f"{size_m}.{row}.{column}"


def cell_centre(cell: str) -> Geo:
    """Return the middle of a cell that `area_cell` named."""
    size_m, row, column = (int(part) for part in cell.split("."))
    rows = _rows(size_m)
    columns = _columns(row, rows)
    latitude = (row + 0.5) * 180 / rows - 90
    longitude = (column + 0.5) * 360 / columns - 180
    return Geo(round(latitude, 6), round(longitude, 6))


def blurred(point: Geo) -> Geo:
    """Return the middle of the 50 m cell: how exactly a courier's position is told."""
    return cell_centre(area_cell(point, BLUR_M))


def _rows(size_m: int) -> int:
    return floor(180 * METRES_PER_DEGREE / size_m)


def _columns(row: int, rows: int) -> int:
    """Return how many cells of at least one row's height go round the earth in this row."""
    height = 180 / rows
    edge = max(abs(row * height - 90), abs((row + 1) * height - 90))
    return max(1, floor(360 * cos(radians(min(edge, 90))) / height))


def _cell(point: Geo, size_m: int) -> tuple[int, int]:
    rows = _rows(size_m)
    row = min(rows - 1, floor((point.latitude + 90) * rows / 180))
    columns = _columns(row, rows)
    return row, floor((point.longitude + 180) * columns / 360) % columns

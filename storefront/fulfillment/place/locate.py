"""Where an address lies, as far as anybody said: a pin, the platform, or its postcode."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from connector.model.location import Geo
from storefront.fulfillment.errors.place import BadPostcode, UnknownPlace
from storefront.fulfillment.place.point import PlaceSource, Position, checked_point
from storefront.fulfillment.place.postcode import is_whole, normalise

PIN_M = 10
PLATFORM_M = 50
WHOLE_CODE_M = 150
AREA_CODE_M = 1500

_GEONAMES_COLUMNS = 12
_GEONAMES_M = {6: 500, 5: 1500, 4: 1500, 3: 3000, 2: 3000}
_VAGUE_M = 5000


class PostcodeCentroid(Struct, frozen=True, rename="camel"):
    """The middle of a postcode, who published it, and under which licence."""

    country: str
    postcode: str
    latitude: float
    longitude: float
    accuracy_m: int
    source: str
    licence: str


def locate(pin: Geo | None, platform: Geo | None, centroid: PostcodeCentroid | None) -> Position:
    """Return where an address lies by the best that is known, or raise UnknownPlace.

    The merchant's pin goes before the platform's coordinates, and those before the postcode.
    """
    if pin is not None:
        return Position(checked_point(pin), PIN_M, PlaceSource.PIN)
    if platform is not None:
        return Position(checked_point(platform), PLATFORM_M, PlaceSource.PLATFORM)
    if centroid is not None:
        return centroid_position(centroid)
    raise UnknownPlace("Nobody knows where this address lies.")


def centroid_position(centroid: PostcodeCentroid) -> Position:
    """Return the middle of a postcode: never told as more exact than such a code can be."""
    whole = is_whole(centroid.postcode, centroid.country)
    least = WHOLE_CODE_M if whole else AREA_CODE_M
    point = checked_point(Geo(centroid.latitude, centroid.longitude))
    return Position(point, max(least, centroid.accuracy_m), PlaceSource.POSTCODE)


def read_geonames(lines: Iterable[str]) -> Iterator[PostcodeCentroid]:
    """Read a postal file of GeoNames: 12 columns parted by tabs (CC BY 4.0).

    Raises BadPostcode with the number of a line that is none. Source:
    https://download.geonames.org/export/zip/readme.txt
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _centroid(line.rstrip("\r\n").split("\t"), number)


def _centroid(columns: list[str], number: int) -> PostcodeCentroid:
    if len(columns) != _GEONAMES_COLUMNS:
        raise BadPostcode(f"Line {number} has not 12 columns.", line=number)
    country, code = columns[0], columns[1]
    try:
        point = checked_point(Geo(float(columns[9]), float(columns[10])))
        grade = int(columns[11] or 0)
    except ValueError:
        raise BadPostcode(f"Line {number} has no coordinates.", line=number) from None
    return PostcodeCentroid(
        country,
        normalise(code, country),
        point.latitude,
        point.longitude,
        _GEONAMES_M.get(grade, _VAGUE_M),
        "GeoNames",
        "CC BY 4.0",
    )

"""Where a store delivers to: radii, lists of postcodes, and areas drawn elsewhere."""

from collections.abc import Mapping

import msgspec
from flask import Response
from msgspec import structs

from connector.model.ids import new_id
from storefront.fulfillment.errors.zone import BadZone
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.zone.polygon import read_geojson, write_geojson
from storefront.fulfillment.zone.reach import reaches_nobody
from storefront.fulfillment.zone.zone import Polygon, Zone, ZoneKind
from storefront.pages import given
from storefront.pages.sketch import area
from storefront.pages.staffed import Deed, Outcome, Visit

_LONGEST = 500_000


def draw(visit: Visit, store_id: str) -> Response:
    """Draw the zones of a store, each with its outline."""
    with visit.floor.database.read() as connection:
        store = visit.store(connection, store_id)
        zones = places.zones(connection, visit.merchant_id, store_id)
    point = store.geo.point if store.geo else None
    return visit.draw(
        "store_zones.html",
        store=store,
        nowhere=reaches_nobody(store, zones),
        zones=[(zone, area(zone, point), geojson(zone)) for zone in zones],
        kinds=list(ZoneKind),
    )


def geojson(zone: Zone) -> str:
    """Return the area as it is typed, empty for one that is not drawn."""
    if not zone.polygons:
        return ""
    return msgspec.json.encode(write_geojson(zone.polygons)).decode()


def _home(store_id: str, done: str = "saved") -> Outcome:
    return Outcome(f"/stores/{store_id}/zones?done={done}")


def _set(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Save a zone, a new one or one that stands."""
    store = visit.store(here.connection, store_id, Role.MANAGER)
    known = {zone.id: zone for zone in places.zones(here.connection, here.merchant_id, store_id)}
    before = known.get(given.text("id"))
    fresh = _read(store, before.id if before else new_id("zon", lambda: here.now))
    if before is not None:
        fresh = structs.replace(fresh, barriers=before.barriers)
    places.put_zone(here, fresh)
    return _home(store_id)


def _read(store: Store, zone_id: str) -> Zone:
    kind = _kind()
    return Zone(
        id=zone_id,
        store_id=store.id,
        name={"en": given.text("name") or zone_id},
        kind=kind,
        priority=given.whole("priority", BadZone),
        polygons=_drawn() if kind is ZoneKind.POLYGON else (),
        radius_m=given.whole("radiusM", BadZone) if kind is ZoneKind.RADIUS else None,
        postcodes=given.lines("postcodes"),
        country=given.text("country").upper() or store.address.country,
        lead_min=given.maybe_whole("leadMin", BadZone) or 0,
        active=given.ticked("active"),
    )


def _kind() -> ZoneKind:
    named = given.text("kind")
    if named not in {one.value for one in ZoneKind}:
        raise BadZone("There is no such kind of zone.", field="kind")
    return ZoneKind(named)


def _drawn() -> tuple[Polygon, ...]:
    """Read an area as GeoJSON (RFC 7946), or raise BadZone at that field."""
    text = given.text("geojson")
    try:
        shape = msgspec.json.decode(text) if len(text) <= _LONGEST else None
        return read_geojson(shape)
    except (msgspec.DecodeError, BadZone, RecursionError):
        raise BadZone("This is no GeoJSON area.", field="geojson") from None


def _drop(visit: Visit, here: Floor, store_id: str) -> Outcome:
    visit.store(here.connection, store_id, Role.MANAGER)
    places.drop_zone(here, store_id, given.text("id"))
    return _home(store_id, "removed")


DEEDS: Mapping[str, Deed] = {"zone": _set, "drop": _drop}
"""By the value of the button."""

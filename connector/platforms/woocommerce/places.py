"""The shop's places: the webshop with its one count, and the stores where goods are fetched."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from connector.model.ids import source_id
from connector.model.location import Address, Location, LocationKind, Pickup
from connector.platforms.woocommerce.client import WooClient
from connector.platforms.woocommerce.errors import ApiMissing, Refused
from connector.platforms.woocommerce.terms import PLATFORM, online_id


class _PickupAddress(Struct):
    address_1: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""


class _PickupPlace(Struct):
    id: str
    name: str = ""
    address: _PickupAddress = msgspec.field(default_factory=_PickupAddress)
    details: str = ""
    enabled: bool = True


class _PickupSettings(Struct):
    enabled: str = "no"


class _Pickups(Struct):
    settings: _PickupSettings = msgspec.field(default_factory=_PickupSettings)
    locations: tuple[_PickupPlace, ...] = ()


def online(shop: str, name: str, settings: Mapping[str, str]) -> Location:
    """Return the webshop as the place that holds the one count of everything."""
    country, _, region = settings.get("woocommerce_default_country", "").partition(":")
    line = settings.get("woocommerce_store_address", "")
    address = Address(
        line,
        settings.get("woocommerce_store_address_2") or None,
        settings.get("woocommerce_store_postcode") or None,
        settings.get("woocommerce_store_city") or None,
        region or None,
        country or None,
    )
    return Location(
        id=online_id(shop),
        external_id="shop",
        name=name,
        kind=LocationKind.ONLINE,
        active=True,
        fulfills_online=True,
        address=address if line or address.city else None,
        geo=None,
        phone=None,
        pickup=None,
        opening_hours=None,
        as_of=None,
    )


def pickup_places(client: WooClient, shop: str) -> tuple[Location, ...]:
    """Return the stores where goods are fetched, if our plugin tells them; their stock is not."""
    try:
        found = client.plugin("pickup-locations", _Pickups)
    except (ApiMissing, Refused):
        return ()
    offered = found.settings.enabled == "yes"
    places = sorted(found.locations, key=lambda place: place.id)
    return tuple(_store(shop, place, active=offered and place.enabled) for place in places)


def _store(shop: str, place: _PickupPlace, *, active: bool) -> Location:
    told = place.address
    return Location(
        id=source_id("loc", PLATFORM, shop, place.id),
        external_id=place.id,
        name=place.name,
        kind=LocationKind.STORE,
        active=active,
        fulfills_online=False,
        address=Address(
            told.address_1,
            None,
            told.postcode or None,
            told.city or None,
            told.state or None,
            told.country or None,
        ),
        geo=None,
        phone=None,
        pickup=Pickup(None, place.details or None),
        opening_hours=None,
        as_of=None,
    )

"""A floor for the world of `tests.kit.disclosure.world`: three stores that sell from its places."""

from collections.abc import Mapping

from connector.model.location import Address, Geo
from connector.store.clock import system_clock
from connector.store.database import Database
from connector.store.secrets import SecretBox
from storefront.fulfillment.place.hours import Hours, Service, Week, Weekday
from storefront.fulfillment.place.point import PlaceSource, Position
from storefront.fulfillment.place.store import (
    DeliveryTerms,
    PickupTerms,
    SourcePolicy,
    StockSource,
    Store,
    StoreStatus,
)
from storefront.fulfillment.slot.template import Caps
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.zone.fee import Component, FeeList, FeeRule
from storefront.fulfillment.zone.zone import Zone, ZoneKind
from tests.kit.disclosure.world import PLACES
from tests.kit.floor.world import a_template

SOURCES: Mapping[str, tuple[int, ...]] = {"sto_0": (0,), "sto_1": (1, 0), "sto_2": (0,)}
"""From which places a store sells; it lies at the place with its own number."""
PLACE_OF: Mapping[str, str] = {name: PLACES[int(name[-1])].id for name in SOURCES}
POLICIES = (SourcePolicy.LOCAL, SourcePolicy.TRANSFER)
_ALWAYS = Week(**{day.value: ((0, 1440),) for day in Weekday})


def name_of(store_id: str) -> str:
    """Return a store's name, which stands nowhere else."""
    return f"cnry0x{store_id.replace('_', '')}"


def fee_of(store_id: str) -> int:
    """Return what a store takes for a delivery: an amount that stands nowhere else."""
    return 6_660_000 + int(store_id[-1])


def marks_of(place_ids: frozenset[str]) -> frozenset[bytes]:
    """Return the marks of the stores at some places."""
    open_to = [store for store, place in PLACE_OF.items() if place in place_ids]
    return frozenset(
        text.encode() for store in open_to for text in (name_of(store), str(fee_of(store)))
    )


def lay(database: Database) -> None:
    """Set up the stores: always open, with slots, an area and a fee."""
    floor = ShopFloor(database, SecretBox(["k" * 32]), system_clock)
    with floor.write("mer_1") as here:
        for store_id in SOURCES:
            _open(here, store_id)


def _open(here: Floor, store_id: str) -> None:
    places.add(here, _store(store_id))
    places.put_hours(here, Hours(store_id, Service.STORE, _ALWAYS))
    if store_id == "sto_0":
        places.put_template(here, a_template(store_id, Service.PICKUP, Caps(orders=9)))
    codes, name = ("101*",), f"zon_{store_id}"
    area = Zone(name, store_id, {}, ZoneKind.POSTCODES, postcodes=codes, country="NL")
    places.put_zone(here, area)
    rule = FeeRule(f"fee_{store_id}", Component.BASE, amount=fee_of(store_id))
    places.put_fees(here, FeeList(store_id, "EUR", (rule,)))


def _store(store_id: str) -> Store:
    return Store(
        id=store_id,
        merchant_id="mer_1",
        code=store_id,
        name={"en": name_of(store_id)},
        address=Address("Dam 1", None, "1012JS", "Amsterdam", None, "NL"),
        timezone="Europe/Amsterdam",
        status=StoreStatus.ACTIVE,
        geo=Position(Geo(52.3731, 4.8926), 10, PlaceSource.PIN),
        location_id=PLACE_OF[store_id],
        pickup=PickupTerms(enabled=True, prep_minutes=60),
        delivery=DeliveryTerms(enabled=True),
        stock_sources=tuple(
            StockSource(PLACES[at].id, POLICIES[nth], nth * 24)
            for nth, at in enumerate(SOURCES[store_id])
        ),
    )

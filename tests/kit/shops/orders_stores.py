"""Stores at three places of the fake shops, and one courier who rides for them."""

from typing import Any

from connector.model.location import Geo
from connector.store.connections import Shopfront
from connector.store.listing import reader
from storefront.fulfillment.courier import steps as courier_steps
from storefront.fulfillment.courier.courier import (
    Check,
    CheckKind,
    Courier,
    Skill,
    Vehicle,
    VehicleType,
)
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.place.hours import Hours, Service, Week
from storefront.fulfillment.place.locate import PostcodeCentroid
from storefront.fulfillment.place.point import PlaceSource, Position
from storefront.fulfillment.place.postcode import normalise
from storefront.fulfillment.place.store import (
    DeliveryTerms,
    PickupTerms,
    StockSource,
    Store,
    StoreStatus,
)
from storefront.fulfillment.store import couriers, places
from storefront.fulfillment.work import riding
from tests.kit.floor.world import WEEK_DAYS
from tests.kit.shops.orders_shops import HERE, PICKUP_PLACE, THERE
from tests.kit.shops.street import Home

MANAGER = Actor("manager", "stf_2")
MIDDLE = PostcodeCentroid("NL", normalise("3511 AZ", "NL"), 52.0880, 5.1200, 100, "invented", "CC0")


def open_stores(home: Home, hafen: Shopfront, pan: Shopfront) -> None:
    hamburg, utrecht = Geo(53.5560, 9.9280), Geo(52.0820, 5.1240)
    with home.house.database.read() as connection:
        here = reader.locations(connection, hafen.merchant_id, hafen.id)
        there = reader.locations(connection, pan.merchant_id, pan.id)
    by_name = {each.location.name: each.location for each in (*here, *there)}
    shop = next(each.location for each in there if each.location.external_id == "shop")
    for code, name, source, geo, zone in (
        ("ott", HERE, by_name[HERE], hamburg, "Europe/Berlin"),
        ("eim", THERE, by_name[THERE], hamburg, "Europe/Berlin"),
        ("twijn", PICKUP_PLACE, shop, utrecht, "Europe/Amsterdam"),
    ):
        place = by_name[name]
        assert place.address is not None
        store = Store(
            id=f"sto_{code}",
            merchant_id=hafen.merchant_id,
            code=code,
            name={"en": name},
            address=place.address,
            timezone=zone,
            status=StoreStatus.ACTIVE,
            geo=Position(geo, 10, PlaceSource.PIN),
            location_id=place.id,
            pickup=PickupTerms(enabled=True, prep_minutes=30),
            delivery=DeliveryTerms(enabled=True),
            stock_sources=(StockSource(source.id),),
        )
        _open(home, store)


def _open(home: Home, store: Store) -> None:
    day = ((8 * 60, 20 * 60),)
    week = Week(**{it.value: day for it in WEEK_DAYS})
    with home.house.floor.write(store.merchant_id) as here:
        middle = PostcodeCentroid(
            "NL", normalise("3511 AZ", "NL"), 52.0880, 5.1200, 100, "invented", "CC0"
        )
        places.put_postcodes(here, [middle])
        places.add(here, store)
        for service in (Service.STORE, Service.PICKUP):
            places.put_hours(here, Hours(store.id, service, week))


def hire(home: Home, merchant_id: str) -> None:
    """Let one courier go through everything that is asked of him, and ride."""
    with home.house.floor.write(merchant_id) as here:
        now = here.now
        courier = Courier(id="cou_1", display_name="Jan", skills=(Skill.AGE18,))
        courier, events = courier_steps.apply(courier, MANAGER, now)
        couriers.insert(here, courier, events)
        vehicle = Vehicle("veh_1", VehicleType.BIKE, 50_000, 90_000, True)
        steps: list[tuple[Any, ...]] = [
            (courier_steps.invite, merchant_id),
            *(
                (courier_steps.note_check, Check(kind, now, now + 10**12, "stf_2"))
                for kind in CheckKind
            ),
            (courier_steps.add_vehicle, vehicle),
            (courier_steps.verify,),
            (courier_steps.activate,),
            (courier_steps.move_bond, merchant_id, "approve"),
        ]
        for step, *given in steps:
            after, events = step(courier, *given, MANAGER, now)
            couriers.save(here, courier, after, events)
            courier = after
        riding.go_online(here, courier, "veh_1", riding.Where(Geo(53.5560, 9.9280), 10))

"""Setting up a store from what is known of its place: open, with hours and slots that work."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from msgspec import Struct

from connector.model.ids import new_id
from connector.model.location import Address, Geo, Location
from storefront.fulfillment.errors.place import BadStore
from storefront.fulfillment.place.hours import WEEKDAYS, Hours, Service
from storefront.fulfillment.place.osm import read_osm
from storefront.fulfillment.place.point import PlaceSource, Position
from storefront.fulfillment.place.store import (
    DeliveryTerms,
    PickupTerms,
    StockSource,
    Store,
    activate,
)
from storefront.fulfillment.slot.template import Caps, Cutoff, SlotTemplate
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.zone.fee import Component, FeeList, FeeRule, PerStep
from storefront.fulfillment.zone.zone import Zone, ZoneKind

PLATFORM_ACCURACY_M = 50
PIN_ACCURACY_M = 20


class Plan(Struct, frozen=True):
    """How a store is to begin; `hours` as OpenStreetMap writes them, money in minor units.

    `radius_m` None means that nothing is delivered. `at` is where a person says that it lies.
    """

    code: str
    name: str
    hours: str
    timezone: str
    currency: str
    pickup: bool = True
    radius_m: int | None = None
    slot_minutes: int = 120
    orders_per_slot: int = 8
    fee: int = 495
    pay: int = 400
    pay_per_km: int = 100
    postcodes: tuple[str, ...] = ()
    at: Geo | None = None


def found(here: Floor, place: Location, plan: Plan) -> Store:
    """Open a store at a place of the platform, or raise what cannot stand.

    It sells what lies there, is open as said, and has slots over its whole opening time; all of it
    can be changed later.
    """
    store_id = new_id("sto", lambda: here.now)
    draft = Store(
        id=store_id,
        merchant_id=here.merchant_id,
        code=plan.code,
        name={"en": plan.name},
        address=_address(place),
        timezone=plan.timezone,
        geo=_position(place, plan.at),
        location_id=place.id,
        pickup=PickupTerms(enabled=plan.pickup),
        delivery=DeliveryTerms(enabled=plan.radius_m is not None or bool(plan.postcodes)),
        stock_sources=(StockSource(place.id),),
    )
    places.add(here, activate(draft))
    _open(here, store_id, plan)
    if draft.delivery.enabled:
        _deliver(here, store_id, plan, draft.address.country)
    return places.get(here.connection, here.merchant_id, store_id)


def _address(place: Location) -> Address:
    if place.address is None:
        raise BadStore(
            "The shop tells no address of this place: enter it there and sync.", field="address"
        )
    return place.address


def _position(place: Location, pinned: Geo | None) -> Position | None:
    if pinned is not None:
        return Position(pinned, PIN_ACCURACY_M, PlaceSource.PIN)
    if place.geo is None:
        return None
    return Position(place.geo, PLATFORM_ACCURACY_M, PlaceSource.PLATFORM)


def _open(here: Floor, store_id: str, plan: Plan) -> None:
    year = datetime.fromtimestamp(here.now / 1000, UTC).year
    hours = read_osm(plan.hours, store_id, Service.STORE, (year, year + 1))
    places.put_hours(here, hours)
    offered = [Service.PICKUP] if plan.pickup else []
    offered += [Service.DELIVERY] if plan.radius_m is not None or plan.postcodes else []
    for service in offered:
        places.put_template(here, _template(here, store_id, service, hours, plan))


def _template(
    here: Floor, store_id: str, service: Service, hours: Hours, plan: Plan
) -> SlotTemplate:
    """Return slots over the whole week; the calendar leaves out what lies outside the hours."""
    opened = [span for day in WEEKDAYS for span in hours.weekly.on(day)]
    if not opened:
        raise BadStore("The store is never open.", field="hours")
    start, end = min(span[0] for span in opened), max(span[1] for span in opened)
    return SlotTemplate(
        id=new_id("slt", lambda: here.now),
        store_id=store_id,
        service=service,
        days=WEEKDAYS,
        from_min=start,
        to_min=end,
        length_min=min(plan.slot_minutes, end - start),
        step_min=plan.slot_minutes,
        cutoff=Cutoff(minutes_before=60 if service is Service.DELIVERY else 30),
        caps=Caps(orders=plan.orders_per_slot),
    )


def _deliver(here: Floor, store_id: str, plan: Plan, country: str | None) -> None:
    by_list = bool(plan.postcodes)
    zone = Zone(
        id=new_id("zon", lambda: here.now),
        store_id=store_id,
        name={"en": "Around the store"},
        kind=ZoneKind.POSTCODES if by_list else ZoneKind.RADIUS,
        radius_m=None if by_list else plan.radius_m,
        postcodes=plan.postcodes,
        country=country,
    )
    places.put_zone(here, zone)
    rule = partial(FeeRule, component=Component.BASE)
    fee: Sequence[FeeRule] = (rule(id=new_id("fee"), amount=plan.fee),)
    per_km = FeeRule(
        id=new_id("fee"),
        component=Component.DISTANCE,
        per_step=PerStep(step=1000, amount=plan.pay_per_km),
    )
    pay = (rule(id=new_id("fee"), amount=plan.pay), per_km)
    places.put_fees(here, FeeList(store_id, plan.currency, tuple(fee)))
    places.put_fees(here, FeeList(store_id, plan.currency, pay), pay=True)

"""The stores of the merchant: a list, and for each a set of pages to change its terms."""

from collections.abc import Mapping

from flask import Blueprint, Response
from msgspec import structs

from connector.model.ids import new_id
from connector.model.location import Address
from storefront.fulfillment.errors.place import BadStore
from storefront.fulfillment.person.phone import dialled
from storefront.fulfillment.place.hours import WEEKDAYS, Hours, Service, Week
from storefront.fulfillment.place.point import PlaceSource, Position
from storefront.fulfillment.place.store import (
    Contact,
    Curbside,
    IdCheck,
    PartialPolicy,
    PickupMode,
    PickupTerms,
    Store,
)
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.zone.reach import reaches_nobody
from storefront.pages import (
    given,
    store_fees,
    store_hours,
    store_life,
    store_slots,
    store_stock,
    store_zones,
)
from storefront.pages.language import LANGUAGES
from storefront.pages.shell import Rooms
from storefront.pages.staffed import Deed, Outcome, Visit, screen
from storefront.pages.store_fees import currency_of

_PIN_M = 10
_DAY = ((9 * 60, 18 * 60),)


def routes(rooms: Rooms) -> Blueprint:
    """Return the routes of the stores' pages."""
    blueprint = Blueprint("pages_stores", __name__)
    screen(rooms, blueprint, "/stores", listing, {"add": _add})
    screen(rooms, blueprint, "/stores/<store_id>", draw, DEEDS)
    screen(rooms, blueprint, "/stores/<store_id>/hours", store_hours.draw, store_hours.DEEDS)
    screen(rooms, blueprint, "/stores/<store_id>/slots", store_slots.draw, store_slots.DEEDS)
    screen(rooms, blueprint, "/stores/<store_id>/zones", store_zones.draw, store_zones.DEEDS)
    screen(rooms, blueprint, "/stores/<store_id>/fees", store_fees.draw, store_fees.DEEDS)
    return blueprint


def listing(visit: Visit) -> Response:
    """Draw the list of the stores."""
    with visit.floor.database.read() as connection:
        found = visit.stores(connection, archived=True)
    return visit.draw("stores.html", stores=found)


def draw(visit: Visit, store_id: str) -> Response:
    """Draw the terms of a store."""
    with visit.floor.database.read() as connection:
        store = visit.store(connection, store_id)
        currency = currency_of(connection, store)
        zones = places.zones(connection, visit.merchant_id, store_id)
        found = store_stock.choices(connection, store)
        paused_by = store_life.who_paused(visit, connection, store)
    return visit.draw(
        "store.html",
        store=store,
        currency=currency,
        places=found,
        suggested=store_stock.suggested(store, found),
        nowhere=reaches_nobody(store, zones),
        may=store_life.may(visit, store),
        paused_by=paused_by,
        languages=LANGUAGES,
        minimum=given.amount_text(store.delivery.min_order, currency),
        enums={
            "id_check": list(IdCheck),
            "partial": list(PartialPolicy),
            "mode": list(PickupMode),
        },
    )


def _add(visit: Visit, here: Floor) -> Outcome:
    """Enter a store as a draft, open from nine to six until somebody says otherwise."""
    visit.staff.require(Role.OWNER)
    fresh = Store(
        id=new_id("sto", lambda: here.now),
        merchant_id=here.merchant_id,
        code=given.text("code"),
        name={"en": given.text("name")},
        address=_address(),
        timezone=given.text("timezone"),
    )
    places.add(here, fresh)
    week = Week(**{day.value: _DAY for day in WEEKDAYS[:6]})
    places.put_hours(here, Hours(fresh.id, Service.STORE, week))
    return Outcome(f"/stores/{fresh.id}?done=saved")


def _address() -> Address:
    return Address(
        line1=given.text("address.line1"),
        line2=given.maybe("address.line2"),
        postcode=given.maybe("address.postcode"),
        city=given.maybe("address.city"),
        region=None,
        country=given.text("address.country").upper(),
    )


def _managed(visit: Visit, here: Floor, store_id: str) -> Store:
    return visit.store(here.connection, store_id, Role.MANAGER)


def _saved(store_id: str) -> Outcome:
    return Outcome(f"/stores/{store_id}?done=saved")


def _set_place(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Save what the store is called, where it lies and how it is reached."""
    store = _managed(visit, here, store_id)
    named = {tag: given.text(f"name.{tag}") for tag in LANGUAGES if given.text(f"name.{tag}")}
    changed = structs.replace(
        store,
        code=given.text("code"),
        name=named,
        address=_address(),
        timezone=given.text("timezone"),
        geo=_position(),
        contact=Contact(dialled(given.text("contact.phone")) or None, given.maybe("contact.email")),
        gln=given.maybe("gln"),
        auto_accept_min=given.maybe_whole("autoAcceptMin", BadStore),
    )
    places.save(here, changed)
    return _saved(store_id)


def _position() -> Position | None:
    point = given.point("latitude", "longitude", BadStore)
    return None if point is None else Position(point, _PIN_M, PlaceSource.PIN)


def _set_pickup(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Save on which terms shoppers collect."""
    store = _managed(visit, here, store_id)
    modes = tuple(mode for mode in PickupMode if mode.value in given.several("pickup.modes"))
    by_car = PickupMode.CURBSIDE in modes
    spots = given.maybe_whole("pickup.curbside.spots", BadStore)
    terms = PickupTerms(
        enabled=given.ticked("enabled"),
        modes=modes,
        prep_minutes=given.whole("pickup.prepMinutes", BadStore),
        hold_days=given.whole("pickup.holdDays", BadStore),
        remind_after_hours=_hours("pickup.remindAfterHours"),
        instructions=_texts("instructions"),
        curbside=Curbside(spots or 1, given.ticked("numbered")) if by_car else None,
        partial_policy=given.one(PartialPolicy, "partial", BadStore),
        id_check=given.one(IdCheck, "idCheck", BadStore),
    )
    places.save(here, structs.replace(store, pickup=terms))
    return _saved(store_id)


def _hours(name: str) -> tuple[int, ...]:
    found = given.words(name)
    if not all(one.isdecimal() and len(one) < 5 for one in found):
        raise BadStore("These are no hours.", field=name)
    return tuple(int(one) for one in found)


def _texts(name: str) -> Mapping[str, str]:
    """Return a text in the languages in which it was given."""
    found = {tag: given.text(f"{name}.{tag}") for tag in LANGUAGES}
    return {tag: text for tag, text in found.items() if text}


def _set_delivery(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Save on which terms the store delivers."""
    store = _managed(visit, here, store_id)
    currency = currency_of(here.connection, store)
    terms = structs.replace(
        store.delivery,
        enabled=given.ticked("enabled"),
        prep_minutes=given.whole("delivery.prepMinutes", BadStore),
        cold_capable=given.ticked("cold"),
        age_restricted_allowed=given.ticked("age"),
        min_order=given.maybe_minor("delivery.minOrder", currency, BadStore) or 0,
    )
    places.save(here, structs.replace(store, delivery=terms))
    return _saved(store_id)


def _set_status(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Open, pause, resume or close a store, as its life allows."""
    store = visit.store(here.connection, store_id)
    store_life.move(visit, here, store, given.text("event"))
    return _saved(store_id)


DEEDS: Mapping[str, Deed] = {
    "place": _set_place,
    "pickup": _set_pickup,
    "delivery": _set_delivery,
    "stock": store_stock.save,
    "status": _set_status,
}
"""By the value of the button."""

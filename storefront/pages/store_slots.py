"""The time slots of a store: how they are cut, what comes of it, and what is closed."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from flask import Response
from msgspec import Struct
from sqlalchemy import Connection

from connector.model.ids import new_id
from storefront.fulfillment.errors.place import BadHours
from storefront.fulfillment.errors.slot import BadSlotTemplate
from storefront.fulfillment.place.hours import WEEKDAYS, Service, hours_of
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.place.wall import instant, local_date
from storefront.fulfillment.slot.calendar import day_slots
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.slot.template import Caps, Cutoff, SlotTemplate
from storefront.fulfillment.store import places, slots
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.pages import given
from storefront.pages.board import coming_slots
from storefront.pages.staffed import Deed, Outcome, Visit
from storefront.pages.store_fees import currency_of

DAYS = 14
_YEAR = 366
_OFFERED = (Service.PICKUP, Service.DELIVERY)
_DAY_MS = 86_400_000
_LITRE = 1000


class Day(Struct, frozen=True):
    """One date of the preview; `changed` where clocks are changed on it."""

    at: int
    changed: bool
    slots: Sequence[Slot]


class Preview(Struct, frozen=True):
    """What the templates of a service come to."""

    service: Service
    days: Sequence[Day]


def draw(visit: Visit, store_id: str) -> Response:
    """Draw the templates and the preview."""
    with visit.floor.database.read() as connection:
        store = visit.store(connection, store_id)
        templates = places.templates(connection, visit.merchant_id, store_id)
        currency = currency_of(connection, store)
        previews = [_preview(connection, store, it, visit.floor.now()) for it in _OFFERED]
    return visit.draw(
        "store_slots.html",
        store=store,
        templates=templates,
        previews=[one for one in previews if one.days],
        services=_OFFERED,
        days=WEEKDAYS,
        clock_text=given.clock_text,
        amount_text=given.amount_text,
        currency=currency,
    )


def _preview(connection: Connection, store: Store, service: Service, now: int) -> Preview:
    """Return the coming days, and the next days on which clocks are changed."""
    if not slots.has_slots(connection, store, service):
        return Preview(service, ())
    coming = coming_slots(connection, store, service, now, DAYS)
    today = local_date(now, store.timezone)
    dates = [today + dt.timedelta(days=ahead) for ahead in range(DAYS)]
    days = [_day(store, date, coming) for date in dates]
    later = [date for date in clock_changes(store.timezone, today) if date not in dates]
    days += [_far_day(connection, store, service, date) for date in later]
    return Preview(service, days)


def _day(store: Store, date: dt.date, coming: Iterable[Slot]) -> Day:
    zone = store.timezone
    mine = [slot for slot in coming if local_date(slot.start_at, zone) == date]
    return Day(instant(date, 720, zone), is_clock_change(zone, date), mine)


def _far_day(connection: Connection, store: Store, service: Service, date: dt.date) -> Day:
    known = places.hours(connection, store.merchant_id, store.id)
    templates = places.templates(connection, store.merchant_id, store.id)
    zone = store.timezone
    try:
        found = day_slots(templates, hours_of(service, known), zone, date)
    except BadHours:
        found = []
    return Day(instant(date, 720, zone), changed=True, slots=found)


def is_clock_change(zone: str, date: dt.date) -> bool:
    """Tell whether a day has not 24 hours."""
    following = date + dt.timedelta(days=1)
    return instant(following, 0, zone) - instant(date, 0, zone) != _DAY_MS


def clock_changes(zone: str, since: dt.date, most: int = 2) -> Sequence[dt.date]:
    """Return the next days on which clocks are changed, at most two, within a year."""
    ahead = (since + dt.timedelta(days=days) for days in range(_YEAR))
    return [date for date in ahead if is_clock_change(zone, date)][:most]


def _home(store_id: str, done: str = "saved") -> Outcome:
    return Outcome(f"/stores/{store_id}/slots?done={done}")


def _set(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Save a template, a new one or one that stands."""
    store = visit.store(here.connection, store_id, Role.MANAGER)
    currency = currency_of(here.connection, store)
    known = {one.id for one in places.templates(here.connection, here.merchant_id, store_id)}
    given_id = given.text("id")
    fresh = new_id("slt", lambda: here.now)
    template = _read(store_id, given_id if given_id in known else fresh, currency)
    places.put_template(here, template)
    return _home(store_id)


def _read(store_id: str, template_id: str, currency: str) -> SlotTemplate:
    fault = BadSlotTemplate
    litres = given.maybe_whole("caps.volumeMl", fault)
    start, end = given.minute("from", fault, 1439), given.minute("to", fault)
    return SlotTemplate(
        id=template_id,
        store_id=store_id,
        service=_service(),
        days=tuple(day for day in WEEKDAYS if day.value in given.several("days")),
        from_min=start,
        to_min=end if end > start else end + 1440,
        length_min=given.whole("lengthMin", fault),
        step_min=given.whole("stepMin", fault),
        cutoff=_cutoff(),
        lead_min=given.maybe_whole("leadMin", fault) or 0,
        horizon_days=given.whole("horizonDays", fault),
        caps=Caps(
            orders=given.maybe_whole("caps.orders", fault),
            prep_points=given.maybe_whole("caps.prepPoints", fault),
            volume_ml=None if litres is None else litres * _LITRE,
        ),
        price_delta=given.maybe_minor("priceDelta", currency, fault) or 0,
    )


def _service() -> Service:
    named = given.text("service")
    if named not in {one.value for one in _OFFERED}:
        raise BadSlotTemplate("There are no slots for that.", field="service")
    return Service(named)


def _cutoff() -> Cutoff:
    """Read until when one may order: minutes before, or a time so many days before."""
    fault = BadSlotTemplate
    minutes = given.maybe_whole("cutoff.minutesBefore", fault)
    days = given.maybe_whole("cutoff.dayOffset", fault)
    wall = given.minute("cutoff.wallTime", fault, 1439) if given.text("cutoff.wallTime") else None
    return Cutoff(minutes, days, wall)


def _drop(visit: Visit, here: Floor, store_id: str) -> Outcome:
    visit.store(here.connection, store_id, Role.MANAGER)
    places.drop_template(here, store_id, given.text("id"))
    return _home(store_id, "removed")


def _block(visit: Visit, here: Floor, store_id: str) -> Outcome:
    store = visit.store(here.connection, store_id)
    slots.block(here, store, given.text("slot"), visit.staff.actor)
    return _home(store_id)


def _unblock(visit: Visit, here: Floor, store_id: str) -> Outcome:
    store = visit.store(here.connection, store_id)
    slots.unblock(here, store, slots.one(here.connection, store, given.text("slot"), here.now).key)
    return _home(store_id)


DEEDS: Mapping[str, Deed] = {
    "template": _set,
    "drop": _drop,
    "block": _block,
    "unblock": _unblock,
}
"""By the value of the button."""

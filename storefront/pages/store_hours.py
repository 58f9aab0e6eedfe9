"""When a store is open: the usual week, days that differ, and hours taken over from a map."""

import datetime as dt
from collections.abc import Mapping, Sequence

from flask import Response
from msgspec import Struct, structs

from storefront.fulfillment.errors.place import BadHours
from storefront.fulfillment.place.hours import (
    WEEKDAYS,
    DayException,
    ExceptionSource,
    Hours,
    Interval,
    Service,
    Week,
    hours_of,
)
from storefront.fulfillment.place.osm import read_osm
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.place.wall import local_date
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.pages import given
from storefront.pages.staffed import Deed, Outcome, Visit


class Sheet(Struct, frozen=True):
    """The hours of one service: its own, or those that it follows."""

    service: Service
    hours: Hours | None
    own: bool


def draw(visit: Visit, store_id: str) -> Response:
    """Draw the hours of a store."""
    with visit.floor.database.read() as connection:
        store = visit.store(connection, store_id)
        known = places.hours(connection, visit.merchant_id, store_id)
    return visit.draw(
        "store_hours.html",
        store=store,
        sheets=[_sheet(service, known) for service in Service],
        days=WEEKDAYS,
        typed=typed,
    )


def _sheet(service: Service, known: Sequence[Hours]) -> Sheet:
    own = any(one.service is service for one in known)
    try:
        return Sheet(service, hours_of(service, known), own)
    except BadHours:
        return Sheet(service, None, own)


def typed(intervals: Sequence[Interval]) -> str:
    """Return intervals as they are typed: 09:00-18:00, 19:00-21:00."""
    parts = [f"{given.clock_text(start)}-{given.clock_text(end)}" for start, end in intervals]
    return ", ".join(parts)


def read_intervals(text: str, field: str) -> tuple[Interval, ...]:
    """Read `09:00-18:00, 19:00-21:00`, or raise BadHours; an end before its start is next day's."""
    found = []
    for part in text.replace(";", ",").split(","):
        if part.strip():
            start, dash, end = part.replace("\N{EN DASH}", "-").partition("-")
            if not dash:
                raise BadHours("An interval has a beginning and an end.", field=field)
            begins = given.read_minute(start, field, BadHours, 1439)
            ends = given.read_minute(end, field, BadHours)
            found.append((begins, ends if ends > begins else ends + 1440))
    return tuple(found)


def _store(visit: Visit, here: Floor, store_id: str) -> Store:
    return visit.store(here.connection, store_id, Role.MANAGER)


def _home(store_id: str) -> Outcome:
    return Outcome(f"/stores/{store_id}/hours?done=saved")


def _service() -> Service:
    named = given.text("service")
    if named not in {one.value for one in Service}:
        raise BadHours("There is no such service.", field="service")
    return Service(named)


def _present(here: Floor, store_id: str, service: Service) -> Hours:
    """Return the service's own hours, else an empty sheet."""
    known = places.hours(here.connection, here.merchant_id, store_id)
    return next((one for one in known if one.service is service), Hours(store_id, service))


def _set_week(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Save the usual week of a service."""
    _store(visit, here, store_id)
    service = _service()
    week = {
        day.value: read_intervals(given.text(f"weekly.{day.value}"), f"weekly.{day.value}")
        for day in WEEKDAYS
    }
    present = _present(here, store_id, service)
    places.put_hours(here, structs.replace(present, weekly=Week(**week), osm=None))
    return _home(store_id)


def _add_day(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Save a date that differs; one that stands is replaced."""
    _store(visit, here, store_id)
    present = _present(here, store_id, _service())
    date = _date()
    intervals = read_intervals(given.text("intervals"), "intervals")
    label = {visit.language: given.text("label")} if given.text("label") else {}
    others = [one for one in present.exceptions if one.date != date]
    days = (*others, DayException(date, intervals, label))
    places.put_hours(here, structs.replace(present, exceptions=days))
    return _home(store_id)


def _date() -> dt.date:
    try:
        return dt.date.fromisoformat(given.text("date"))
    except ValueError:
        raise BadHours("This is no date.", field="date") from None


def _drop_day(visit: Visit, here: Floor, store_id: str) -> Outcome:
    _store(visit, here, store_id)
    present, date = _present(here, store_id, _service()), _date()
    left = tuple(one for one in present.exceptions if one.date != date)
    places.put_hours(here, structs.replace(present, exceptions=left))
    return _home(store_id)


def _confirm_day(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Let a proposed holiday count: it never does by itself."""
    _store(visit, here, store_id)
    present, date = _present(here, store_id, _service()), _date()
    days = tuple(
        structs.replace(one, confirmed=True, source=ExceptionSource.MERCHANT)
        if one.date == date
        else one
        for one in present.exceptions
    )
    places.put_hours(here, structs.replace(present, exceptions=days))
    return _home(store_id)


def _take_over(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Take hours over as OpenStreetMap writes them."""
    store = _store(visit, here, store_id)
    year = local_date(here.now, store.timezone).year
    try:
        found = read_osm(given.text("osm"), store_id, _service(), (year, year + 1))
    except BadHours as error:
        raise BadHours(error.message, field="osm") from None
    places.put_hours(here, found)
    return _home(store_id)


DEEDS: Mapping[str, Deed] = {
    "week": _set_week,
    "day": _add_day,
    "drop": _drop_day,
    "confirm": _confirm_day,
    "osm": _take_over,
}
"""By the value of the button."""

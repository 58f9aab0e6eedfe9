"""Stores, hours, slots and errands that the suites of the shop floor share."""

import datetime as dt
from random import Random
from typing import Any

from connector.model.location import Address, Geo
from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.place.hours import (
    WEEKDAYS,
    DayException,
    ExceptionSource,
    Hours,
    Service,
    Week,
)
from storefront.fulfillment.place.point import PlaceSource, Position
from storefront.fulfillment.place.store import PickupTerms, StockSource, Store, StoreStatus
from storefront.fulfillment.route.errand import Errand, Rider
from storefront.fulfillment.slot.template import SlotTemplate

AMSTERDAM = "Europe/Amsterdam"
KINGS_DAY = dt.date(2026, 4, 27)
DAM = Geo(52.3731, 4.8926)
MINUTE = 60_000
HOUR = 60 * MINUTE


def at(text: str) -> int:
    """Return the instant of an ISO 8601 text with an offset, in epoch milliseconds."""
    return round(dt.datetime.fromisoformat(text).timestamp() * 1000)


def store(**changes: Any) -> Store:
    """Return a store on the Dam that may take orders."""
    plain: dict[str, Any] = {
        "id": "sto_1",
        "merchant_id": "m_1",
        "code": "AMS-1",
        "name": {"nl": "Dam"},
        "address": Address("Dam 1", None, "1012 JS", "Amsterdam", None, "NL"),
        "timezone": AMSTERDAM,
        "status": StoreStatus.ACTIVE,
        "geo": Position(DAM, 10, PlaceSource.PIN),
        "pickup": PickupTerms(enabled=True),
        "stock_sources": (StockSource("loc_1"),),
    }
    return Store(**(plain | changes))


def week(*intervals: tuple[int, int]) -> Week:
    """Return a week whose days are all alike."""
    return Week(**{day.value: intervals for day in WEEKDAYS})


def hours(*intervals: tuple[int, int], service: Service = Service.PICKUP, **more: Any) -> Hours:
    """Return hours with the same intervals every day."""
    return Hours("sto_1", service, week(*intervals), **more)


def template(**changes: Any) -> SlotTemplate:
    """Return slots of an hour from 9 to 18."""
    plain: dict[str, Any] = {
        "id": "t1",
        "store_id": "sto_1",
        "service": Service.PICKUP,
        "days": WEEKDAYS,
        "from_min": 540,
        "to_min": 1080,
        "length_min": 60,
        "step_min": 60,
    }
    return SlotTemplate(**(plain | changes))


def near(chance: Random, spread: float = 0.04) -> Geo:
    """Return a point some kilometres from the Dam."""
    return Geo(
        DAM.latitude + chance.uniform(-spread, spread),
        DAM.longitude + chance.uniform(-spread, spread),
    )


NOON = at("2026-06-01T12:00+02:00")


def rider(**changes: Any) -> Rider:
    """Return a courier on a bicycle on the Dam at noon."""
    plain: dict[str, Any] = {
        "id": "cou_1",
        "start": DAM,
        "start_at": NOON,
        "vehicle": VehicleType.BIKE,
        "volume_ml": 60_000,
        "weight_g": 20_000,
    }
    return Rider(**(plain | changes))


def errand(chance: Random, number: int, **changes: Any) -> Errand:
    """Return an invented job with windows of one to three hours."""
    start = NOON + chance.randrange(0, 90) * MINUTE
    plain: dict[str, Any] = {
        "job_id": f"job_{number}",
        "store_id": f"sto_{chance.randrange(2)}",
        "pickup": near(chance, 0.01),
        "pickup_from": start,
        "pickup_until": start + chance.randrange(30, 120) * MINUTE,
        "drop": near(chance),
        "drop_from": start,
        "drop_until": start + chance.randrange(60, 180) * MINUTE,
        "volume_ml": chance.randrange(1_000, 40_000),
        "weight_g": chance.randrange(100, 12_000),
    }
    return Errand(**(plain | changes))


def kings_day(*, confirmed: bool) -> DayException:
    """Return a holiday on which a store is closed, as it is proposed or once it is confirmed."""
    source = ExceptionSource.HOLIDAY_PROPOSAL
    return DayException(KINGS_DAY, (), {"nl": "Koningsdag"}, source, confirmed)

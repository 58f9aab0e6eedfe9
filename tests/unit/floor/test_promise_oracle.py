"""What is promised for collecting is what going through the minutes finds."""

import datetime as dt
from random import Random

import pytest

from storefront.fulfillment.place.hours import WEEKDAYS, Hours, Service, Week
from storefront.fulfillment.place.store import PickupTerms, SafetyStock, SourcePolicy, StockSource
from storefront.fulfillment.place.wall import local_date, local_minute
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.slot.promise import Counter, Day, Promise, Refusal, Want, promise
from tests.kit.floor.oracles import CASES
from tests.kit.floor.oracles_samples import store
from tests.kit.floor.oracles_time import MINUTE, ZONES, change_days, open_minutes, ready_by_minutes

DATES = [(zone, date) for zone in ZONES for date in [*change_days(zone)[:6], dt.date(2026, 6, 17)]]

pytestmark = pytest.mark.timeout(3600)


def _hours(chance: Random, service: Service) -> Hours:
    """Return hours that are open on most days, and each Monday and Thursday for sure."""
    days = {}
    for day in WEEKDAYS:
        start = chance.randrange(0, 1200, 5)
        open_today = day.value in {"mo", "th"} or chance.random() < 0.7
        days[day.value] = ((start, start + chance.randrange(60, 900, 5)),) if open_today else ()
    return Hours("sto_1", service, Week(**days))


def _sources(chance: Random) -> tuple[StockSource, ...]:
    other = StockSource("loc_2", SourcePolicy.TRANSFER, chance.choice([2, 24, 30]))
    third = StockSource("loc_3", SourcePolicy.TRANSFER, chance.choice([5, 24, 48]))
    found = [StockSource("loc_1"), other, third]
    chance.shuffle(found)
    return tuple(found)


def _lead(counter: Counter, wants: list[Want]) -> int | None:
    """Return the lead by trying every lead: is all that is there by then enough?"""
    safety = counter.store.safety_stock
    for lead in range(60):
        by_then = [one for one in counter.store.stock_sources if one.lead_hours <= lead]
        if all(
            sum(
                max(0, counter.stock[one.location_ref].get(sku, 0) - safety.of(sku))
                for one in by_then
            )
            >= sum(want.quantity for want in wants if want.sku == sku)
            for sku in {want.sku for want in wants}
        ):
            return lead
    return None


def test_promises_are_what_the_minutes_say() -> None:
    promised = 0
    for number in range(CASES):
        chance = Random(f"promise-{number}")
        zone, date = chance.choice(DATES)
        prep = chance.choice([0, 15, 60, 120, 500])
        stock = {
            place: {sku: chance.randrange(0, 6) for sku in "ab"}
            for place in ("loc_1", "loc_2", "loc_3")
        }
        counter = Counter(
            store(
                timezone=zone,
                pickup=PickupTerms(enabled=True, prep_minutes=prep),
                stock_sources=_sources(chance),
                safety_stock=SafetyStock(chance.choice([0, 1]), {"a": chance.choice([0, 2])}),
            ),
            _hours(chance, Service.STORE),
            _hours(chance, Service.PICKUP),
            stock,
        )
        wants = [
            Want(chance.choice("ab"), chance.randint(1, 5)) for _ in range(chance.randint(1, 3))
        ]
        noon = int(dt.datetime(date.year, date.month, date.day, 12, tzinfo=dt.UTC).timestamp())
        now = (noon + chance.randrange(-1440, 1440) * 60) * 1000

        found = promise(counter, wants, now, Load(orders=1))

        lead = _lead(counter, wants)
        if lead is None:
            assert isinstance(found, Refusal), number
            continue
        promised += 1
        ready = ready_by_minutes(
            open_minutes(counter.store_hours, zone, date, 3, 16),
            open_minutes(counter.pickup_hours, zone, date, 3, 16),
            now + lead * 60 * MINUTE,
            prep,
        )
        assert isinstance(found, Promise), number
        assert (found.ready_at, found.lead_hours) == (ready, lead), number
        assert (found.date, found.from_min) == (local_date(ready, zone), local_minute(ready, zone))
        apart = (found.date - local_date(now, zone)).days
        assert found.day is {0: Day.TODAY, 1: Day.TOMORROW}.get(apart, Day.DATE), number
    assert promised > CASES // 3

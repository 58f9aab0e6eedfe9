"""From when on a shopper can collect."""

import datetime as dt

import msgspec
import pytest

from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import PickupTerms, SafetyStock, SourcePolicy, StockSource
from storefront.fulfillment.slot.calendar import Counts, day_slots, with_counts
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.slot.promise import (
    Counter,
    Day,
    NoPromise,
    Promise,
    Refusal,
    Want,
    asap,
    lead_hours,
    promise,
    variant_promise,
    worked,
)
from storefront.fulfillment.slot.template import Caps, Cutoff
from tests.kit.floor.oracles_samples import AMSTERDAM, HOUR, MINUTE, at, hours, store, template

ONE = Load(orders=1)
SOURCES = (
    StockSource("far", SourcePolicy.TRANSFER, 48),
    StockSource("loc_1"),
    StockSource("near", SourcePolicy.TRANSFER, 24),
)
STOCK = {"loc_1": {"tea": 3, "cup": 0}, "near": {"tea": 5, "cup": 1}, "far": {"cup": 9}}


def _counter(**changes: object) -> Counter:
    plain = {
        "store": store(stock_sources=SOURCES),
        "store_hours": hours((540, 1080), service=Service.STORE),
        "pickup_hours": hours((540, 1050)),
        "stock": STOCK,
    }
    return Counter(**(plain | changes))


@pytest.mark.parametrize(
    ("now", "ready", "day"),
    [
        ("2026-06-01T12:00+02:00", "2026-06-01T14:00+02:00", Day.TODAY),
        ("2026-06-01T16:00+02:00", "2026-06-02T09:00+02:00", Day.TOMORROW),
        ("2026-06-01T17:00+02:00", "2026-06-02T10:00+02:00", Day.TOMORROW),
        ("2026-06-01T23:00+02:00", "2026-06-02T11:00+02:00", Day.TOMORROW),
        ("2026-06-02T01:00+02:00", "2026-06-02T11:00+02:00", Day.TODAY),
    ],
)
def test_preparing_takes_time_in_which_the_store_is_open(now: str, ready: str, day: Day) -> None:
    found = variant_promise(_counter(), "tea", at(now))

    assert isinstance(found, Promise)
    assert (found.ready_at, found.day, found.lead_hours) == (at(ready), day, 0)


def test_a_promise_is_told_as_date_and_minute_of_the_store_s_own_clock() -> None:
    found = promise(_counter(), [Want("cup")], at("2026-06-01T12:00+02:00"), ONE)

    assert found == Promise(
        at("2026-06-02T14:00+02:00"), Day.TOMORROW, dt.date(2026, 6, 2), 840, 24
    )
    assert msgspec.json.decode(msgspec.json.encode(found), type=Promise | Refusal) == found


def test_a_part_of_a_minute_is_told_as_a_whole_one() -> None:
    found = variant_promise(_counter(), "tea", at("2026-06-01T12:00+02:00") + 1)

    assert isinstance(found, Promise)
    assert found.from_min == 841


@pytest.mark.parametrize(
    ("want", "lead"),
    [
        (Want("tea", 3), 0),
        (Want("tea", 4), 24),
        (Want("tea", 8), 24),
        (Want("tea", 9), None),
        (Want("cup", 1), 24),
        (Want("cup", 2), 48),
        (Want("fork", 1), None),
    ],
)
def test_own_stock_goes_first_then_the_quicker_source(want: Want, lead: int | None) -> None:
    assert lead_hours(store(stock_sources=SOURCES), STOCK, want) == lead


def test_what_is_kept_back_is_not_promised() -> None:
    careful = store(stock_sources=SOURCES, safety_stock=SafetyStock(1))

    assert lead_hours(careful, STOCK, Want("tea", 3)) == 24
    assert lead_hours(careful, STOCK, Want("tea", 7)) is None


def test_a_basket_waits_for_its_slowest_line_and_counts_a_sku_once() -> None:
    now = at("2026-06-01T12:00+02:00")

    both = promise(_counter(), [Want("tea"), Want("cup")], now, ONE)
    split = promise(_counter(), [Want("tea", 2), Want("tea", 2)], now, ONE)

    assert isinstance(both, Promise)
    assert isinstance(split, Promise)
    assert both.lead_hours == split.lead_hours == 24


def test_nothing_is_promised_of_a_basket_that_lacks_one_thing() -> None:
    found = promise(_counter(), [Want("tea"), Want("fork"), Want("tea", 8)], 0, ONE)

    assert found == Refusal(NoPromise.OUT_OF_STOCK, ("tea", "fork"))


def test_a_store_without_collecting_promises_nothing() -> None:
    closed = _counter(store=store(pickup=PickupTerms()))

    assert variant_promise(closed, "tea", 0) == Refusal(NoPromise.NO_PICKUP)


def test_a_store_that_never_opens_promises_nothing() -> None:
    assert variant_promise(_counter(store_hours=hours()), "tea", 0) == Refusal(NoPromise.CLOSED)
    assert variant_promise(_counter(pickup_hours=hours()), "tea", 0) == Refusal(NoPromise.CLOSED)


def test_with_slots_the_promise_is_the_earliest_that_takes_the_load() -> None:
    now = at("2026-06-01T10:30+02:00")
    one = template(caps=Caps(prep_points=10))
    slots = day_slots([one], hours((0, 1440)), AMSTERDAM, dt.date(2026, 6, 1))
    taken = with_counts(slots, {slots[4].key: Counts(Load(2, 8))})

    small = promise(_counter(slots=taken), [Want("tea")], now, Load(1, 2))
    large = promise(_counter(slots=taken), [Want("tea")], now, Load(1, 3))

    assert isinstance(small, Promise)
    assert isinstance(large, Promise)
    assert (small.ready_at, small.slot_key) == (at("2026-06-01T13:00+02:00"), slots[4].key)
    assert large.slot_key == slots[5].key


def test_asap_leaves_out_slots_that_are_too_soon_or_cut_off() -> None:
    one = template(cutoff=Cutoff(minutes_before=240))
    slots = day_slots([one], hours((0, 1440)), AMSTERDAM, dt.date(2026, 6, 1))
    now = at("2026-06-01T10:00+02:00")

    found = asap(slots, now, 60, ONE)

    assert found is not None
    assert found.start_at == at("2026-06-01T15:00+02:00")
    assert asap(slots, now + 9 * HOUR, 60, ONE) is None
    assert asap(slots, now, 60, ONE, lead=30) is None


def test_no_slot_left_is_a_refusal() -> None:
    assert variant_promise(_counter(slots=[]), "tea", 0) == Refusal(NoPromise.NO_SLOT)


def test_work_runs_through_the_hour_that_is_skipped_in_real_time() -> None:
    start = at("2026-03-29T01:00+01:00")

    assert worked(hours((0, 1440)), AMSTERDAM, start, 120) == start + 120 * MINUTE

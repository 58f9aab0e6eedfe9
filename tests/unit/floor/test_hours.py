"""Opening hours: written by wall clock, kept by instants."""

import datetime as dt
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.fulfillment.errors.place import BadHours, BadStore
from storefront.fulfillment.place.hours import (
    DayException,
    Hours,
    Interval,
    Service,
    Week,
    checked_hours,
    hours_of,
    merged,
    pickup_hours,
)
from storefront.fulfillment.place.opening import (
    closes_at,
    is_open,
    next_opening,
    open_intervals,
    openings,
)
from storefront.fulfillment.place.wall import instant, instants
from tests.kit.floor.oracles_samples import AMSTERDAM, KINGS_DAY, at, hours, kings_day

SHORT_NIGHT = dt.date(2026, 3, 29)
LONG_NIGHT = dt.date(2026, 10, 25)


@pytest.mark.parametrize("interval", [(-1, 60), (1440, 1500), (60, 60), (60, 30), (60, 2881)])
def test_an_interval_begins_in_its_day_and_is_not_empty(interval: Interval) -> None:
    with pytest.raises(BadHours) as bad:
        checked_hours(hours(interval))

    assert bad.value.facts["field"] == "weekly.mo"


def test_touching_and_overlapping_intervals_become_one() -> None:
    assert merged([(600, 720), (540, 610), (720, 780), (900, 960)]) == ((540, 780), (900, 960))


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 50))))
def test_merging_keeps_every_minute_and_no_other(pairs: list[tuple[int, int]]) -> None:
    given_intervals = [(start, start + length) for start, length in pairs]

    found = merged(given_intervals)

    assert {m for a, b in found for m in range(a, b)} == {
        m for a, b in given_intervals for m in range(a, b)
    }
    assert all(one[1] < other[0] for one, other in pairwise(found))


def test_an_exception_replaces_its_day() -> None:
    eve = DayException(dt.date(2026, 12, 24), ((540, 960),))
    found = hours((540, 1080), exceptions=(eve,))

    assert found.on(dt.date(2026, 12, 24)) == ((540, 960),)
    assert found.on(dt.date(2026, 12, 23)) == ((540, 1080),)


@pytest.mark.parametrize(("confirmed", "open_then"), [(False, True), (True, False)])
def test_a_holiday_closes_only_when_the_merchant_says_so(
    confirmed: bool,  # noqa: FBT001
    open_then: bool,  # noqa: FBT001
) -> None:
    found = hours((540, 1080), exceptions=(kings_day(confirmed=confirmed),))

    assert is_open(found, AMSTERDAM, at("2026-04-27T12:00+02:00")) is open_then


def test_two_exceptions_of_one_date_are_refused() -> None:
    twice = (DayException(KINGS_DAY), DayException(KINGS_DAY, ((600, 700),)))

    with pytest.raises(BadHours):
        checked_hours(hours((540, 1080), exceptions=twice))

    checked_hours(hours((540, 1080), exceptions=(twice[0], kings_day(confirmed=False))))


@pytest.mark.parametrize("date", [dt.date.max, dt.date.min])
def test_an_exception_at_the_end_of_time_is_refused(date: dt.date) -> None:
    with pytest.raises(BadHours):
        checked_hours(hours((540, 1080), exceptions=(DayException(date),)))


def test_collecting_ends_half_an_hour_before_the_store_closes() -> None:
    found = pickup_hours(hours((540, 720), (780, 800), service=Service.STORE))

    assert found.service is Service.PICKUP
    assert found.on(KINGS_DAY) == ((540, 690),)


def test_collecting_does_not_end_at_midnight_where_the_store_stays_open() -> None:
    closed = DayException(KINGS_DAY)
    found = pickup_hours(hours((0, 1440), service=Service.STORE, exceptions=(closed,)))

    assert found.on(dt.date(2026, 4, 25)) == ((0, 1440),)
    assert found.on(dt.date(2026, 4, 26)) == ((0, 1410),)
    assert found.on(KINGS_DAY) == ()


def test_hours_that_are_not_set_follow_those_of_the_store() -> None:
    own = hours((600, 660))
    shop = hours((540, 1080), service=Service.STORE)

    assert hours_of(Service.PICKUP, [shop, own]) == own
    assert hours_of(Service.PICKUP, [shop]) == pickup_hours(shop)
    assert hours_of(Service.DELIVERY, [shop]).on(KINGS_DAY) == ((540, 1080),)
    with pytest.raises(BadHours):
        hours_of(Service.PICKUP, [])


@pytest.mark.parametrize(
    ("date", "length"), [(SHORT_NIGHT, 2), (LONG_NIGHT, 4), (dt.date(2026, 6, 1), 3)]
)
def test_one_to_four_at_night_lasts_as_long_as_the_night_does(date: dt.date, length: int) -> None:
    ((start, end),) = open_intervals(hours((60, 240)), date, AMSTERDAM)

    assert end - start == length * 3_600_000


def test_what_lies_in_the_hour_that_is_skipped_is_no_opening() -> None:
    assert open_intervals(hours((120, 180)), SHORT_NIGHT, AMSTERDAM) == []


def test_an_opening_within_the_skipped_hour_begins_at_its_end() -> None:
    ((start, _),) = open_intervals(hours((150, 240)), SHORT_NIGHT, AMSTERDAM)

    assert start == at("2026-03-29T03:00+02:00")


def test_a_wall_time_exists_never_once_or_twice() -> None:
    assert instants(SHORT_NIGHT, 150, AMSTERDAM) == ()
    assert instants(dt.date(2026, 6, 1), 150, AMSTERDAM) == (at("2026-06-01T02:30+02:00"),)
    twice = (at("2026-10-25T02:30+02:00"), at("2026-10-25T02:30+01:00"))
    assert instants(LONG_NIGHT, 150, AMSTERDAM) == twice
    assert instant(LONG_NIGHT, 150, AMSTERDAM) == twice[0]


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    friday = Hours("sto_1", Service.STORE, Week(fr=((1200, 1560),)))

    assert is_open(friday, AMSTERDAM, at("2026-06-06T01:59+02:00"))
    assert not is_open(friday, AMSTERDAM, at("2026-06-06T02:00+02:00"))
    assert not is_open(friday, AMSTERDAM, at("2026-06-07T01:00+02:00"))


def test_days_that_touch_at_midnight_are_one_opening() -> None:
    since, until = at("2026-06-01T12:00+02:00"), at("2026-06-02T12:00+02:00")

    assert len(openings(hours((0, 1440)), AMSTERDAM, since, until)) == 1


def test_the_next_opening_is_now_or_tomorrow_or_never() -> None:
    found, noon = hours((540, 1080)), at("2026-06-01T12:00+02:00")

    assert next_opening(found, AMSTERDAM, noon) == noon
    evening = at("2026-06-01T18:00+02:00")
    assert next_opening(found, AMSTERDAM, evening) == at("2026-06-02T09:00+02:00")
    assert next_opening(hours(), AMSTERDAM, noon) is None


def test_when_a_store_closes_is_told_unless_it_never_does() -> None:
    noon = at("2026-06-01T12:00+02:00")

    assert closes_at(hours((540, 1080)), AMSTERDAM, noon) == at("2026-06-01T18:00+02:00")
    assert closes_at(hours((0, 1440)), AMSTERDAM, noon) is None
    assert closes_at(hours((0, 60)), AMSTERDAM, noon) is None


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(BadStore):
        is_open(hours((540, 1080)), "../etc/passwd", 0)


def test_hours_survive_being_stored() -> None:
    found = hours((540, 1080), exceptions=(kings_day(confirmed=False),))

    assert msgspec.json.decode(msgspec.json.encode(found), type=Hours) == found

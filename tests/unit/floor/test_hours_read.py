"""Opening hours as OpenStreetMap writes them, and as schema.org tells them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.fulfillment.errors.place import BadHours
from storefront.fulfillment.place.hours import (
    DayException,
    Hours,
    Interval,
    Service,
    Week,
)
from storefront.fulfillment.place.osm import read_osm
from storefront.fulfillment.place.schema_org import (
    opening_hours_specification,
    special_opening_hours_specification,
)
from tests.kit.floor.oracles_samples import KINGS_DAY, hours, kings_day, week


def _osm(text: str, **more: object) -> Hours:
    return read_osm(text, "sto_1", Service.STORE, [2026], **more)


def test_an_osm_text_of_every_day_life_is_read() -> None:
    text = (
        "Mo-Fr 09:00-18:00; Th 09:00-21:00; Sa 10:00-17:00; Su,PH off; "
        'Dec 24 09:00-16:00; 2026 Aug 03-2026 Aug 09 off "vacation"'
    )

    found = _osm(text, holidays={KINGS_DAY: {"nl": "Koningsdag"}})

    assert found.weekly.th == ((540, 1260),)
    assert found.weekly.fr == ((540, 1080),)
    assert found.weekly.su == ()
    assert found.on(dt.date(2026, 12, 24)) == ((540, 960),)
    assert found.on(dt.date(2026, 8, 9)) == ()
    assert found.on(dt.date(2026, 8, 10)) == ((540, 1080),)
    assert found.osm == text
    assert next(one for one in found.exceptions if one.date == KINGS_DAY) == kings_day(
        confirmed=False
    )


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("24/7", ((0, 1440),)),
        ("09:00-17:00", ((540, 1020),)),
        ("Mo open", ((0, 1440),)),
        ("Sa-Mo 22:00-02:00", ((1320, 1560),)),
        ("Mo 20:00-26:00", ((1200, 1560),)),
        ("Mo-Fr 09:00-12:00,13:00-18:00", ((540, 720), (780, 1080))),
        ("Mo-Fr 09:00-12:00, Mo 14:00-18:00", ((540, 720), (840, 1080))),
        ("Mo-Fr 09:00-12:00; Mo 14:00-18:00", ((840, 1080),)),
        ("Mo-Su 09:00-12:00; Mo closed", ()),
    ],
)
def test_the_usual_forms_of_osm_are_read(text: str, monday: tuple[Interval, ...]) -> None:
    assert _osm(text).weekly.mo == monday


def test_a_date_range_without_year_runs_over_new_year() -> None:
    found = _osm("Dec 31-Jan 02 off")

    assert [str(one.date) for one in found.exceptions] == ["2026-12-31", "2027-01-01", "2027-01-02"]


def test_a_later_rule_of_the_week_replaces_an_earlier_date() -> None:
    assert _osm("Dec 25 off; Mo-Su 09:00-12:00").on(dt.date(2026, 12, 25)) == ((540, 720),)


def test_what_a_comma_adds_joins_what_was_said_before() -> None:
    evening = _osm("Mo-Su 09:00-12:00; Dec 24 09:00-12:00, Dec 24 14:00-16:00")
    usual = _osm("Mo-Su 09:00-12:00, Dec 24 14:00-16:00")
    week_last = _osm("Dec 24 14:00-16:00, Mo-Su 09:00-12:00")

    christmas_eve = dt.date(2026, 12, 24)
    assert evening.on(christmas_eve) == ((540, 720), (840, 960))
    assert usual.on(christmas_eve) == ((540, 720), (840, 960))
    assert week_last.on(christmas_eve) == ((540, 720), (840, 960))


def test_a_semicolon_in_a_comment_parts_nothing() -> None:
    (found,) = _osm('Dec 25 off "closed; see you"').exceptions

    assert found.label == {"en": "closed; see you"}


@pytest.mark.parametrize(
    "rule",
    [
        "Mo-Fr",
        "Mo[1] 10:00-12:00",
        "sunrise-sunset",
        "Apr-Sep 10:00-12:00",
        "Mo 10:00+",
        "Mo 10:00-12:00+",
        "week 1-10 10:00-11:00",
        'Mo 09:00-18:00 || "by appointment"',
        "Mo 25:00-26:00",
        "Mo 10:00-10:00",
        "Mo 10:60-12:00",
        "Mo 10:00-49:00",
        "Dec 32 off",
        "SH off",
        "easter off",
        "2026 Dec 10-2026 Dec 01 off",
        "2026 Jan 01-9999 Dec 31 off",
        "Mo 09:00-12:00 off",
    ],
)
def test_a_rule_that_cannot_be_read_is_named(rule: str) -> None:
    with pytest.raises(BadHours) as bad:
        _osm(f"Mo-Su 09:00-12:00; {rule}")

    assert bad.value.facts["rule"] == rule


@given(st.text(alphabet='MoTuSaPH -,;:"0123456789/fDec', max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        found = _osm(text)
    except BadHours:
        return
    assert found.osm == text


def test_schema_org_names_the_days_of_each_interval() -> None:
    usual = Hours(
        "s", Service.STORE, Week(mo=((540, 1080),), tu=((540, 1080),), fr=((1200, 1560),))
    )

    found = opening_hours_specification(usual)

    assert found == [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": ["https://schema.org/Monday", "https://schema.org/Tuesday"],
            "opens": "09:00",
            "closes": "18:00",
        },
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": ["https://schema.org/Friday"],
            "opens": "20:00",
            "closes": "02:00",
        },
    ]


def test_a_day_round_the_clock_closes_a_minute_before_midnight() -> None:
    (found,) = opening_hours_specification(Hours("s", Service.STORE, week((0, 1440))))

    assert (found["opens"], found["closes"]) == ("00:00", "23:59")


def test_special_days_are_told_but_no_mere_proposal() -> None:
    eve = DayException(dt.date(2026, 12, 24), ((540, 960),))
    shut = DayException(dt.date(2026, 12, 25))
    found = hours((540, 1080), exceptions=(eve, shut, kings_day(confirmed=False)))

    told = special_opening_hours_specification(found)

    times = [(one["validFrom"], one["opens"], one["closes"]) for one in told]
    assert times == [("2026-12-24", "09:00", "16:00"), ("2026-12-25", "00:00", "00:00")]
    assert all(one["validFrom"] == one["validThrough"] for one in told)

"""From templates to the slots of a day."""

import datetime as dt
from random import Random

from msgspec import structs

from storefront.fulfillment.place.hours import DayException, Service, Weekday
from storefront.fulfillment.slot.calendar import (
    Counts,
    after_lead,
    coming_slots,
    day_slots,
    find_slot,
    open_to,
    with_counts,
)
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.slot.slot import Slot, SlotState
from storefront.fulfillment.slot.template import Cutoff, Scope
from tests.kit.floor.oracles_samples import AMSTERDAM, HOUR, MINUTE, at, hours, template

MONDAY = dt.date(2026, 6, 1)
ALL_DAY = hours((0, 1440))


def _starts(slots: list[Slot]) -> list[int]:
    return [slot.start_at for slot in slots]


def test_a_day_from_nine_to_six_has_nine_slots_of_an_hour() -> None:
    slots = day_slots([template()], ALL_DAY, AMSTERDAM, MONDAY)

    assert len(slots) == 9
    assert slots[0].key == f"sto_1/PICKUP/{at('2026-06-01T09:00+02:00')}"
    assert slots[-1].end_at == at("2026-06-01T18:00+02:00")


def test_a_slot_that_sticks_out_of_the_opening_hours_is_none() -> None:
    slots = day_slots([template()], hours((570, 720), (780, 1080)), AMSTERDAM, MONDAY)

    expected = [
        f"2026-06-01T{hour}:00+02:00" for hour in ("10", "11", "13", "14", "15", "16", "17")
    ]
    assert _starts(slots) == [at(one) for one in expected]


def test_a_closed_date_and_another_weekday_have_no_slots() -> None:
    closed = hours((0, 1440), exceptions=(DayException(MONDAY),))
    sundays = template(days=(Weekday.SU,))

    assert day_slots([template()], closed, AMSTERDAM, MONDAY) == []
    assert day_slots([sundays], ALL_DAY, AMSTERDAM, MONDAY) == []


def test_a_template_of_another_service_makes_no_slots_here() -> None:
    brought = template(service=Service.DELIVERY)

    assert day_slots([brought], ALL_DAY, AMSTERDAM, MONDAY) == []


def test_the_hour_that_is_skipped_has_no_slot_and_the_hour_that_comes_twice_has_two() -> None:
    nightly = template(from_min=60, to_min=240)

    spring = day_slots([nightly], ALL_DAY, AMSTERDAM, dt.date(2026, 3, 29))
    autumn = day_slots([nightly], ALL_DAY, AMSTERDAM, dt.date(2026, 10, 25))

    assert len(spring) == 2
    assert len(autumn) == 4
    assert {slot.end_at - slot.start_at for slot in spring + autumn} == {HOUR}
    assert len({slot.key for slot in autumn}) == 4


def test_the_narrower_template_goes_before_the_wider_whichever_comes_first() -> None:
    wide, narrow = template(id="a"), template(id="b", from_min=630, scope=Scope(("wine",)))

    one = day_slots([wide, narrow], ALL_DAY, AMSTERDAM, MONDAY)
    other = day_slots([narrow, wide], ALL_DAY, AMSTERDAM, MONDAY)

    assert one == other
    assert [slot.template_id for slot in one] == ["a", *["b"] * 7]
    assert len(open_to(one)) == 1
    assert len(open_to(one, ["wine"])) == 8


def test_the_order_of_templates_never_matters() -> None:
    for number in range(50):
        chance = Random(number)
        templates = [
            template(id=f"t{one}", from_min=chance.randrange(0, 900, 15), to_min=1440, step_min=45)
            for one in range(4)
        ]

        found = day_slots(templates, ALL_DAY, AMSTERDAM, MONDAY)
        chance.shuffle(templates)

        assert day_slots(templates, ALL_DAY, AMSTERDAM, MONDAY) == found


def test_a_night_s_slots_go_before_those_of_the_next_day() -> None:
    night = template(id="z", from_min=1380, to_min=1560, step_min=60)
    early = template(id="a", from_min=30, to_min=240, step_min=60)

    slots = day_slots([night, early], ALL_DAY, AMSTERDAM, MONDAY)

    small_hours = [slot for slot in slots if slot.start_at < at("2026-06-01T06:00+02:00")]
    assert _starts(small_hours) == [at("2026-06-01T02:30+02:00")]


def test_a_slot_of_the_day_before_yesterday_that_a_change_of_clocks_prolongs_goes_first() -> None:
    friday = template(id="z", days=(Weekday.FR,), from_min=1380, to_min=2880, length_min=150)
    sunday = template(id="a", days=(Weekday.SU,), from_min=0, to_min=120)
    opened = hours((0, 1440))

    slots = day_slots(
        [structs.replace(friday, step_min=30), sunday], opened, "America/Nuuk", dt.date(2024, 3, 31)
    )

    assert _starts(slots) == [at("2024-03-31T01:00-01:00")]


def test_it_is_too_late_by_minutes_by_lead_or_by_a_wall_time_the_day_before() -> None:
    def first(**changes: object) -> Slot:
        return day_slots([template(**changes)], ALL_DAY, AMSTERDAM, MONDAY)[0]

    start = at("2026-06-01T09:00+02:00")
    assert first().cutoff_at == start
    assert first(cutoff=Cutoff(minutes_before=90)).cutoff_at == start - 90 * MINUTE
    assert first(cutoff=Cutoff(minutes_before=30), lead_min=60).cutoff_at == start - HOUR
    eve = first(cutoff=Cutoff(day_offset=1, wall_time=1200))
    assert eve.cutoff_at == at("2026-05-31T20:00+02:00")


def test_a_cut_off_on_the_eve_keeps_its_wall_time_when_clocks_change() -> None:
    one = template(cutoff=Cutoff(day_offset=1, wall_time=1200))

    slot = day_slots([one], ALL_DAY, AMSTERDAM, dt.date(2026, 3, 29))[0]

    assert slot.cutoff_at == at("2026-03-28T20:00+01:00")


def test_slots_come_as_far_ahead_as_each_template_allows() -> None:
    now = at("2026-06-01T12:30+02:00")
    templates = [template(id="a", horizon_days=1), template(id="b", from_min=1080, to_min=1140)]

    slots = coming_slots(templates, ALL_DAY, AMSTERDAM, now)

    assert slots[0].start_at == at("2026-06-01T13:00+02:00")
    counted = {name: sum(slot.template_id == name for slot in slots) for name in "ab"}
    assert counted == {"a": 5 + 9, "b": 15}
    assert coming_slots(templates, ALL_DAY, AMSTERDAM, now, 0) == slots[:6]


def test_a_zone_s_lead_leaves_out_what_begins_sooner() -> None:
    slots = day_slots([template()], ALL_DAY, AMSTERDAM, MONDAY)

    assert after_lead(slots, slots[0].start_at, 60) == slots[1:]
    assert after_lead(slots, slots[0].start_at, 61) == slots[2:]


def test_a_slot_is_found_by_its_start_within_the_horizon() -> None:
    start, now = at("2026-06-10T10:00+02:00"), at("2026-06-01T12:00+02:00")

    found = find_slot([template()], ALL_DAY, AMSTERDAM, start, now)

    assert found is not None
    assert found.start_at == start
    assert find_slot([template()], ALL_DAY, AMSTERDAM, start + 1, now) is None
    assert find_slot([template(horizon_days=8)], ALL_DAY, AMSTERDAM, start, now) is None


def test_a_slot_after_midnight_is_found_on_the_page_of_its_eve() -> None:
    night = template(from_min=1380, to_min=1560, days=(Weekday.MO,))
    start = at("2026-06-02T01:00+02:00")

    found = find_slot([night], ALL_DAY, AMSTERDAM, start, start - HOUR)

    assert found is not None
    assert found.start_at == start
    eve = structs.replace(night, horizon_days=1)
    assert find_slot([eve], ALL_DAY, AMSTERDAM, start, start - 25 * HOUR) is not None
    assert find_slot([eve], ALL_DAY, AMSTERDAM, start, start - 49 * HOUR) == found
    assert find_slot([eve], ALL_DAY, AMSTERDAM, start, start - 50 * HOUR) is None


def test_stored_counts_are_laid_over_the_slots_they_belong_to() -> None:
    slots = day_slots([template()], ALL_DAY, AMSTERDAM, MONDAY)

    laid = with_counts(slots, {slots[1].key: Counts(Load(1), Load(2), blocked=True)})

    assert laid[0] == slots[0]
    assert laid[1].taken == Load(3)
    assert laid[1].state(0) is SlotState.BLOCKED

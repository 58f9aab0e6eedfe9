"""The slots of a day are those that a look at every minute of it finds."""

import datetime as dt
from itertools import pairwise
from random import Random

import pytest

from storefront.fulfillment.place.hours import WEEKDAYS, Hours, Service, Week
from storefront.fulfillment.place.opening import open_intervals, openings
from storefront.fulfillment.slot.calendar import day_slots
from storefront.fulfillment.slot.template import Scope, SlotTemplate
from tests.kit.floor.oracles import CASES
from tests.kit.floor.oracles_samples import hours, template
from tests.kit.floor.oracles_time import MINUTE, ZONES, change_days, open_minutes, slots_by_minutes

CHANGES = [(zone, date) for zone in ZONES for date in change_days(zone)]
PLAIN = [(zone, dt.date(2026, 6, 17)) for zone in ZONES]
NIGHTLY = (
    template(from_min=0, to_min=360, length_min=60, step_min=60),
    template(from_min=0, to_min=300, length_min=30, step_min=30),
    template(from_min=30, to_min=400, length_min=90, step_min=90),
    template(from_min=0, to_min=360, length_min=60, step_min=20),
    template(from_min=0, to_min=360, length_min=40, step_min=40),
    template(from_min=1320, to_min=1800, length_min=45, step_min=45),
)

pytestmark = pytest.mark.timeout(3600)


def _intervals(chance: Random) -> tuple[tuple[int, int], ...]:
    found = []
    for _ in range(chance.choice([0, 1, 1, 2])):
        start = chance.randrange(0, 1440, 15)
        found.append((start, min(2880, start + chance.randrange(15, 1200, 15))))
    return tuple(found)


def _hours(chance: Random) -> Hours:
    week = Week(**{day.value: _intervals(chance) for day in WEEKDAYS})
    return Hours("sto_1", Service.PICKUP, week)


def _template(chance: Random, number: int) -> SlotTemplate:
    start = chance.choice([0, 0, 30, 60, 75, 540, 1260, 1380])
    length = chance.choice([15, 20, 30, 45, 60, 90, 120])
    scope = Scope(zone_ids=("z",)) if chance.random() < 0.3 else Scope()
    return template(
        id=f"t{number}",
        from_min=start,
        to_min=min(2880, start + length + chance.randrange(0, 700)),
        length_min=length,
        step_min=chance.choice([10, 15, 20, 30, 45, 60, 90]),
        scope=scope,
    )


def _found(
    templates: list[SlotTemplate], opened: Hours, zone: str, date: dt.date
) -> list[tuple[int, int, str]]:
    slots = day_slots(templates, opened, zone, date)
    return [(slot.start_at, slot.end_at, slot.template_id) for slot in slots]


def test_the_clocks_of_five_zones_change_twice_a_year() -> None:
    counted = {zone: len(change_days(zone)) for zone in ZONES}

    assert counted == {
        "Europe/Amsterdam": 14,
        "Asia/Jerusalem": 14,
        "Europe/London": 14,
        "America/New_York": 14,
        "Australia/Lord_Howe": 14,
        "America/Sao_Paulo": 0,
    }


@pytest.mark.parametrize(("zone", "date"), CHANGES + PLAIN)
@pytest.mark.parametrize("one", NIGHTLY, ids=lambda one: f"{one.length_min}/{one.step_min}")
def test_every_day_on_which_clocks_change_has_the_slots_of_its_minutes(
    zone: str, date: dt.date, one: SlotTemplate
) -> None:
    opened = hours((0, 390), (1200, 1700))

    assert _found([one], opened, zone, date) == slots_by_minutes([one], opened, zone, date)


def test_random_templates_and_hours_give_the_slots_of_their_minutes() -> None:
    made = 0
    for number in range(CASES):
        chance = Random(f"slots-{number}")
        zone, date = chance.choice(CHANGES + PLAIN)
        date += chance.choice([-1, 0, 0, 0, 1]) * dt.timedelta(days=1)
        templates = [_template(chance, one) for one in range(chance.randint(1, 3))]
        opened = _hours(chance)

        found = _found(templates, opened, zone, date)

        assert found == slots_by_minutes(templates, opened, zone, date), number
        made += len(found)
    assert made > CASES


def test_a_day_s_slots_lie_within_hours_last_their_length_and_leave_no_overlap() -> None:
    for number in range(CASES):
        chance = Random(f"invariants-{number}")
        zone, date = chance.choice(CHANGES)
        length, step = chance.choice([(60, 60), (30, 30), (90, 90), (45, 60), (30, 45)])
        one = template(from_min=0, to_min=1440, length_min=length, step_min=step)
        opened = _hours(chance)

        slots = day_slots([one], opened, zone, date)

        assert all(slot.end_at - slot.start_at == length * MINUTE for slot in slots), number
        assert all(one.end_at <= other.start_at for one, other in pairwise(slots)), number
        within = openings(opened, zone, slots[0].start_at, slots[-1].end_at) if slots else []
        for slot in slots:
            assert any(a <= slot.start_at and slot.end_at <= b for a, b in within), number


def test_openings_are_the_open_minutes() -> None:
    for number in range(CASES):
        chance = Random(f"openings-{number}")
        zone, date = chance.choice(CHANGES + PLAIN)
        opened = _hours(chance)

        found = {
            minute
            for start, end in open_intervals(opened, date, zone)
            for minute in range(start, end, MINUTE)
        }

        assert found == open_minutes(opened, zone, date, 0, 1), number

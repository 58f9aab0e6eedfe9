"""Slots: what they are now, how much fits, and what a template may say."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.fulfillment.errors.slot import (
    BadSlotTemplate,
    SlotBlocked,
    SlotCutOff,
    SlotFull,
    SlotNotFound,
)
from storefront.fulfillment.place.hours import Service, Weekday
from storefront.fulfillment.slot.load import Load, fits, is_full
from storefront.fulfillment.slot.slot import Bucket, Slot, SlotState, parse_slot_key, slot_key
from storefront.fulfillment.slot.template import (
    Caps,
    Cutoff,
    Scope,
    SlotTemplate,
    checked_template,
)
from tests.kit.floor.oracles_samples import template

COUNTS = st.integers(0, 40)
LOADS = st.builds(Load, COUNTS, COUNTS, COUNTS)
LIMIT = st.none() | st.integers(1, 40)
CAPS = st.builds(Caps, LIMIT, LIMIT, LIMIT)


def _slot(**changes: object) -> Slot:
    plain = {
        "key": "sto_1/PICKUP/1000",
        "store_id": "sto_1",
        "service": Service.PICKUP,
        "start_at": 1000,
        "end_at": 2000,
        "cutoff_at": 500,
        "template_id": "t1",
        "caps": Caps(orders=8),
    }
    return Slot(**(plain | changes))


@pytest.mark.parametrize(
    ("changes", "now", "state"),
    [
        ({}, 499, SlotState.OPEN),
        ({}, 500, SlotState.CUT_OFF),
        ({}, 999, SlotState.CUT_OFF),
        ({}, 1000, SlotState.PAST),
        ({"blocked": True}, 0, SlotState.BLOCKED),
        ({"blocked": True}, 600, SlotState.CUT_OFF),
        ({"used": Load(5), "held": Load(3)}, 0, SlotState.FULL),
        ({"used": Load(5), "held": Load(2)}, 0, SlotState.OPEN),
        ({"used": Load(9), "caps": Caps()}, 0, SlotState.OPEN),
        ({"caps": Caps(volume_ml=10), "held": Load(0, 0, 10)}, 0, SlotState.FULL),
    ],
)
def test_a_slot_is_what_the_clock_and_its_counts_make_it(
    changes: dict[str, object], now: int, state: SlotState
) -> None:
    assert _slot(**changes).state(now) is state


@pytest.mark.parametrize(
    ("changes", "now", "error"),
    [
        ({}, 500, SlotCutOff),
        ({}, 5000, SlotCutOff),
        ({"blocked": True}, 0, SlotBlocked),
        ({"used": Load(8)}, 0, SlotFull),
        ({"caps": Caps(prep_points=5), "used": Load(1, 3)}, 0, SlotFull),
    ],
)
def test_a_slot_that_cannot_be_had_says_why(
    changes: dict[str, object], now: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        _slot(**changes).require(Load(1, 3, 0), now)


def test_a_slot_with_room_is_had() -> None:
    _slot(caps=Caps(1, 3, 9)).require(Load(1, 3, 9), 0)


@pytest.mark.parametrize(
    ("changes", "bucket"),
    [
        ({}, Bucket.MANY),
        ({"used": Load(5)}, Bucket.MANY),
        ({"used": Load(6)}, Bucket.FEW),
        ({"caps": Caps(prep_points=100), "used": Load(1, 75)}, Bucket.FEW),
        ({"caps": Caps(prep_points=100), "used": Load(1, 74)}, Bucket.MANY),
        ({"used": Load(8)}, Bucket.NONE),
        ({"blocked": True}, Bucket.NONE),
        ({"caps": Caps()}, Bucket.MANY),
    ],
)
def test_outsiders_learn_many_few_or_none(changes: dict[str, object], bucket: Bucket) -> None:
    assert _slot(**changes).bucket(0) is bucket


@given(CAPS, LOADS, LOADS)
def test_what_fits_leaves_no_count_above_its_cap(caps: Caps, taken: Load, more: Load) -> None:
    whole = taken + more

    counts = [
        (caps.orders, whole.orders),
        (caps.prep_points, whole.prep_points),
        (caps.volume_ml, whole.volume_ml),
    ]
    assert fits(caps, taken, more) is not any(cap and count > cap for cap, count in counts)


@given(CAPS, LOADS, st.builds(Load, st.integers(1, 9), st.integers(1, 9), st.integers(1, 9)))
def test_nothing_fits_into_a_full_slot(caps: Caps, taken: Load, more: Load) -> None:
    if is_full(caps, taken):
        assert not fits(caps, taken, more)


def test_a_slot_is_named_by_store_service_and_start() -> None:
    key = slot_key("sto_1", Service.DELIVERY, 1_700_000_000_000)

    assert key == "sto_1/DELIVERY/1700000000000"
    assert str(parse_slot_key(key)) == key


@pytest.mark.parametrize(
    "key",
    [
        "",
        "sto_1",
        "sto_1/PICKUP",
        "sto_1/POST/1",
        "/PICKUP/1",
        "s/PICKUP/-1",
        "s/PICKUP/²",
        "s/PICKUP/99999999999999",
    ],
)
def test_another_text_names_no_slot(key: str) -> None:
    with pytest.raises(SlotNotFound):
        parse_slot_key(key)


def test_a_template_in_order_passes_and_survives_being_stored() -> None:
    one = template(
        days=(Weekday.SA, Weekday.MO),
        cutoff=Cutoff(day_offset=1, wall_time=1200),
        caps=Caps(8, 40, 90_000),
        scope=Scope(("chill",), ("zon_1",), "vip"),
    )

    passed = checked_template(one)

    assert passed.days == (Weekday.MO, Weekday.SA)
    stored = msgspec.json.encode(passed)
    assert b'"from":540' in stored
    assert msgspec.json.decode(stored, type=SlotTemplate) == passed


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service": Service.STORE}, "service"),
        ({"days": ()}, "days"),
        ({"from_min": 1440}, "from"),
        ({"to_min": 540}, "to"),
        ({"to_min": 2881}, "to"),
        ({"length_min": 4}, "lengthMin"),
        ({"length_min": 541}, "lengthMin"),
        ({"step_min": 4}, "stepMin"),
        ({"lead_min": -1}, "leadMin"),
        ({"horizon_days": 367}, "horizonDays"),
        ({"caps": Caps(orders=0)}, "caps.orders"),
        ({"caps": Caps(prep_points=0)}, "caps.prepPoints"),
        ({"caps": Caps(volume_ml=-1)}, "caps.volumeMl"),
        ({"cutoff": Cutoff(minutes_before=-1)}, "cutoff.minutesBefore"),
        ({"cutoff": Cutoff(30, 1, 600)}, "cutoff"),
        ({"cutoff": Cutoff(day_offset=1)}, "cutoff.wallTime"),
        ({"cutoff": Cutoff(wall_time=600)}, "cutoff.dayOffset"),
    ],
)
def test_what_is_wrong_with_a_template_is_named(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadSlotTemplate) as bad:
        checked_template(template(**changes))

    assert bad.value.facts["field"] == field


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (Scope(), True),
        (Scope(product_tags=("chill", "wine")), True),
        (Scope(product_tags=("wine",)), False),
        (Scope(zone_ids=("zon_1",)), True),
        (Scope(zone_ids=("zon_2",)), False),
        (Scope(customer_group="vip"), True),
        (Scope(customer_group="staff"), False),
        (Scope(("chill",), ("zon_2",)), False),
    ],
)
def test_a_scope_covers_whom_it_names(scope: Scope, covered: bool) -> None:  # noqa: FBT001
    assert scope.covers(["chill"], "zon_1", "vip") is covered

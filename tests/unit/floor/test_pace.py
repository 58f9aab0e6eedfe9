"""How much a store can get ready in an hour or a day is one count for all slots within it."""

import pytest
from msgspec import structs

from storefront.fulfillment.errors.slot import SlotFull
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import Throughput, ThroughputPer, ThroughputUnit
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.slot.pace import Pace, stretch
from storefront.fulfillment.slot.slot import Bucket, Slot, SlotState, slot_key
from tests.kit.floor.oracles_samples import AMSTERDAM, HOUR, at

START = at("2026-11-21T14:00+01:00")
BY_POINTS = Throughput(9, ThroughputPer.DAY, ThroughputUnit.PREP_POINT)
OPEN = Slot(
    key=slot_key("sto_1", Service.PICKUP, START),
    store_id="sto_1",
    service=Service.PICKUP,
    start_at=START,
    end_at=START + HOUR,
    cutoff_at=START,
    template_id="stt_1",
)


def paced(throughput: Throughput, taken: int) -> Slot:
    return structs.replace(OPEN, pace=Pace(throughput, taken))


def test_it_counts_by_the_hour_or_by_the_store_s_own_day() -> None:
    half_past = at("2026-03-29T12:30+02:00")

    hour = stretch(Throughput(20), half_past, AMSTERDAM)
    start, end = stretch(BY_POINTS, half_past, AMSTERDAM)

    assert hour == (half_past - HOUR // 2, half_past + HOUR // 2)
    assert (start, end - start) == (at("2026-03-29T00:00+01:00"), 23 * HOUR)


def test_it_counts_orders_or_points_of_work() -> None:
    by_points, by_orders = paced(BY_POINTS, 8), paced(Throughput(9), 8)

    assert by_points.takes(Load(9, 1), START - HOUR)
    assert not by_points.takes(Load(1, 2), START - HOUR)
    assert by_orders.takes(Load(1, 9), START - HOUR)
    assert not by_orders.takes(Load(2, 1), START - HOUR)


def test_a_slot_without_a_limit_of_its_own_is_full_when_the_store_is() -> None:
    slot = paced(Throughput(3), 3)

    assert slot.state(START - HOUR) is SlotState.FULL
    assert slot.bucket(START - HOUR) is Bucket.NONE
    with pytest.raises(SlotFull):
        slot.require(Load(1), START - HOUR)


@pytest.mark.parametrize(
    ("cap", "taken", "bucket"),
    [(20, 14, Bucket.MANY), (20, 15, Bucket.FEW), (3, 0, Bucket.MANY), (3, 1, Bucket.FEW)],
)
def test_outsiders_hear_that_little_is_left(cap: int, taken: int, bucket: Bucket) -> None:
    assert paced(Throughput(cap), taken).bucket(START - HOUR) is bucket

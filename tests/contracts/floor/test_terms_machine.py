"""Whatever terms a store sets, on whichever day clocks change: slots, fees and orders stay sound.

Invariants 7, 9 and 13 of the shop floor, read back from a real database after every change.
"""

import datetime as dt
import os
from collections.abc import Callable
from itertools import pairwise, product

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from msgspec import structs

from connector.model.order import HandingOver
from connector.store.clock import ms
from connector.store.database import Database
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.place.hours import WEEKDAYS, DayException, Hours, Service, Week
from storefront.fulfillment.place.wall import local_date
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.slot.template import SlotTemplate
from storefront.fulfillment.store import jobs, orders, places, slots
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.zone.charge import customer_fee
from storefront.fulfillment.zone.fee import Component, FeeFacts, FeeList, FeeRule, PerStep
from storefront.fulfillment.zone.zone import Zone, ZoneKind
from tests.kit.floor.oracles_time import MINUTE, ZONES, change_days, open_minutes, slots_by_minutes
from tests.kit.floor.orders import an_order, bought
from tests.kit.floor.walk import job_of, packed
from tests.kit.floor.world import (
    MERCHANT,
    SetClock,
    a_floor,
    a_store,
    a_template,
    plain_store,
    stock,
)

RUNS = int(os.environ.get("REGIE_MACHINES", "10"))
CHANGES = [(zone, day) for zone in ZONES for day in change_days(zone)]
CHANGES += [("America/Sao_Paulo", dt.date(2026, 6, 17))]
TIMES = st.sampled_from([0, 60, 90, 120, 150, 180, 240, 420, 1380, 1440, 1500, 1620])
SPANS = st.lists(st.tuples(TIMES, TIMES), max_size=2)
WEIGHTS, WAYS = (0, 900, 5_000, 5_001, 40_000), (0, 999, 1_000, 3_500, 90_000)


class Terms(RuleBasedStateMachine):
    """A shopkeeper who changes his mind, about hours, slots, areas and fees."""

    database: Database
    floor: ShopFloor
    order: FulfillmentOrder
    job: DeliveryJob

    def __init__(self) -> None:
        super().__init__()
        self.hours = Hours("sto_1", Service.PICKUP)
        self.templates: dict[str, SlotTemplate] = {}
        self.fees = FeeList("sto_1", "EUR")

    @initialize(change=st.sampled_from(CHANGES))
    def open_shop(self, change: tuple[str, dt.date]) -> None:
        """Stand on the eve of a day on which the clocks of a zone are changed."""
        zone, self.day = change
        noon = dt.datetime.combine(self.day - dt.timedelta(days=1), dt.time(12), dt.UTC)
        self.now = ms(noon)
        self.store = structs.replace(plain_store(), timezone=zone)
        with self.floor.write(MERCHANT) as here:
            places.save(here, self.store)
            for one in places.templates(here.connection, MERCHANT, "sto_1"):
                if one.service is Service.PICKUP:
                    places.drop_template(here, "sto_1", one.id)
            for area in places.zones(here.connection, MERCHANT, "sto_1"):
                places.drop_zone(here, "sto_1", area.id)
            places.put_hours(here, self.hours)
            places.put_fees(here, self.fees)

    @rule(spans=SPANS)
    def set_hours(self, spans: list[tuple[int, int]]) -> None:
        intervals = [(start, end) for start, end in spans if start < end and start < 1440]
        week = Week(**{day.value: tuple(intervals) for day in WEEKDAYS})
        self._keep_hours(structs.replace(self.hours, weekly=week))

    @rule(spans=SPANS)
    def set_one_day(self, spans: list[tuple[int, int]]) -> None:
        intervals = [(start, end) for start, end in spans if start < end and start < 1440]
        other = DayException(self.day, tuple(intervals))
        self._keep_hours(structs.replace(self.hours, exceptions=(other,)))

    def _keep_hours(self, hours: Hours) -> None:
        with self.floor.write(MERCHANT) as here:
            self.hours = places.put_hours(here, hours)

    @rule(
        name=st.sampled_from("ab"),
        start=st.sampled_from([0, 30, 60, 105, 1320]),
        length=st.sampled_from([20, 30, 45, 60, 90]),
        step=st.sampled_from([15, 30, 60]),
    )
    def set_slots(self, name: str, start: int, length: int, step: int) -> None:
        plain = a_template("sto_1", Service.PICKUP)
        one = structs.replace(
            plain, id=name, from_min=start, to_min=1800, length_min=length, step_min=step
        )
        with self.floor.write(MERCHANT) as here:
            self.templates[name] = places.put_template(here, one)

    @rule(name=st.sampled_from("ab"))
    def drop_slots(self, name: str) -> None:
        if self.templates.pop(name, None) is not None:
            with self.floor.write(MERCHANT) as here:
                places.drop_template(here, "sto_1", name)

    @rule(
        base=st.integers(0, 900),
        way=st.tuples(st.integers(1, 2_000), st.integers(0, 300), st.integers(0, 3_000)),
        load=st.tuples(st.integers(1, 9_000), st.integers(0, 300), st.integers(0, 3_000)),
        cap=st.none() | st.integers(0, 2_000),
    )
    def set_fees(
        self, base: int, way: tuple[int, int, int], load: tuple[int, int, int], cap: int | None
    ) -> None:
        rules = (
            FeeRule("base", Component.BASE, amount=base),
            FeeRule("way", Component.DISTANCE, per_step=PerStep(*way), cap=cap),
            FeeRule("load", Component.WEIGHT, per_step=PerStep(*load)),
        )
        with self.floor.write(MERCHANT) as here:
            self.fees = places.put_fees(here, FeeList("sto_1", "EUR", rules))

    @rule(name=st.sampled_from("yz"), reach=st.sampled_from([1, 500, 4_000, 90_000]))
    def set_area(self, name: str, reach: int) -> None:
        area = Zone(name, "sto_1", {"en": "Area"}, ZoneKind.RADIUS, radius_m=reach)
        with self.floor.write(MERCHANT) as here:
            places.put_zone(here, area)

    @invariant()
    def slots_are_those_of_the_minutes_in_which_it_is_open(self) -> None:
        if not hasattr(self, "store"):
            return
        found = self._slots()
        opened = open_minutes(self.hours, self.store.timezone, self.day, 3, 4)
        for slot in found:
            length = self.templates[slot.template_id].length_min
            span = range(slot.start_at, slot.end_at, MINUTE)
            assert len(span) == length
            assert set(span) <= opened
        for name in self.templates:
            mine = [slot for slot in found if slot.template_id == name]
            step = self.templates[name].step_min
            least = min(step, self.templates[name].length_min) * MINUTE
            assert all(two.start_at - one.start_at >= least for one, two in pairwise(mine))
        for one, two in pairwise(found):
            assert one.template_id == two.template_id or one.end_at <= two.start_at

    def _slots(self) -> list[Slot]:
        with self.database.read() as connection:
            return slots.coming(connection, self.store, Service.PICKUP, self.now, 2)

    @rule()
    def the_day_of_the_change_has_every_slot_that_a_look_at_each_minute_finds(self) -> None:
        zone = self.store.timezone
        mine = [it for it in self._slots() if local_date(it.start_at, zone) == self.day]
        early = {it.start_at for it in mine}
        wanted = slots_by_minutes(list(self.templates.values()), self.hours, zone, self.day)
        there = [each for each in wanted if local_date(each[0], zone) == self.day]
        assert [each for each in there if each[0] not in early] == []

    @invariant()
    def fees_never_fall_with_way_or_weight_and_are_their_parts(self) -> None:
        with self.database.read() as connection:
            kept = places.fees(connection, MERCHANT, "sto_1")
        assert kept in {None, self.fees} or not hasattr(self, "store")
        fees = kept or self.fees
        amounts = {}
        for way, load in product(WAYS, WEIGHTS):
            fee = customer_fee(fees, FeeFacts(distance_m=way, weight_g=load))
            assert fee.amount == sum(part.amount for part in fee.explain)
            assert fee.currency == fees.currency
            amounts[way, load] = fee.amount
        for load in WEIGHTS:
            assert all(amounts[a, load] <= amounts[b, load] for a, b in pairwise(WAYS))
        for way in WAYS:
            assert all(amounts[way, a] <= amounts[way, b] for a, b in pairwise(WEIGHTS))

    @invariant()
    def an_order_that_stands_is_not_touched(self) -> None:
        with self.database.read() as connection:
            assert orders.get(connection, MERCHANT, self.order.id) == self.order
            assert jobs.get(connection, MERCHANT, self.job.id) == self.job


@pytest.fixture
def terms(database: Database) -> Callable[[], Terms]:
    class Here(Terms):
        pass

    Here.database = database
    Here.floor = a_floor(database, SetClock())
    stock(database, {1: 9})
    a_store(Here.floor)
    Here.order = packed(Here.floor, an_order(bought(1), how=HandingOver.DELIVERY))
    Here.job = job_of(Here.floor, Here.order)
    return Here


def test_no_change_of_terms_makes_an_unsound_promise(terms: Callable[[], Terms]) -> None:
    run_state_machine_as_test(
        terms,
        settings=settings(
            max_examples=3 * RUNS,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )

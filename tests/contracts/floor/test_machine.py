"""Whatever happens in whatever order, no piece and no slot is promised twice (invariants 5, 6)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from msgspec import structs

from connector.model.errors import RegieError
from connector.store import merchants, tables
from connector.store.clock import ms
from connector.store.database import Database
from connector.store.database.bulk import upsert_rows
from connector.store.merchants import Merchant
from connector.store.product import writer
from connector.store.product.change import Change, Scope
from storefront.fulfillment.errors.hold import OutOfStock
from storefront.fulfillment.errors.slot import SlotFull
from storefront.fulfillment.hold import Hold, HoldState
from storefront.fulfillment.place.hours import Hours, Service, Week, Weekday
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.slot.load import Load, fits, is_full
from storefront.fulfillment.store import goods, holds, places, slots
from storefront.fulfillment.store import stock as shelves
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.stock import Wanted
from tests.kit.floor.promise_model import CAPS, FOLLOWS, PACE, PIECES, Kept, a_good
from tests.kit.floor.world import BOX, PLACE, SetClock, a_template, plain_store, variant_of

_numbers = count()


class Promises(RuleBasedStateMachine):
    """Shoppers hold, extend, buy, give back and wait; the shop counts its goods anew."""

    database: Database
    held = Bundle("held")

    @initialize()
    def open_shop(self) -> None:
        self.merchant = f"mer_{next(_numbers)}"
        self.clock = SetClock(datetime(2026, 11, 21, 6, tzinfo=UTC))
        with self.database.write() as connection:
            merchants.add(connection, Merchant(self.merchant, "Test", {}), 0)
        self.floor = ShopFloor(self.database, BOX, self.clock)
        self.counts = dict(PIECES)
        self.returned = dict.fromkeys(PIECES, 0)
        self.kept: dict[str, Kept] = {}
        self.stood: dict[str, HoldState] = {}
        self.scope = Scope(self.merchant, "con_1")
        self._count_goods()
        self.store: Store = structs.replace(
            plain_store(), merchant_id=self.merchant, throughput=PACE
        )
        with self.floor.write(self.merchant) as here:
            places.add(here, self.store)
            week = Week(**{day.value: ((0, 1440),) for day in Weekday})
            places.put_hours(here, Hours(self.store.id, Service.STORE, week))
            template = a_template(self.store.id, Service.PICKUP, CAPS)
            places.put_template(here, template)
        with self.database.read() as connection:
            coming = slots.coming(connection, self.store, Service.PICKUP, self.floor.now())
        self.slots = [slot.key for slot in coming[-2:]]

    def _count_goods(self) -> None:
        """Read the shop's own counts, as a sync does."""
        now = self.clock.at
        changes = [
            Change(str(it), f"{it}:{now.timestamp()}".encode().ljust(16), a_good(it, left), now)
            for it, left in self.counts.items()
        ]
        row = (self.merchant, PLACE.id, "con_1", msgspec.json.encode(PLACE), 0)
        with self.database.write() as connection:
            upsert_rows(connection, tables.location, [row])
            writer.apply(connection, self.scope, changes, {PLACE.id: PLACE}, now)

    def _now(self) -> int:
        return ms(self.clock.at)

    def _free(self, product: int) -> int:
        bound = sum(
            it.quantity
            for it in self.kept.values()
            if it.product == product and it.binds_stock(self._now())
        )
        return max(0, self.counts[product] - bound)

    def _taken(self, slot: str) -> Load:
        loads = (
            it.load for it in self.kept.values() if it.slot == slot and it.binds_slot(self._now())
        )
        return sum(loads, Load())

    def _has_room(self, slot: str | None, load: Load) -> bool:
        if slot is None:
            return True
        taken, due = self._taken(slot), sum(self._taken(each).orders for each in self.slots)
        in_time = due + load.orders <= PACE.cap
        return in_time and not is_full(CAPS, taken) and fits(CAPS, taken, load)

    @rule(
        target=held,
        product=st.sampled_from(sorted(PIECES)),
        quantity=st.integers(1, 3),
        place=st.sampled_from([None, 0, 1]),
    )
    def hold(self, product: int, quantity: int, place: int | None) -> str:
        key = f"hld_{self.merchant}_{len(self.kept)}"
        slot = None if place is None else self.slots[place]
        wish = Kept(product, quantity, slot, 0)
        there = quantity <= self._free(product) and self._has_room(slot, wish.load)
        made = self._tried(key, Wanted(variant_of(product), quantity), slot)
        assert (made is not None) is there
        if made is None:
            return ""
        self.kept[key] = structs.replace(wish, ends_at=made.expires_at)
        return key

    def _tried(self, key: str, wanted: Wanted, slot: str | None) -> Hold | None:
        """Take a hold, or return None where stock or slot is short."""
        try:
            with self.floor.write(self.merchant) as here:
                found = goods.goods(here.connection, self.merchant, [wanted.variant_id])
                chosen = slots.one(here.connection, self.store, slot, here.now) if slot else None
                basket = Basket(key, key, key.encode(), None, (wanted,))
                return holds.take(here, self.store, chosen, found, basket)
        except (OutOfStock, SlotFull):
            return None

    @rule(key=held)
    def extend(self, key: str) -> None:
        if not key:
            return
        kept = self.kept[key]
        may = kept.state == "held" and self._now() < kept.ends_at
        try:
            with self.floor.write(self.merchant) as here:
                made = holds.extend(here, key)
        except RegieError:
            return
        assert may
        kept.ends_at = made.expires_at

    @rule(key=held, bought=st.integers(1, 4))
    def buy(self, key: str, bought: int) -> None:
        """An order may ask for other than what was held: it binds what was bought."""
        if not key:
            return
        kept = self.kept[key]
        may = kept.state == "held" and self._now() < kept.ends_at
        sold = True
        try:
            with self.floor.write(self.merchant) as here:
                made = holds.consume(here, key, f"ful_{key}", here.now)
                if kept.slot is None and bought <= kept.quantity + self._free(kept.product):
                    lines = (structs.replace(made.lines[0], quantity=bought),)
                    holds.fit(here, structs.replace(made, lines=lines), here.now)
                    kept.quantity = bought
        except RegieError:
            sold = False
        assert sold is may
        kept.state = "sold" if sold else kept.state

    @rule(key=held)
    def take_again(self, key: str) -> None:
        """An ended hold comes back where nobody else was quicker."""
        if not key:
            return
        kept = self.kept[key]
        ended = kept.state == "held" and self._now() >= kept.ends_at
        there = kept.quantity <= self._free(kept.product) and self._has_room(kept.slot, kept.load)
        try:
            with self.floor.write(self.merchant) as here:
                found = goods.goods(here.connection, self.merchant, [variant_of(kept.product)])
                slot = kept.slot and slots.one(here.connection, self.store, kept.slot, here.now)
                made = holds.reacquire(here, key, self.store, slot or None, found)
        except RegieError:
            assert not (ended and there)
            return
        assert ended
        assert there
        kept.ends_at = made.expires_at
        self.stood[key] = HoldState.ACTIVE

    @rule(key=consumes(held))
    def give_back(self, key: str) -> None:
        if not key:
            return
        kept = self.kept[key]
        live = kept.binds_slot(self._now())
        with self.floor.write(self.merchant) as here:
            made = holds.release(here, key)
        if kept.state == "sold" and kept.settled:
            self.returned[kept.product] += kept.quantity
        assert made.state is (HoldState.RELEASED if live else HoldState.EXPIRED)
        kept.state = "gone"

    @rule(minutes=st.integers(0, 12))
    def wait(self, minutes: int) -> None:
        self.clock.at += timedelta(minutes=minutes)

    @rule()
    def count_anew(self) -> None:
        """The shop takes sold pieces off its count, and we read that count."""
        self.clock.at += timedelta(seconds=1)
        for product, pieces in self.returned.items():
            self.counts[product] += pieces
        self.returned = dict.fromkeys(PIECES, 0)
        for it in self.kept.values():
            if it.state == "sold" and not it.settled:
                self.counts[it.product] -= it.quantity
                it.settled = True
        self._count_goods()
        with self.floor.write(self.merchant) as here:
            known = goods.goods(here.connection, self.merchant, [variant_of(it) for it in PIECES])
            shelves.settle(here, {it.product_id: it.read_at for it in known.values()})

    @invariant()
    def what_is_free_is_what_is_left(self) -> None:
        with self.database.read() as connection:
            known = goods.goods(connection, self.merchant, [variant_of(it) for it in PIECES])
            free = shelves.free(connection, self.merchant, self.store, known, self._now())
        found = {it: sum(free[variant_of(it)].values()) for it in PIECES}
        assert found == {it: self._free(it) for it in PIECES}

    @invariant()
    def no_slot_takes_more_than_it_may(self) -> None:
        with self.database.read() as connection:
            used, kept = slots.taken(connection, self.merchant, self.slots, self._now())
        for slot in self.slots:
            taken = used.get(slot, Load()) + kept.get(slot, Load())
            assert taken == self._taken(slot)
            assert fits(CAPS, taken, Load())

    @invariant()
    def every_hold_stands_as_the_model_says(self) -> None:
        with self.database.read() as connection:
            for key, it in self.kept.items():
                state = holds.get(connection, self.merchant, key).state_at(self._now())
                assert state in FOLLOWS[self.stood.get(key, HoldState.ACTIVE)]
                self.stood[key] = state
                ended = it.state == "held" and self._now() >= it.ends_at
                wanted = {"held": HoldState.ACTIVE, "sold": HoldState.CONSUMED}
                if ended:
                    assert state is HoldState.EXPIRED
                elif it.state in wanted:
                    assert state is wanted[it.state]


@pytest.fixture
def promises(database: Database) -> Callable[[], Promises]:
    class Here(Promises):
        pass

    Here.database = database
    return Here


def test_no_piece_and_no_slot_is_promised_twice(promises: Callable[[], Promises]) -> None:
    run_state_machine_as_test(
        promises,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )

"""What goes wrong on a shop floor: each thing with what must still be possible afterwards."""

from collections.abc import Callable, Mapping

import pytest
from msgspec import structs

from storefront.fulfillment.errors.order import CodeWrong
from storefront.fulfillment.job.job import FailureCode
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import StoreStatus
from storefront.fulfillment.store import goods, holds, orders, places, slots
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.once import Wish, once
from storefront.fulfillment.work import counter, intake, preparing, promising, riding
from storefront.fulfillment.work.promising import Ask
from storefront.fulfillment.work.riding import Given
from tests.kit.floor.bench import Act, Bench, Case
from tests.kit.floor.orders import SHOP, STAFF, an_order, bought
from tests.kit.floor.walk import claimed, collected, packed, picked_up, pin_of, taken_in
from tests.kit.floor.world import MERCHANT, first_slot, variant_of

AGE_FAILED = FailureCode.AGE_CHECK_FAILED


def slot_full(bench: Bench) -> Case:
    with bench.floor.database.read() as connection:
        first, second, *_ = slots.coming(connection, bench.store, Service.PICKUP, bench.floor.now())
    bench.keeps("one", first.key)()
    return Case(bench.keeps("two", first.key), bench.keeps("two", second.key))


def past_cut_off(bench: Bench) -> Case:
    slot = first_slot(bench.floor, bench.store)
    bench.clock.move(seconds=(slot.cutoff_at - bench.floor.now()) / 1000)
    later = first_slot(bench.floor, bench.store)
    return Case(bench.keeps("one", slot.key), bench.keeps("one", later.key))


def outside_zone(bench: Bench) -> Case:
    def asks(postcode: str) -> Act:
        ask = Ask("NL", postcode)
        return bench.does(lambda here: promising.quote(here, bench.store, ask, "quo_1"))

    return Case(asks("9711AA"), asks("1012JS"))


def store_paused(bench: Bench) -> Case:
    def moves(status: StoreStatus) -> None:
        bench.does(lambda here: places.save(here, structs.replace(bench.store, status=status)))()

    def open_again() -> object:
        moves(StoreStatus.ACTIVE)
        return bench.keeps("one")()

    moves(StoreStatus.PAUSED)
    return Case(bench.keeps("one"), open_again)


def hold_expired(bench: Bench) -> Case:
    bench.keeps("one")()
    bench.clock.move(minutes=15)
    buys = bench.does(lambda here: holds.consume(here, "hld_one", "ful_1", here.now))

    def take_again(here: Floor) -> object:
        found = goods.goods(here.connection, MERCHANT, [variant_of(1)])
        holds.reacquire(here, "hld_one", bench.store, None, found)
        return holds.consume(here, "hld_one", "ful_1", here.now)

    return Case(buys, bench.does(take_again))


def wrong_pin_five_times(bench: Bench) -> Case:
    order = packed(bench.floor)
    right = pin_of(bench.floor, f"order:{order.id}")
    other = f"{(int(right) + 1) % 1_000_000:06d}"

    def tries(pin: str, key: str) -> object:
        def act(here: Floor) -> bytes:
            counter.prove(bench.floor, here, order.id, pin, STAFF)
            return b""

        return once(bench.floor, MERCHANT, Wish("stf_1", key, pin.encode()), act)

    def later() -> object:
        bench.clock.move(minutes=15)
        return tries(right, "later")

    for number in range(4):
        with pytest.raises(CodeWrong):
            tries(other, f"try-{number}")
    return Case(lambda: tries(other, "fifth"), later)


def second_scan(bench: Bench) -> Case:
    order = collected(bench.floor)

    def look() -> object:
        with bench.floor.database.read() as connection:
            found = orders.get(connection, MERCHANT, order.id)
        assert found.state is OrderState.COLLECTED
        return found

    return Case(bench.does(lambda here: counter.hand_over(here, order.id, STAFF)), look)


def stale_fence(bench: Bench) -> Case:
    job = bench.delivery()
    first = claimed(bench.floor, bench.rider(), job)
    bench.clock.move(minutes=11)
    second = claimed(bench.floor, bench.rider("cou_2"), job)
    return Case(
        lambda: picked_up(bench.floor, first, job), lambda: picked_up(bench.floor, second, job)
    )


def job_taken(bench: Bench) -> Case:
    job, slow = bench.delivery(), bench.rider("cou_2")
    by = claimed(bench.floor, bench.rider(), job)
    return Case(lambda: claimed(bench.floor, slow, job), lambda: picked_up(bench.floor, by, job))


def age_refused(bench: Bench) -> Case:
    job = bench.delivery(good=2)
    by = claimed(bench.floor, bench.rider(), job)
    picked_up(bench.floor, by, job)
    pin = pin_of(bench.floor, f"door:{job.id}")

    def gives(*, passed: bool) -> Act:
        given = Given(code=pin, age_passed=passed)
        return bench.does(lambda here: riding.deliver(bench.floor, here, by, job.id, given))

    def brings_back() -> object:
        bench.does(lambda here: riding.fail(here, by, job.id, AGE_FAILED, 0))()
        return bench.does(lambda here: riding.start_return(here, by, job.id))()

    return Case(gives(passed=False), brings_back)


def parcel_missing(bench: Bench) -> Case:
    job = bench.delivery()
    by = claimed(bench.floor, bench.rider(), job)
    pin = pin_of(bench.floor, f"job:{job.id}")
    short = bench.does(lambda here: riding.pick_up(bench.floor, here, by, job.id, pin, []))
    return Case(short, lambda: picked_up(bench.floor, by, job))


def changed_while_picked(bench: Bench) -> Case:
    order_id = taken_in(bench.floor, an_order(bought(1, 2)))
    with bench.floor.write(MERCHANT) as here:
        line = preparing.start(here, order_id, STAFF).lines[0].id
        preparing.pick(here, order_id, line, 1, STAFF)
    intake.take(bench.floor, SHOP, an_order(bought(1, 1, refunded=1), later_s=60))
    more = bench.does(lambda here: preparing.pick(here, order_id, line, 1, STAFF))
    return Case(more, bench.does(lambda here: preparing.pack(bench.floor, here, order_id, STAFF)))


def refund_after_hand_over(bench: Bench) -> Case:
    order = collected(bench.floor, an_order(bought(1, 2)))
    intake.take(bench.floor, SHOP, an_order(bought(1, 1, refunded=1), later_s=60))

    def look() -> object:
        with bench.floor.database.read() as connection:
            found = orders.get(connection, MERCHANT, order.id)
        assert found.state is OrderState.COLLECTED
        assert [(it.handed, it.refunded_after) for it in found.lines] == [(2, 1)]
        return found

    return Case(bench.does(lambda here: preparing.cancel(here, order.id, "late", STAFF)), look)


def same_key_other_body(bench: Bench) -> Case:
    order_id = taken_in(bench.floor)

    def wishes(key: str, body: bytes) -> Act:
        def act(here: Floor) -> bytes:
            return preparing.start(here, order_id, STAFF).id.encode()

        return lambda: once(bench.floor, MERCHANT, Wish("stf_1", key, body), act)

    wishes("one", b"start")()
    return Case(wishes("one", b"cancel"), wishes("one", b"start"))


CASES: Mapping[str, tuple[Callable[[Bench], Case], str]] = {
    "the slot is full": (slot_full, "slot_full"),
    "it is past the cut-off": (past_cut_off, "slot_cut_off"),
    "the address is outside the zone": (outside_zone, "zone_outside"),
    "the store is paused": (store_paused, "store_paused"),
    "the hold has expired": (hold_expired, "hold_expired"),
    "the PIN was wrong five times": (wrong_pin_five_times, "code_locked"),
    "it is scanned a second time": (second_scan, "already_collected"),
    "the fence is stale": (stale_fence, "stale_fence"),
    "the job is taken": (job_taken, "job_already_claimed"),
    "the age check was refused": (age_refused, "age_check_required"),
    "a parcel is missing": (parcel_missing, "parcel_mismatch"),
    "the order changed while it was picked": (changed_while_picked, "order_changed"),
    "it was refunded after the hand-over": (refund_after_hand_over, "illegal_transition"),
    "the key came with another body": (same_key_other_body, "idempotency_key_reused"),
}
"""Two hours offline and a wrong clock are no refusals but flags: see test_courier_offline."""

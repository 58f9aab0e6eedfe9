"""An order that gets another time: until when it can be called off, and what is packed again."""

import pytest
from msgspec import structs

from connector.model.care import TemperatureClass
from connector.model.order import HandingOver
from connector.store.database import Database
from storefront.fulfillment.courier.courier import Skill
from storefront.fulfillment.errors.order import PickIncomplete
from storefront.fulfillment.errors.slot import SlotCutOff
from storefront.fulfillment.job.job import FailureCode, StockDecision
from storefront.fulfillment.order.order import Flag, FulfillmentOrder, OrderState
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import DeliveryTerms
from storefront.fulfillment.slot.slot import Slot
from storefront.fulfillment.store import places, slots
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import customer, overseeing, preparing, riding
from tests.kit.floor.looks import order_of
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import a_courier, claimed, job_of, pack_all, packed, picked_up, taken_in
from tests.kit.floor.world import (
    MERCHANT,
    STORE_ID,
    SetClock,
    a_product,
    an_open_floor,
    plain_store,
    put_on_shelf,
)


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    opened = an_open_floor(database, {1: 9}, clock)
    cold = structs.replace(a_product(2, 9), temperature_class=TemperatureClass.CHILLED)
    put_on_shelf(database, {2: cold})
    with opened.write(MERCHANT) as here:
        store = places.get(here.connection, MERCHANT, STORE_ID)
        terms = DeliveryTerms(enabled=True, cold_capable=True)
        places.save(here, structs.replace(store, delivery=terms))
    return opened


def coming(floor: ShopFloor, service: Service = Service.PICKUP) -> list[Slot]:
    with floor.database.read() as connection:
        return list(slots.coming(connection, plain_store(), service, floor.now()))


def placed_for(floor: ShopFloor, slot: Slot) -> str:
    return taken_in(floor, an_order(references=(("regie_slot", slot.key),)))


def test_who_moved_his_order_to_an_earlier_time_cannot_call_it_off_after_that(
    floor: ShopFloor, clock: SetClock
) -> None:
    later, earlier = coming(floor)[10], coming(floor)[1]
    order_id = placed_for(floor, later)
    with floor.write(MERCHANT) as here:
        customer.move(here, order_id, earlier.key)
    clock.move(minutes=(earlier.cutoff_at - floor.now()) // 60_000)

    with floor.write(MERCHANT) as here, pytest.raises(SlotCutOff):
        customer.cancel(here, order_id)


def test_who_moved_his_order_to_a_later_time_may_call_it_off_until_that(
    floor: ShopFloor, clock: SetClock
) -> None:
    earlier, later = coming(floor)[1], coming(floor)[10]
    order_id = placed_for(floor, earlier)
    with floor.write(MERCHANT) as here:
        moved = customer.move(here, order_id, later.key)
    clock.move(minutes=(earlier.cutoff_at - floor.now()) // 60_000 + 1)

    with floor.write(MERCHANT) as here:
        assert customer.cancel(here, order_id).state is OrderState.CANCELLED
    assert moved.cancel_until == later.cutoff_at


@pytest.mark.parametrize("has_chosen", [False, True])
def test_an_order_that_was_left_without_a_time_can_be_called_off(
    floor: ShopFloor, *, has_chosen: bool
) -> None:
    slot, later = coming(floor)[0], coming(floor)[3]
    with floor.write(MERCHANT) as here:
        slots.block(here, plain_store(), slot.key, "x")
    order_id = placed_for(floor, slot)
    assert Flag.NEEDS_RESLOT in order_of(floor, order_id).flags
    if has_chosen:
        with floor.write(MERCHANT) as here:
            customer.move(here, order_id, later.key)

    with floor.write(MERCHANT) as here:
        assert customer.cancel(here, order_id).state is OrderState.CANCELLED


def came_back(floor: ShopFloor, decisions: dict[str, StockDecision | None]) -> FulfillmentOrder:
    """Return an order of one warm and one cold bag that came back; None is a lost bag."""
    placed = an_order(bought(1), bought(2), how=HandingOver.DELIVERY)
    order = packed(floor, placed)
    job = job_of(floor, order)
    by = claimed(floor, a_courier(floor, "cou_1", Skill.COLD), job)
    picked_up(floor, by, job)
    fates = {it.code: decisions[it.temp.value] for it in job.parcels}
    with floor.write(MERCHANT) as here:
        riding.fail(here, by, job.id, FailureCode.DAMAGED, 0)
        riding.start_return(here, by, job.id)
        decided = {code: fate for code, fate in fates.items() if fate is not None}
        lost = [code for code, fate in fates.items() if fate is None]
        overseeing.accept_return(here, job.id, decided, STAFF, lost)
    slot = coming(floor, Service.DELIVERY)[1]
    with floor.write(MERCHANT) as here:
        return preparing.reslot(here, order.id, slot.key, STAFF)


def test_what_had_to_stay_cold_is_picked_again_and_the_rest_stays_packed(
    floor: ShopFloor,
) -> None:
    order = came_back(floor, {"AMBIENT": StockDecision.RESTOCK, "CHILL": StockDecision.WASTE})

    assert [line.open for line in order.lines] == [0, 1]
    with floor.write(MERCHANT) as here, pytest.raises(PickIncomplete):
        preparing.pack(floor, here, order.id, STAFF)
    assert pack_all(floor, order.id).due == 2


@pytest.mark.parametrize("fate", [StockDecision.WASTE, None])
def test_what_was_thrown_away_or_lost_is_picked_again(
    floor: ShopFloor, fate: StockDecision | None
) -> None:
    order = came_back(floor, {"AMBIENT": fate, "CHILL": StockDecision.WASTE})

    assert [line.open for line in order.lines] == [1, 1]

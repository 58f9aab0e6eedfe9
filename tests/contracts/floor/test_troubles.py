"""What cannot go on by itself rests ever longer, is seen, and keeps nothing else waiting."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from msgspec import structs
from sqlalchemy import update
from structlog.testing import capture_logs

from connector.store.database import Database
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.store import orders, troubles
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.tables import order as order_tables
from storefront.fulfillment.store.tables import promise
from storefront.fulfillment.store.troubles import HOLD, INTAKE, ORDER, TroubleNotFound
from storefront.fulfillment.work import forgetting, timers
from tests.kit.floor.orders import an_order
from tests.kit.floor.walk import taken_in
from tests.kit.floor.world import MERCHANT, SetClock, a_floor, a_store, stock

_TABLE = order_tables.fulfillment_order


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Draw no picture of each failure: there are many."""
    with capture_logs():
        yield


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    found = a_floor(database, clock)
    stock(database, {1: 500})
    a_store(found, auto_accept_min=5)
    return found


def spoil(database: Database, order_id: str) -> bytes:
    """Make an order unreadable; return what it was."""
    mine = _TABLE.c.id == order_id
    with database.write() as connection:
        before = connection.execute(_TABLE.select().where(mine)).mappings().one()["document"]
        connection.execute(update(_TABLE).where(mine).values(document=b"{}"))
    return bytes(before)


def copies(database: Database, order_id: str, count: int) -> None:
    """Make more spoilt orders, all due before any other."""
    with database.write() as connection:
        row = connection.execute(_TABLE.select().where(_TABLE.c.id == order_id)).mappings().one()
        more = [
            {**row, "id": f"ful_{n}", "part_id": str(n), "timer_at": 1, "document": b"{}"}
            for n in range(count)
        ]
        connection.execute(_TABLE.insert(), more)


def state(floor: ShopFloor, order_id: str) -> OrderState:
    with floor.database.read() as connection:
        return orders.get(connection, MERCHANT, order_id).state


def seen(floor: ShopFloor) -> list[tuple[str, str, int]]:
    with floor.database.read() as connection:
        found = troubles.shown(connection, MERCHANT, floor.now())
    return [(it.kind, it.subject_id, it.failures) for it in found]


def failures(floor: ShopFloor, clock: SetClock, hours: int) -> int:
    """Turn the clock's work every minute of so many hours; return how often something failed."""
    count, end = 0, clock.at + timedelta(hours=hours)
    while clock.at < end:
        with floor.database.read() as connection:
            count += len(orders.due(connection, floor.now()))
        timers.turn(floor)
        clock.move(minutes=1)
    return count


def test_a_sound_order_is_reached_behind_a_hundred_and_fifty_spoilt_ones(
    floor: ShopFloor, database: Database, clock: SetClock
) -> None:
    sound = taken_in(floor, an_order(number=1001))
    copies(database, sound, 150)
    clock.move(minutes=6)

    turns = [timers.turn(floor) for _ in range(3)]

    assert state(floor, sound) is OrderState.ACCEPTED
    assert turns == [False, True, False]


def test_what_fails_is_tried_ever_more_rarely(
    floor: ShopFloor, database: Database, clock: SetClock
) -> None:
    spoil(database, taken_in(floor))
    clock.move(minutes=6)

    first, later = failures(floor, clock, 2), failures(floor, clock, 5)

    assert 8 <= first <= 14
    assert 4 <= later <= 6


def test_what_fails_again_and_again_is_shown_and_what_failed_once_is_not(
    floor: ShopFloor, database: Database, clock: SetClock
) -> None:
    spoilt = taken_in(floor)
    spoil(database, spoilt)
    clock.move(minutes=6)

    timers.turn(floor)
    once = seen(floor)
    for _ in range(2):
        clock.move(minutes=1)
        timers.turn(floor)

    assert once == []
    assert seen(floor) == [(ORDER, spoilt, 3)]


def test_what_was_mended_goes_on_and_is_shown_no_more(
    floor: ShopFloor, database: Database, clock: SetClock
) -> None:
    order_id = taken_in(floor)
    whole = spoil(database, order_id)
    clock.move(minutes=6)
    for _ in range(4):
        timers.turn(floor)
        clock.move(minutes=1)
    with database.write() as connection:
        connection.execute(update(_TABLE).where(_TABLE.c.id == order_id).values(document=whole))

    with floor.write(MERCHANT) as here:
        troubles.again(here, ORDER, order_id)
    timers.turn(floor)

    assert state(floor, order_id) is OrderState.ACCEPTED
    assert seen(floor) == []


def test_nothing_is_tried_again_that_never_failed(floor: ShopFloor) -> None:
    with floor.write(MERCHANT) as here, pytest.raises(TroubleNotFound):
        troubles.again(here, ORDER, "ful_1")


def test_an_order_that_the_clock_cannot_move_does_not_spin(
    floor: ShopFloor, database: Database, clock: SetClock
) -> None:
    order_id = taken_in(floor)
    timers.turn(floor)
    with database.write() as connection:
        document = orders.get(connection, MERCHANT, order_id)
        picked = structs.replace(document, state=OrderState.PICKING)
        values = {"timer_at": 1, "state": "PICKING", "document": msgspec.json.encode(picked)}
        connection.execute(update(_TABLE).where(_TABLE.c.id == order_id).values(**values))
    clock.move(minutes=1)

    turns = [timers.turn(floor) for _ in range(3)]

    assert turns == [False, False, False]


def test_a_hold_that_cannot_end_keeps_no_other_waiting(
    floor: ShopFloor, database: Database, clock: SetClock
) -> None:
    hold = promise.hold
    with database.write() as connection:
        connection.execute(
            hold.insert(),
            [
                {
                    **dict.fromkeys(["slot_until", "orders", "prep_points", "volume_ml"], 0),
                    **dict.fromkeys(["extensions", "rev", "created_at", "updated_at"], 0),
                    "merchant_id": MERCHANT,
                    "id": f"hld_{n}",
                    "store_id": "sto_1",
                    "session": b"",
                    "cart": "c",
                    "state": "ACTIVE",
                    "expires_at": 1,
                    "document": b"{}",
                }
                for n in range(150)
            ],
        )
    order_id = taken_in(floor)
    clock.move(minutes=6)

    turns = [timers.turn(floor) for _ in range(3)]

    assert state(floor, order_id) is OrderState.ACCEPTED
    assert turns == [True, False, False]


def test_what_went_on_by_other_ways_is_forgotten_after_a_day_and_an_intake_after_a_month(
    floor: ShopFloor, clock: SetClock
) -> None:
    with floor.write(MERCHANT) as here:
        for kind in (ORDER, HOLD, INTAKE):
            for _ in range(3):
                troubles.note(here, kind, "it", "internal")

    shown = [len(seen(floor))]
    for hours in (2, 23, 24 * 31):
        clock.move(hours=hours)
        forgetting.sweep(floor, MERCHANT)
        shown.append(len(seen(floor)))

    assert shown == [3, 1, 1, 0]


def test_what_failed_under_a_clock_that_ran_ahead_does_not_rest_until_then(
    floor: ShopFloor, database: Database, clock: SetClock
) -> None:
    order_id = taken_in(floor)
    whole = spoil(database, order_id)
    right = clock.at
    clock.move(days=365)
    timers.turn(floor)
    with database.write() as connection:
        connection.execute(update(_TABLE).where(_TABLE.c.id == order_id).values(document=whole))

    clock.at = right + timedelta(minutes=6)
    timers.turn(floor)

    assert state(floor, order_id) is OrderState.ACCEPTED

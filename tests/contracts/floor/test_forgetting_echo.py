"""What a shop tells of an order that is over brings nobody back, and everything has an end."""

from collections.abc import Callable

import pytest
from msgspec import structs
from sqlalchemy import event, select, update

from connector.model.order import HandingOver, PlacedOrder
from connector.store.database import Database
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.store import ageing
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.tables import person as person_tables
from storefront.fulfillment.work import contacts, customer, forgetting, intake, riding
from storefront.fulfillment.work.forgetting import Person
from tests.kit.floor.orders import SHOP, an_order, bought
from tests.kit.floor.walk import collected, delivered, taken_in
from tests.kit.floor.world import MERCHANT, SetClock, an_open_floor

ME = Person(emails=("saskia@example.org",))
_contact = person_tables.contact


@pytest.fixture
def floor(database: Database, clock: SetClock) -> ShopFloor:
    return an_open_floor(database, {1: 50, 2: 50}, clock)


def ends(floor: ShopFloor, order_id: str) -> dict[str, int | None]:
    """Return until when each field of an order's customer is kept."""
    query = select(_contact.c.field, _contact.c.purge_at).where(
        _contact.c.subject == contacts.subject(order_id)
    )
    with floor.database.read() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def echo(placed: PlacedOrder, later_s: int = 600) -> PlacedOrder:
    """Return the order as the shop tells it after it heard that it was handed over."""
    part = structs.replace(placed.parts[0], closed=True, raw_state="CLOSED")
    told = an_order(later_s=later_s, number=int(placed.number.lstrip("#")))
    return structs.replace(told, parts=(part,))


def forget_the_dates(floor: ShopFloor, order_id: str) -> None:
    """Leave the fields of an order as they stood before they had an end."""
    mine = _contact.c.subject == contacts.subject(order_id)
    with floor.write(MERCHANT) as here:
        here.connection.execute(update(_contact).where(mine).values(purge_at=None))


def test_what_the_shop_tells_of_an_order_that_is_over_leaves_the_ends_alone(
    floor: ShopFloor, clock: SetClock
) -> None:
    order = collected(floor)
    before = ends(floor, order.id)

    intake.take(floor, SHOP, echo(an_order()))

    assert None not in before.values()
    assert ends(floor, order.id) == before
    clock.move(days=91)
    forgetting.sweep(floor, MERCHANT)
    assert ends(floor, order.id) == {}


def test_who_was_erased_does_not_come_back_with_what_the_shop_tells(floor: ShopFloor) -> None:
    order = collected(floor)
    forgetting.erase(floor, MERCHANT, ME)

    intake.take(floor, SHOP, echo(an_order()))

    assert ends(floor, order.id) == {}


def test_who_was_erased_does_not_come_back_when_the_delivery_is_opened_again(
    floor: ShopFloor,
) -> None:
    order, job = delivered(floor)
    forgetting.erase(floor, MERCHANT, ME)
    with floor.write(MERCHANT) as here:
        riding.reopen(here, Holder(job.courier_id or "", job.fence), job.id)
    placed = an_order(bought(1), number=2001, how=HandingOver.DELIVERY)

    intake.take(floor, SHOP, echo(placed))

    assert ends(floor, order.id) == {}


def test_a_customer_of_an_open_order_is_known_as_the_shop_last_told(floor: ShopFloor) -> None:
    order_id = taken_in(floor)
    forgetting.erase(floor, MERCHANT, ME)
    fresh = an_order(later_s=60)

    intake.take(floor, SHOP, structs.replace(fresh, buyer=structs.replace(fresh.buyer, name="Eva")))

    with floor.database.read() as connection:
        assert contacts.of_order(connection, MERCHANT, floor.box, order_id).name == "Eva"


def test_nobody_is_named_to_collect_what_is_over(floor: ShopFloor) -> None:
    order = collected(floor)

    with pytest.raises(IllegalTransition), floor.write(MERCHANT) as here:
        customer.name_alternate(floor, here, order.id, "Titus van Rijn")

    assert "alternate" not in ends(floor, order.id)


def test_the_sweep_gives_an_end_to_what_is_kept_of_orders_that_are_over(
    floor: ShopFloor, clock: SetClock
) -> None:
    done, going = collected(floor), taken_in(floor, an_order(number=1002))
    meant = ends(floor, done.id)
    forget_the_dates(floor, done.id)
    clock.move(hours=1)

    forgetting.sweep(floor, MERCHANT)

    assert ends(floor, done.id) == meant
    assert set(ends(floor, going).values()) == {None}


def test_the_sweep_erases_what_came_back_of_an_order_over_its_term(
    floor: ShopFloor, clock: SetClock
) -> None:
    order = collected(floor)
    forget_the_dates(floor, order.id)
    clock.move(days=91)

    forgetting.sweep(floor, MERCHANT)

    assert ends(floor, order.id) == {}


def test_the_sweep_reads_only_what_has_no_end(
    sqlite_url: str, open_at: Callable[[str], Database], clock: SetClock
) -> None:
    floor = an_open_floor(open_at(sqlite_url), {1: 50}, clock)
    collected(floor)
    plan: list[str] = []

    def hear(_c: object, _u: object, statement: str, values: object, *_: object) -> None:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]  # as the driver took them
        plan.extend(str(row[-1]) for row in rows)

    with floor.database.read() as connection:
        event.listen(connection, "before_cursor_execute", hear, once=True)
        ageing.endless(connection, MERCHANT)

    assert any("contact_due (purge_at=?)" in step for step in plan)
    assert any("fulfillment_order_1 (merchant_id=? AND id=?)" in step for step in plan)
    assert not any(step.startswith("SCAN") for step in plan)

"""Why an order or a delivery is called off: our word for all, a person's own words sealed."""

from collections.abc import Callable

import pytest

from connector.model.order import HandingOver
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.order.why import Why, why
from storefront.fulfillment.store import ageing, jobs, links, orders
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.work import calling_off, contacts, customer, forgetting
from storefront.fulfillment.work import codes as pages
from tests.kit.floor.orders import MANAGER, STAFF, an_order, bought
from tests.kit.floor.planted import rows
from tests.kit.floor.walk import job_of, packed, taken_in
from tests.kit.floor.world import MERCHANT, SetClock

MARK = "Zyxmark fell ill"
Verb = Callable[[ShopFloor, Floor, str, Why, Actor], FulfillmentOrder | DeliveryJob]


def called_off(floor: ShopFloor, reason: Why, verb: Verb = calling_off.cancel) -> str:
    order_id = taken_in(floor)
    with floor.write(MERCHANT) as here:
        verb(floor, here, order_id, reason, STAFF)
    return order_id


def kept(floor: ShopFloor, order_id: str) -> str:
    with floor.database.read() as connection:
        return contacts.reason(connection, MERCHANT, floor.box, order_id)


def read_by_customer(floor: ShopFloor, order_id: str) -> str | None:
    with floor.write(MERCHANT) as here:
        token = links.token_text(pages.track_token(floor, here, order_id))
    return customer.open_page(floor, token).told


@pytest.mark.parametrize("verb", [calling_off.cancel, calling_off.reject])
@pytest.mark.parametrize("tell", [True, False])
@pytest.mark.parametrize("given", [("too_busy", MARK), (MARK, ""), ("other", MARK)])
def test_what_staff_write_stands_nowhere_in_clear(
    floor: ShopFloor,
    verb: Verb,
    *,
    tell: bool,
    given: tuple[str, str],
) -> None:
    order_id = called_off(floor, why(*given, tell=tell), verb)

    assert "Zyxmark" not in rows(floor.database)
    assert kept(floor, order_id) == MARK


def test_our_word_is_what_the_order_keeps(floor: ShopFloor) -> None:
    with_word = called_off(floor, why("too_busy", MARK))
    with floor.database.read() as connection:
        order = orders.get(connection, MERCHANT, with_word)
        last = orders.story(connection, MERCHANT, with_word)[-1]

    assert order.cancel_reason == last.data["reason"] == "too_busy"


@pytest.mark.parametrize(("tell", "told"), [(True, MARK), (False, None)])
def test_the_customer_reads_it_only_if_staff_want_it(
    floor: ShopFloor,
    *,
    tell: bool,
    told: str | None,
) -> None:
    order_id = called_off(floor, why("too_busy", MARK, tell=tell))

    assert read_by_customer(floor, order_id) == told


def test_it_is_forgotten_after_a_day(floor: ShopFloor, clock: SetClock) -> None:
    order_id = called_off(floor, why("too_busy", MARK))
    clock.move(hours=23)
    forgetting.sweep(floor, MERCHANT)
    before = kept(floor, order_id)
    clock.move(hours=2)

    forgetting.sweep(floor, MERCHANT)

    assert (before, kept(floor, order_id)) == (MARK, "")


def test_who_asked_to_be_forgotten_is_forgotten_with_it(floor: ShopFloor) -> None:
    order_id = taken_in(floor)
    with floor.write(MERCHANT) as here:
        ageing.erase_at_end(here, order_id)

    with floor.write(MERCHANT) as here:
        calling_off.cancel(floor, here, order_id, why("customer", MARK), STAFF)

    assert kept(floor, order_id) == ""


def test_a_courier_reads_our_word_and_staff_the_own_ones(floor: ShopFloor, clock: SetClock) -> None:
    order = packed(floor, an_order(bought(1), how=HandingOver.DELIVERY))
    job = job_of(floor, order)

    with floor.write(MERCHANT) as here:
        after = calling_off.cancel_job(floor, here, job.id, why(MARK), MANAGER)

    assert after.cancel_reason == "other"
    assert "Zyxmark" not in rows(floor.database)
    with floor.database.read() as connection:
        assert calling_off.why_of_jobs(connection, floor.box, order) == MARK
    clock.move(hours=25)
    forgetting.sweep(floor, MERCHANT)
    with floor.database.read() as connection:
        assert calling_off.why_of_jobs(connection, floor.box, order) == ""
        assert jobs.get(connection, MERCHANT, job.id).cancel_reason == "other"


def test_own_words_show_in_no_representation() -> None:
    assert MARK not in repr(why("too_busy", MARK))

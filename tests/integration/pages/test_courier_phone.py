"""A courier's number: for managers by his name, for a store's staff while he has its goods."""

import pytest

from connector.model.order import HandingOver
from gateway.merchant.schema import schema
from storefront.fulfillment.job.job import DeliveryJob, FailureCode
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.work import calling, joining, overseeing, riding
from tests.kit.floor.orders import MANAGER, an_order, bought
from tests.kit.floor.walk import a_courier, claimed, job_of, packed, picked_up, pin_of
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World

TYPED, LINK = "+31 6 8765 4321", 'href="tel:+31687654321"'


def to_bring(world: World, number: int = 1001) -> tuple[FulfillmentOrder, DeliveryJob]:
    order = packed(world.floor, an_order(bought(1), number=number, how=HandingOver.DELIVERY))
    return order, job_of(world.floor, order)


def with_number(world: World, courier_id: str = "cou_1") -> None:
    with world.floor.write(MERCHANT) as here:
        calling.keep(world.floor, here, courier_id, TYPED)


def is_shown(world: World, path: str, who: str = "staff") -> bool:
    page = world.signed_in(who).get(path).text
    assert (LINK in page) == ("8765" in page)
    return LINK in page


def test_the_list_of_couriers_shows_his_number_to_managers(world: World) -> None:
    a_courier(world.floor)
    with_number(world)

    assert is_shown(world, "/console/couriers", "manager")
    assert not is_shown(world, "/console/couriers", "staff")


def test_who_gave_no_number_has_none_in_the_list(world: World) -> None:
    a_courier(world.floor)

    assert "tel:" not in world.signed_in("manager").get("/console/couriers").text


def test_staff_see_it_from_the_claim_until_the_delivery_is_done(world: World) -> None:
    order, job = to_bring(world)
    courier = a_courier(world.floor)
    with_number(world)
    path = f"/orders/{order.id}"

    seen = [is_shown(world, path)]
    by = claimed(world.floor, courier, job)
    seen.append(is_shown(world, path))
    picked_up(world.floor, by, job)
    seen.append(is_shown(world, path))
    door = pin_of(world.floor, f"door:{job.id}")
    with world.floor.write(MERCHANT) as here:
        riding.deliver(world.floor, here, by, job.id, riding.Given(code=door))
    seen.append(is_shown(world, path))

    assert seen == [False, True, True, False]


def test_it_stays_while_the_goods_of_a_failed_delivery_are_with_him(world: World) -> None:
    order, job = to_bring(world)
    by = claimed(world.floor, a_courier(world.floor), job)
    with_number(world)
    picked_up(world.floor, by, job)
    with world.floor.write(MERCHANT) as here:
        riding.fail(here, by, job.id, FailureCode.DAMAGED, 0)

    assert is_shown(world, f"/orders/{order.id}")


def test_it_goes_when_the_delivery_is_taken_from_him(world: World) -> None:
    order, job = to_bring(world)
    claimed(world.floor, a_courier(world.floor), job)
    with_number(world)
    with world.floor.write(MERCHANT) as here:
        overseeing.unassign(here, job.id, MANAGER)

    assert not is_shown(world, f"/orders/{order.id}")


def test_only_the_number_of_who_holds_it_now_is_shown(world: World) -> None:
    order, job = to_bring(world)
    claimed(world.floor, a_courier(world.floor), job)
    with_number(world)
    a_courier(world.floor, "cou_2")
    with world.floor.write(MERCHANT) as here:
        overseeing.transfer(here, job.id, "cou_2", MANAGER)

    assert not is_shown(world, f"/orders/{order.id}")


def test_staff_of_another_store_see_neither_order_nor_number(world: World) -> None:
    order, job = to_bring(world)
    claimed(world.floor, a_courier(world.floor), job)
    with_number(world)

    assert not is_shown(world, f"/orders/{order.id}", "elsewhere")


@pytest.mark.parametrize("path", ["/board", "/orders", "/handover", "/pick", "/stores", "/account"])
def test_no_other_page_of_the_staff_shows_it(world: World, path: str) -> None:
    _, job = to_bring(world)
    claimed(world.floor, a_courier(world.floor), job)
    with_number(world)

    assert not is_shown(world, path, "owner")


def test_the_customers_page_does_not_show_it(world: World) -> None:
    order, job = to_bring(world)
    picked_up(world.floor, claimed(world.floor, a_courier(world.floor), job), job)
    with_number(world)

    assert "8765" not in world.visitor().get(world.track(order.id)).text


def test_programs_of_the_merchant_are_not_told_it() -> None:
    types = schema().graphql_schema.type_map

    fields = {field for name in ("FloorCourier", "Delivery") for field in types[name].fields}  # type: ignore[attr-defined]  # both are objects

    assert "displayName" in fields
    assert [it for it in fields if "phone" in it.lower()] == []


def test_who_left_has_no_number_any_more(world: World) -> None:
    a_courier(world.floor)
    with_number(world)
    with world.floor.write(MERCHANT) as here:
        joining.leave(here, "cou_1", MANAGER)

    assert not is_shown(world, "/console/couriers", "manager")

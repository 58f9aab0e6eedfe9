"""What staff do on the order page; every refusal is told in words."""

import re

import pytest

from connector.model.order import HandingOver
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.store import jobs
from storefront.fulfillment.work import overseeing, preparing, timers
from tests.kit.floor.orders import MANAGER, STAFF, an_order, bought
from tests.kit.floor.walk import a_courier, claimed, job_of, packed, picked_up, pin_of, taken_in
from tests.kit.floor.world import MERCHANT, variant_of
from tests.kit.pages.work import order_of, started
from tests.kit.pages.world import World, form, notice, send


def test_an_order_is_rejected_with_a_reason(world: World) -> None:
    order_id = taken_in(world.floor)

    send(world.signed_in("staff"), f"/orders/{order_id}", "reject", reason="too_busy")

    after = order_of(world, order_id)
    assert (after.state, after.cancel_reason) == (OrderState.CANCELLED, "too_busy")


def test_an_order_is_moved_to_another_slot(world: World) -> None:
    order_id = taken_in(world.floor)
    client = world.signed_in("staff")
    keys = re.findall(r'value="(sto_1/PICKUP/\d+)"', client.get(f"/orders/{order_id}").text)

    send(client, f"/orders/{order_id}", "reslot", slot=keys[-1])

    found = order_of(world, order_id).slot
    assert found is not None
    assert found.key == keys[-1]


def test_a_deed_that_came_too_late_is_refused_in_words(world: World) -> None:
    order_id = taken_in(world.floor)
    client = world.signed_in("staff")
    late = form(client.get(f"/orders/{order_id}").text, "accept")
    with world.floor.write(MERCHANT) as here:
        preparing.cancel(here, order_id, "other", STAFF)

    answer = client.post(f"/orders/{order_id}", data=late)

    assert answer.status_code == 409
    assert notice(answer.text) == "That is not possible in the present state. Look at it anew."


def test_what_needed_attention_is_looked_after(world: World) -> None:
    order_id = taken_in(world.floor, an_order(test=True))
    client = world.signed_in("staff")

    send(client, f"/orders/{order_id}", "look_after")

    assert order_of(world, order_id).flags == ()


def test_contact_data_is_gone_a_fortnight_after_the_end(world: World) -> None:
    order_id = taken_in(world.floor)
    with world.floor.write(MERCHANT) as here:
        preparing.cancel(here, order_id, "other", STAFF)
    assert "saskia@example.org" in world.signed_in("staff").get(f"/orders/{order_id}").text

    world.clock.move(days=15)

    page = world.signed_in("staff").get(f"/orders/{order_id}").text
    assert "saskia@example.org" not in page
    assert "Saskia" not in page


def test_a_label_shows_neither_pin_nor_square_nor_family_name(world: World) -> None:
    order = packed(world.floor)

    page = world.signed_in("staff").get(f"/orders/{order.id}/labels?bags=2").text

    assert "Saskia" in page
    assert "Uylenburgh" not in page
    assert "RG1" not in page
    assert page.count('<svg class="qr"') == 2


def delivery(world: World) -> FulfillmentOrder:
    return packed(world.floor, an_order(bought(1), how=HandingOver.DELIVERY))


def test_a_delivery_is_taken_from_its_courier(world: World) -> None:
    order = delivery(world)
    claimed(world.floor, a_courier(world.floor), job_of(world.floor, order))

    send(world.signed_in("staff"), f"/orders/{order.id}", "unassign")

    assert job_of(world.floor, order).courier_id is None


def test_a_delivery_is_given_to_another_courier(world: World) -> None:
    order = delivery(world)
    claimed(world.floor, a_courier(world.floor), job_of(world.floor, order))
    a_courier(world.floor, "cou_2")

    send(world.signed_in("staff"), f"/orders/{order.id}", "transfer", courier="cou_2")

    assert job_of(world.floor, order).courier_id == "cou_2"


def test_parcels_are_taken_back_and_the_order_is_in_the_store_again(world: World) -> None:
    order = delivery(world)
    job = job_of(world.floor, order)
    picked_up(world.floor, claimed(world.floor, a_courier(world.floor), job), job)
    with world.floor.write(MERCHANT) as here:
        overseeing.cancel(here, job.id, "other", MANAGER)
    code = f"parcel-{job.parcels[0].code}"

    send(world.signed_in("staff"), f"/orders/{order.id}", "accept_return", **{code: "RESTOCK"})

    assert order_of(world, order.id).state is OrderState.RETURNED_TO_STORE


def test_only_managers_call_a_delivery_off(world: World) -> None:
    order = delivery(world)
    client = world.signed_in("manager")
    assert "cancel_job" not in world.signed_in("staff").get(f"/orders/{order.id}").text

    send(client, f"/orders/{order.id}", "cancel_job", note="rain")

    with world.floor.database.read() as connection:
        (job,) = jobs.of_order(connection, MERCHANT, order.id)
    assert job.state.value == "CANCELLED"
    send(client, f"/orders/{order.id}", "send_again")
    with world.floor.database.read() as connection:
        states = {one.state.value for one in jobs.of_order(connection, MERCHANT, order.id)}
    assert states == {"CANCELLED", "AVAILABLE"}


def not_fetched(world: World) -> str:
    """Return an order that nobody came for in time."""
    order = packed(world.floor)
    world.clock.move(days=8)
    timers.turn(world.floor)
    assert order_of(world, order.id).state is OrderState.NO_SHOW
    return order.id


def test_what_nobody_fetched_is_kept_longer(world: World) -> None:
    order_id = not_fetched(world)

    send(world.signed_in("staff"), f"/orders/{order_id}", "extend", days="2")

    assert order_of(world, order_id).state is OrderState.READY


@pytest.mark.parametrize("days", ["0", "91", "some"])
def test_a_number_of_days_that_cannot_be_is_named_beside_its_field(world: World, days: str) -> None:
    order_id = not_fetched(world)

    answer = send(world.signed_in("staff"), f"/orders/{order_id}", "extend", days=days)

    assert answer.status_code == 400
    assert 'id="extend-days-error"' in answer.text


def test_what_nobody_fetched_goes_back_to_the_shelf(world: World) -> None:
    order_id = not_fetched(world)
    client = world.signed_in("staff")

    send(client, f"/orders/{order_id}", "restock")
    line = order_of(world, order_id).lines[0]

    assert line.surplus == 1
    assert order_of(world, order_id).restocked_at is not None


def test_staff_note_what_the_customer_said_by_telephone(world: World) -> None:
    order = started(world, bought(1, 2))
    with world.floor.write(MERCHANT) as here:
        preparing.exchange(here, order.id, order.lines[0].id, variant_of(2), 2, STAFF)

    send(world.signed_in("staff"), f"/orders/{order.id}", "answer", accepted="0")

    assert order_of(world, order.id).lines[0].refunded == 2


def test_a_new_code_makes_the_former_one_useless(world: World) -> None:
    order = packed(world.floor)
    before = pin_of(world.floor, f"order:{order.id}")

    send(world.signed_in("staff"), f"/orders/{order.id}", "rotate")

    assert pin_of(world.floor, f"order:{order.id}") != before

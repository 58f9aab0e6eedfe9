"""The customer's page: what it shows when, what it lets him do, and that it shows no more."""

import re

import pytest

from connector.model.location import Geo
from connector.model.order import HandingOver, PaymentState
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.store import couriers
from storefront.fulfillment.work import intake, preparing
from tests.kit.floor.orders import SHOP, STAFF, an_order, bought
from tests.kit.floor.walk import (
    a_courier,
    claimed,
    collected,
    job_of,
    packed,
    picked_up,
    pin_of,
    taken_in,
)
from tests.kit.floor.world import MERCHANT, variant_of
from tests.kit.pages.work import order_of
from tests.kit.pages.world import World, form, notice, send


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize(
    "path", ["/t/x", "/t/AAAAAAAAAAAAAAAAAAAAAA", "/t/AAAAAAAAAAAAAAAAAAAAAA/events"]
)
def test_a_link_that_never_was_is_dead(world: World, path: str) -> None:
    assert world.visitor().get(path).status_code == 404


def test_the_link_dies_a_day_after_the_end(world: World) -> None:
    order = collected(world.floor)
    path = world.track(order.id)
    assert world.visitor().get(path).status_code == 200

    world.clock.move(hours=25)

    answer = world.visitor().get(path)
    assert answer.status_code == 404
    assert "This link does not work any more" in answer.text


def test_the_page_speaks_the_customer_s_language(world: World) -> None:
    order_id = taken_in(world.floor)

    page = world.app.test_client().get(world.track(order_id)).text

    assert '<html lang="nl" dir="ltr">' in page


def test_the_code_is_hidden_until_it_is_asked_for(world: World) -> None:
    order = packed(world.floor)

    page = world.visitor().get(world.track(order.id)).text

    pin = pin_of(world.floor, f"order:{order.id}")
    inside = page.partition('<details id="code">')[2].partition("</details>")[0]
    assert f"{pin[:3]} {pin[3:]}" in inside
    assert f"{pin[:3]} {pin[3:]}" not in page.replace(inside, "")


def test_the_page_shows_neither_address_nor_telephone_nor_name(world: World) -> None:
    order = packed(world.floor, an_order(bought(1), how=HandingOver.DELIVERY))

    page = world.visitor().get(world.track(order.id)).text

    for known in ("Uylenburgh", "+31612345678", "saskia@example.org", "Jodenbreestraat", "4711"):
        assert known not in page


def test_an_order_is_moved_before_the_cut_off(world: World) -> None:
    order_id = taken_in(world.floor)
    path = world.track(order_id)
    keys = re.findall(r'value="(sto_1/PICKUP/\d+)"', world.visitor().get(path).text)

    answer = send(world.visitor(), path, "move", slot=keys[3])

    assert answer.status_code == 303
    found = order_of(world, order_id).slot
    assert found is not None
    assert found.key == keys[3]


def test_a_full_slot_is_refused_in_words(world: World) -> None:
    order_id = taken_in(world.floor, an_order(bought(1), number=1))
    path = world.track(order_id)
    keys = re.findall(r'value="(sto_1/PICKUP/\d+)"', world.visitor().get(path).text)
    fields = {**form(world.visitor().get(path).text, "move"), "slot": keys[1]}
    for number in (2, 3, 4):
        other = taken_in(world.floor, an_order(bought(1), number=number))
        with world.floor.write(MERCHANT) as here:
            preparing.reslot(here, other, keys[1], STAFF)

    answer = world.visitor().post(path, data=fields)

    assert answer.status_code == 409
    assert notice(answer.text) == "This time is full. Choose another one."


def test_after_the_cut_off_nothing_is_moved(world: World) -> None:
    order_id = taken_in(world.floor)
    path = world.track(order_id)
    page = world.visitor().get(path).text
    fields = {**form(page, "move"), "slot": re.findall(r'value="(sto_1/PICKUP/\d+)"', page)[4]}
    world.clock.move(hours=3)

    answer = world.visitor().post(path, data=fields)

    assert answer.status_code == 409
    assert notice(answer.text) == "It is too late for this time. Choose a later one."


def test_an_order_is_cancelled_before_the_cut_off(world: World) -> None:
    order_id = taken_in(world.floor)

    send(world.visitor(), world.track(order_id), "cancel")

    assert order_of(world, order_id).state is OrderState.CANCELLED
    assert "Cancelled" in world.visitor().get(world.track(order_id)).text


def test_a_refund_is_asked_of_the_store_and_never_told_as_made(world: World) -> None:
    path = world.track(taken_in(world.floor))
    before = world.visitor().get(path).text

    send(world.visitor(), path, "cancel")

    after = world.visitor().get(path).text
    assert "The store will be asked to pay you back the way you paid." in before
    assert "The store was asked to pay you back the way you paid." in after
    assert "1 left out" in after
    assert "refunded" not in after
    intake.take(world.floor, SHOP, an_order(later_s=60, payment=PaymentState.REFUNDED))
    assert "The store was asked" not in world.visitor().get(path).text


def test_who_pays_at_the_counter_is_told_of_no_money_to_come_back(world: World) -> None:
    unpaid = an_order(payment=PaymentState.PAY_IN_STORE)
    path = world.track(taken_in(world.floor, unpaid))
    before = world.visitor().get(path).text

    send(world.visitor(), path, "cancel")

    assert "pay you back" not in before + world.visitor().get(path).text


def test_a_question_is_answered(world: World) -> None:
    order_id = taken_in(world.floor, an_order(bought(1, 2)))
    with world.floor.write(MERCHANT) as here:
        order = preparing.start(here, order_id, STAFF)
        preparing.exchange(here, order_id, order.lines[0].id, variant_of(2), 2, STAFF)
    path = world.track(order_id)

    send(world.visitor(), path, "answer", accepted="1")

    after = order_of(world, order_id)
    assert [line.quantity for line in after.lines] == [0, 2]


def test_who_is_here_says_so_once_it_is_ready(world: World) -> None:
    order_id = taken_in(world.floor)
    assert 'value="arrive"' not in world.visitor().get(world.track(order_id)).text
    order = packed(world.floor, an_order(bought(1), number=1002))

    send(world.visitor(), world.track(order.id), "arrive")

    assert order_of(world, order.id).here_at is not None


def test_who_said_that_he_is_here_reads_since_when_the_store_knows(world: World) -> None:
    path = world.track(packed(world.floor).id)

    send(world.visitor(), path, "arrive")

    page = world.visitor().get(path).text
    assert 'value="arrive"' not in page
    assert re.search(r"<span>The store knows since <time[^>]*>13:00</time>\.</span>", page)


def test_another_person_is_named_and_taken_back(world: World) -> None:
    order_id = taken_in(world.floor)
    path = world.track(order_id)

    send(world.visitor(), path, "alternate", name="Titus")
    assert 'value="Titus"' in world.visitor().get(path).text
    send(world.visitor(), path, "alternate", name="")

    assert 'value="Titus"' not in world.visitor().get(path).text


def test_a_form_without_its_mark_does_nothing(world: World) -> None:
    order_id = taken_in(world.floor)

    answer = world.visitor().post(world.track(order_id), data={"do": "cancel"})

    assert answer.status_code == 403
    assert order_of(world, order_id).state is OrderState.PLACED


def out(world: World) -> FulfillmentOrder:
    order = packed(world.floor, an_order(bought(1), how=HandingOver.DELIVERY))
    courier, job = a_courier(world.floor), job_of(world.floor, order)
    picked_up(world.floor, claimed(world.floor, courier, job), job)
    with world.floor.write(MERCHANT) as here:
        couriers.seen(here, courier.id, Geo(52.3712, 4.8961), 60)
    return order


def test_words_tell_where_the_courier_is_before_the_drawing_does(world: World) -> None:
    page = world.visitor().get(world.track(out(world).id)).text

    assert page.index("About ") < page.index('<svg class="map"')
    assert "minutes (estimate)" in plain(page)
    assert "Jan" not in plain(page)


def test_the_courier_is_not_shown_before_he_carries_it(world: World) -> None:
    order = packed(world.floor, an_order(bought(1), how=HandingOver.DELIVERY))
    courier, job = a_courier(world.floor), job_of(world.floor, order)
    claimed(world.floor, courier, job)

    assert '<svg class="map"' not in world.visitor().get(world.track(order.id)).text


def test_an_old_place_of_the_courier_is_told_as_such(world: World) -> None:
    path = world.track(out(world).id)
    world.clock.move(minutes=20)

    page = plain(world.visitor().get(path).text)

    assert "Seen 20 minutes ago. The phone of the courier has told nothing since." in page


def test_the_door_s_pin_is_there_only_on_the_way(world: World) -> None:
    order = packed(world.floor, an_order(bought(1), number=1005, how=HandingOver.DELIVERY))
    assert '<details id="code">' not in world.visitor().get(world.track(order.id)).text

    courier, job = a_courier(world.floor), job_of(world.floor, order)
    picked_up(world.floor, claimed(world.floor, courier, job), job)

    pin = pin_of(world.floor, f"door:{job.id}")
    assert f"{pin[:3]} {pin[3:]}" in world.visitor().get(world.track(order.id)).text


def test_what_a_customer_types_is_no_markup(world: World) -> None:
    order_id = taken_in(world.floor)
    path = world.track(order_id)

    send(world.visitor(), path, "alternate", name="<b>Titus</b>")

    assert "<b>Titus" not in world.visitor().get(path).text
    assert "<b>Titus" not in world.signed_in("staff").get(f"/orders/{order_id}").text


def test_steps_of_a_cancelled_order_end_with_that(world: World) -> None:
    order_id = taken_in(world.floor)
    with world.floor.write(MERCHANT) as here:
        preparing.cancel(here, order_id, "other", STAFF)

    page = world.visitor().get(world.track(order_id)).text

    steps = plain(page.partition('<ol class="steps">')[2].partition("</ol>")[0])
    assert "Order received (done)" in steps
    assert "Cancelled" in steps
    assert "Ready to collect" not in steps

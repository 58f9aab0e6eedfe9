"""What staff do on board, pick list and order page; every refusal is told in words."""

import re
from collections.abc import Callable

import msgspec
import pytest
from msgspec import structs

from connector.model.order import HandingOver
from connector.store.database import Database
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState, Substitution
from storefront.fulfillment.place.store import PartialPolicy
from storefront.fulfillment.store import jobs, orders, places
from storefront.fulfillment.work import overseeing, preparing, timers
from tests.kit.floor.orders import MANAGER, STAFF, an_order, bought
from tests.kit.floor.walk import a_courier, claimed, job_of, packed, picked_up, pin_of, taken_in
from tests.kit.floor.world import MERCHANT, variant_of
from tests.kit.pages.world import World, a_world, form, notice, send


@pytest.fixture
def world(sqlite_url: str, open_at: Callable[[str], Database]) -> World:
    return a_world(open_at(sqlite_url))


def order_of(world: World, order_id: str) -> FulfillmentOrder:
    with world.floor.database.read() as connection:
        return orders.get(connection, MERCHANT, order_id)


def started(world: World, *lines: object, number: int = 1001) -> FulfillmentOrder:
    placed = an_order(*(lines or (bought(1, 2), bought(2))), number=number)  # type: ignore[arg-type]
    order_id = taken_in(world.floor, placed)
    with world.floor.write(MERCHANT) as here:
        return preparing.start(here, order_id, STAFF)


def test_the_board_puts_the_most_urgent_in_front(world: World) -> None:
    numbers = [str(number) for number in (1001, 1002, 1003, 1004)]
    for number in numbers:
        taken_in(world.floor, an_order(bought(1), number=int(number)))

    page = world.signed_in("staff").get("/board").text

    # three fit into the first slot; the fourth came too late for it
    shown = re.findall(r"<bdi>#(\d+)</bdi>", page)[:4]
    assert sorted(shown[:3]) == numbers[:3]
    assert shown[3] == "1004"
    assert "ends in 3 hours" in re.sub(r"<[^>]+>", "", page)


def test_what_is_late_is_told_in_words_and_by_a_sign(world: World) -> None:
    taken_in(world.floor)
    world.clock.move(hours=4)

    page = world.signed_in("staff").get("/board").text

    assert "Late" in page
    assert "&#9888;" in page
    assert "order late" in page


def test_the_board_tells_slots_as_text(world: World) -> None:
    taken_in(world.floor)

    page = re.sub(r"<[^>]+>", "", world.signed_in("staff").get("/board").text)

    assert "1 of 3" in page


def test_the_board_accepts_and_starts(world: World) -> None:
    order_id = taken_in(world.floor)
    client = world.signed_in("staff")

    accepted = send(client, "/board", "accept")
    begun = send(client, "/board", "start")

    assert accepted.headers["Location"] == "/board?done=accepted"
    assert begun.headers["Location"] == f"/pick?order={order_id}"
    assert order_of(world, order_id).state is OrderState.PICKING


def test_staff_pause_a_store_and_only_managers_resume_it(world: World) -> None:
    client = world.signed_in("staff")

    send(client, "/board?store=sto_1", "pause")

    assert "Paused" in client.get("/board").text
    assert 'value="resume"' not in client.get("/board").text
    send(world.signed_in("manager"), "/board?store=sto_1", "resume")
    assert "Paused" not in client.get("/board?store=sto_1").text


def test_the_board_shows_who_is_here_and_where(world: World) -> None:
    order = packed(world.floor)
    world.visitor().get(world.track(order.id))
    send(world.visitor(), world.track(order.id), "arrive")
    with world.floor.write(MERCHANT) as here:
        found = orders.get(here.connection, MERCHANT, order.id)
        spotted = structs.replace(found, spot="7", rev=found.rev)
        here.connection.execute(
            orders._order.update().values(document=msgspec.json.encode(spotted))
        )

    page = re.sub(r"<[^>]+>", "", world.signed_in("staff").get("/board").text)

    assert "Customer is here (spot 7)" in page


def test_a_reload_of_the_pick_list_picks_nothing_twice(world: World) -> None:
    order = started(world)
    client = world.signed_in("staff")
    path = f"/pick?order={order.id}"
    fields = {**form(client.get(path).text, "set"), "picked": "1"}

    client.post(path, data=fields)
    client.post(path, data={**fields, "key": "another"})

    assert order_of(world, order.id).lines[0].picked == 1


def test_a_scanned_sku_goes_into_the_first_bag_that_needs_it(world: World) -> None:
    first, second = started(world, number=1001), started(world, number=1002)
    client = world.signed_in("staff")
    path = f"/pick?order={first.id}&order={second.id}"

    for _ in range(3):
        send(client, path, "scan", code=first.lines[0].sku)

    picked = [order_of(world, it.id).lines[0].picked for it in (first, second)]
    assert picked == [2, 1]


def test_a_scanned_thing_that_nobody_ordered_is_refused_in_words(world: World) -> None:
    order = started(world)

    answer = send(world.signed_in("staff"), f"/pick?order={order.id}", "scan", code="999")

    assert answer.status_code == 404
    assert notice(answer.text).startswith("Nothing on this list has that code")


def test_an_unfinished_bag_cannot_be_packed(world: World) -> None:
    order = started(world)

    answer = send(world.signed_in("staff"), f"/pick?order={order.id}", "pack", {"order": order.id})

    assert answer.status_code == 409
    assert notice(answer.text) == "Something is neither picked, replaced nor taken off yet."


def test_a_whole_bag_is_packed(world: World) -> None:
    order = started(world)
    client = world.signed_in("staff")
    path = f"/pick?order={order.id}"
    for line in order.lines:
        send(client, path, "set", {"line": line.id}, picked=str(line.quantity))

    answer = send(client, path, "pack")

    assert answer.status_code == 303
    assert order_of(world, order.id).state is OrderState.READY


def test_a_part_is_packed_only_where_the_store_allows_it(world: World) -> None:
    order = started(world)
    client = world.signed_in("staff")
    path = f"/pick?order={order.id}"
    send(client, path, "set", picked="1")
    assert "Pack in part" in client.get(path).text
    store = world.store
    terms = structs.replace(store.pickup, partial_policy=PartialPolicy.WAIT_ALL)
    with world.floor.write(MERCHANT) as here:
        places.save(here, structs.replace(store, pickup=terms))

    answer = send(client, path, "pack", partial="1")

    assert answer.status_code == 409
    assert "Pack in part" not in client.get(path).text


@pytest.mark.parametrize("bags", ["0", "21", "many", ""])
def test_a_number_of_bags_that_cannot_be_is_named_beside_its_field(world: World, bags: str) -> None:
    order = started(world)

    answer = send(world.signed_in("staff"), f"/pick?order={order.id}", "pack", bags=bags)

    assert answer.status_code == 400
    assert f'id="bag-{order.id}-bags-error"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_substitute_is_offered_and_the_customer_asked(world: World) -> None:
    order = started(world, bought(1, 2))
    client = world.signed_in("staff")
    path = f"/pick?order={order.id}&line={order.lines[0].id}"

    answer = send(client, path, "exchange", variant=variant_of(2))

    assert "done=asked" in answer.headers["Location"]
    assert order_of(world, order.id).state is OrderState.AWAITING_CUSTOMER


def test_a_substitute_is_given_at_once_where_the_customer_allows_it(world: World) -> None:
    order = started(world, bought(1, 2))
    _let_lines(world, order, Substitution.ALLOW)
    path = f"/pick?order={order.id}&line={order.lines[0].id}"

    send(world.signed_in("staff"), path, "exchange", variant=variant_of(2))

    after = order_of(world, order.id)
    assert [line.quantity for line in after.lines] == [0, 2]
    assert after.state is OrderState.PICKING


def test_no_substitute_is_offered_to_who_wants_none(world: World) -> None:
    order = started(world, bought(1, 2))
    _let_lines(world, order, Substitution.NO)
    path = f"/pick?order={order.id}&line={order.lines[0].id}"

    page = world.signed_in("staff").get(path).text

    assert "The customer wants no replacement." in page
    assert 'value="exchange"' not in page


def test_what_is_not_there_is_taken_off(world: World) -> None:
    order = started(world, bought(1, 2), bought(2))
    path = f"/pick?order={order.id}&line={order.lines[0].id}"

    send(world.signed_in("staff"), path, "take_off")

    assert order_of(world, order.id).lines[0].refunded == 2


def _let_lines(world: World, order: FulfillmentOrder, wish: Substitution) -> None:
    """Let the customer have said what may replace his things."""
    lines = tuple(structs.replace(line, substitution=wish) for line in order.lines)
    changed = structs.replace(order, lines=lines, rev=order.rev)
    with world.floor.write(MERCHANT) as here:
        here.connection.execute(
            orders._order.update().values(document=msgspec.json.encode(changed))
        )


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

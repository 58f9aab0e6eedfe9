"""Handing over at the counter: codes, numbers, ages, others, reasons, and every refusal."""

import re

import msgspec
import pytest
from msgspec import structs

from connector.model.order import HandingOver
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState
from storefront.fulfillment.place.store import IdCheck
from storefront.fulfillment.store import handovers, orders, people, places
from tests.kit.floor.orders import an_order, bought
from tests.kit.floor.walk import a_courier, claimed, job_of, packed, pin_of
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World, form, notice, send


def wrong(pin: str) -> str:
    return f"{(int(pin) + 1) % 1_000_000:06d}"


def state(world: World, order: FulfillmentOrder) -> OrderState:
    with world.floor.database.read() as connection:
        return orders.get(connection, MERCHANT, order.id).state


def test_a_pin_finds_proves_and_hands_over(world: World) -> None:
    order = packed(world.floor)
    pin = pin_of(world.floor, f"order:{order.id}")
    client = world.signed_in("staff")

    found = send(client, "/handover", "find", store="sto_1", code=f"{pin[:3]} {pin[3:]}")
    page = client.get(found.headers["Location"]).text
    send(client, found.headers["Location"], "hand_over")

    assert pin not in found.headers["Location"]
    assert "The code is right." in page
    assert state(world, order) is OrderState.COLLECTED


def test_a_square_proves_as_well(world: World) -> None:
    order = packed(world.floor)
    with world.floor.write(MERCHANT) as here:
        held = handovers.of_subject(here.connection, MERCHANT, f"order:{order.id}")
        assert held is not None
        square = handovers.square(people.sealer(world.floor, here), held[0].id, held[1])
    client = world.signed_in("staff")

    found = send(client, "/handover", "find", store="sto_1", code=square)

    assert "The code is right." in client.get(found.headers["Location"]).text


def test_a_number_finds_but_proves_nothing(world: World) -> None:
    order = packed(world.floor)
    client = world.signed_in("staff")

    found = send(client, "/handover", "find", store="sto_1", code="1001")

    page = client.get(found.headers["Location"]).text
    assert "Ask for the PIN or the QR code." in page
    assert 'value="hand_over"' not in page
    assert state(world, order) is OrderState.READY


def test_a_wrong_pin_tells_how_many_tries_are_left(world: World) -> None:
    order = packed(world.floor)
    pin = wrong(pin_of(world.floor, f"order:{order.id}"))

    answer = send(world.signed_in("staff"), f"/handover?order={order.id}", "prove", pin=pin)

    assert answer.status_code == 409
    assert notice(answer.text).endswith("4 tries are left.")
    assert pin not in answer.text


def test_five_wrong_pins_lock_and_tell_until_when(world: World) -> None:
    order = packed(world.floor)
    pin = wrong(pin_of(world.floor, f"order:{order.id}"))
    client = world.signed_in("staff")

    answers = [
        send(client, f"/handover?order={order.id}", "prove", pin=pin).status_code for _ in range(5)
    ]

    assert answers == [409, 409, 409, 409, 429]
    page = re.sub(r"<[^>]+>", "", client.get(f"/handover?order={order.id}").text)
    assert "Locked after five wrong codes, until 13:15" in page


def test_an_unknown_code_is_refused_in_words(world: World) -> None:
    answer = send(world.signed_in("staff"), "/handover", "find", store="sto_1", code="000000")

    assert answer.status_code == 409
    assert notice(answer.text) == "The code is not right. Compare it and try again."


def test_an_unknown_number_is_refused_in_words(world: World) -> None:
    answer = send(world.signed_in("staff"), "/handover", "find", store="sto_1", code="#77")

    assert answer.status_code == 404
    assert notice(answer.text) == "No order was found for this."


def test_nothing_is_handed_over_a_second_time(world: World) -> None:
    order = packed(world.floor)
    client = world.signed_in("manager")
    send(client, f"/handover?order={order.id}", "override", reason="regular")
    send(client, f"/handover?order={order.id}", "hand_over")
    world.clock.move(hours=2)

    answer = send(client, "/handover", "find", store="sto_1", code="1001")

    assert answer.status_code == 409
    assert "Hand nothing over a second time. That was 2 hours ago." in notice(answer.text)


def test_only_managers_go_on_without_a_code(world: World) -> None:
    order = packed(world.floor)
    path = f"/handover?order={order.id}"
    fields = form(world.signed_in("manager").get(path).text, "override")
    staff = world.signed_in("staff")
    mine = form(staff.get(path).text, "prove")

    answer = staff.post(path, data={**fields, **mine, "do": "override", "reason": "please"})

    assert answer.status_code == 403
    assert 'value="override"' not in staff.get(path).text


def test_whoever_goes_on_without_a_code_is_not_told_that_it_is_right(world: World) -> None:
    path = f"/handover?order={packed(world.floor).id}"
    client = world.signed_in("manager")

    send(client, path, "override", reason="regular")

    page = client.get(path).text
    assert "Without a code." in page
    assert "The code is right." not in page


def test_going_on_without_a_code_needs_a_reason(world: World) -> None:
    order = packed(world.floor)

    answer = send(world.signed_in("manager"), f"/handover?order={order.id}", "override", reason=" ")

    assert answer.status_code == 400
    assert 'id="override-reason-error"' in answer.text


def test_a_store_that_goes_by_the_name_asks_for_no_code(world: World) -> None:
    order = packed(world.floor)
    terms = structs.replace(world.store.pickup, id_check=IdCheck.ID_NAME)
    with world.floor.write(MERCHANT) as here:
        places.save(here, structs.replace(world.store, pickup=terms))
    client = world.signed_in("staff")

    send(client, f"/handover?order={order.id}", "seen")
    send(client, f"/handover?order={order.id}", "hand_over")

    assert state(world, order) is OrderState.COLLECTED


def test_a_store_that_asks_for_a_code_does_not_go_by_the_name(world: World) -> None:
    order = packed(world.floor)
    client = world.signed_in("staff")
    fields = form(client.get(f"/handover?order={order.id}").text, "prove")

    answer = client.post(f"/handover?order={order.id}", data={**fields, "do": "seen"})

    assert answer.status_code == 403


def with_age(world: World) -> FulfillmentOrder:
    """Return a packed order of which one thing asks for an age."""
    order = packed(world.floor, an_order(bought(1), bought(2)))
    lines = (structs.replace(order.lines[0], age_min=18), order.lines[1])
    changed = structs.replace(order, lines=lines)
    with world.floor.write(MERCHANT) as here:
        found = handovers.of_subject(here.connection, MERCHANT, f"order:{order.id}")
        assert found is not None
        held = structs.replace(found[0], age_min=18)
        encode = msgspec.json.encode
        here.connection.execute(orders._order.update().values(document=encode(changed)))
        here.connection.execute(handovers._handover.update().values(document=encode(held)))
    return changed


def test_an_age_is_asked_for_before_anything_is_handed_over(world: World) -> None:
    order = with_age(world)
    client = world.signed_in("manager")
    path = f"/handover?order={order.id}"
    send(client, path, "override", reason="phone is empty")
    page = client.get(path).text
    fields = form(page, "age")

    answer = client.post(path, data={**fields, "do": "hand_over"})

    assert "is the person" in page
    assert 'value="hand_over"' not in page
    assert answer.status_code == 409
    assert notice(answer.text) == "Look at a document first and record the result."


@pytest.mark.parametrize(("result", "refunded"), [("PASS", 0), ("REFUSED", 1)])
def test_who_is_too_young_gets_the_rest(world: World, result: str, refunded: int) -> None:
    order = with_age(world)
    client = world.signed_in("manager")
    path = f"/handover?order={order.id}"
    send(client, path, "override", reason="phone is empty")

    send(client, path, "age", result=result)
    send(client, path, "hand_over")

    with world.floor.database.read() as connection:
        after = orders.get(connection, MERCHANT, order.id)
    assert after.state is OrderState.COLLECTED
    assert after.lines[0].refunded == refunded
    assert after.lines[1].handed == 1


def test_somebody_else_may_collect_whom_the_customer_named(world: World) -> None:
    order = packed(world.floor)
    send(world.visitor(), world.track(order.id), "alternate", name="Hendrickje Stoffels")
    client = world.signed_in("manager")
    path = f"/handover?order={order.id}"
    send(client, path, "override", reason="phone is empty")

    send(client, path, "alternate")

    assert "The name matches" in client.get(path).text


def test_the_courier_s_code_is_shown_only_when_a_courier_came(world: World) -> None:
    order = packed(world.floor, an_order(bought(1), how=HandingOver.DELIVERY))
    job = job_of(world.floor, order)
    pin = pin_of(world.floor, f"job:{job.id}")
    client = world.signed_in("staff")
    found = send(client, "/handover", "find", store="sto_1", code="1001")
    assert pin not in client.get(found.headers["Location"]).text

    claimed(world.floor, a_courier(world.floor), job)

    page = client.get(found.headers["Location"]).text
    assert pin in page
    assert "Jan" in page
    assert pin not in world.signed_in("elsewhere").get("/handover").text

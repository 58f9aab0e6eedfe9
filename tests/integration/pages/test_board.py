"""What staff see and do on the board; what is late is told in words."""

import re

import msgspec
from msgspec import structs

from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.store import orders
from tests.kit.floor.orders import an_order, bought
from tests.kit.floor.walk import packed, taken_in
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.work import order_of
from tests.kit.pages.world import World, form, send


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


def test_staff_pause_a_store_and_after_ten_minutes_only_managers_resume_it(world: World) -> None:
    client = world.signed_in("staff")
    send(client, "/board?store=sto_1", "pause")
    fields = form(client.get("/board").text, "resume")

    world.clock.move(minutes=10)

    assert "Paused" in client.get("/board").text
    assert 'value="resume"' not in client.get("/board").text
    assert client.post("/board", data=fields).status_code == 403
    send(world.signed_in("manager"), "/board?store=sto_1", "resume")
    assert "Paused" not in client.get("/board?store=sto_1").text


def test_who_paused_a_store_by_mistake_takes_it_back_himself(world: World) -> None:
    client = world.signed_in("staff")
    send(client, "/board?store=sto_1", "pause")
    world.clock.move(minutes=9)

    send(client, "/board?store=sto_1", "resume")

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

"""Orders of both fake shops walk through the floor, and the shops show what became of them."""

import random
from pathlib import Path

import pytest
from sqlalchemy import update

from connector.store import tables
from connector.store.clock import ms
from connector.store.work import queue
from storefront.fulfillment.order.order import Method, OrderState
from storefront.fulfillment.store import people
from tests.kit.shops.orders_shops import COFFEE, CUP, HERE, PICKUP_PLACE, SECRETS, THERE
from tests.kit.shops.orders_street import SHOPS, Scene, scene

STORE = {"hafen": "ott", "pan": "twijn"}


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
@SHOPS
def test_a_pick_up_goes_from_the_shop_to_the_counter_and_back(
    tmp_path: Path, request: pytest.FixtureRequest, engine: str, name: str
) -> None:
    url = request.getfixturevalue(f"{engine}_url")
    with scene(tmp_path / "home", url) as play:
        side, seen = play.side(name), []
        bought = side.buy(2)
        play.deliver()
        order = play.order(side, bought)
        seen.append((order.state.name, side.state(bought)))
        ready = play.prepare(order.id)
        play.work()
        seen.append((ready.state.name, side.state(bought)))

        handed = play.hand_over(ready)
        play.deliver()

        seen.append((handed.state.name, side.state(bought)))
        assert seen == [("PLACED", "open"), ("READY", "prepared"), ("COLLECTED", "done")]
        assert play.order(side, bought).state is OrderState.COLLECTED


@SHOPS
def test_an_order_has_its_store_and_its_window(play: Scene, name: str) -> None:
    side = play.side(name)
    bought = side.buy()

    play.deliver()

    order = play.order(side, bought)
    assert (order.store_id, order.method) == (f"sto_{STORE[name]}", Method.PICKUP)
    assert order.slot is not None
    assert not order.flags


@SHOPS
def test_the_buyer_is_sealed_and_lies_nowhere_in_plain(play: Scene, name: str) -> None:
    side = play.side(name)
    bought = side.buy(delivery=True)
    play.deliver()
    order = play.order(side, bought)

    house, subject = play.home.house, f"order:{order.id}"
    with house.database.read() as connection:
        known = people.get(connection, play.merchant, house.box, [subject])[subject]
        everything = "".join(
            str(tuple(row))
            for table in tables.metadata.sorted_tables
            for row in connection.execute(table.select())
        )
    assert {"name", "email", "phone", "address"} <= set(known)
    assert not [word for word in SECRETS if word in everything]


@SHOPS
def test_a_delivery_goes_to_the_door_and_the_shop_follows(play: Scene, name: str) -> None:
    side, seen = play.side(name), []
    bought = side.buy(delivery=True)
    play.deliver()
    ready = play.prepare(play.order(side, bought).id)
    by = play.set_off(ready)
    play.deliver()
    seen.append((play.order(side, bought).state.name, side.state(bought)))

    play.ring(ready, by)
    play.deliver()

    seen.append((play.order(side, bought).state.name, side.state(bought)))
    assert seen == [("OUT_FOR_DELIVERY", "out"), ("DELIVERED", "done")]


@SHOPS
def test_an_order_whose_webhooks_were_lost_is_found_by_looking(play: Scene, name: str) -> None:
    side = play.side(name)
    play.work()
    bought = side.buy()
    play.letters()
    before = play.orders(side, bought)

    play.wait(minutes=10)

    assert (before, play.order(side, bought).state) == ([], OrderState.PLACED)


@SHOPS
def test_webhooks_doubled_and_out_of_order_change_nothing(play: Scene, name: str) -> None:
    side = play.side(name)
    bought = side.buy()
    play.deliver()
    order = play.order(side, bought)
    play.prepare(order.id)
    side.refund(bought, 1)
    letters = play.letters()
    play.deliver(letters)
    before = play.order(side, bought)
    random.Random(7).shuffle(letters)

    play.deliver([*letters, *reversed(letters)])

    assert play.order(side, bought) == before


def test_a_split_cart_is_two_orders_in_two_stores(play: Scene) -> None:
    lines = [{"sku": COFFEE, "location": HERE}, {"sku": CUP, "location": THERE}]
    row = play.hafen.shop.orders.place(lines)
    play.deliver()
    first, second = sorted(play.orders(play.hafen, row["id"]), key=lambda it: it.store_id)

    play.hand_over(play.prepare(first.id))
    play.deliver()

    states = {part["place"]: part["status"] for part in play.hafen.picture(row["id"])["parts"]}
    assert (first.store_id, second.store_id) == ("sto_eim", "sto_ott")
    assert states == {THERE: "CLOSED", HERE: "OPEN"}
    assert play.orders(play.hafen, row["id"])[0].number == row["name"]


def test_a_part_at_a_place_without_a_store_is_not_ours_and_stops_nothing(play: Scene) -> None:
    lines = [{"sku": COFFEE, "location": HERE}, {"sku": CUP, "location": "Lager Wilhelmsburg"}]
    row = play.hafen.shop.orders.place(lines)

    play.deliver()

    assert [it.store_id for it in play.orders(play.hafen, row["id"])] == ["sto_ott"]


@SHOPS
def test_telling_everything_again_leaves_the_shop_as_it_is(play: Scene, name: str) -> None:
    side = play.side(name)
    picked, brought = side.buy(), side.buy(delivery=True)
    play.deliver()
    play.hand_over(play.prepare(play.order(side, picked).id))
    ready = play.prepare(play.order(side, brought).id)
    play.ring(ready, play.set_off(ready))
    play.deliver()
    before = [side.picture(each) for each in (picked, brought)]

    with play.home.house.database.write() as connection:
        again = {"state": queue.WAITING, "run_at": ms(play.shops.clock()), "attempts": 0}
        connection.execute(update(tables.outbox).values(**again))
    for _ in range(5):
        play.work()

    assert [side.picture(each) for each in (picked, brought)] == before
    assert set(play.home.column(tables.outbox, "state")) == {queue.DONE}


@SHOPS
def test_a_shop_that_is_down_is_told_later_and_in_order(play: Scene, name: str) -> None:
    side = play.side(name)
    bought = side.buy()
    play.deliver()
    order = play.order(side, bought)
    side.close(closed=True)
    ready = play.prepare(order.id)
    play.work()
    play.hand_over(ready)
    play.work()
    before = side.state(bought)
    side.close(closed=False)

    for _ in range(4):
        play.wait(hours=1)

    assert (before, side.state(bought)) == ("open", "done")
    assert play.told() == ["PREPARED", "HANDED_OVER"]


@SHOPS
def test_each_piece_is_counted_once(play: Scene, name: str) -> None:
    side, counted = play.side(name), []
    side.buy(3)
    counted.append(play.free(side, STORE[name]))
    play.deliver(play.letters())
    counted.append(play.free(side, STORE[name]))

    play.wait(minutes=10)

    counted.append(play.free(side, STORE[name]))
    assert counted[-1] == side.count() == side.stock - 3
    assert all(side.count() - 3 <= each <= side.stock for each in counted)


@SHOPS
def test_before_the_count_is_read_again_the_order_itself_binds_its_pieces(
    play: Scene, name: str
) -> None:
    side = play.side(name)
    side.buy(3)
    orders = [each for each in play.letters() if "order" in each.topic]

    for letter in orders:
        play.home.receive(letter)
    play.home.worker.turn()

    assert play.free(side, STORE[name]) <= side.stock - 3


def test_what_is_shipped_by_others_is_not_ours(play: Scene) -> None:
    row = play.hafen.shop.orders.place([{"sku": COFFEE}], method="SHIPPING", location=HERE)
    number = play.pan.shop.changes.place_order([{"item_id": 107}], way="shipping")["id"]

    play.deliver()

    assert play.orders(play.hafen, row["id"]) == play.orders(play.pan, str(number)) == []


def test_the_buyer_of_the_webshop_chose_this_store(play: Scene) -> None:
    bought = play.pan.buy()
    way = play.pan.shop.orders[int(bought)]["shipping_lines"][0]

    play.deliver()

    assert PICKUP_PLACE in way["method_title"]
    assert play.order(play.pan, bought).store_id == "sto_twijn"

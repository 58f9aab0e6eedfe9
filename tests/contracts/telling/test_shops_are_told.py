"""What the floor wants told to a shop is told in order, again until it is taken."""

import threading

import msgspec
from msgspec import structs
from sqlalchemy import update

from connector.model.errors import PlatformRejected, PlatformUnavailable
from connector.model.order import News, PlacedOrder, Telling
from connector.store import connections, tables
from regie.shops import Shops
from regie.telling import Teller
from storefront.fulfillment.work.outward import PLATFORM
from tests.kit.floor.orders import an_order
from tests.kit.floor.outbox import SHOP, Outbox


def test_what_waits_is_told(outbox: Outbox) -> None:
    outbox.put("ful_1", 3, News.PREPARED)

    outbox.drain()

    assert (outbox.shop.heard, outbox.states()) == (
        ["ful_1/3/PREPARED"],
        {"ful_1/3/PREPARED": "done"},
    )


def test_news_of_one_order_is_told_in_the_order_of_its_revisions(outbox: Outbox) -> None:
    for turn in (10, 9, 2):
        outbox.put("ful_1", turn)

    for _ in range(5):
        outbox.pass_by(2)

    assert outbox.shop.heard == [f"ful_1/{turn}/DELAYED" for turn in (2, 9, 10)]


def test_setting_aside_is_told_before_putting_back(outbox: Outbox) -> None:
    for news in (News.UNRESERVED, News.RESERVED):
        telling = Telling(f"hld_1/{news.value}", news, order="order-1001")
        payload = msgspec.json.encode(telling)
        outbox._put(f"{PLATFORM}{SHOP}", SHOP, telling.key, news.value, payload)

    for _ in range(3):
        outbox.pass_by(2)

    assert outbox.shop.heard == ["hld_1/RESERVED", "hld_1/UNRESERVED"]


def test_a_shop_that_is_away_hears_all_of_it_later_and_in_order(outbox: Outbox) -> None:
    outbox.shop.away = True
    for turn in (1, 2, 3):
        outbox.put("ful_1", turn)
        outbox.pass_by(30)
    before = list(outbox.shop.heard)
    outbox.shop.away = False

    for _ in range(10):
        outbox.pass_by(3600)

    assert (before, outbox.shop.heard) == ([], [f"ful_1/{turn}/DELAYED" for turn in (1, 2, 3)])


def test_one_order_that_cannot_be_told_stops_no_other(outbox: Outbox) -> None:
    outbox.shop.moods = [PlatformUnavailable("not now")]
    outbox.put("ful_1", 1)
    outbox.drain()
    outbox.put("ful_2", 1)

    outbox.drain()

    assert outbox.shop.heard == ["ful_2/1/DELAYED"]


def test_a_queue_full_of_blocked_news_lets_the_rest_through(outbox: Outbox) -> None:
    outbox.shop.moods = [PlatformUnavailable("not now")]
    outbox.put("ful_1", 1)
    outbox.drain()
    for turn in range(2, 40):
        outbox.put("ful_1", turn)
    outbox.put("ful_9", 1)

    outbox.drain()

    assert "ful_9/1/DELAYED" in outbox.shop.heard


def test_what_waits_for_an_elder_waits_as_long_as_that(outbox: Outbox) -> None:
    outbox.shop.away = True
    outbox.put("ful_1", 1)
    for _ in range(8):
        outbox.pass_by(3600)
    outbox.put("ful_1", 2)

    outbox.drain()

    first, second = sorted(outbox.column("run_at"))
    assert first == second


def test_news_that_the_shop_refuses_for_good_is_dead_at_once(outbox: Outbox) -> None:
    outbox.shop.moods = [PlatformRejected("closed in another way")]
    outbox.put("ful_1", 1)
    outbox.put("ful_1", 2)

    outbox.pass_by(2)

    assert outbox.states() == {"ful_1/1/DELAYED": "dead", "ful_1/2/DELAYED": "done"}


def test_a_fault_of_ours_is_tried_again(outbox: Outbox) -> None:
    outbox.shop.moods = [ValueError("a bug")]
    outbox.put("ful_1", 1)
    outbox.drain()

    outbox.pass_by(10)

    assert outbox.states() == {"ful_1/1/DELAYED": "done"}


def test_a_shop_that_never_comes_back_is_given_up_in_the_end(outbox: Outbox) -> None:
    outbox.shop.away = True
    outbox.put("ful_1", 1)

    for _ in range(70):
        outbox.pass_by(3600)

    assert outbox.states() == {"ful_1/1/DELAYED": "dead"}


def test_news_for_a_connection_that_is_gone_ends(outbox: Outbox) -> None:
    outbox.put("ful_1", 1)
    with outbox.house.database.write() as connection:
        connection.execute(tables.connection.delete())

    outbox.drain()

    assert outbox.states() == {"ful_1/1/DELAYED": "done"}


def test_a_shop_that_took_its_leave_hears_nothing(outbox: Outbox) -> None:
    with outbox.house.database.write() as connection:
        connection.execute(update(tables.connection).values(status=connections.UNINSTALLED))
    outbox.put("ful_1", 1)

    outbox.drain()

    assert (outbox.shop.heard, outbox.states()) == ([], {"ful_1/1/DELAYED": "waiting"})


def test_two_tellers_tell_each_piece_of_news_once(outbox: Outbox) -> None:
    for number in range(30):
        outbox.put(f"ful_{number}", 1)
    others = [Teller(outbox.house, Shops(outbox.house)) for _ in range(3)]
    threads = [threading.Thread(target=_until_empty, args=(each,)) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outbox.shop.heard) == sorted(f"ful_{number}/1/DELAYED" for number in range(30))


def test_the_memory_shop_closes_what_was_handed_over(outbox: Outbox) -> None:
    order: PlacedOrder = structs.replace(an_order(), external_id="order-7")
    outbox.shop.placed["order-7"] = order

    outbox.shop.tell(Telling("k/1/x", News.HANDED_OVER, order="order-7"))

    assert outbox.shop.placed["order-7"].parts[0].closed


def _until_empty(teller: Teller) -> None:
    while teller.turn():
        pass

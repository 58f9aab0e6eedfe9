"""What a shop tells by webhooks is done in the end, whatever else goes wrong."""

from collections import Counter

from sqlalchemy import update

from connector.store import connections, tables
from connector.store.clock import ms
from connector.store.work import queue
from connector.sync import Mode
from regie import belated
from tests.kit.samples import product
from tests.kit.shops.works import Works, sync


def retitled(works: Works, number: int, title: str) -> None:
    works.shop.put(product(number, title=title))


def test_events_outlive_any_closing_time(works: Works) -> None:
    works.receive("3")
    retitled(works, 3, "New")
    works.shop.closed = True
    for _ in range(30):
        works.worker.drain()
        works.clock.advance(3600)
    works.shop.closed = False

    works.worker.drain()

    assert (works.states(), works.documents()["3"]["title"]) == (["done"], "New")


def test_one_bad_event_does_not_spoil_those_beside_it(works: Works) -> None:
    works.receive(*map(str, range(1, 11)))
    works.shop.stumbles = {"7"}

    works.worker.turn()

    assert Counter(works.states()) == {"done": 9, "waiting": 1}


def test_a_bad_event_is_dead_in_the_end_and_stays_to_be_seen(works: Works) -> None:
    works.receive("7")
    works.shop.stumbles = {"7"}

    for _ in range(12):
        works.worker.turn()
        works.clock.advance(3600)

    (row,) = works.rows()
    assert (row["state"], row["error"]) == ("dead", "a bug of ours")


def dead(works: Works, *ids: str, kind: str = "PRODUCT") -> None:
    """Receive news that nobody can take, and give it up."""
    works.receive(*ids, kind=kind)
    with works.house.database.write() as connection:
        connection.execute(update(tables.inbox).values(state=queue.DEAD, error="a bug of ours"))


def test_a_sweep_that_ended_well_ends_the_dead_news_that_it_overtook(works: Works) -> None:
    dead(works, "7", "8")
    works.clock.advance(20_000)

    works.worker.drain()

    assert works.states() == ["done", "done"]


def test_a_delta_ends_no_dead_news(works: Works) -> None:
    dead(works, "7")
    works.clock.advance(2_000)

    works.worker.drain()

    assert works.states() == ["dead"]


def test_a_sweep_that_failed_ends_no_dead_news(works: Works) -> None:
    dead(works, "7")
    works.shop.closed = True
    works.clock.advance(20_000)

    works.worker.drain()

    assert works.states() == ["dead"]


def test_a_sweep_ends_no_dead_news_that_came_after_it_began(works: Works) -> None:
    dead(works, "7")
    sync(works)

    belated.end_of_products(works.house, works.front(), Mode.FULL)

    assert works.states() == ["dead"]


def test_a_look_at_the_orders_ends_their_dead_news(works: Works) -> None:
    dead(works, "1001", kind="ORDER")
    works.clock.advance(2_000)

    works.worker.drain()

    assert works.states() == ["done"]


def test_dead_news_of_a_person_is_ended_by_no_look(works: Works) -> None:
    dead(works, "1", kind="COMPLIANCE")
    works.clock.advance(20_000)

    works.worker.drain()

    assert works.states() == ["dead"]


def test_many_events_on_one_product_are_one_look_at_it(works: Works) -> None:
    for _ in range(5):
        works.receive("3")
        works.clock.advance(0.1)

    works.worker.drain()

    assert works.shop.fetched == {"3": 1}


def test_news_of_a_removed_app_stops_everything_but_keeps_the_catalogue(works: Works) -> None:
    works.shop.locked_out = True
    works.receive("", kind="UNINSTALLED")
    works.worker.drain()
    works.shop.calls.clear()
    works.receive("3")
    works.clock.advance(20_000)

    works.worker.drain()

    assert (works.shop.calls, set(works.states()), len(works.documents())) == ([], {"done"}, 10)


def test_a_removed_app_has_no_keys_left(works: Works) -> None:
    works.shop.locked_out = True
    works.receive("", kind="UNINSTALLED")

    works.worker.drain()

    with works.house.database.read() as connection:
        front = connections.get(connection, "con_one")
    assert (front.status, works.house.vault(front).load()) == ("uninstalled", {})


def test_events_of_a_forgotten_connection_end(works: Works) -> None:
    works.receive("3", shop="three")

    works.worker.drain()

    assert works.states() == ["done"]


def test_a_changed_place_is_looked_at_without_waiting_for_the_next_delta(works: Works) -> None:
    works.receive("", kind="CONTEXT")

    works.worker.drain()

    assert works.shop.asked("delta") == 1


def test_events_of_a_worker_that_died_are_taken_by_the_next(works: Works) -> None:
    works.receive("3")
    retitled(works, 3, "New")
    queue.take(works.house.database, tables.inbox, ms(works.clock()), 120_000, limit=200)

    works.worker.drain()
    before = works.states()
    works.clock.advance(120)
    works.worker.drain()

    assert (before, works.states(), works.documents()["3"]["title"]) == (
        ["leased"],
        ["done"],
        "New",
    )

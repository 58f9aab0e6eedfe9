"""Following the floor: the pages are told that something changed, and nothing else."""

from collections.abc import Iterator

from werkzeug.test import TestResponse

from connector.model.order import HandingOver
from storefront.fulfillment.work import preparing
from storefront.fulfillment.work.following import MOST_WAITERS
from tests.kit.floor.orders import STAFF, an_order, bought
from tests.kit.floor.walk import packed, taken_in
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World


def events(answer: TestResponse, count: int) -> list[str]:
    """Return the first events of a stream, and hang up."""
    found: list[str] = []
    stream: Iterator[bytes] = iter(answer.response)  # type: ignore[arg-type]  # bytes, one by one
    while len(found) < count:
        part = next(stream).decode()
        if "event:" in part:
            found.append(part)
    answer.close()
    return found


def test_the_board_hears_of_what_changed_since_it_was_drawn(world: World) -> None:
    client = world.signed_in("staff")
    page = client.get("/board").text
    since = page.partition("/board/events?since=")[2].partition('"')[0]
    taken_in(world.floor)

    heard = events(client.get(f"/board/events?since={since}"), 1)

    assert "event: order.changed" in heard[0]


def test_nothing_is_told_but_that_something_changed(world: World) -> None:
    client = world.signed_in("staff")
    order = packed(world.floor, an_order(bought(1), how=HandingOver.DELIVERY))

    heard = "".join(events(client.get("/board/events?since=0"), 5))

    assert order.id not in heard
    assert set(heard.replace("\n", " ").split("data: ")[1:][0].split()) >= {"{}"}
    assert heard.count("data: {}\n") == 5


def test_who_comes_back_hears_what_he_missed(world: World) -> None:
    client = world.signed_in("staff")
    taken_in(world.floor)

    heard = events(client.get("/board/events", headers={"Last-Event-ID": "0"}), 1)

    assert heard[0].startswith("id: ")


def test_staff_elsewhere_hear_nothing_of_this_store(world: World) -> None:
    taken_in(world.floor)
    answer = world.signed_in("elsewhere").get("/board/events?since=0")

    stream = iter(answer.response)
    first = [next(stream), next(stream)]  # type: ignore[call-overload]  # an iterator of bytes
    answer.close()

    assert not any(b"order.changed" in part for part in first)


def test_a_customer_hears_only_of_his_own_order(world: World) -> None:
    mine = taken_in(world.floor, an_order(bought(1), number=1))
    other = taken_in(world.floor, an_order(bought(1), number=2))
    path = world.track(mine)
    with world.floor.write(MERCHANT) as here:
        preparing.start(here, other, STAFF)
        since = here.seq
    with world.floor.write(MERCHANT) as here:
        preparing.start(here, mine, STAFF)

    heard = events(world.visitor().get(f"{path}/events?since={since - 1}"), 1)

    assert heard[0].startswith(f"id: {since + 1}\n")


def test_too_many_who_follow_are_asked_to_come_later(world: World) -> None:
    client = world.signed_in("staff")
    waiting = [client.get("/board/events") for _ in range(MOST_WAITERS)]

    late = client.get("/board/events")

    assert late.status_code == 503
    assert late.headers["Retry-After"] == "10"
    for one in waiting:
        one.close()
    again = client.get("/board/events")
    assert again.status_code == 200
    again.close()


def test_who_is_not_signed_in_follows_nothing(world: World) -> None:
    assert world.visitor().get("/board/events").status_code == 401

"""Live events and long polls: nothing lost, nothing told to whom it does not concern."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import request

from connector.store.database import Database
from gateway.courier import live
from regie.following import Wakers
from storefront.fulfillment.store import floor as floors
from storefront.fulfillment.work import joining, overseeing
from tests.kit.courier.world import OFFERS, PLANTED, STORE_AT, Phone, Yard
from tests.kit.disclosure.many_processes import Redis
from tests.kit.floor.orders import MANAGER
from tests.kit.floor.world import MERCHANT


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    found = Redis()
    yield found
    found.kill()


class Heard:
    """What a phone hears until the line breaks after so many events."""

    def __init__(self, yard: Yard, phone: Phone) -> None:
        self.yard = yard
        self.phone = phone
        self.last = ""
        self.text = ""
        self.events: list[tuple[str, str]] = []

    def listen(self, most: int = 1000, seconds: float = 0.0) -> "Heard":
        """Listen until nothing more comes, or the line breaks after `most` events."""
        headers = self.phone.headers | ({"Last-Event-ID": self.last} if self.last else {})
        with self.yard.app.test_request_context("/courier/events", headers=headers):
            answer = live.events(self.yard.depot, request._get_current_object(), seconds)  # type: ignore[attr-defined]  # werkzeug's own
            for block in blocks(answer.iter_encoded()):
                self.text += block + "\n"
                fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
                if "event" in fields:
                    self.events.append((fields["event"], json.loads(fields["data"])["id"]))
                self.last = fields.get("id", self.last)
                if len(self.events) >= most:
                    break
            answer.close()
        return self


def blocks(chunks: Iterator[bytes]) -> Iterator[str]:
    rest = ""
    for chunk in chunks:
        rest += chunk.decode()
        *whole, rest = rest.split("\n\n")
        yield from whole


def test_offers_come_and_go(yard: Yard, jan: Phone) -> None:
    heard = Heard(yard, jan).listen()
    job = yard.job()
    jan.claim(job)

    heard.listen()

    assert heard.events == [("offer.added", job), ("offer.gone", job), ("job.changed", job)]


def test_a_line_that_breaks_after_any_event_loses_nothing(yard: Yard, jan: Phone) -> None:
    start = Heard(yard, jan).listen().last
    mine = yard.job()
    jan.claim(mine)
    jan.carry(yard.job())
    whole = Heard(yard, jan)
    whole.last = start
    expected = whole.listen().events

    for cut in range(1, len(expected) + 1):
        broken = Heard(yard, jan)
        broken.last = start
        broken.listen(most=cut).listen()
        assert set(broken.events) == set(expected), cut
        assert len(broken.events) >= len(expected)


def test_another_couriers_jobs_are_told_as_offers_only(yard: Yard, jan: Phone) -> None:
    heard = Heard(yard, jan).listen()
    piet = yard.phone("Piet", 2)
    job = yard.job()
    piet.carry(job)
    piet.do("deliver", job, "k", proof={"code": yard.code(f"door:{job}")})

    heard.listen()

    assert {kind for kind, _ in heard.events} == {"offer.added", "offer.gone"}


def test_an_event_tells_ids_and_states_only(yard: Yard, jan: Phone) -> None:
    heard = Heard(yard, jan).listen()
    job = yard.job()
    jan.carry(job)
    pins = (yard.code(f"door:{job}"), *yard.labels(job))

    heard.listen()

    assert not [it for it in (*PLANTED, *pins) if it in heard.text]
    data = [json.loads(it[6:]) for it in heard.text.split("\n") if it.startswith("data: ")]
    assert {key for it in data for key in it["data"]} == {"state", "rev"}


def test_who_loses_a_job_to_another_is_told(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    piet = yard.phone("Piet", 2)
    heard = Heard(yard, jan).listen()
    with yard.floor.write(MERCHANT) as here:
        overseeing.transfer(here, job, piet.courier_id, MANAGER)

    heard.listen()

    assert heard.events == [("job.changed", job)]
    assert '"data":{}' in heard.text


def test_a_claim_that_is_about_to_end_is_told_once(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.claim(job)
    heard = Heard(yard, jan).listen()
    yard.clock.move(minutes=8, seconds=1)

    heard.listen()

    assert heard.events == [("lease.warn", job)]


def test_a_position_that_is_too_old_asks_to_read_anew(yard: Yard, jan: Phone) -> None:
    yard.job()
    yard.clock.move(days=2)
    with yard.floor.write(MERCHANT) as here:
        floors.forget(here)
    jan.take(jan.renew())

    answer = jan.client.get("/courier/events", headers=jan.headers | {"Last-Event-ID": "1"})

    assert answer.status_code == 409
    assert answer.json
    assert answer.json["code"] == "resync"


@pytest.mark.parametrize("position", ["x", "-1", "9" * 16, "1.5"])
def test_a_position_that_is_none_is_refused(jan: Phone, position: str) -> None:
    answer = jan.client.get("/courier/events", headers=jan.headers | {"Last-Event-ID": position})

    assert answer.status_code == 400


def test_who_is_shut_out_hears_no_more(yard: Yard, jan: Phone) -> None:
    def suspend() -> None:
        with yard.floor.write(MERCHANT) as here:
            if not suspended:
                suspended.append(joining.suspend(here, jan.courier_id, MANAGER))
        yard.job()

    suspended: list[object] = []
    yard.waker.meanwhile = suspend

    heard = Heard(yard, jan).listen(seconds=60)

    assert len(heard.events) <= 1


def test_only_so_many_wait_at_once(database: Database) -> None:
    yard = Yard(database, most=1)
    jan = yard.phone()
    cursor = jan.offers()["endCursor"]
    assert yard.depot.waiters.enter()

    stream = jan.client.get("/courier/events", headers=jan.headers)
    poll = jan.post(OFFERS, {"near": STORE_AT, "after": cursor, "wait": 5})

    assert (stream.status_code, poll.status_code) == (503, 503)
    assert stream.headers["Retry-After"] == poll.headers["Retry-After"] == "5"


def test_a_line_that_ends_gives_its_place_back(database: Database) -> None:
    yard = Yard(database, most=1)
    jan = yard.phone()

    for _ in range(3):
        Heard(yard, jan).listen()

    assert yard.depot.waiters.enter()


def test_a_long_poll_returns_as_soon_as_there_is_an_offer(yard: Yard, jan: Phone) -> None:
    cursor = jan.offers()["endCursor"]
    made: list[str] = []

    def offer() -> None:
        if not made:
            made.append(yard.job())

    yard.waker.meanwhile = offer
    found = jan.data(OFFERS, {"near": STORE_AT, "after": cursor, "wait": 25})["availableJobs"]

    assert [it["jobId"] for it in found["nodes"]] == made


def test_a_long_poll_with_news_behind_its_cursor_does_not_wait(yard: Yard, jan: Phone) -> None:
    cursor = jan.offers()["endCursor"]
    job = yard.job()
    yard.waker.meanwhile = lambda: pytest.fail("it waited")

    found = jan.data(OFFERS, {"near": STORE_AT, "after": cursor, "wait": 25})["availableJobs"]

    assert [it["jobId"] for it in found["nodes"]] == [job]


def test_offers_are_paged(yard: Yard, jan: Phone) -> None:
    made = {yard.job() for _ in range(3)}
    first = jan.data(OFFERS, {"near": STORE_AT, "first": 2})["availableJobs"]
    after = {"near": STORE_AT, "first": 2, "after": first["endCursor"]}

    second = jan.data(OFFERS, after)["availableJobs"]

    assert (first["hasNextPage"], second["hasNextPage"]) == (True, False)
    assert {it["jobId"] for it in [*first["nodes"], *second["nodes"]]} == made


def test_a_page_goes_on_where_the_last_ended_though_its_last_offer_was_taken(
    yard: Yard, jan: Phone
) -> None:
    made = sorted(yard.job() for _ in range(3))
    first = jan.data(OFFERS, {"near": STORE_AT, "first": 2})["availableJobs"]
    yard.phone("Piet", 2).claim(first["nodes"][1]["jobId"])
    after = {"near": STORE_AT, "first": 2, "after": first["endCursor"]}

    second = jan.data(OFFERS, after)["availableJobs"]

    assert [it["jobId"] for it in first["nodes"]] == made[:2]
    assert [it["jobId"] for it in second["nodes"]] == made[2:]


@pytest.mark.parametrize("shared", [False, True], ids=["alone", "redis"])
def test_another_process_wakes_who_waits(yard: Yard, redis: Redis, *, shared: bool) -> None:
    url = f"redis://127.0.0.1:{redis.port}/0" if shared else ""
    mine, theirs = Wakers(url), Wakers(url)
    jan = yard.phone()
    cursor = jan.offers()["endCursor"]
    yard.waker.meanwhile = lambda: mine.wait(MERCHANT, 20)
    found: list[Any] = []

    def wait() -> None:
        found.append(jan.data(OFFERS, {"near": STORE_AT, "after": cursor, "wait": 20}))

    waiting = threading.Thread(target=wait)
    waiting.start()
    job = yard.job()
    theirs.wake(MERCHANT)
    waiting.join(10)

    assert not waiting.is_alive()
    assert job in [it["jobId"] for it in found[0]["availableJobs"]["nodes"]]
    mine.close()
    theirs.close()

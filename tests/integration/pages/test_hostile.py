"""What strangers send to the pages: other sites' forms and addresses, depth, size, many lines."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask.testing import FlaskClient

from connector.store import merchants
from connector.store.merchants import Merchant
from regie.app import create_app
from regie.house import opened
from regie.settings import read
from storefront.fulfillment.store import staff
from storefront.fulfillment.work.following import KEPT_FOR_WORK, MOST_OF_ONE, MOST_WAITERS, Waiters
from tests.conftest import NOON
from tests.kit.command import environment
from tests.kit.floor.orders import an_order, bought
from tests.kit.floor.walk import taken_in
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World, send

DEEP = 5000


@pytest.mark.parametrize("path", ["/\t/evil.example", "/\r/evil.example", "/\x00/x", "/\x0b//x"])
def test_no_link_leads_from_the_sign_in_to_another_site(world: World, path: str) -> None:
    page = world.visitor().get("/sign-in", query_string={"next": path}).text

    assert 'name="next" value="/board"' in page


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/AAAAAAAAAAAAAAAAAAAAAA"])
def test_no_other_site_signs_anybody_in(world: World, path: str) -> None:
    sent = {"login": "owner", "password": "guess", "next": "/board"}

    theirs = world.visitor().post(path, data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    ours = world.visitor().post(path, data=sent, headers={"Sec-Fetch-Site": "same-origin"})

    assert theirs.status_code == 403
    assert ours.status_code in {401, 404}


def test_a_passkey_that_is_nested_without_end_is_no_passkey(world: World) -> None:
    nested = b'{"credential":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}"
    cut = b'{"credential":' + b'{"a":' * DEEP

    for sent in (nested[:20_000], nested, cut, b"[" * 19_000):
        assert world.visitor().post("/sign-in/passkey", data=sent).status_code == 400


def test_an_area_that_is_nested_without_end_is_no_area(world: World) -> None:
    client = world.signed_in("owner")
    for text in ("[" * 100_000, '{"a":' * DEEP):
        answer = send(client, "/stores/sto_1/zones", "zone", kind="POLYGON", geojson=text)
        assert answer.status_code == 400


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[FlaskClient]:
    with opened(read(environment(tmp_path / "home"))) as house:
        yield create_app(house).test_client()


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/passkey", "/t/x"])
def test_nobody_fills_memory_or_disk_with_one_form(
    whole: FlaskClient, path: str, kind: str
) -> None:
    head = b'--z\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    sent = head + b"x" * 3_000_000

    answer = whole.post(path, data=sent, content_type=f"{kind}; boundary=z")

    assert answer.status_code in {400, 404, 413}
    assert (path, answer.status_code) != ("/sign-in", 400)


def test_one_customer_takes_few_of_the_places_to_wait_in() -> None:
    waiters = Waiters()

    taken = sum(waiters.enter("ful_1", leaving_free=KEPT_FOR_WORK) for _ in range(100))

    assert taken == MOST_OF_ONE
    assert waiters.enter("dev_1")


def test_customers_leave_places_to_those_who_work() -> None:
    waiters = Waiters()

    shoppers = sum(waiters.enter(f"ful_{it}", leaving_free=KEPT_FOR_WORK) for it in range(100))
    workers = sum(waiters.enter(f"dev_{it}") for it in range(100))

    assert (shoppers, workers) == (MOST_WAITERS - KEPT_FOR_WORK, KEPT_FOR_WORK)


def test_places_are_given_back_by_whom_they_were_taken() -> None:
    waiters = Waiters(most=2, each=1)

    def come_and_go(who: str) -> None:
        for _ in range(500):
            if waiters.enter(who):
                waiters.leave(who)

    threads = [threading.Thread(target=come_and_go, args=(f"{it}",)) for it in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [waiters.enter(who) for who in ("a", "a", "b", "c")] == [True, False, True, False]


def test_a_customer_with_a_hundred_lines_open_does_not_keep_the_staff_from_the_board(
    world: World,
) -> None:
    path = world.track(taken_in(world.floor, an_order(bought(1))))
    lines = [world.visitor().get(f"{path}/events") for _ in range(40)]

    board = world.signed_in("staff").get("/board/events")

    assert [line.status_code for line in lines].count(200) == MOST_OF_ONE
    assert board.status_code == 200
    for line in (*lines, board):
        line.close()


def mismatch(*_: object) -> None:
    raise VerifyMismatchError


@pytest.mark.parametrize(("proxies", "others"), [("1", 401), ("0", 429)])
def test_behind_a_proxy_each_visitor_has_bounds_of_his_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxies: str, others: int
) -> None:
    # All passwords here are wrong: that need not be worked out eighty times.
    monkeypatch.setattr(PasswordHasher, "verify", mismatch)
    named = {**environment(tmp_path / "home"), "REGIE_PROXIES": proxies}

    def guess(client: FlaskClient, number: int, address: str) -> int:
        sent = {"login": f"somebody-{number}", "password": "guess"}
        told = {"X-Forwarded-For": f"203.0.113.9, {address}"}
        return client.post("/sign-in", data=sent, headers=told).status_code

    # Tries are counted by the quarter of an hour, and none may end meanwhile.
    with opened(read(named), clock=lambda: NOON) as house:
        with house.database.write() as connection:
            merchants.add(connection, Merchant("mer_1", "One", {}), 0)
        client = create_app(house).test_client()
        first = [guess(client, number, "198.51.100.1") for number in range(41)]
        other = guess(client, 99, "198.51.100.2")

    assert (first[0], first[-1], other) == (401, 429, others)


def test_whoever_is_shut_out_hears_no_more_of_the_floor(world: World) -> None:
    line = world.signed_in("staff").get("/board/events?since=0")
    parts: Iterator[bytes] = iter(line.response)  # type: ignore[arg-type]  # bytes, one by one
    heard = [next(parts)]

    with world.floor.write(MERCHANT) as here:
        staff.change(here, "stf_staff", active=False)
    heard += list(parts)

    assert not any(b"event:" in part for part in heard)
    line.close()

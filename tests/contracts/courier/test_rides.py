"""A courier looks back at his own finished jobs, and learns nothing of anybody from it."""

import json
from typing import Any

import pytest

from gateway.courier import cursor
from gateway.courier.cursor import Place
from storefront.fulfillment.job.job import StockDecision
from storefront.fulfillment.store import jobs
from storefront.fulfillment.work import overseeing
from tests.kit.courier.world import PLANTED, Phone, Yard
from tests.kit.floor.orders import MANAGER
from tests.kit.floor.world import MERCHANT

RIDES = """query($first: Int = 50, $after: String) {myRides(first: $first, after: $after) {
nodes {jobId store {name} state dropoff {startAt endAt} endedAt earned {amount currency} failure}
endCursor hasNextPage}}"""


def rides(phone: Phone, **asked: Any) -> Any:
    return phone.data(RIDES, asked)["myRides"]


def delivered(yard: Yard, phone: Phone) -> str:
    job = yard.job()
    phone.carry(job)
    proof = {"code": yard.code(f"door:{job}")}
    assert phone.do("deliver", job, f"give-{job}", proof=proof)["userErrors"] == []
    return job


def brought_back(yard: Yard, phone: Phone) -> str:
    job = yard.job()
    phone.carry(job)
    phone.do("fail", job, f"fail-{job}", reason="REFUSED", note="Saskia 4711")
    phone.do("startReturn", job, f"back-{job}")
    with yard.floor.write(MERCHANT) as here:
        kept = dict.fromkeys(yard.labels(job), StockDecision.RESTOCK)
        overseeing.accept_return(here, job, kept, MANAGER)
    return job


def called_off(yard: Yard, phone: Phone) -> str:
    job = yard.job()
    phone.claim(job)
    with yard.floor.write(MERCHANT) as here:
        overseeing.cancel(here, job, "Saskia van Uylenburgh rang", MANAGER)
    return job


def test_a_delivery_is_looked_back_at_with_store_window_and_pay(yard: Yard, jan: Phone) -> None:
    job = delivered(yard, jan)
    with yard.database.read() as connection:
        stored = jobs.get(connection, MERCHANT, job)

    (ride,) = rides(jan)["nodes"]

    assert (ride["jobId"], ride["state"], ride["failure"]) == (job, "DELIVERED", None)
    assert ride["store"] == {"name": "Centre"}
    assert ride["earned"] == {"amount": stored.pay.fee + stored.pay.tip, "currency": "EUR"}
    assert ride["dropoff"]["startAt"] < ride["dropoff"]["endAt"]
    assert ride["endedAt"] == "2026-11-21T13:00:00+01:00"


def test_what_came_back_says_why_and_brought_nothing(yard: Yard, jan: Phone) -> None:
    brought_back(yard, jan)

    (ride,) = rides(jan)["nodes"]

    assert (ride["state"], ride["failure"]) == ("RETURNED", "REFUSED")
    assert ride["earned"]["amount"] == 0


def test_what_is_still_his_is_no_ride_yet(yard: Yard, jan: Phone) -> None:
    jan.carry(yard.job())

    assert rides(jan)["nodes"] == []


def test_what_he_gave_back_is_not_his(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.claim(job)
    jan.do("release", job, "away")

    assert rides(jan)["nodes"] == []


def test_nobody_sees_anothers_rides(yard: Yard, jan: Phone) -> None:
    delivered(yard, jan)

    assert rides(yard.phone("Piet", 2))["nodes"] == []


def test_thirty_days_are_looked_back_at(yard: Yard, jan: Phone) -> None:
    delivered(yard, jan)
    yard.clock.move(days=29)
    jan.take(jan.renew())
    there = len(rides(jan)["nodes"])
    yard.clock.move(days=1, seconds=1)
    jan.take(jan.renew())

    assert (there, rides(jan)["nodes"]) == (1, [])


def test_the_latest_stands_first_and_pages_follow_each_other(yard: Yard, jan: Phone) -> None:
    made = []
    for _ in range(5):
        made.append(delivered(yard, jan))
        yard.clock.move(minutes=1)
    found, after, more = [], None, True
    while more:
        page = rides(jan, first=2, after=after)
        found += [it["jobId"] for it in page["nodes"]]
        after, more = page["endCursor"], page["hasNextPage"]

    assert found == made[::-1]


def test_jobs_that_ended_at_one_moment_are_each_shown_once(yard: Yard, jan: Phone) -> None:
    made = {delivered(yard, jan) for _ in range(3)}
    first = rides(jan, first=2)
    rest = rides(jan, first=2, after=first["endCursor"])

    assert len(first["nodes"]) == 2
    assert {it["jobId"] for it in first["nodes"] + rest["nodes"]} == made


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"after": "x"}, "bad_cursor"),
        ({"after": "WzFd"}, "bad_cursor"),
        ({"first": 101}, "bad_page_size"),
        ({"first": 0}, "bad_page_size"),
    ],
)
def test_an_argument_that_cannot_stand_has_a_code(
    jan: Phone, asked: dict[str, object], code: str
) -> None:
    assert jan.code(RIDES, asked) == code


def test_a_forged_place_in_the_list_is_no_fault_of_ours(jan: Phone) -> None:
    forged = cursor.encode(Place(1, "job\0"))

    answer = jan.post(RIDES, {"after": forged})

    assert b'"internal"' not in answer.data


def test_no_ride_tells_of_a_customer_or_of_what_was_typed(yard: Yard, jan: Phone) -> None:
    for end in (delivered, brought_back, called_off):
        end(yard, jan)

    told = json.dumps(rides(jan))

    assert len(rides(jan)["nodes"]) == 3
    assert [mark for mark in PLANTED if mark.casefold() in told.casefold()] == []


def test_the_type_of_a_ride_has_no_room_for_a_person(jan: Phone) -> None:
    names = jan.data('{__type(name: "Ride") {fields {name}}}')["__type"]["fields"]

    assert {it["name"] for it in names} == {
        *("jobId", "store", "state", "dropoff", "endedAt", "earned", "failure"),
    }

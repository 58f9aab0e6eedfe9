"""What a courier did without a network is taken in order, once, under its fence, and in time."""

import json
from typing import Any

import pytest
from msgspec import convert, structs

from storefront.fulfillment.job.offline import Operation
from storefront.fulfillment.store import couriers, jobs, proofs
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.stories import Overtaken
from storefront.fulfillment.work import joining, offline
from storefront.fulfillment.work.offline import Outcome, Result
from tests.kit.courier.world import DOOR_AT, Phone, Yard, raw
from tests.kit.floor.orders import MANAGER
from tests.kit.floor.world import MERCHANT

NEAR_DOOR = {"latE6": 52_369_400, "lngE6": 4_901_200, "accuracyM": 10}
TWO_HOURS = 2 * 3_600_000


def carried_and_given(yard: Yard, phone: Phone) -> tuple[str, dict[str, Any]]:
    """Let a courier carry a job to the door and give it there, where his phone hears nothing."""
    job = yard.job()
    phone.carry(job)
    return job, phone.queued("deliver", job, {"code": yard.code(f"door:{job}")})


def broken(_length: int) -> bytes:
    """Be the machine at a bad moment: the write is not kept."""
    raise Overtaken("The database is busy.")


def told_on(floor: ShopFloor, phone: Phone, *ops: Any) -> list[Result]:
    with floor.database.read() as connection:
        courier = couriers.get(connection, MERCHANT, phone.courier_id)
    read = [{**it, "body": json.loads(it["body"]), "signature": raw(it["signature"])} for it in ops]
    return offline.submit(floor, MERCHANT, courier, convert(read, list[Operation]))


def test_two_hours_in_a_dead_spot_are_told_afterwards(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    yard.clock.move(minutes=5)
    body = {"stage": "DROPOFF", "near": NEAR_DOOR, "reason": ""}
    arrived = jan.queued("arrive", job, body)
    yard.clock.move(minutes=1)
    at_door = yard.floor.now()
    given = jan.queued("deliver", job, {"code": yard.code(f"door:{job}")})
    yard.clock.move(hours=2)
    jan.take(jan.renew())

    results = jan.submit(given, arrived)

    assert [(it["outcome"], it["flags"], it["late"]) for it in results] == [
        ("DONE", ["LATE"], True),
        ("DONE", ["LATE"], True),
    ]
    with yard.database.read() as connection:
        after = jobs.get(connection, MERCHANT, job)
        (pin,) = proofs.of_job(connection, MERCHANT, job)
    assert after.delivered_at == at_door
    assert (pin.captured_at, pin.received_at) == (at_door, yard.floor.now())
    assert (pin.device_id, pin.seq) == (jan.device_id, 2)


def test_what_is_still_carried_is_held_on_to(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    arrived = jan.queued("arrive", job, {"stage": "DROPOFF", "near": NEAR_DOOR, "reason": ""})
    yard.clock.move(hours=2)
    jan.take(jan.renew())

    jan.submit(arrived)

    with yard.database.read() as connection:
        assert (jobs.get(connection, MERCHANT, job).lease_until or 0) > yard.floor.now()


def test_a_queue_that_is_sent_twice_is_done_once(yard: Yard, jan: Phone) -> None:
    _, given = carried_and_given(yard, jan)

    first, again = jan.submit(given), jan.submit(given)

    assert (first[0]["outcome"], again[0]["outcome"]) == ("DONE", "DUPLICATE")
    assert first[0]["job"] == again[0]["job"]


def test_a_step_whose_answer_was_lost_is_known_again_in_the_queue(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    proof = {"code": yard.code(f"door:{job}")}
    jan.do("deliver", job, "the-key", proof=proof)

    (result,) = jan.submit(jan.queued("deliver", job, proof, opId="the-key"))

    assert result["outcome"] == "DUPLICATE"


def test_the_same_step_with_its_place_is_known_again(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    jan.do("arrive", job, "the-key", stage="DROPOFF", near=DOOR_AT)
    body = {"stage": "DROPOFF", "near": NEAR_DOOR, "reason": ""}

    (result,) = jan.submit(jan.queued("arrive", job, body, opId="the-key"))

    assert result["outcome"] == "DUPLICATE"


def test_a_clock_that_is_behind_is_corrected_and_told(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    behind = yard.floor.now() - TWO_HOURS

    (result,) = jan.submit(
        jan.queued("deliver", job, {"code": yard.code(f"door:{job}")}, capturedAt=behind)
    )

    assert (result["outcome"], result["flags"]) == ("DONE", ["CLOCK_SKEW"])
    assert result["skewMs"] == TWO_HOURS


def test_a_clock_that_is_ahead_makes_no_future(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    ahead = yard.floor.now() + TWO_HOURS

    (result,) = jan.submit(
        jan.queued("deliver", job, {"code": yard.code(f"door:{job}")}, capturedAt=ahead)
    )

    with yard.database.read() as connection:
        after = jobs.get(connection, MERCHANT, job)
    assert result["flags"] == ["CLOCK_SKEW"]
    assert after.delivered_at == yard.floor.now()


def test_an_old_fence_is_refused_and_nothing_is_done(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.claim(job)
    code, labels = yard.code(f"job:{job}"), yard.labels(job)
    queued = jan.queued("pickUp", job, {"code": code, "parcels": labels})
    yard.clock.move(minutes=11)
    yard.phone("Piet", 2).claim(job)

    (result,) = jan.submit(queued)

    assert result["outcome"] == "REFUSED"
    assert result["userErrors"][0]["code"] == "stale_fence"
    assert result["userErrors"][0]["current"] is None
    assert yard.state(job) == "CLAIMED"


def test_what_follows_a_refused_step_waits_and_may_come_again(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.claim(job)
    wrong = jan.queued("pickUp", job, {"code": "000000", "parcels": yard.labels(job)})
    deliver = jan.queued("deliver", job, {"code": yard.code(f"door:{job}")})

    first = jan.submit(wrong, deliver)
    right = jan.queued(
        "pickUp", job, {"code": yard.code(f"job:{job}"), "parcels": yard.labels(job)}, seq=1
    )
    second = jan.submit(deliver, right)

    assert [it["outcome"] for it in first] == ["REFUSED", "WAITING"]
    assert first[0]["userErrors"][0]["code"] == "code_wrong"
    assert [it["outcome"] for it in second] == ["DONE", "DONE"]
    assert yard.state(job) == "DELIVERED"


def test_a_step_that_met_a_fault_of_ours_waits_and_is_done_when_it_comes_again(
    yard: Yard, jan: Phone
) -> None:
    job = yard.job()
    jan.carry(job)
    arrived = jan.queued("arrive", job, {"stage": "DROPOFF", "near": NEAR_DOOR, "reason": ""})
    given = jan.queued("deliver", job, {"code": yard.code(f"door:{job}")})

    first = told_on(structs.replace(yard.floor, random=broken), jan, arrived, given)
    second = told_on(yard.floor, jan, arrived, given)

    assert [(it.outcome, it.refusal and it.refusal.code) for it in first] == [
        (Outcome.WAITING, "overtaken"),
        (Outcome.WAITING, None),
    ]
    assert [it.outcome for it in second] == [Outcome.DONE, Outcome.DONE]
    assert yard.state(job) == "DELIVERED"


def test_a_wrong_pin_of_the_dead_spot_counts_when_it_is_told(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)

    (result,) = jan.submit(jan.queued("deliver", job, {"code": "000000"}))

    assert result["userErrors"][0]["left"] == 4
    assert yard.state(job) == "PICKED_UP"


@pytest.mark.parametrize(
    ("change", "value"),
    [("fence", 2), ("op", "fail"), ("jobId", "job_2"), ("capturedAt", 5), ("body", "{}")],
)
def test_what_was_altered_after_it_was_signed_is_refused(
    yard: Yard, jan: Phone, change: str, value: object
) -> None:
    job, queued = carried_and_given(yard, jan)

    (result,) = jan.submit({**queued, change: value})

    assert result["userErrors"][0]["code"] == "bad_signature"
    assert yard.state(job) == "PICKED_UP"


def test_another_couriers_queue_is_not_sent_in_by_him(yard: Yard, jan: Phone) -> None:
    job, queued = carried_and_given(yard, jan)

    (result,) = yard.phone("Piet", 2).submit(queued)

    assert result["userErrors"][0]["code"] == "bad_signature"
    assert yard.state(job) == "PICKED_UP"


def test_a_closed_phones_queue_is_refused(yard: Yard, jan: Phone) -> None:
    _, queued = carried_and_given(yard, jan)
    with yard.floor.write(MERCHANT) as here:
        link = joining.invite_again(yard.floor, here, jan.courier_id, MANAGER).token
    second = Phone(yard, 2)
    second.join(link)
    jan.client.post("/courier/sign-out", headers=jan.headers)

    (result,) = second.submit(queued)

    assert result["userErrors"][0]["code"] == "bad_signature"


def test_a_second_phone_of_the_same_courier_sends_the_queue_in(yard: Yard, jan: Phone) -> None:
    _, queued = carried_and_given(yard, jan)
    with yard.floor.write(MERCHANT) as here:
        link = joining.invite_again(yard.floor, here, jan.courier_id, MANAGER).token
    second = Phone(yard, 2)
    second.join(link)

    (result,) = second.submit(queued)

    assert result["outcome"] == "DONE"


@pytest.mark.parametrize("body", [{}, {"code": 5, "parcels": []}, {"parcels": ["A"]}])
def test_a_step_that_cannot_be_read_is_refused(
    yard: Yard, jan: Phone, body: dict[str, object]
) -> None:
    job = yard.job()
    jan.claim(job)

    (result,) = jan.submit(jan.queued("pickUp", job, body))

    assert result["userErrors"][0]["code"] == "bad_operation"


def test_a_queue_longer_than_a_hundred_is_not_looked_at(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    ops = [jan.queued("loseParcel", job, {"parcel": "X"}) for _ in range(101)]

    results = jan.submit(*ops)

    assert {it["outcome"] for it in results} == {"WAITING"}
    assert {it["userErrors"][0]["code"] for it in results} == {"too_many_operations"}


def test_letters_of_all_tongues_are_signed_alike(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    body = {"reason": "OTHER", "note": "שלום “été” \t\u007f\u2028 😀", "contactTries": 1}

    (result,) = jan.submit(jan.queued("fail", job, body))

    assert result["outcome"] == "DONE"

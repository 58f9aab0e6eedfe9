"""A courier's steps over GraphQL: each once, under a fence, with reasons where refused."""

import threading
from typing import Any

from tests.kit.courier.world import CLAIM, DOOR_AT, STORE_AT, Phone, Yard


def codes(payload: Any) -> list[str]:
    return [it["code"] for it in payload["userErrors"]]


def test_a_job_goes_from_the_list_to_the_door(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    (offer,) = jan.offers()["nodes"]
    claimed = jan.claim(offer["jobId"])

    at_store = jan.do("arrive", job, "k1", stage="PICKUP", near=STORE_AT)
    taken = jan.do("pickUp", job, "k2", code=yard.code(f"job:{job}"), parcels=yard.labels(job))
    at_door = jan.do("arrive", job, "k3", stage="DROPOFF", near=DOOR_AT)
    done = jan.do("deliver", job, "k4", proof={"code": yard.code(f"door:{job}")})

    states = [claimed["jobs"][0], at_store["job"], taken["job"], at_door["job"], done["job"]]
    assert [it["state"] for it in states] == [
        "CLAIMED",
        "AT_PICKUP",
        "PICKED_UP",
        "AT_DROPOFF",
        "DELIVERED",
    ]
    assert yard.state(job) == "DELIVERED"


def test_a_repeated_key_gets_the_same_bytes_and_no_second_effect(yard: Yard, jan: Phone) -> None:
    job = yard.job()

    answers = {jan.post(CLAIM, {"job": job, "key": "once"}).data for _ in range(3)}

    assert len(answers) == 1
    assert jan.mine()[0]["rev"] == 3


def test_a_repeated_key_gets_the_first_answer_even_when_the_job_has_gone_on(
    yard: Yard, jan: Phone
) -> None:
    job = yard.job()
    first = jan.post(CLAIM, {"job": job, "key": f"claim-{job}"}).data
    jan.carry(job)

    assert jan.post(CLAIM, {"job": job, "key": f"claim-{job}"}).data == first


def test_a_key_with_another_wish_is_refused(yard: Yard, jan: Phone) -> None:
    jan.claim(yard.job(), "k")

    assert codes(jan.claim(yard.job(), "k")) == ["idempotency_key_reused"]


def test_of_two_couriers_who_claim_at_once_one_gets_it(yard: Yard) -> None:
    phones = [yard.phone(f"Courier {number}", number) for number in range(4)]
    job = yard.job()
    found: list[Any] = []
    threads = [threading.Thread(target=lambda it=it: found.append(it.claim(job))) for it in phones]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(tuple(codes(it)) for it in found) == [
        (),
        ("job_already_claimed",),
        ("job_already_claimed",),
        ("job_already_claimed",),
    ]


def test_a_bundle_is_claimed_whole_or_not_at_all(yard: Yard, jan: Phone) -> None:
    one, two = yard.job(), yard.job()
    piet = yard.phone("Piet", 2)
    piet.claim(two)
    query = """mutation($jobs: [ID!]!) {
        claimBundle(jobIds: $jobs, key: "b") {jobs {id} userErrors {code}}}"""

    refused = jan.data(query, {"jobs": [one, two]})["claimBundle"]

    assert codes(refused) == ["job_already_claimed"]
    assert refused["jobs"] is None
    assert yard.state(one) == "AVAILABLE"


def test_who_is_not_at_work_is_told_why_he_may_not_claim(yard: Yard, jan: Phone) -> None:
    jan.data("mutation {goOffline {userErrors {code}}}")

    refused = jan.claim(yard.job())

    assert codes(refused) == ["not_eligible"]
    assert refused["userErrors"][0]["reason"] == "VEHICLE"
    assert refused["userErrors"][0]["current"] == "AVAILABLE"


def test_a_wrong_pin_counts_and_tells_how_many_tries_are_left(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)

    found = [
        jan.do("deliver", job, f"w{number}", proof={"code": "000000"})["userErrors"][0]
        for number in range(5)
    ]

    assert [it["left"] for it in found] == [4, 3, 2, 1, None]
    assert found[4]["code"] == "code_locked"
    assert yard.state(job) == "PICKED_UP"


def test_a_repeated_wrong_pin_is_counted_once(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)

    found = [jan.do("deliver", job, "w", proof={"code": "000000"}) for _ in range(7)]

    assert {it["userErrors"][0]["left"] for it in found} == {4}


def test_a_proof_that_lacks_is_named(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)

    refused = jan.do("deliver", job, "k")["userErrors"][0]

    assert (refused["code"], refused["missing"]) == ("proof_missing", ["PIN"])


def test_cash_is_recorded(yard: Yard, jan: Phone) -> None:
    job = yard.cash_job()
    jan.carry(job)
    door = {"code": yard.code(f"door:{job}")}

    refused = jan.do("deliver", job, "k1", proof=door)
    cash = {"amount": 2500, "currency": "EUR"}
    done = jan.do("deliver", job, "k2", proof=door, codCollected=cash)

    assert refused["userErrors"][0]["missing"] == ["COD"]
    assert done["job"]["cashCollected"] == cash
    wages = jan.data("{me {wages {jobs cashOwed {amount currency}}}}")["me"]["wages"]
    assert wages == {"jobs": 1, "cashOwed": [cash]}


def test_wrong_labels_do_not_tell_the_right_ones(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.claim(job)

    refused = jan.do("pickUp", job, "k", code=yard.code(f"job:{job}"), parcels=["NOT-MINE"])

    assert codes(refused) == ["parcel_mismatch"]
    assert not any(label in str(refused) for label in yard.labels(job))


def test_too_far_away_needs_a_reason(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.claim(job)
    away = {"lat": 52.0, "lng": 4.0}

    refused = jan.do("arrive", job, "k1", stage="PICKUP", near=away)
    told = jan.do("arrive", job, "k2", stage="PICKUP", near=away, reason="COURIER_SAYS")

    assert refused["userErrors"][0]["reason"] == "TOO_FAR"
    assert told["job"]["state"] == "AT_PICKUP"


def test_a_failed_delivery_is_tried_again_then_comes_back(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)

    jan.do("fail", job, "k1", reason="WRONG_ADDRESS", note="Number 5 is a shop")
    again = jan.do("retry", job, "k2")
    jan.do("fail", job, "k3", reason="WRONG_ADDRESS")
    refused = jan.do("retry", job, "k4")
    back = jan.do("startReturn", job, "k5")

    assert again["job"]["state"] == "PICKED_UP"
    assert codes(refused) == ["illegal_transition"]
    assert refused["userErrors"][0]["current"] == "FAILED"
    assert back["job"]["state"] == "RETURNING"


def test_a_lost_parcel_is_told(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)

    told = jan.do("loseParcel", job, "k", parcel=yard.labels(job)[0])

    assert [it["fate"] for it in told["job"]["parcels"]] == ["LOST"]


def test_a_delivery_is_undone_within_ten_minutes_and_needs_its_pin_again(
    yard: Yard, jan: Phone
) -> None:
    job = yard.job()
    jan.carry(job)
    door = {"code": yard.code(f"door:{job}")}
    jan.do("deliver", job, "k1", proof=door)

    undone = jan.do("reopen", job, "k2")
    without = jan.do("deliver", job, "k3")
    again = jan.do("deliver", job, "k4", proof=door)

    assert undone["job"]["state"] == "AT_DROPOFF"
    assert codes(without) == ["proof_missing"]
    assert again["job"]["state"] == "DELIVERED"


def test_after_ten_minutes_a_delivery_stands(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    jan.do("deliver", job, "k1", proof={"code": yard.code(f"door:{job}")})
    yard.clock.move(minutes=11)

    assert codes(jan.do("reopen", job, "k2")) == ["illegal_transition"]


def test_a_job_that_is_given_back_is_on_offer_again(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.claim(job)

    given = jan.do("release", job, "k", reason="BY_MISTAKE")

    assert given["job"]["state"] == "AVAILABLE"
    assert [it["jobId"] for it in jan.offers()["nodes"]] == [job]


def test_a_lease_is_renewed(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    before = jan.claim(job)["lease"]["until"]
    yard.clock.move(minutes=3)
    query = (
        f'mutation {{renewLease(jobId: "{job}", fence: 1) {{lease {{until}} userErrors {{code}}}}}}'
    )

    after = jan.data(query)["renewLease"]["lease"]["until"]

    assert after > before


def test_an_old_fence_has_no_say(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.claim(job)
    yard.clock.move(minutes=11)
    piet = yard.phone("Piet", 2)
    assert piet.claim(job)["userErrors"] == []

    refused = jan.do("arrive", job, "k", stage="PICKUP", near=STORE_AT)

    assert codes(refused) == ["stale_fence"]
    assert refused["userErrors"][0]["current"] is None


def test_another_couriers_job_is_not_his_to_step(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    piet = yard.phone("Piet", 2)

    refused = piet.do("deliver", job, "k", proof={"code": yard.code(f"door:{job}")})

    assert codes(refused) == ["job_already_claimed"]
    assert refused["job"] is None
    assert yard.state(job) == "PICKED_UP"


def test_a_job_that_is_none_is_told_in_the_list_of_the_answer(jan: Phone) -> None:
    assert codes(jan.claim("job_none")) == ["job_not_found"]

"""What a courier sees at each stage, and that no answer tells more."""

import json
from typing import Any

import pytest

from storefront.fulfillment.store import proofs
from tests.kit.courier.photo import a_photo
from tests.kit.courier.world import DOOR_AT, OFFERS, PLANTED, STORE_AT, Phone, Yard
from tests.kit.floor.world import MERCHANT

HIDDEN = dict.fromkeys(
    (
        "name",
        "alternate",
        "phone",
        "street",
        "street2",
        "postcode",
        "city",
        "point",
        "notes",
        "doorCode",
    )
)
CLAIMED = {"street": "Jodenbreestraat", "postcode": "1011NK", "city": "Amsterdam"}
CARRIED = {
    "name": "Saskia",
    "phone": "•••78",
    "street": "Jodenbreestraat 4",
    "postcode": "1011NK",
    "city": "Amsterdam",
    "point": {"lat": 52.3694, "lng": 4.9012},
    "notes": "Bel bij de zijdeur, code 4711",
}


def seen(payload: Any) -> Any:
    return payload["job"]["recipient"]


def test_an_offer_tells_nothing_of_a_person(yard: Yard, jan: Phone) -> None:
    yard.job()

    told = jan.post(OFFERS, {"near": STORE_AT}).text

    assert not [it for it in PLANTED if it in told]


def test_two_doors_of_one_area_look_alike(yard: Yard, jan: Phone) -> None:
    yard.job()
    yard.job()

    one, two = (json.dumps({**it, "jobId": ""}) for it in jan.offers()["nodes"])

    assert one == two


def test_each_stage_tells_what_it_needs(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    claimed = jan.claim(job)["jobs"][0]["recipient"]
    code, labels = yard.code(f"job:{job}"), yard.labels(job)
    taken = jan.do("pickUp", job, "k1", code=code, parcels=labels)
    done = jan.do("deliver", job, "k2", proof={"code": yard.code(f"door:{job}")})
    yard.clock.move(minutes=10)
    soon = jan.mine("DELIVERED")[0]["recipient"]
    yard.clock.move(minutes=51)
    jan.take(jan.renew())
    later = jan.mine("DELIVERED")[0]["recipient"]

    assert claimed == HIDDEN | CLAIMED
    assert seen(taken) == HIDDEN | CARRIED
    assert seen(done) == HIDDEN | CARRIED
    assert soon == HIDDEN | CARRIED
    assert later == HIDDEN


def test_a_repeated_key_does_not_bring_back_what_has_ended(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    proof = {"code": yard.code(f"door:{job}")}
    first = jan.do("deliver", job, "k", proof=proof)
    yard.clock.move(minutes=61)
    jan.take(jan.renew())

    again = jan.do("deliver", job, "k", proof=proof)

    assert seen(first) == HIDDEN | CARRIED
    assert seen(again) == HIDDEN
    assert again["job"]["state"] == "DELIVERED"


def test_what_was_given_back_is_not_told_any_more(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.claim(job)

    given = jan.do("release", job, "k")
    again = jan.claim(job)

    assert seen(given) == HIDDEN
    assert again["jobs"][0]["recipient"] == HIDDEN


def test_labels_are_told_only_after_they_were_scanned(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    before = jan.claim(job)["jobs"][0]["parcels"]
    code, labels = yard.code(f"job:{job}"), yard.labels(job)

    after = jan.do("pickUp", job, "k", code=code, parcels=labels)["job"]["parcels"]

    assert [it["code"] for it in before] == [None]
    assert [it["code"] for it in after] == labels


def test_no_answer_to_another_courier_tells_of_a_person_or_a_code(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    jan.do("arrive", job, "k1", stage="DROPOFF", near=DOOR_AT)
    piet = yard.phone("Piet", 2)
    secrets = [*PLANTED, yard.code(f"door:{job}"), *yard.labels(job)]
    told = [
        json.dumps(piet.offers()),
        json.dumps(piet.mine()),
        json.dumps(piet.mine("AT_DROPOFF", "DELIVERED", "AVAILABLE")),
        json.dumps(piet.claim(job)),
        json.dumps(piet.do("deliver", job, "a", proof={"code": "000000"})),
        json.dumps(piet.do("fail", job, "b", reason="OTHER")),
        json.dumps(piet.do("reopen", job, "c")),
        json.dumps(piet.do("pickUp", job, "d", code="000000", parcels=["X"])),
        json.dumps(piet.submit(piet.queued("deliver", job, {"code": "000000"}))),
        piet.client.post(f"/courier/jobs/{job}/proof", data=a_photo(), headers=piet.headers).text,
        piet.client.get(f"/courier/jobs/{job}/proof", headers=piet.headers).text,
    ]

    assert [(it, text) for text in told for it in secrets if it in text] == []


def test_no_answer_tells_a_pin(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    pins = (yard.code(f"door:{job}"), yard.code(f"job:{job}"))
    told = [json.dumps(jan.claim(job)), json.dumps(jan.mine())]
    told.append(json.dumps(jan.do("pickUp", job, "k", code=pins[1], parcels=yard.labels(job))))
    told.append(json.dumps(jan.do("deliver", job, "k2", proof={"code": "000000"})))

    assert not [it for it in pins if any(it in text for text in told)]


def test_a_picture_is_kept_harmless_and_sealed_for_its_job(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)

    answer = jan.client.post(f"/courier/jobs/{job}/proof", data=a_photo(), headers=jan.headers)

    assert answer.status_code == 201
    assert answer.json
    digest = answer.json["sha256"]
    with yard.database.read() as connection:
        kept = proofs.picture(yard.floor, connection, MERCHANT, job, digest)
    assert kept.startswith(b"\xff\xd8")
    assert b"Exif" in a_photo()
    assert b"Exif" not in kept


def test_a_picture_proves_its_own_job_only(yard: Yard, jan: Phone) -> None:
    one, two = yard.job(), yard.job()
    jan.carry(one)
    jan.carry(two)
    answer = jan.client.post(f"/courier/jobs/{one}/proof", data=a_photo(), headers=jan.headers)
    assert answer.json
    proof = {
        "code": yard.code(f"door:{two}"),
        "pictures": [{"kind": "PHOTO", "sha256": answer.json["sha256"]}],
    }

    refused = jan.do("deliver", two, "k", proof=proof)

    assert refused["userErrors"][0]["code"] == "blob_missing"


@pytest.mark.parametrize(("data", "status"), [(b"", 400), (b"no picture", 400)])
def test_what_is_no_picture_is_refused(yard: Yard, jan: Phone, data: bytes, status: int) -> None:
    job = yard.job()
    jan.carry(job)

    answer = jan.client.post(f"/courier/jobs/{job}/proof", data=data, headers=jan.headers)

    assert answer.status_code == status


def test_a_picture_larger_than_8_mb_is_refused(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)

    answer = jan.client.post(
        f"/courier/jobs/{job}/proof", data=b"x" * (8 * 1024 * 1024 + 1), headers=jan.headers
    )

    assert answer.status_code == 400


def test_a_job_has_ten_pictures_at_most(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    address = f"/courier/jobs/{job}/proof"

    codes = [
        jan.client.post(address, data=a_photo(shade), headers=jan.headers).status_code
        for shade in range(11)
    ]

    assert codes == [201] * 10 + [429]


def test_nobody_gives_pictures_to_anothers_job(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.carry(job)
    piet = yard.phone("Piet", 2)

    other = piet.client.post(f"/courier/jobs/{job}/proof", data=a_photo(), headers=piet.headers)
    none = piet.client.post("/courier/jobs/job_x/proof", data=a_photo(), headers=piet.headers)

    assert (other.status_code, other.data) == (404, none.data)

"""Who comes in as a courier, by what key, and how the door is shut."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from storefront.fulfillment.errors.job import NotEligible
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.store import couriers, people
from storefront.fulfillment.work import joining
from tests.kit.courier.world import Phone, Yard, text
from tests.kit.floor.orders import MANAGER, STAFF
from tests.kit.floor.world import MERCHANT


def told(answer: Any) -> str:
    found = answer.json
    assert found
    return str(found["code"])


def test_who_was_invited_joins_with_a_key_of_his_phone(yard: Yard) -> None:
    phone = Phone(yard)

    phone.join(yard.invitation(), "Jan de Fietser")

    me = phone.data("{me {displayName state membership vehicles {type}}}")["me"]
    assert me == {
        "displayName": "Jan de Fietser",
        "state": "APPLIED",
        "membership": "INVITED",
        "vehicles": [{"type": "BIKE"}],
    }


def test_a_phone_may_bring_an_edwards_key(yard: Yard) -> None:
    phone = Phone(yard)
    key = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
    phone.sign = lambda message: text(key.sign(message))  # type: ignore[method-assign]  # another phone
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    answer = phone.ask_to_join(yard.invitation(), publicKey=text(spki))

    assert answer.status_code == 200


def test_a_number_is_sealed_and_shown_to_nobody_here(yard: Yard) -> None:
    phone = Phone(yard)
    phone.take(phone.ask_to_join(yard.invitation(), phone="+31 6 9999 1234"))
    phone.courier_id = phone.data("{me {id}}")["me"]["id"]
    subject = f"courier:{phone.courier_id}"

    with yard.database.read() as connection:
        kept = people.get(connection, MERCHANT, yard.floor.box, [subject])
        document = couriers.get(connection, MERCHANT, phone.courier_id)

    assert kept[subject]["phone"] == b"+31 6 9999 1234"
    assert "9999" not in repr(document)


def test_a_number_that_is_none_is_named_and_uses_no_link_up(yard: Yard) -> None:
    link = yard.invitation()

    refused = Phone(yard).ask_to_join(link, phone="abc")

    assert (refused.status_code, told(refused)) == (400, "bad_phone")
    assert "abc" not in refused.text
    assert Phone(yard).ask_to_join(link, phone="020 123 45 67").status_code == 200


def test_a_phone_may_keep_its_number_to_itself(yard: Yard) -> None:
    assert Phone(yard).ask_to_join(yard.invitation(), phone=" ").status_code == 200


def test_a_link_lets_one_phone_in(yard: Yard) -> None:
    link = yard.invitation()
    Phone(yard).join(link)

    again = Phone(yard, 2).ask_to_join(link)

    assert (again.status_code, told(again)) == (404, "link_dead")


def test_a_newer_link_kills_the_older_one(yard: Yard) -> None:
    with yard.floor.write(MERCHANT) as here:
        first = joining.invite(yard.floor, here, "Jan", MANAGER)
        second = joining.invite_again(yard.floor, here, first.courier.id, MANAGER)

    assert told(Phone(yard).ask_to_join(first.token)) == "link_dead"
    assert Phone(yard).ask_to_join(second.token).status_code == 200


def test_a_link_dies_after_a_week(yard: Yard) -> None:
    link = yard.invitation()
    yard.clock.move(days=7, seconds=1)

    assert told(Phone(yard).ask_to_join(link)) == "link_dead"


def test_a_link_hides_behind_the_hash_and_in_no_representation(yard: Yard) -> None:
    with yard.floor.write(MERCHANT) as here:
        found = joining.invite(yard.floor, here, "Jan", MANAGER)

    assert found.path == f"/courier#join={found.token}"
    assert found.token not in repr(found)


def test_another_phones_signature_lets_nobody_in(yard: Yard) -> None:
    phone, other = Phone(yard), Phone(yard, 2)

    answer = phone.ask_to_join(yard.invitation(), publicKey=other.public)

    assert (answer.status_code, told(answer)) == (401, "bad_signature")


def test_a_challenge_is_answered_once(yard: Yard) -> None:
    phone = Phone(yard)
    proof = phone.proof("join")
    phone.ask_to_join(yard.invitation(), **proof)

    assert told(phone.ask_to_join(yard.invitation(), **proof)) == "challenge_dead"


def test_a_challenge_dies_after_five_minutes(yard: Yard) -> None:
    phone = Phone(yard)
    proof = phone.proof("join")
    yard.clock.move(minutes=5, seconds=1)

    assert told(phone.ask_to_join(yard.invitation(), **proof)) == "challenge_dead"


def test_a_signature_for_one_purpose_serves_no_other(yard: Yard) -> None:
    phone = Phone(yard)

    assert told(phone.ask_to_join(yard.invitation(), **phone.proof("renew"))) == "bad_signature"


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\x07b"])
def test_a_name_that_is_none_is_refused(yard: Yard, name: str) -> None:
    assert told(Phone(yard).ask_to_join(yard.invitation(), name)) == "bad_name"


def test_a_key_of_another_kind_is_refused(yard: Yard) -> None:
    key = generate_private_key(65537, 2048).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    answer = Phone(yard).ask_to_join(yard.invitation(), publicKey=text(spki))

    assert told(answer) == "bad_device_key"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"invitation": 1}', b"\xff"])
def test_a_body_that_cannot_be_read_is_refused(yard: Yard, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}

    answer = Phone(yard).client.post("/courier/join", data=body, headers=headers)

    assert (answer.status_code, told(answer)) == (400, "bad_body")


def test_a_token_lives_a_quarter_of_an_hour_and_is_renewed_by_the_key(yard: Yard) -> None:
    phone = yard.phone()
    former = phone.access
    yard.clock.move(minutes=15, seconds=1)

    shut = phone.post("{me {id}}")
    phone.take(phone.renew())

    assert shut.status_code == 401
    assert shut.headers["WWW-Authenticate"].startswith("Bearer")
    assert phone.data("{me {id}}")["me"]["id"] == phone.courier_id
    assert phone.access != former


def test_a_stolen_renewing_token_is_nothing_without_the_key(yard: Yard) -> None:
    phone, thief = yard.phone(), Phone(yard, 2)
    thief.refresh = phone.refresh

    assert told(thief.renew()) == "bad_signature"


def test_a_suspended_courier_is_out_at_once_on_every_phone(yard: Yard) -> None:
    phone = yard.phone()
    with yard.floor.write(MERCHANT) as here:
        joining.suspend(here, phone.courier_id, MANAGER)

    assert phone.code("{me {id}}") == "sign_in_required"
    assert told(phone.renew()) == "sign_in_required"
    assert phone.client.get("/courier/events", headers=phone.headers).status_code == 401


def test_a_link_does_not_let_a_suspended_courier_in(yard: Yard) -> None:
    phone = yard.phone()
    with yard.floor.write(MERCHANT) as here:
        link = joining.invite_again(yard.floor, here, phone.courier_id, MANAGER).token
        joining.suspend(here, phone.courier_id, MANAGER)

    assert told(Phone(yard, 2).ask_to_join(link)) == "link_dead"


def test_who_is_let_work_again_comes_in_by_another_link(yard: Yard) -> None:
    phone = yard.phone()
    with yard.floor.write(MERCHANT) as here:
        joining.suspend(here, phone.courier_id, MANAGER)
        joining.resume(here, phone.courier_id, MANAGER)
        link = joining.invite_again(yard.floor, here, phone.courier_id, MANAGER).token

    assert Phone(yard, 2).ask_to_join(link).status_code == 200


def test_who_left_leaves_nothing_behind(yard: Yard) -> None:
    phone = yard.phone()
    with yard.floor.write(MERCHANT) as here:
        joining.leave(here, phone.courier_id, MANAGER)

    assert phone.code("{me {id}}") == "sign_in_required"
    with yard.database.read() as connection:
        assert couriers.presence(connection, MERCHANT, phone.courier_id, yard.floor.now()) is None


def test_a_blocked_courier_is_out_and_may_be_taken_back(yard: Yard) -> None:
    phone = yard.phone()
    with yard.floor.write(MERCHANT) as here:
        joining.block(here, phone.courier_id, MANAGER)
    out = phone.code("{me {id}}")
    with yard.floor.write(MERCHANT) as here:
        joining.unblock(here, phone.courier_id, MANAGER)
        link = joining.invite_again(yard.floor, here, phone.courier_id, MANAGER).token

    assert out == "sign_in_required"
    assert Phone(yard, 2).ask_to_join(link).status_code == 200


def test_signing_out_closes_this_phone_alone(yard: Yard) -> None:
    phone = yard.phone()
    with yard.floor.write(MERCHANT) as here:
        link = joining.invite_again(yard.floor, here, phone.courier_id, MANAGER).token
    second = Phone(yard, 2)
    second.join(link)

    phone.client.post("/courier/sign-out", headers=phone.headers)

    assert phone.code("{me {id}}") == "sign_in_required"
    assert second.data("{me {id}}")["me"]["id"] == phone.courier_id


def test_nobody_works_before_his_papers_were_looked_at(yard: Yard) -> None:
    phone = Phone(yard)
    phone.join(yard.invitation())

    with yard.floor.write(MERCHANT) as here, pytest.raises(NotEligible) as error:
        joining.approve(here, phone.courier_id, MANAGER)
    yard.job()

    assert error.value.details() == {"reason": "CHECK_EXPIRED"}
    assert phone.offers()["nodes"][0]["reason"] == "NOT_ACTIVE"


def test_only_a_manager_suspends(yard: Yard) -> None:
    phone = yard.phone()

    with yard.floor.write(MERCHANT) as here, pytest.raises(RoleRequired):
        joining.suspend(here, phone.courier_id, STAFF)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic abc", "Bearer \u00e9"])
def test_nothing_opens_without_a_token(yard: Yard, header: str) -> None:
    client = yard.app.test_client()
    headers = {"Authorization": header.encode("utf-8").decode("latin-1")}

    answers = [
        client.post("/graphql/courier", json={"query": "{me {id}}"}, headers=headers),
        client.get("/courier/events", headers=headers),
        client.post("/courier/jobs/job_1/proof", data=b"x", headers=headers),
        client.post("/courier/passkey/new/options", json={}, headers=headers),
    ]

    assert [it.status_code for it in answers] == [401] * 4


def test_who_asks_for_challenges_without_end_is_slowed_down(yard: Yard) -> None:
    client = yard.app.test_client()
    codes = [client.post("/courier/challenge").status_code for _ in range(601)]

    assert codes[:600] == [200] * 600
    assert codes[600] == 429

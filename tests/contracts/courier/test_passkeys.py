"""A passkey is the second way in: made while signed in, used on a phone that is new."""

import json
from hashlib import sha256
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from storefront.fulfillment.store import passkeys
from storefront.fulfillment.store.devices import COURIER
from storefront.fulfillment.work import joining
from tests.kit.courier.world import Phone, Yard, raw, text
from tests.kit.floor.orders import MANAGER
from tests.kit.floor.world import MERCHANT

ORIGIN, HOST = "http://localhost", "localhost"
_PRESENT, _CHECKED, _WITH_KEY = 0x01, 0x04, 0x40


class Authenticator:
    """What makes passkeys in a phone or a small key (WebAuthn level 3, attestation none)."""

    def __init__(self, origin: str = ORIGIN, *, checks: bool = True) -> None:
        self.key = derive_private_key(4711, SECP256R1())
        self.id = b"credential-0001"
        self.origin = origin
        self.count = 0
        self.flags = _PRESENT | (_CHECKED if checks else 0)

    def create(self, options: Any) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32)}
        held = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        told = {"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | _WITH_KEY) + held}
        return self._answer("webauthn.create", options, attestationObject=text(cbor2.dumps(told)))

    def get(self, options: Any) -> dict[str, Any]:
        self.count += 1
        data = self._data(self.flags)
        client = self._client("webauthn.get", options)
        signature = self.key.sign(data + sha256(client).digest(), ECDSA(SHA256()))
        return self._answer(
            "webauthn.get", options, authenticatorData=text(data), signature=text(signature)
        )

    def _data(self, flags: int) -> bytes:
        return sha256(HOST.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: Any) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(told).encode()

    def _answer(self, kind: str, options: Any, **more: str) -> dict[str, Any]:
        client = text(self._client(kind, options))
        named = text(self.id)
        return {
            "id": named,
            "rawId": named,
            "type": "public-key",
            "response": {"clientDataJSON": client, **more},
        }


def register(phone: Phone, by: Authenticator) -> int:
    options = phone.client.post("/courier/passkey/new/options", headers=phone.headers).json
    body = {"credential": by.create(options)}
    return phone.client.post("/courier/passkey/new", json=body, headers=phone.headers).status_code


def entry(phone: Phone, by: Authenticator) -> dict[str, Any]:
    options = phone.client.post("/courier/passkey/options").json
    return {"credential": by.get(options), "publicKey": phone.public, **phone.proof("passkey")}


def enter(phone: Phone, body: dict[str, Any]) -> Any:
    return phone.client.post("/courier/passkey", json=body)


def test_a_passkey_lets_a_new_phone_in(yard: Yard, jan: Phone) -> None:
    key, fresh = Authenticator(), Phone(yard, 2)
    assert register(jan, key) == 204

    fresh.take(enter(fresh, entry(fresh, key)))

    assert fresh.data("{me {id}}")["me"]["id"] == jan.courier_id
    fresh.take(fresh.renew())


def test_a_passkey_that_somebody_has_is_not_kept_again(yard: Yard, jan: Phone) -> None:
    assert register(jan, Authenticator()) == 204

    assert register(yard.phone("Piet", 3), Authenticator()) == 400
    assert register(jan, Authenticator()) == 400


def test_a_passkey_that_nobody_kept_opens_nothing(yard: Yard) -> None:
    fresh = Phone(yard, 2)

    assert enter(fresh, entry(fresh, Authenticator())).status_code == 401


def test_an_answer_is_taken_once(yard: Yard, jan: Phone) -> None:
    key, fresh = Authenticator(), Phone(yard, 2)
    register(jan, key)
    body = entry(fresh, key)
    enter(fresh, body)

    again = enter(fresh, body | fresh.proof("passkey"))

    assert (again.status_code, again.json["code"]) == (401, "challenge_dead")


def test_an_answer_for_another_site_is_refused(yard: Yard, jan: Phone) -> None:
    register(jan, Authenticator())
    fresh = Phone(yard, 2)

    found = enter(fresh, entry(fresh, Authenticator("https://evil.example")))

    assert (found.status_code, found.json["code"]) == (401, "passkey_refused")


def test_an_altered_answer_is_refused(yard: Yard, jan: Phone) -> None:
    key, fresh = Authenticator(), Phone(yard, 2)
    register(jan, key)
    body = entry(fresh, key)
    signature = bytearray(raw(body["credential"]["response"]["signature"]))
    signature[-1] ^= 1
    body["credential"]["response"]["signature"] = text(bytes(signature))

    assert enter(fresh, body).json["code"] == "passkey_refused"


def test_a_device_that_does_not_check_its_holder_makes_no_passkey(jan: Phone) -> None:
    assert register(jan, Authenticator(checks=False)) == 401


def test_a_device_that_did_not_check_its_holder_lets_nobody_in(yard: Yard, jan: Phone) -> None:
    key, fresh = Authenticator(), Phone(yard, 2)
    register(jan, key)
    key.flags = _PRESENT

    assert enter(fresh, entry(fresh, key)).json["code"] == "passkey_refused"


def test_the_device_must_show_its_own_key_too(yard: Yard, jan: Phone) -> None:
    key, fresh = Authenticator(), Phone(yard, 2)
    register(jan, key)

    found = enter(fresh, entry(fresh, key) | {"publicKey": Phone(yard, 3).public})

    assert found.json["code"] == "bad_signature"


def test_a_copied_passkey_that_counts_behind_is_refused(yard: Yard, jan: Phone) -> None:
    key, fresh = Authenticator(), Phone(yard, 2)
    register(jan, key)
    key.count = 10
    enter(fresh, entry(fresh, key))
    key.count = 3

    assert enter(fresh, entry(fresh, key)).json["code"] == "passkey_refused"


def test_a_passkey_does_not_let_a_suspended_courier_in(yard: Yard, jan: Phone) -> None:
    key, fresh = Authenticator(), Phone(yard, 2)
    register(jan, key)
    with yard.floor.write(MERCHANT) as here:
        joining.suspend(here, jan.courier_id, MANAGER)

    assert enter(fresh, entry(fresh, key)).json["code"] == "sign_in_required"


def test_who_left_takes_his_passkeys_along(yard: Yard, jan: Phone) -> None:
    register(jan, Authenticator())
    with yard.floor.write(MERCHANT) as here:
        joining.leave(here, jan.courier_id, MANAGER)

    with yard.database.read() as connection:
        assert passkeys.of_person(connection, MERCHANT, COURIER, jan.courier_id) == []


@pytest.mark.parametrize(
    "credential", [{}, {"response": {}}, {"response": {"clientDataJSON": "x"}}]
)
def test_what_is_no_passkeys_answer_is_refused(
    yard: Yard, jan: Phone, credential: dict[str, Any]
) -> None:
    fresh = Phone(yard, 2)
    body = {"credential": credential, "publicKey": fresh.public, **fresh.proof("passkey")}

    new = jan.client.post(
        "/courier/passkey/new", json={"credential": credential}, headers=jan.headers
    )

    assert (enter(fresh, body).status_code, new.status_code) == (400, 400)

"""A courier's phone for the demo: it joins, looks, claims and delivers over the public API."""

import base64
import uuid
from collections.abc import Mapping
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from connector.model.errors import RegieError

_TIMEOUT = 15
_OFFERS = """query($near: GeoIn!) { availableJobs(near: $near) { nodes {
  jobId fee { amount currency } toStoreM toDropoffM areaCell } } }"""
_ONLINE = """mutation($v: ID!, $n: GeoIn!) {
  done: goOnline(vehicleId: $v, near: $n) { userErrors { code } } }"""


class PhoneRefused(RegieError):
    """Something that a courier does was refused."""

    code = "phone_refused"
    remedy = "See the code of the refusal."


class Phone:
    """Signs as a browser does, with a key that never leaves it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._key = generate_private_key(SECP256R1())
        self._access = ""

    def join(self, invitation: str, name: str) -> str:
        """Use up an invitation; return the courier's id."""
        told = self._post("/courier/challenge", {})
        message = b"regie-join\0" + _raw(told["challenge"])
        r, s = decode_dss_signature(self._key.sign(message, ECDSA(SHA256())))
        public = self._key.public_key()
        body = {
            "invitation": invitation,
            "name": name,
            "publicKey": _text(
                public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            ),
            "challenge": told["challenge"],
            "signature": _text(r.to_bytes(32, "big") + s.to_bytes(32, "big")),
            "vehicle": "BIKE",
        }
        self._access = self._post("/courier/join", body)["access"]
        return str(self.ask("{ me { id } }")["me"]["id"])

    def go_online(self, near: Mapping[str, float]) -> None:
        """Begin to look for work."""
        vehicle = self.ask("{ me { vehicles { id } } }")["me"]["vehicles"][0]["id"]
        self.ask(_ONLINE, {"v": vehicle, "n": near})

    def offers(self, near: Mapping[str, float]) -> list[dict[str, Any]]:
        """Return what may be claimed nearby."""
        found: list[dict[str, Any]] = self.ask(_OFFERS, {"near": near})["availableJobs"]["nodes"]
        return found

    def do(self, mutation: str, **variables: object) -> dict[str, Any]:
        """Call the one mutation that is `done`, once; raise where it is refused."""
        given = {**variables, "key": uuid.uuid4().hex}
        found: dict[str, Any] = self.ask(mutation, given)["done"]
        if found["userErrors"]:
            raise PhoneRefused("The courier surface refused.", code=found["userErrors"][0]["code"])
        return found

    def ask(self, query: str, variables: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Return the data of an answer without errors."""
        headers = {"Authorization": f"Bearer {self._access}"}
        body = {"query": query, "variables": variables or {}}
        answer = requests.post(
            f"{self._url}/graphql/courier", json=body, headers=headers, timeout=_TIMEOUT
        )
        found = answer.json()
        if "errors" in found:
            told = found["errors"][0]
            raise PhoneRefused(told["message"], code=told["extensions"]["code"])
        data: dict[str, Any] = found["data"]
        return data

    def _post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        answer = requests.post(f"{self._url}{path}", json=body, timeout=_TIMEOUT)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _raw(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))

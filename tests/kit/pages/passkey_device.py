"""A device with a passkey, in software: signs as W3C Web Authentication says a lock would."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _WITH_KEY = 0x01, 0x04, 0x40


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class PasskeyDevice:
    """Holds one key; `counter` rises with every signature."""

    def __init__(self, origin: str = "http://localhost", host: str = "localhost") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = b"a passkey of this device"
        self.origin, self.host, self.counter = origin, host, 0

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer navigator.credentials.create."""
        client = self._client("webauthn.create", options["challenge"])
        data = self._data(_PRESENT | _VERIFIED | _WITH_KEY) + self._credential()
        sealed = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._sent({"clientDataJSON": b64(client), "attestationObject": b64(sealed)})

    def get(self, options: dict[str, Any], flags: int = _PRESENT | _VERIFIED) -> dict[str, Any]:
        """Answer navigator.credentials.get."""
        client = self._client("webauthn.get", options["challenge"])
        data = self._data(flags)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._sent(
            {
                "clientDataJSON": b64(client),
                "authenticatorData": b64(data),
                "signature": b64(signature),
            }
        )

    def _sent(self, response: dict[str, str]) -> dict[str, Any]:
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        self.counter += 1
        return (
            sha256(self.host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")
        )

    def _credential(self) -> bytes:
        public = self.key.public_key().public_numbers()
        key = {
            1: 2,
            3: -7,
            -1: 1,
            -2: public.x.to_bytes(32, "big"),
            -3: public.y.to_bytes(32, "big"),
        }
        return bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(key)

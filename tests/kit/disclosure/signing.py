"""An agent that signs by hand, as RFC 9421 writes it, so that no library checks itself."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TAG = "web-bot-auth"
COMPONENTS = ("@authority", "signature-agent")


def key_of(seed: int) -> Ed25519PrivateKey:
    """Return a key; the same for the same seed."""
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    """Return the public half as a JSON Web Key."""
    raw = key.public_key().public_bytes_raw()
    return {"kty": "OKP", "crv": "Ed25519", "x": _text(raw), "use": "sig"}


def keyid(key: Ed25519PrivateKey) -> str:
    """Return its thumbprint: SHA-256 of the required members in the order of their names."""
    told = f'{{"crv":"Ed25519","kty":"OKP","x":"{jwk(key)["x"]}"}}'
    return _text(sha256(told.encode()).digest())


def key_set(*keys: Ed25519PrivateKey) -> bytes:
    """Return what a directory holds."""
    return orjson.dumps({"keys": [jwk(it) for it in keys]})


NOW = 1_795_000_000.0
ORIGIN = "https://agent.example"
KEY, OTHER = key_of(1), key_of(2)
JWKS = "application/http-message-signatures-directory+json"


class Clock:
    """A clock that a test sets, in seconds."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def signed(
    key: Ed25519PrivateKey,
    origin: str,
    authority: str,
    now: float,
    *,
    components: Sequence[str] = COMPONENTS,
    values: Mapping[str, str] | None = None,
    label: str = "sig1",
    **parameters: Any,
) -> dict[str, str]:
    """Return the headers of a request; a parameter that is None is left out."""
    agent = f'"{origin}"'
    given = {
        "created": int(now),
        "keyid": keyid(key),
        "expires": int(now) + 300,
        "nonce": b64encode(str(parameters).encode()).decode(),
        "tag": TAG,
        **parameters,
    }
    told = ";".join(f"{name}={_item(it)}" for name, it in given.items() if it is not None)
    listed = " ".join(f'"{it}"' for it in components)
    signature_parameters = f"({listed});{told}"
    known = {"@authority": authority, "signature-agent": agent, **(values or {})}
    lines = [f'"{it}": {known[it]}' for it in components]
    base = "\n".join([*lines, f'"@signature-params": {signature_parameters}'])
    proof = b64encode(key.sign(base.encode())).decode()
    return {
        "signature-agent": agent,
        "signature-input": f"{label}={signature_parameters}",
        "signature": f"{label}=:{proof}:",
    }


def _item(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()

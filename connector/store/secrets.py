"""Credentials that a stolen database file does not give away."""

import os
from collections.abc import Sequence
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from connector.model.errors import InvalidInput
from connector.store.errors import SecretKeyWrong

_VERSION = b"\x01"
_KEY_MARK = 4
_NONCE = 12
_SHORTEST = 16


class WeakSecretKey(InvalidInput):
    """The secret key is too short to protect anything."""

    code = "weak_secret_key"
    remedy = "Set REGIE_SECRET_KEY to at least 32 random characters."


class SecretBox:
    """AES-256-GCM under keys derived from REGIE_SECRET_KEY; the first key writes, all can read.

    Sealed form: version, 4 bytes that name the key, 12 bytes nonce, ciphertext with tag. The owner
    (merchant and connection) is bound in as associated data, so a row copied elsewhere stays shut.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or any(len(secret) < _SHORTEST for secret in secrets):
            raise WeakSecretKey("REGIE_SECRET_KEY is missing or too short.")
        keys = [
            blake2b(secret.encode(), digest_size=32, person=b"regie-box").digest()
            for secret in secrets
        ]
        self._keys = {blake2b(key, digest_size=_KEY_MARK).digest(): AESGCM(key) for key in keys}
        self._first = next(iter(self._keys))

    def seal(self, plain: bytes, owner: str) -> bytes:
        """Encrypt for `owner`."""
        nonce = os.urandom(_NONCE)
        body = self._keys[self._first].encrypt(nonce, plain, owner.encode())
        return _VERSION + self._first + nonce + body

    def open(self, sealed: bytes, owner: str) -> bytes:
        """Decrypt what was sealed for `owner`, or raise SecretKeyWrong."""
        mark, rest = sealed[1 : 1 + _KEY_MARK], sealed[1 + _KEY_MARK :]
        key = self._keys.get(mark)
        if key is None or sealed[:1] != _VERSION:
            raise SecretKeyWrong("The credentials were sealed with another key.")
        try:
            return key.decrypt(rest[:_NONCE], rest[_NONCE:], owner.encode())
        except InvalidTag:
            raise SecretKeyWrong("The credentials were altered or belong to another.") from None

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether the first key wrote it; if not, rotation should seal it anew."""
        return sealed[: 1 + _KEY_MARK] == _VERSION + self._first

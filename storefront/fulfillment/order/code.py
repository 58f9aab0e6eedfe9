"""The number and the square that a shopper shows at the counter, and what we keep of them."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest
from hmac import new as keyed

from msgspec import Struct

_QR = re.compile(r"RG1\.([a-z]{3}_[0-9a-f-]{36})\.([A-Za-z0-9_-]{22})")
_PIN = re.compile(r"[0-9]{6}")
_SPACE = re.compile(r"[\s-]+")


class Scanned(Struct, frozen=True, rename="camel"):
    """What a square says: which hand-over, and the secret that proves it."""

    handover_id: str
    token: bytes


def pin_text(number: int) -> str:
    """Return six digits of a random number below a million."""
    return f"{number % 1_000_000:06d}"


def qr_text(handover_id: str, token: bytes) -> str:
    """Return the text of the square: `RG1.<hand-over>.<16 random bytes, base64url>`."""
    return f"RG1.{handover_id}.{urlsafe_b64encode(token).rstrip(b'=').decode()}"


def scanned(text: str) -> Scanned | None:
    """Read a square, as a camera or a scanner typed it; None if it is none of ours."""
    found = _QR.fullmatch(text.strip())
    if found is None:
        return None
    return Scanned(found[1], urlsafe_b64decode(found[2] + "=="))


def pin_of(text: str) -> str | None:
    """Return the six digits of what was typed ("123 456"), or None."""
    digits = _SPACE.sub("", text)
    return digits if digits.isascii() and _PIN.fullmatch(digits) else None


def pin_hash(key: bytes, handover_id: str, pin: str) -> str:
    """Return the keyed hash of a PIN, hex (HMAC-SHA256): without the key it tells nothing."""
    return _hash(key, b"pin", handover_id, pin.encode())


def token_hash(key: bytes, handover_id: str, token: bytes) -> str:
    """Return the keyed hash of a token, hex (HMAC-SHA256)."""
    return _hash(key, b"token", handover_id, token)


def same(stored: str, found: str) -> bool:
    """Compare two hashes in a time that tells nothing."""
    return compare_digest(stored.encode(), found.encode())


def _hash(key: bytes, use: bytes, handover_id: str, secret: bytes) -> str:
    return keyed(key, b"\0".join((use, handover_id.encode(), secret)), sha256).hexdigest()

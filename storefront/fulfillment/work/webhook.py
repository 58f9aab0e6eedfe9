"""How our own webhooks are signed, and when they are tried again (Standard Webhooks 1.0.0)."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping

from connector.model.errors import InvalidInput

_PREFIX = "whsec_"
SCHEDULE_S = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds after the attempt before; after the last one a message is dead."""


class BadHookSecret(InvalidInput):
    """A secret that cannot sign webhooks."""

    code = "bad_hook_secret"
    remedy = "Give `whsec_` and base64 of 24 to 64 random bytes."


def secret_text(random: bytes) -> str:
    """Return a secret as receivers enter it."""
    return f"{_PREFIX}{b64encode(random).decode()}"


def secret_bytes(text: str) -> bytes:
    """Read a secret, or raise BadHookSecret."""
    try:
        found = b64decode(text.removeprefix(_PREFIX), validate=True)
    except ValueError:
        found = b""
    if not 24 <= len(found) <= 64:
        raise BadHookSecret("The secret cannot sign.", field="secret")
    return found


def headers(secret: bytes, message_id: str, timestamp_s: int, body: bytes) -> Mapping[str, str]:
    """Return the headers of a delivery; the id is the same for every try, the time is not."""
    signed = b".".join((message_id.encode(), str(timestamp_s).encode(), body))
    signature = b64encode(hmac.digest(secret, signed, "sha256")).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": f"v1,{signature}",
    }


def wait_ms(attempts: int) -> int | None:
    """Return how long to wait after so many failed tries; None: it is dead."""
    return SCHEDULE_S[attempts] * 1000 if attempts < len(SCHEDULE_S) else None

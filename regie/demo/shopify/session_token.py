"""The short-lived proof that a merchant opened the app in the Shopify admin."""

import base64
import hmac
import json
from typing import Any, Final
from urllib.parse import urlsplit

LEEWAY: Final = 10.0
REQUIRED: Final = ("iss", "dest", "aud", "sub", "exp", "nbf", "iat", "jti", "sid")


class BadSessionToken(Exception):
    """The proof is not one of ours, not for this shop, or no longer valid."""


def _pack(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _signature(secret: str, signed: str) -> bytes:
    return hmac.digest(secret.encode(), signed.encode(), "sha256")


def mint(claims: dict[str, Any], secret: str) -> str:
    """Sign claims as the Shopify admin does."""
    head = _pack(json.dumps({"alg": "HS256", "typ": "JWT"}, separators=(",", ":")).encode())
    signed = f"{head}.{_pack(json.dumps(claims, separators=(',', ':')).encode())}"
    return f"{signed}.{_pack(_signature(secret, signed))}"


def verified(token: str, secret: str, client_id: str, domain: str, now: float) -> dict[str, Any]:
    """Return the claims of a good token, or say what is wrong with it."""
    claims = _claims(token, secret)
    if any(name not in claims for name in REQUIRED):
        raise BadSessionToken("a claim is missing")
    if claims["aud"] != client_id:
        raise BadSessionToken("made for another app")
    hosts = {urlsplit(str(claims[name])).hostname for name in ("iss", "dest")}
    if hosts != {domain}:
        raise BadSessionToken("made for another shop")
    if not claims["nbf"] - LEEWAY <= now <= claims["exp"] + LEEWAY:
        raise BadSessionToken("not valid now")
    return claims


def _claims(token: str, secret: str) -> dict[str, Any]:
    try:
        head, body, signature = token.split(".")
        good = hmac.compare_digest(_signature(secret, f"{head}.{body}"), _unpack(signature))
        algorithm = json.loads(_unpack(head)).get("alg")
        claims = json.loads(_unpack(body))
    except (ValueError, AttributeError):
        raise BadSessionToken("no JSON Web Token") from None
    if not good or algorithm != "HS256" or not isinstance(claims, dict):
        raise BadSessionToken("the signature is wrong")
    return claims

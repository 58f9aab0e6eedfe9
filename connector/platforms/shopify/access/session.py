"""Know who sits before the screen: the short-lived token that the Shopify admin gives its apps."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import jwt
import msgspec
from jwt.types import Options
from msgspec import Struct

from connector.model.errors import BadSignature, InvalidInput
from connector.platforms.shopify.access.domain import shop_domain

LEEWAY = 10
"""Seconds: App Bridge often sends a `nbf` slightly ahead of us."""
CLAIMS = ("iss", "dest", "aud", "sub", "exp", "nbf", "iat", "jti", "sid")


class SessionToken(Struct, frozen=True):
    """A verified token: the shop, the staff user's id, the browser session and the token's id.

    `expires` is in epoch seconds. A caller that must not act twice remembers `jti` until then.
    """

    shop: str
    user_id: str
    session_id: str
    jti: str
    expires: int


class _Claims(Struct):
    iss: str
    dest: str
    sub: str
    jti: str
    sid: str
    exp: int
    nbf: int
    iat: int


def bearer(authorization: str | None) -> str:
    """Return the token of an `Authorization: Bearer …` header, or raise BadSignature."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise BadSignature("The request carries no session token.")
    return token.strip()


def verify_session_token(
    token: str, client_id: str, secrets: Sequence[str], now: datetime
) -> SessionToken:
    """Return what a session token (JWT, HS256) says, or raise BadSignature.

    PyJWT is used directly: ShopifyAPI's session_token accepts tokens without exp and nbf. All
    nine claims are required, times hold within 10 s of `now`, and issuer and destination are
    the same shop over https. Several secrets serve a rotation.
    """
    claims = _genuine(token, client_id, secrets)
    seconds = now.timestamp()
    early = max(claims.nbf, claims.iat) - LEEWAY > seconds
    if early or claims.exp + LEEWAY <= seconds:
        raise BadSignature("The session token is not valid at this time.")
    shop = _shop_of(claims.dest, path="")
    if shop != _shop_of(claims.iss, path="/admin"):
        raise BadSignature("The session token names two shops.")
    return SessionToken(
        shop=shop, user_id=claims.sub, session_id=claims.sid, jti=claims.jti, expires=claims.exp
    )


def _genuine(token: str, client_id: str, secrets: Sequence[str]) -> _Claims:
    # Times are checked by the caller against its own `now`; here they only have to be present.
    options: Options = {
        "require": list(CLAIMS),
        "verify_exp": False,
        "verify_nbf": False,
        "verify_iat": False,
    }
    for secret in secrets:
        try:
            found = jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                audience=client_id,
                options=options,
            )
            return msgspec.convert(found, _Claims)
        except (jwt.PyJWTError, msgspec.ValidationError):
            continue
    raise BadSignature("The session token was not made by Shopify for this app.")


def _shop_of(url: str, *, path: str) -> str:
    parts = urlsplit(url)
    try:
        shop = shop_domain(parts.netloc)
    except InvalidInput:
        raise BadSignature("The session token names no Shopify shop.") from None
    if parts.scheme != "https" or parts.path.rstrip("/") != path:
        raise BadSignature("The session token's shop address is not Shopify's.")
    return shop

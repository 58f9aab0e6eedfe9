"""Prove that a message comes from Shopify: webhooks, install links and app-proxy requests."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from shopify import Session

from connector.model.errors import BadSignature, InvalidInput
from connector.platforms.shopify.access.domain import shop_domain

REPLAY_WINDOW = 90
"""Seconds, either way; Shopify's Node library allows the same, ShopifyAPI a whole day."""

Pairs = Iterable[tuple[str, str]]
"""Query parameters decoded once, in order, repeated names kept."""


class SignedQuery(Struct, frozen=True):
    """A verified query: the shop in lower case and its parameters, each with one value.

    `lists` holds those that may repeat: names ending in `[]`, any name on an app proxy.
    """

    shop: str
    parameters: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]


def webhook_signature(body: bytes, secret: str) -> str:
    """Return base64(HMAC-SHA256(secret, raw body)): the header X-Shopify-Hmac-Sha256."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def verify_webhook(body: bytes, header: str | None, secrets: Sequence[str]) -> None:
    """Raise BadSignature unless `header` signs the raw `body` with one of `secrets`.

    Several secrets serve a rotation. Every one is compared, each in constant time.
    """
    try:
        given = base64.b64decode(header or "", validate=True)
    except (binascii.Error, ValueError):
        given = b""
    made = [hmac.new(secret.encode(), body, hashlib.sha256).digest() for secret in secrets]
    if not any([hmac.compare_digest(given, digest) for digest in made]):  # noqa: C419  # all of them, always
        raise BadSignature("This webhook was not signed by Shopify for this app.")


def verify_query(pairs: Pairs, secrets: Sequence[str], now: datetime) -> SignedQuery:
    """Return the verified parameters of an install or OAuth link, or raise BadSignature.

    Refuses: a wrong `hmac`, a timestamp more than 90 s away, a repeated name, a foreign shop.
    """
    single, lists = _sorted_out(_readable(pairs))
    given = single.get("hmac", "")
    message = {**single, **lists}
    made = [_query_hmac(message, secret) for secret in secrets]
    return _accepted(given, made, single, lists, now)


def verify_proxy(pairs: Pairs, secrets: Sequence[str], now: datetime) -> SignedQuery:
    """Return the verified parameters of an app-proxy request, or raise BadSignature.

    The signature is hex over the sorted `name=a,b` without separators, `signature` left out.
    """
    joined: dict[str, list[str]] = {}
    for name, value in _readable(pairs):
        joined.setdefault(name, []).append(value)
    repeated = {name: values for name, values in joined.items() if len(values) > 1}
    single = {name: values[0] for name, values in joined.items() if len(values) == 1}
    if repeated.keys() & {"signature", "shop", "timestamp"}:
        raise BadSignature("A signed parameter appears twice.")
    given = single.get("signature", "")
    message = "".join(sorted(f"{k}={','.join(v)}" for k, v in joined.items() if k != "signature"))
    made = [hmac.new(s.encode(), message.encode(), hashlib.sha256).hexdigest() for s in secrets]
    return _accepted(given, made, single, repeated, now)


def _query_hmac(message: Mapping[str, object], secret: str) -> str:
    class App(Session):  # type: ignore[misc]  # ShopifyAPI has no types
        """Holds the secret for this call alone: Session.setup() would set it for all threads."""

    App.secret = secret
    return str(App.calculate_hmac(message))


def _readable(pairs: Pairs) -> Sequence[tuple[str, str]]:
    """Return the pairs, refusing half characters that no browser sends and no HMAC can take."""
    found = list(pairs)
    try:
        "".join(name + value for name, value in found).encode()
    except UnicodeEncodeError:
        raise BadSignature("The signed link cannot be read.") from None
    return found


def _sorted_out(pairs: Pairs) -> tuple[dict[str, str], dict[str, list[str]]]:
    single: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.endswith("[]"):
            lists.setdefault(name, []).append(value)
        elif name in single:
            raise BadSignature("A signed parameter appears twice.")
        else:
            single[name] = value
    return single, lists


def _accepted(
    given: str,
    made: Sequence[str],
    single: Mapping[str, str],
    lists: Mapping[str, Sequence[str]],
    now: datetime,
) -> SignedQuery:
    equal = [hmac.compare_digest(given.encode(), digest.encode()) for digest in made]
    if not any(equal):
        raise BadSignature("This link was not signed by Shopify for this app.")
    _check_age(single.get("timestamp", ""), now)
    try:
        shop = shop_domain(single.get("shop", ""))
    except InvalidInput:
        raise BadSignature("The signed link names no Shopify shop.") from None
    return SignedQuery(shop=shop, parameters=single, lists=lists)


def _check_age(timestamp: str, now: datetime) -> None:
    seconds = int(timestamp) if timestamp.isascii() and timestamp.isdigit() else None
    if seconds is None or abs(now.timestamp() - seconds) > REPLAY_WINDOW:
        raise BadSignature("The signed link is too old; open the app from Shopify again.")

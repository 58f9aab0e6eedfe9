"""Messages from a shop: proven over their raw bytes, and read only for where to look again."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from connector.model.errors import BadSignature
from connector.platforms import Delivery, Hint, HintKind, Incoming

_PING = re.compile(rb"webhook_id=\d+")
_NOTHING = (Hint(HintKind.NOTHING),)


class _Told(Struct):
    """What we read of a message; an error body of the shop has none of it."""

    id: int = 0
    type: str = ""
    parent_id: int = 0
    date_modified_gmt: str | None = None


_decoder = msgspec.json.Decoder(_Told, strict=False)


def receive(incoming: Incoming, secrets: Sequence[str]) -> Delivery | None:
    """Verify a message, or raise BadSignature; the unsigned ping of a new webhook is None.

    Delivery ids are not unique: two messages of one second share theirs. What differs is the body;
    only one without a date (a deletion, an error) may come again later word for word.
    """
    if _is_ping(incoming):
        return None
    _verify(incoming, secrets)
    topic = incoming.headers.get("x-wc-webhook-topic", "")
    told = _read(incoming.body)
    resource = str(told.id) if told.id else ""
    key = f"{topic}:{resource}:{hashlib.sha256(incoming.body).hexdigest()}"
    if not told.date_modified_gmt:
        key += f":{incoming.headers.get('x-wc-webhook-delivery-id', '')}"
    return Delivery(topic, key, resource)


def _is_ping(incoming: Incoming) -> bool:
    named = any(name.startswith("x-wc-webhook") for name in incoming.headers)
    return not named and _PING.fullmatch(incoming.body) is not None


def _verify(incoming: Incoming, secrets: Sequence[str]) -> None:
    """Compare with every secret, each in constant time; several serve a rotation."""
    try:
        given = base64.b64decode(incoming.headers.get("x-wc-webhook-signature", ""), validate=True)
    except (binascii.Error, ValueError):
        given = b""
    made = [
        hmac.new(secret.encode(), incoming.body, hashlib.sha256).digest()
        for secret in secrets
        if secret
    ]
    if not any([hmac.compare_digest(given, digest) for digest in made]):  # noqa: C419 - all, always
        raise BadSignature("This webhook was not signed with this connection's secret.")


def _read(body: bytes) -> _Told:
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Told()


def hints(topic: str, body: bytes) -> Sequence[Hint]:
    """Say where to look again.

    A deletion tells a bare id, of a product, of a variation, or even of an order: both doors are
    tried, and the API has the last word.
    """
    told = _read(body)
    resource, _, event = topic.partition(".")
    if told.id <= 0:
        return _NOTHING
    number = str(told.id)
    if resource == "order":
        return (Hint(HintKind.ORDER, number),)
    if resource != "product":
        return _NOTHING
    if event == "deleted":
        return (Hint(HintKind.PRODUCT, number), Hint(HintKind.VARIANT, number))
    if told.type == "variation" and told.parent_id:
        return (Hint(HintKind.PRODUCT, str(told.parent_id)), Hint(HintKind.VARIANT, number))
    return (Hint(HintKind.PRODUCT, number),)

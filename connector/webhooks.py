"""The door for webhooks: verify over the raw bytes, store, answer; the worker does the rest."""

from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec
import structlog
from flask import Blueprint, Response, request
from msgspec import Struct
from sqlalchemy import Connection
from werkzeug.exceptions import RequestEntityTooLarge

from connector.model.errors import BadSignature, InvalidInput, NotFound, RegieError
from connector.model.ids import new_id
from connector.platforms import Delivery, Incoming, platform_named
from connector.store import connections, tables
from connector.store.clock import Clock, ms
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.secrets import SecretBox
from connector.store.work import queue

_log = structlog.get_logger()
# Shopify hangs up after five seconds; told to come back in time, it sends the event again.
_PATIENCE = 3.0
_LARGEST_BODY = 8 * 1024 * 1024
_KEPT_HEADERS = ("x-shopify-", "x-wc-webhook-", "content-type", "user-agent")


class TooLarge(InvalidInput):
    """A webhook body beyond any real one."""

    code = "webhook_too_large"
    status = 413
    remedy = "Send at most 8 MiB."


class Door(Struct, frozen=True):
    """What the routes need: the database, the box that opens secrets, and the time."""

    database: Database
    box: SecretBox
    clock: Clock


def webhooks(door: Door) -> Blueprint:
    """Return the routes `/webhooks/shopify` and `/webhooks/woocommerce/{connection}`."""
    blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")

    @blueprint.post("/shopify")
    def shopify() -> Response:
        shop = request.headers.get("X-Shopify-Shop-Domain", "").lower()
        return _answer(door, "shopify", lambda it: connections.by_shop(it, "shopify", shop))

    @blueprint.post("/woocommerce/<connection_id>")
    def woocommerce(connection_id: str) -> Response:
        return _answer(door, "woocommerce", lambda it: _one(it, "woocommerce", connection_id))

    return blueprint


class _Keyhole(Struct, frozen=True):
    """A connection that a delivery may be for, and the secrets that would prove it."""

    shopfront: Shopfront
    secrets: Sequence[str]


_Find = Callable[[Connection], Sequence[Shopfront]]


def _one(connection: Connection, platform: str, connection_id: str) -> Sequence[Shopfront]:
    try:
        found = connections.get(connection, connection_id)
    except NotFound:
        return ()
    return (found,) if found.platform == platform else ()


def _answer(door: Door, platform: str, find: _Find) -> Response:
    try:
        _take(door, platform, _keyholes(door, find), _incoming())
    except RegieError as error:
        _log.warning("webhook.refused", platform=platform, code=error.code)
        return Response(error.code, error.status, content_type="text/plain; charset=utf-8")
    return Response("ok", 200, content_type="text/plain; charset=utf-8")


def _keyholes(door: Door, find: _Find) -> Sequence[_Keyhole]:
    with door.database.read() as connection:
        return [
            _Keyhole(found, [it for it in _secrets(connection, door, found) if it])
            for found in find(connection)
        ]


def _secrets(connection: Connection, door: Door, shopfront: Shopfront) -> Sequence[str]:
    """Return a connection's secrets; an empty one, which anybody could sign with, is none."""
    return connections.hook_secret(connection, shopfront, door.box).split("\n")


def _incoming() -> Incoming:
    request.max_content_length = _LARGEST_BODY
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        return Incoming(headers, request.get_data(cache=False))
    except RequestEntityTooLarge:
        raise TooLarge("The webhook is too large.") from None


def _take(door: Door, platform: str, keyholes: Sequence[_Keyhole], incoming: Incoming) -> None:
    """Store the delivery for every merchant who connected that shop and whose secret signed it."""
    accepted: list[tuple[Shopfront, Delivery | None]] = []
    for keyhole in keyholes:
        with suppress(BadSignature):
            delivery = platform_named(platform).receive(incoming, keyhole.secrets)
            accepted.append((keyhole.shopfront, delivery))
    if not accepted:
        raise BadSignature("Nobody here connected a shop that signs like this.")
    for shopfront, delivery in accepted:
        if delivery is not None:
            _store(door, shopfront, incoming, delivery)


def _store(door: Door, shopfront: Shopfront, incoming: Incoming, delivery: Delivery) -> None:
    """Put the event in the inbox; the same event again is already there, which is success."""
    values = {
        "merchant_id": shopfront.merchant_id,
        "id": new_id("inb"),
        "dedupe_key": f"{shopfront.id}:{delivery.dedupe_key}",
        "connection_id": shopfront.id,
        "topic": delivery.topic,
        "resource": delivery.resource,
        "headers": msgspec.json.encode(_kept(incoming)).decode(),
        "body": door.box.seal(incoming.body, inbox_owner(shopfront.id)),
    }
    with door.database.write(patience=_PATIENCE) as connection:
        fresh = queue.put(connection, tables.inbox, values, ms(door.clock()))
    _log.info("webhook.stored", connection=shopfront.id, topic=delivery.topic, fresh=fresh)


def inbox_owner(connection_id: str) -> str:
    """Return what the body of a delivery is sealed for: an order's tells of a person."""
    return f"inbox/{connection_id}"


def _kept(incoming: Incoming) -> dict[str, str]:
    """Keep what tells about the event; nothing that proves identity is stored in clear."""
    return {
        name: value
        for name, value in incoming.headers.items()
        if name.startswith(_KEPT_HEADERS) and "hmac" not in name and "signature" not in name
    }

"""Passkeys of the staff: signing in by the lock of one's own device (W3C Web Authentication)."""

import hmac
from collections.abc import Mapping
from typing import Any

import msgspec
from flask import Blueprint, Response, request
from msgspec import Struct
from werkzeug.exceptions import RequestEntityTooLarge

from connector.model.errors import RegieError
from storefront.fulfillment.store import attempts, staff
from storefront.fulfillment.work import passkeys
from storefront.fulfillment.work.passkeys import STAFF_DOOR, BadPasskey, Site
from storefront.pages.shell import (
    FormExpired,
    Person,
    Rooms,
    language_of,
    merchant,
    refused,
    safe_path,
    signed_in,
)
from storefront.pages.signin import let_in, new_device

_LARGEST = 20_000


class _Sent(Struct):
    """What the browser sends: a credential as W3C writes it in JSON, and where to go then."""

    credential: dict[str, Any]
    next: str = ""


def routes(rooms: Rooms) -> Blueprint:
    """Return the routes of passkeys; all of them speak JSON to the script of the page."""
    blueprint = Blueprint("pages_passkeys", __name__)

    @blueprint.post("/sign-in/passkey/options")
    def ask() -> Response:
        return _told(rooms, lambda: _options_to_use(rooms))

    @blueprint.post("/sign-in/passkey")
    def use() -> Response:
        return _told(rooms, lambda: _use(rooms))

    @blueprint.post("/account/passkey/options")
    def ask_to_add() -> Response:
        return _told(rooms, lambda: _options_to_add(rooms, _person(rooms)))

    @blueprint.post("/account/passkey")
    def add() -> Response:
        return _told(rooms, lambda: _add(rooms, _person(rooms)))

    return blueprint


def _told(rooms: Rooms, answer: Any) -> Response:
    """Answer, or say in the person's words why not."""
    try:
        return answer()  # type: ignore[no-any-return]  # one of the functions below
    except RegieError as error:
        text = refused(rooms, error, language_of(rooms)).text
        return _json({"refusal": text}, error.status)


def _json(body: Mapping[str, object] | str, status: int = 200) -> Response:
    text = body if isinstance(body, str) else msgspec.json.encode(body).decode()
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(text, status, headers, content_type="application/json")


def _person(rooms: Rooms) -> Person:
    """Return who is signed in, and whose own page asks."""
    person = signed_in(rooms)
    if not hmac.compare_digest(request.headers.get("Regie-Form", ""), person.csrf):
        raise FormExpired("The request is not of this session.")
    return person


def _site(rooms: Rooms) -> Site:
    """Return for whom a passkey is: the host without its port, and the address of the page."""
    origin = f"{'https' if rooms.secure else 'http'}://{request.host}"
    return Site(request.host.rpartition(":")[0] or request.host, origin)


def _options_to_use(rooms: Rooms) -> Response:
    door = f"passkey:{request.remote_addr or ''}"
    with rooms.floor.write(merchant(rooms)) as here:
        attempts.require(here, door, attempts.BY_ADDRESS)
        attempts.count(here, door, attempts.BY_ADDRESS)
        options = passkeys.to_enter(rooms.floor, here, STAFF_DOOR, _site(rooms))
    return _json(options)


def _options_to_add(rooms: Rooms, person: Person) -> Response:
    who = person.staff
    named = (who.id, f"Regie ({who.role.value})")
    with rooms.floor.write(who.merchant_id) as here:
        options = passkeys.to_register(rooms.floor, here, STAFF_DOOR, *named, _site(rooms))
    return _json(options)


def _sent() -> _Sent:
    """Read what the browser sent."""
    try:
        request.max_content_length = _LARGEST
        return msgspec.json.decode(request.get_data(cache=False), type=_Sent)
    except (msgspec.DecodeError, RequestEntityTooLarge, ValueError, RecursionError):
        raise BadPasskey("This is no answer of a passkey.") from None


def _add(rooms: Rooms, person: Person) -> Response:
    """Keep a new passkey of who is signed in."""
    who, sent = person.staff, _sent()
    with rooms.floor.write(who.merchant_id) as here:
        passkeys.register(here, STAFF_DOOR, who.id, sent.credential, _site(rooms))
    return _json({"to": "/account?done=saved"})


def _use(rooms: Rooms) -> Response:
    """Let somebody in whose passkey signed our challenge; a challenge is used up by the try."""
    sent = _sent()
    with rooms.floor.write(merchant(rooms)) as here:
        challenge = passkeys.use_up(here, STAFF_DOOR, sent.credential)
    with rooms.floor.write(merchant(rooms)) as here:
        who = passkeys.holder(here, STAFF_DOOR, sent.credential, challenge, _site(rooms))
        found = staff.require(here.connection, here.merchant_id, who)
        tokens = new_device(rooms, here, found)
    answer = _json({"to": safe_path(sent.next)})
    let_in(rooms, tokens, answer)
    return answer

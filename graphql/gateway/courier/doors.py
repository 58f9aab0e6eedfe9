"""How a courier's phone comes in: joining, renewing, passkeys; bodies and answers are JSON."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, TypeVar

import msgspec
from flask import Request, Response
from msgspec import Struct
from werkzeug.exceptions import RequestEntityTooLarge

from gateway.courier.depot import Caller, Depot, caller_of
from gateway.courier.errors import BadBody
from gateway.courier.shown import instant
from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.store import attempts
from storefront.fulfillment.store.attempts import Bound
from storefront.fulfillment.store.devices import Tokens
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.work import entering, joining, passkeys
from storefront.fulfillment.work.passkeys import COURIER_DOOR, Site

_LARGEST = 20_000
_LANGUAGES = frozenset({"en", "nl", "fr", "he"})
# A store's phones may share one address; who guesses challenges or links needs far more.
_BY_ADDRESS = Bound(600, 15 * 60_000)
T = TypeVar("T", bound=Struct)


class _Joining(Struct, rename="camel"):
    invitation: str
    name: str
    public_key: str
    challenge: str
    signature: str
    vehicle: VehicleType | None = None
    phone: str | None = None
    language: str = "en"


class _Invitation(Struct):
    invitation: str


class _Renewing(Struct):
    refresh: str
    challenge: str
    signature: str


class _Passkey(Struct):
    credential: dict[str, Any]


class _Entering(Struct, rename="camel"):
    credential: dict[str, Any]
    public_key: str
    challenge: str
    signature: str


def challenge(depot: Depot, asked: Request) -> Response:
    """Give something to sign, once, within five minutes."""
    with depot.floor.write(depot.merchant_of(asked.host)) as here:
        _slow_down(here, asked)
        found = entering.challenge(depot.floor, here)
    return _json({"challenge": text(found)})


def look_at_invitation(depot: Depot, asked: Request) -> Response:
    """Tell whether a link still lets a phone join; it is not used up by that."""
    told = _read(asked, _Invitation)
    with depot.floor.write(depot.merchant_of(asked.host)) as here:
        _slow_down(here, asked)
    with depot.floor.write(here.merchant_id) as here:
        joining.require_open(here, told.invitation)
    return Response(status=204, headers={"Cache-Control": "no-store"})


def join(depot: Depot, asked: Request) -> Response:
    """Let in who was invited."""
    told = _read(asked, _Joining)
    application = joining.Application(
        invitation=told.invitation,
        name=told.name,
        public_key=raw(told.public_key),
        challenge=raw(told.challenge),
        signature=raw(told.signature),
        vehicle=told.vehicle,
        phone=told.phone,
        locale=told.language if told.language in _LANGUAGES else "en",
    )
    with depot.floor.write(depot.merchant_of(asked.host)) as here:
        tokens = joining.join(depot.floor, here, application)
    return _let_in(tokens)


def renew(depot: Depot, asked: Request) -> Response:
    """Give a device a fresh access token."""
    told = _read(asked, _Renewing)
    renewal = entering.Renewal(told.refresh, raw(told.challenge), raw(told.signature))
    with depot.floor.write(depot.merchant_of(asked.host)) as here:
        tokens = entering.renew(depot.floor, here, renewal)
    return _let_in(tokens)


def sign_out(depot: Depot, asked: Request) -> Response:
    """Close the device that asks."""
    caller = _caller(depot, asked)
    with depot.floor.write(caller.merchant_id) as here:
        entering.sign_out(here, caller.device)
    return Response(status=204)


def passkey_to_register(depot: Depot, asked: Request) -> Response:
    """Give the options for a new passkey."""
    caller = _caller(depot, asked)
    with depot.floor.write(caller.merchant_id) as here:
        me = (caller.courier.id, caller.courier.display_name)
        found = passkeys.to_register(depot.floor, here, COURIER_DOOR, *me, _site(depot, asked))
    return _json_bytes(found.encode())


def register_passkey(depot: Depot, asked: Request) -> Response:
    """Keep a new passkey."""
    caller = _caller(depot, asked)
    told = _read(asked, _Passkey)
    with depot.floor.write(caller.merchant_id) as here:
        me = caller.courier.id
        passkeys.register(here, COURIER_DOOR, me, told.credential, _site(depot, asked))
    return Response(status=204)


def passkey_to_enter(depot: Depot, asked: Request) -> Response:
    """Give the options to come in by a passkey."""
    with depot.floor.write(depot.merchant_of(asked.host)) as here:
        _slow_down(here, asked)
        found = passkeys.to_enter(depot.floor, here, COURIER_DOOR, _site(depot, asked))
    return _json_bytes(found.encode())


def enter_by_passkey(depot: Depot, asked: Request) -> Response:
    """Let a device in by a passkey."""
    told = _read(asked, _Entering)
    entry = passkeys.Entry(
        told.credential, raw(told.public_key), raw(told.challenge), raw(told.signature)
    )
    with depot.floor.write(depot.merchant_of(asked.host)) as here:
        challenge = passkeys.use_up(here, COURIER_DOOR, told.credential)
    with depot.floor.write(depot.merchant_of(asked.host)) as here:
        tokens = passkeys.enter(depot.floor, here, entry, challenge, _site(depot, asked))
    return _let_in(tokens)


def text(value: bytes) -> str:
    """Return bytes as they stand in JSON (base64url without padding)."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def raw(value: str) -> bytes:
    """Read base64url, or raise BadBody."""
    try:
        return urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except ValueError:
        raise BadBody("A field is no base64url.") from None


def _caller(depot: Depot, asked: Request) -> Caller:
    return caller_of(depot, asked.headers.get("Authorization", ""), asked.host)


def _slow_down(here: Floor, asked: Request) -> None:
    """Count who asks to come in, so that nobody fills the table of challenges."""
    door = f"courier:{asked.remote_addr or ''}"
    attempts.require(here, door, _BY_ADDRESS)
    attempts.count(here, door, _BY_ADDRESS)


def _site(depot: Depot, asked: Request) -> Site:
    """Return for whom a passkey is: the host that a merchant is served under."""
    scheme = "https" if depot.secure else "http"
    return Site(asked.host.rpartition(":")[0] or asked.host, f"{scheme}://{asked.host}")


def _read(asked: Request, kind: type[T]) -> T:
    """Read a body, or raise BadBody."""
    asked.max_content_length = _LARGEST
    if asked.mimetype != "application/json":
        raise BadBody("The body is not declared as JSON.")
    try:
        return msgspec.json.decode(asked.get_data(cache=False), type=kind)
    except (msgspec.DecodeError, RequestEntityTooLarge, UnicodeDecodeError, RecursionError):
        raise BadBody("The body cannot be read.") from None


def _let_in(tokens: Tokens) -> Response:
    told = {
        "deviceId": tokens.device_id,
        "access": tokens.access,
        "accessUntil": instant(tokens.access_until),
        "refresh": tokens.refresh,
    }
    return _json({name: value for name, value in told.items() if value is not None})


def _json(body: object) -> Response:
    return _json_bytes(msgspec.json.encode(body))


def _json_bytes(body: bytes) -> Response:
    answer = Response(body, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer

"""Passkeys of the staff: signing in by the lock of one's own device (W3C Web Authentication)."""

import hmac
from collections.abc import Mapping
from typing import Any

import msgspec
from flask import Blueprint, Response, request
from msgspec import Struct
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from werkzeug.exceptions import RequestEntityTooLarge

from connector.model.errors import RegieError
from storefront.fulfillment.errors.person import SignInRequired
from storefront.fulfillment.store import attempts, challenges, devices, passkeys, staff
from storefront.fulfillment.store.devices import Tokens
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.passkeys import Passkey
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

_ADD, _USE = "staff_passkey_add", "staff_passkey_use"
_LARGEST = 20_000


class BadPasskey(SignInRequired):
    """A passkey that did not sign what it was asked to."""

    code = "passkey_refused"
    remedy = "Try again, or sign in with the password."


class _Client(Struct):
    challenge: str


class _Answer(Struct, rename="camel"):
    client_data_JSON: str = msgspec.field(name="clientDataJSON")  # noqa: N815 - the standard's name


class _Credential(Struct, rename="camel"):
    raw_id: str
    response: _Answer


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


def _domain() -> str:
    """Return for which domain a passkey is: the host without its port."""
    return request.host.rpartition(":")[0] or request.host


def _origin(rooms: Rooms) -> str:
    return f"{'https' if rooms.secure else 'http'}://{request.host}"


def _options_to_use(rooms: Rooms) -> Response:
    door = f"passkey:{request.remote_addr or ''}"
    with rooms.floor.write(merchant(rooms)) as here:
        attempts.require(here, door, attempts.BY_ADDRESS)
        attempts.count(here, door, attempts.BY_ADDRESS)
        challenge = challenges.make(here, _USE, rooms.floor.random(challenges.BYTES))
    options = generate_authentication_options(
        rp_id=_domain(),
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _json(options_to_json(options))


def _options_to_add(rooms: Rooms, person: Person) -> Response:
    who = person.staff
    with rooms.floor.write(who.merchant_id) as here:
        challenge = challenges.make(here, _ADD, rooms.floor.random(challenges.BYTES), who.id)
        known = passkeys.of_person(here.connection, who.merchant_id, devices.STAFF, who.id)
    options = generate_registration_options(
        rp_id=_domain(),
        rp_name="Regie",
        user_id=who.id.encode(),
        user_name=f"Regie ({who.role.value})",
        challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return _json(options_to_json(options))


def _sent() -> tuple[_Sent, bytes, bytes]:
    """Read what the browser sent: all of it, the credential's id, and the challenge it answers."""
    try:
        request.max_content_length = _LARGEST
        sent = msgspec.json.decode(request.get_data(cache=False), type=_Sent)
        credential = msgspec.convert(sent.credential, _Credential)
        client = base64url_to_bytes(credential.response.client_data_JSON)
        challenge = msgspec.json.decode(client, type=_Client).challenge
        return sent, base64url_to_bytes(credential.raw_id), base64url_to_bytes(challenge)
    except (msgspec.DecodeError, RequestEntityTooLarge, ValueError, RecursionError):
        raise BadPasskey("This is no answer of a passkey.") from None


def _add(rooms: Rooms, person: Person) -> Response:
    """Keep a new passkey of who is signed in."""
    who = person.staff
    sent, _, challenge = _sent()
    with rooms.floor.write(who.merchant_id) as here:
        challenges.use(here, _ADD, challenge, who.id)
        try:
            found = verify_registration_response(
                credential=sent.credential,
                expected_challenge=challenge,
                expected_rp_id=_domain(),
                expected_origin=_origin(rooms),
                require_user_verification=True,
            )
        except WebAuthnException:
            raise BadPasskey("The passkey was not accepted.") from None
        key = (found.credential_id, devices.STAFF, who.id, found.credential_public_key)
        passkeys.add(here, Passkey(who.merchant_id, *key, found.sign_count))
    return _json({"to": "/account?done=saved"})


def _use(rooms: Rooms) -> Response:
    """Let somebody in whose passkey signed our challenge; a challenge is used up by the try."""
    sent, credential_id, challenge = _sent()
    with rooms.floor.write(merchant(rooms)) as here:
        challenges.use(here, _USE, challenge)
    with rooms.floor.write(merchant(rooms)) as here:
        tokens = _signed_in(rooms, here, sent, credential_id, challenge)
    answer = _json({"to": safe_path(sent.next)})
    let_in(rooms, tokens, answer)
    return answer


def _signed_in(
    rooms: Rooms, here: Floor, sent: _Sent, credential_id: bytes, challenge: bytes
) -> Tokens:
    known = passkeys.find(here.connection, here.merchant_id, devices.STAFF, credential_id)
    try:
        found = verify_authentication_response(
            credential=sent.credential,
            expected_challenge=challenge,
            expected_rp_id=_domain(),
            expected_origin=_origin(rooms),
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except WebAuthnException:
        raise BadPasskey("The passkey was not accepted.") from None
    passkeys.counted(here, known, found.new_sign_count)
    return new_device(
        rooms, here, staff.require(here.connection, here.merchant_id, known.person_id)
    )

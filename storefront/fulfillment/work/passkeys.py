"""Passkeys let people in by the lock of their own device: one set of rules for all of them."""

from typing import Any

from msgspec import Struct
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from connector.model.errors import InvalidInput
from storefront.fulfillment.errors.person import SignInRequired
from storefront.fulfillment.store import challenges, couriers, passkeys
from storefront.fulfillment.store.devices import COURIER, STAFF, Tokens
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.passkeys import Passkey
from storefront.fulfillment.work import entering

_MOST = 5


class BadPasskey(InvalidInput):
    """What the browser sent is no passkey's answer, or a passkey too many or known already."""

    code = "bad_passkey"
    remedy = "Try again, or come in another way: by a password, or a link from the store."


class PasskeyRefused(SignInRequired):
    """A passkey that did not sign what it was asked to."""

    code = "passkey_refused"
    remedy = "Try again, or come in another way: by a password, or a link from the store."


class Site(Struct, frozen=True):
    """For whom a passkey is made: the host, and the origin that the browser must name."""

    host: str
    origin: str
    name: str = "Regie"


class Door(Struct, frozen=True):
    """Who comes in here, and what the challenges are called that he answers."""

    kind: str
    making: str
    using: str


STAFF_DOOR = Door(STAFF, "staff_passkey_add", "staff_passkey_use")
COURIER_DOOR = Door(COURIER, "courier_passkey_new", "courier_passkey")


def to_register(
    floor: ShopFloor, here: Floor, door: Door, person_id: str, name: str, site: Site
) -> str:
    """Return the options for navigator.credentials.create, as JSON (WebAuthn level 3)."""
    known = passkeys.of_person(here.connection, here.merchant_id, door.kind, person_id)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=person_id.encode(),
        user_name=name,
        challenge=challenges.make(here, door.making, floor.random(challenges.BYTES), person_id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=it) for it in known],
    )
    return options_to_json(options)


def register(
    here: Floor, door: Door, person_id: str, credential: dict[str, Any], site: Site
) -> None:
    """Keep a new passkey; of more than five nobody keeps track."""
    value = _challenge_of(credential)
    challenges.use(here, door.making, value, person_id)
    if len(passkeys.of_person(here.connection, here.merchant_id, door.kind, person_id)) >= _MOST:
        raise BadPasskey("There are five passkeys already.")
    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=value,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        raise PasskeyRefused("This passkey cannot be taken.") from None
    key = (found.credential_id, door.kind, person_id, found.credential_public_key)
    if not passkeys.add(here, Passkey(here.merchant_id, *key, found.sign_count)):
        raise BadPasskey("This passkey is known here already.", field="credential")


def to_enter(floor: ShopFloor, here: Floor, door: Door, site: Site) -> str:
    """Return the options for navigator.credentials.get, as JSON; whose passkey is not asked."""
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenges.make(here, door.using, floor.random(challenges.BYTES)),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def use_up(here: Floor, door: Door, credential: dict[str, Any]) -> bytes:
    """Use up the challenge that was answered and return it; in a write of its own, a try is one."""
    value = _challenge_of(credential)
    challenges.use(here, door.using, value)
    return value


def holder(
    here: Floor, door: Door, credential: dict[str, Any], challenge: bytes, site: Site
) -> str:
    """Return whose passkey signed the challenge, or raise PasskeyRefused."""
    known = passkeys.find(here.connection, here.merchant_id, door.kind, _id_of(credential))
    try:
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        raise PasskeyRefused("The passkey did not sign this.") from None
    passkeys.counted(here, known, found.new_sign_count)
    return known.person_id


class Entry(Struct, frozen=True):
    """A passkey's answer, and the key of the device that comes in (SPKI, DER) with its proof."""

    credential: dict[str, Any]
    public_key: bytes
    challenge: bytes
    signature: bytes


def enter(floor: ShopFloor, here: Floor, told: Entry, challenge: bytes, site: Site) -> Tokens:
    """Let a courier's device in by a passkey; from then on its own key renews the sign-in."""
    entering.require_proof(here, told.public_key, "passkey", told.challenge, told.signature)
    courier_id = holder(here, COURIER_DOOR, told.credential, challenge, site)
    entering.require_welcome(here, couriers.get(here.connection, here.merchant_id, courier_id))
    return entering.let_in(floor, here, courier_id, told.public_key)


def _challenge_of(credential: dict[str, Any]) -> bytes:
    """Return which challenge was answered, as the browser says; that it was ours is checked."""
    try:
        data = base64url_to_bytes(credential["response"]["clientDataJSON"])
        return parse_client_data_json(data).challenge
    except (KeyError, TypeError, ValueError, WebAuthnException):
        raise BadPasskey("This is no answer of a passkey.", field="credential") from None


def _id_of(credential: dict[str, Any]) -> bytes:
    try:
        return base64url_to_bytes(credential["rawId"])
    except (KeyError, TypeError, ValueError):
        raise BadPasskey("This is no answer of a passkey.", field="credential") from None

"""A passkey is the second way in for couriers: it comes along to a new phone by itself."""

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

from connector.model.errors import BadSignature, InvalidInput
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.store import challenges, couriers, passkeys
from storefront.fulfillment.store.devices import COURIER, Tokens
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.passkeys import Passkey
from storefront.fulfillment.work import entering

REGISTER, ENTER = "courier_passkey_new", "courier_passkey"
_MOST = 5


class BadPasskey(InvalidInput):
    """What the browser sent is no passkey's answer."""

    code = "bad_passkey"
    remedy = "Try again, or join with a link from the store."


class Site(Struct, frozen=True):
    """For whom a passkey is made: the host, and the origin that the browser must name."""

    host: str
    origin: str
    name: str = "Regie"


def to_register(floor: ShopFloor, here: Floor, courier: Courier, site: Site) -> bytes:
    """Return the options for navigator.credentials.create, as JSON (WebAuthn level 3)."""
    known = passkeys.of_person(here.connection, here.merchant_id, COURIER, courier.id)
    value = challenges.make(here, REGISTER, floor.random(challenges.BYTES), courier.id)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=courier.id.encode(),
        user_name=courier.display_name,
        challenge=value,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=it) for it in known],
    )
    return options_to_json(options).encode()


def register(here: Floor, courier: Courier, credential: dict[str, Any], site: Site) -> None:
    """Keep a new passkey; of more than five nobody keeps track."""
    value = _challenge_of(credential)
    challenges.use(here, REGISTER, value, courier.id)
    if len(passkeys.of_person(here.connection, here.merchant_id, COURIER, courier.id)) >= _MOST:
        raise BadPasskey("There are five passkeys already.")
    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=value,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError):
        raise BadPasskey("This passkey cannot be taken.") from None
    fresh = Passkey(
        here.merchant_id,
        found.credential_id,
        COURIER,
        courier.id,
        found.credential_public_key,
        found.sign_count,
    )
    passkeys.add(here, fresh)


def to_enter(floor: ShopFloor, here: Floor, site: Site) -> bytes:
    """Return the options for navigator.credentials.get, as JSON; whose passkey is not asked."""
    value = challenges.make(here, ENTER, floor.random(challenges.BYTES))
    return options_to_json(
        generate_authentication_options(rp_id=site.host, challenge=value)
    ).encode()


class Entry(Struct, frozen=True):
    """A passkey's answer, and the key of the device that comes in (SPKI, DER) with its proof."""

    credential: dict[str, Any]
    public_key: bytes
    challenge: bytes
    signature: bytes


def enter(floor: ShopFloor, here: Floor, told: Entry, site: Site) -> Tokens:
    """Let a device in by a passkey; from then on its own key renews the sign-in."""
    entering.require_proof(here, told.public_key, "passkey", told.challenge, told.signature)
    value = _challenge_of(told.credential)
    challenges.use(here, ENTER, value)
    known = passkeys.find(here.connection, here.merchant_id, COURIER, _id_of(told.credential))
    try:
        found = verify_authentication_response(
            credential=told.credential,
            expected_challenge=value,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
        )
    except (WebAuthnException, ValueError):
        raise BadSignature("The passkey did not sign this.") from None
    passkeys.counted(here, known, found.new_sign_count)
    courier = couriers.get(here.connection, here.merchant_id, known.person_id)
    entering.require_welcome(here, courier)
    return entering.let_in(floor, here, courier.id, told.public_key)


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

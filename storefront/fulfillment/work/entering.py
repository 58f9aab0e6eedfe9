"""How a courier's phone signs in and stays signed in: by a key that never leaves it."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)
from msgspec import Struct

from connector.model.errors import BadSignature, InvalidInput
from connector.model.ids import new_id
from storefront.fulfillment.courier.courier import Courier, CourierState, MembershipState
from storefront.fulfillment.errors.person import SignInRequired
from storefront.fulfillment.job.offline import DeviceKey, KeyKind, signed
from storefront.fulfillment.store import challenges, couriers, devices
from storefront.fulfillment.store.devices import COURIER, Device, Tokens
from storefront.fulfillment.store.floor import Floor, ShopFloor

CHALLENGE = "courier_device"


class BadDeviceKey(InvalidInput):
    """A device's key that is none of ours."""

    code = "bad_device_key"
    remedy = "Send a P-256 or Ed25519 public key (SPKI, DER), made on the device."


def challenge(floor: ShopFloor, here: Floor) -> bytes:
    """Make what a device signs to show that it holds its key."""
    return challenges.make(here, CHALLENGE, floor.random(challenges.BYTES))


def let_in(floor: ShopFloor, here: Floor, courier_id: str, public_key: bytes) -> Tokens:
    """Sign a device in; its key must have been shown to be its own."""
    device_id = new_id("dev", lambda: here.now)
    chance = (floor.random(24), floor.random(24))
    return devices.sign_in(here, device_id, COURIER, courier_id, chance, public_key=public_key)


class Renewal(Struct, frozen=True):
    """What a phone sends to stay in: its token, and a signature of its key."""

    refresh: str
    challenge: bytes
    signature: bytes


def renew(floor: ShopFloor, here: Floor, told: Renewal) -> Tokens:
    """Give a device a fresh access token; the renewing token alone, without the key, is nothing."""
    device = devices.by_refresh(here.connection, told.refresh, here.now)
    if device.merchant_id != here.merchant_id or device.kind != COURIER:
        raise SignInRequired("The sign-in ended.")
    require_proof(here, device.public_key or b"", "renew", told.challenge, told.signature)
    require_welcome(here, couriers.get(here.connection, here.merchant_id, device.person_id))
    return devices.renew(here, device, floor.random(24))


def require_proof(
    here: Floor, public_key: bytes, purpose: str, value: bytes, signature: bytes
) -> None:
    """Raise unless the key signed this challenge, which is used up, for this purpose."""
    challenges.use(here, CHALLENGE, value)
    message = b"regie-" + purpose.encode() + b"\0" + value
    if not signed(device_key(public_key, ""), message, signature):
        raise BadSignature("The device did not sign the challenge.")


def device_key(public_key: bytes, courier_id: str) -> DeviceKey:
    """Read a device's public key (SPKI, DER), or raise BadDeviceKey."""
    try:
        found = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm):
        raise BadDeviceKey("This is no public key.", field="publicKey") from None
    if isinstance(found, Ed25519PublicKey):
        raw = found.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return DeviceKey(KeyKind.ED25519, raw, courier_id)
    if isinstance(found, EllipticCurvePublicKey) and isinstance(found.curve, SECP256R1):
        raw = found.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return DeviceKey(KeyKind.P256, raw, courier_id)
    raise BadDeviceKey("This kind of key is not taken.", field="publicKey")


def who(floor: ShopFloor, merchant_id: str, access: str) -> tuple[Device, Courier]:
    """Return the device and the courier of a token, or raise SignInRequired."""
    with floor.database.read() as connection:
        device = devices.find(connection, COURIER, access, floor.now())
        if device.merchant_id != merchant_id:
            raise SignInRequired("Nobody is signed in here.")
        courier = couriers.get(connection, merchant_id, device.person_id)
    if not _is_welcome(merchant_id, courier):
        raise SignInRequired("This account is closed.")
    return device, courier


def require_welcome(here: Floor, courier: Courier) -> None:
    """Raise SignInRequired for who is suspended, has left, or is blocked."""
    if not _is_welcome(here.merchant_id, courier):
        raise SignInRequired("This account is closed.")


def _is_welcome(merchant_id: str, courier: Courier) -> bool:
    """Tell whether he may sign in: he is not suspended, has not left, and is not blocked."""
    shut = courier.state in {CourierState.SUSPENDED, CourierState.LEFT}
    return not shut and courier.membership(merchant_id) in {
        MembershipState.INVITED,
        MembershipState.APPROVED,
    }


def sign_out(here: Floor, device: Device) -> None:
    """Close one device."""
    devices.sign_out(here, device.id)

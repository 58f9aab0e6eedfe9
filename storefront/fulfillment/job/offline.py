"""What a courier did without a network: signed by his device, taken in order, once, and in time."""

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from msgspec import Struct

from connector.model.errors import BadSignature, InvalidInput, RegieError

AHEAD_MS = 2 * 60_000
LATE_MS = 2 * 60_000
OPERATIONS = frozenset({"arrive", "pickUp", "deliver", "fail", "startReturn", "loseParcel"})
"""What may be done without a network: nothing that others race for, nothing that undoes."""


class BadOperation(InvalidInput):
    """An offline operation that cannot be: of an unknown kind, or of an unknown job."""

    code = "bad_operation"
    remedy = "Send the operations as they were queued; claims and releases need a network."


class KeyKind(Enum):
    """How a device signs: ED25519 as in RFC 8032, P256 as ECDSA with SHA-256 (FIPS 186-5)."""

    ED25519 = "ED25519"
    P256 = "P256"


class DeviceKey(Struct, frozen=True, rename="camel"):
    """A device's public key: 32 raw bytes, or for P256 the uncompressed point of 65 bytes."""

    kind: KeyKind
    public: bytes
    courier_id: str


class Operation(Struct, frozen=True, kw_only=True, rename="camel"):
    """One queued step; `seq` counts on the device, `captured_at` is its clock, epoch ms.

    `body` is what the step takes, in whole numbers, texts and lists. `signature` covers the
    canonical JSON of all the rest; for P256 it is r and s of 32 bytes each, as browsers make it.
    """

    op_id: str
    device_id: str
    job_id: str
    fence: int
    op: str
    captured_at: int
    seq: int
    body: Mapping[str, Any] = {}
    signature: bytes = b""


class Flag(Enum):
    """LATE: long after it happened. CLOCK_SKEW: the device's clock cannot be right."""

    LATE = "LATE"
    CLOCK_SKEW = "CLOCK_SKEW"


class Taken(Struct, frozen=True):
    """An operation to be done as of `at`; a `duplicate` is answered as before instead.

    With a `refusal` nothing is done. `skew_ms` is by how much the time was corrected.
    """

    operation: Operation
    at: int
    flags: tuple[Flag, ...] = ()
    skew_ms: int = 0
    courier_id: str | None = None
    duplicate: bool = False
    refusal: RegieError | None = None


def canonical(operation: Operation) -> bytes:
    """Return what is signed: JSON with sorted keys and no spaces (RFC 8785, without fractions)."""
    fields = msgspec.to_builtins(operation)
    fields.pop("signature")
    return msgspec.json.encode(fields, order="sorted")


def verify(operation: Operation, key: DeviceKey) -> None:
    """Raise BadSignature where the device did not sign this."""
    if not signed(key, canonical(operation), operation.signature):
        raise BadSignature("The device did not sign this.", op=operation.op_id)


def signed(key: DeviceKey, message: bytes, signature: bytes) -> bool:
    """Tell whether the device signed a message."""
    try:
        if key.kind is KeyKind.ED25519:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
        else:
            _verify_p256(key.public, message, signature)
    except (InvalidSignature, ValueError):
        return False
    return True


def clamp(captured_at: int, claimed_at: int, now: int) -> tuple[int, tuple[Flag, ...]]:
    """Return the time that counts, between the claim and two minutes from now, and the flags."""
    at = min(max(captured_at, claimed_at), now + AHEAD_MS)
    flags = (Flag.LATE,) if now - at > LATE_MS else ()
    return at, flags if at == captured_at else (*flags, Flag.CLOCK_SKEW)


def take(
    operations: Iterable[Operation],
    keys: Mapping[str, DeviceKey],
    seen: Collection[str],
    claimed_at: Mapping[str, int],
    now: int,
) -> tuple[Taken, ...]:
    """Return what to do with queued operations, in the order in which each device did them.

    `keys` are by device, `seen` are the `op_id`s that were answered before, `claimed_at` is by job.
    The fence is looked at when an operation is done, as with any other.
    """
    known, taken = set(seen), []
    for operation in sorted(operations, key=lambda each: (each.device_id, each.seq)):
        found = _taken(operation, keys.get(operation.device_id), claimed_at, now)
        if found.refusal is None:
            found = msgspec.structs.replace(found, duplicate=operation.op_id in known)
            known.add(operation.op_id)
        taken.append(found)
    return tuple(taken)


def _taken(
    operation: Operation, key: DeviceKey | None, claimed_at: Mapping[str, int], now: int
) -> Taken:
    try:
        if key is None:
            raise BadSignature("This device is not known.", op=operation.op_id)
        verify(operation, key)
        if operation.op not in OPERATIONS or operation.job_id not in claimed_at:
            raise BadOperation("This cannot be done offline.", op=operation.op_id)
    except RegieError as refusal:
        return Taken(operation, now, refusal=refusal)
    at, flags = clamp(operation.captured_at, claimed_at[operation.job_id], now)
    return Taken(operation, at, flags, at - operation.captured_at, key.courier_id)


def _verify_p256(public: bytes, message: bytes, signature: bytes) -> None:
    if len(signature) != 64:
        raise ValueError("r and s are 32 bytes each")
    r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
    key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public)
    key.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))

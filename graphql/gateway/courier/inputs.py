"""What a courier sends: places, money, proofs, and steps that were queued without a network."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

import graphene
import orjson

from connector.model.money import Money, minor_digits
from gateway.catalogue.scalars import BigInt
from gateway.courier import enums
from gateway.courier.types import listed
from storefront.fulfillment.job.offline import Operation
from storefront.fulfillment.work.deeds import Arrive, Deliver, Fail, Near, Picture

_MILLIONTHS = 1_000_000
_LONGEST = 200
_NOWHERE = 1_000.0  # degrees: beyond it is no place, as it is here
Given = Mapping[str, Any]


class GeoIn(graphene.InputObjectType):
    """Where the courier is; degrees, WGS 84."""

    lat = graphene.Float(required=True, description="Latitude.")
    lng = graphene.Float(required=True, description="Longitude.")
    accuracy_m = graphene.Int(default_value=0, description="How exact, in metres.")


class MoneyIn(graphene.InputObjectType):
    """Whole minor units of an ISO 4217 currency."""

    amount = graphene.NonNull(BigInt, description="Minor units, such as cents.")
    currency = graphene.String(required=True, description="ISO 4217.")


class PictureIn(graphene.InputObjectType):
    """A picture that was sent to /courier/jobs/{id}/proof before."""

    kind = graphene.NonNull(enums.ProofKind, description="PHOTO or SIGNATURE.")
    sha256 = graphene.String(required=True, description="What that answered: hex.")


class ProofIn(graphene.InputObjectType):
    """What the shopper showed at the door, and what the courier did there."""

    code = graphene.String(description="The shopper's PIN, or the text of his square.")
    pictures = graphene.List(
        graphene.NonNull(PictureIn), description="Pictures that were sent before."
    )
    age_passed = graphene.Boolean(
        description="A document was looked at, and the age is right; nothing of it is kept."
    )
    contact_tries = graphene.Int(description="How often he rang or called, for NOT_AT_HOME.")


class OfflineOp(graphene.InputObjectType):
    """One queued step. The device signs canonical JSON of all but the signature (RFC 8785).

    That is an object with the keys body, capturedAt, deviceId, fence, jobId, op, opId, seq.
    """

    op_id = graphene.ID(required=True, description="The key of this step, also when told at once.")
    device_id = graphene.ID(required=True, description="The device that took it.")
    job_id = graphene.ID(required=True, description="Of which job.")
    fence = graphene.Int(required=True, description="Under which claim.")
    op = graphene.NonNull(enums.OfflineKind, description="Which step.")
    captured_at = graphene.NonNull(BigInt, description="By the device's clock, epoch ms.")
    seq = graphene.Int(required=True, description="Counts on the device.")
    body = graphene.String(required=True, description="The step's arguments, as a JSON object.")
    signature = graphene.String(
        required=True, description="ECDSA P-256 with SHA-256 as r and s, or Ed25519; base64url."
    )


def near_of(given: Given | None) -> Near | None:
    """Return a place in the digits that devices sign."""
    if given is None:
        return None
    lat, lng = (_millionths(float(given[name])) for name in ("lat", "lng"))
    return Near(lat, lng, given.get("accuracy_m") or 0)


def _millionths(degrees: float) -> int:
    return round(max(-_NOWHERE, min(degrees, _NOWHERE)) * _MILLIONTHS)


def arrive_of(stage: Any, near: Given | None, reason: str | None) -> Arrive:
    """Read an arrival."""
    return Arrive(stage, near_of(near), reason or "")


def deliver_of(proof: Given, cash: Given | None) -> Deliver:
    """Read a delivery."""
    pictures = [Picture(it["kind"], it["sha256"].lower()) for it in proof.get("pictures") or ()]
    return Deliver(proof.get("code"), tuple(pictures), proof.get("age_passed"), _money(cash))


def fail_of(reason: Any, note: str | None, proof: Given | None) -> Fail:
    """Read a failure."""
    tries = (proof or {}).get("contact_tries") or 0
    return Fail(reason, note or "", max(0, tries))


def operation_of(given: Given) -> Operation:
    """Read a queued step; what cannot be read has no signature that fits."""
    return Operation(
        op_id=given["op_id"][:_LONGEST],
        device_id=given["device_id"],
        job_id=given["job_id"],
        fence=given["fence"],
        op=given["op"].value,
        captured_at=given["captured_at"],
        seq=given["seq"],
        body=_object(given["body"]),
        signature=_bytes(given["signature"]),
    )


def _money(given: Given | None) -> Money | None:
    """Read an amount, or raise BadMoney."""
    if given is None:
        return None
    minor_digits(given["currency"])
    return Money(given["amount"], given["currency"])


def _object(text: str) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


OPERATIONS = listed(OfflineOp)

"""What proves a pick-up, a delivery or a return, and whether everything needed is there."""

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from connector.model.money import Money
from storefront.fulfillment.errors.job import ProofMissing
from storefront.fulfillment.errors.order import AgeCheckRequired
from storefront.fulfillment.job.job import DeliveryJob, ProofKind
from storefront.fulfillment.order.handover import AgeResult

MOST_CASH = 10**12
"""Minor units; more than anybody carries, and less than any column holds."""


class Stage(Enum):
    """At which end of the way."""

    PICKUP = "PICKUP"
    DROPOFF = "DROPOFF"
    RETURN = "RETURN"


class Proof(Struct, frozen=True, kw_only=True, rename="camel"):
    """One proof; instants are epoch ms, `captured_at` by the courier's clock.

    `passed` says that a code was verified here, or that a document was found in order: a device
    that was offline cannot say so of a PIN. `blob_sha256` binds a picture, which lies elsewhere.
    """

    id: str
    job_id: str
    kind: ProofKind
    stage: Stage
    fence: int
    captured_at: int
    received_at: int
    clock_skew_ms: int = 0
    cell: str | None = None
    accuracy_m: int | None = None
    blob_sha256: str | None = None
    mime: str | None = None
    passed: bool = False
    device_id: str | None = None
    seq: int | None = None


_BLOBS = frozenset({ProofKind.PHOTO, ProofKind.SIGNATURE})


def needed(job: DeliveryJob, stage: Stage) -> tuple[ProofKind, ...]:
    """Return the kinds that the stage needs."""
    plans = {
        Stage.PICKUP: job.proof.pickup,
        Stage.DROPOFF: job.proof.dropoff,
        Stage.RETURN: job.proof.back,
    }
    return tuple(kind for kind in plans[stage] if kind is not ProofKind.NONE)


def holds(proof: Proof, job: DeliveryJob, stage: Stage) -> bool:
    """Tell whether it belongs to this job, this stage and this claim, and proves something."""
    if (proof.job_id, proof.stage, proof.fence) != (job.id, stage, job.fence):
        return False
    return proof.blob_sha256 is not None if proof.kind in _BLOBS else proof.passed


def missing(job: DeliveryJob, stage: Stage, proofs: Sequence[Proof]) -> tuple[ProofKind, ...]:
    """Return the kinds that are needed and not there."""
    there = {proof.kind for proof in proofs if holds(proof, job, stage)}
    return tuple(kind for kind in needed(job, stage) if kind not in there)


def age_result(job: DeliveryJob, proofs: Sequence[Proof]) -> AgeResult | None:
    """Return what was found at the door: None where nobody looked; once refused is refused."""
    looked = [
        proof
        for proof in proofs
        if proof.kind is ProofKind.AGE
        and (proof.job_id, proof.stage, proof.fence) == (job.id, Stage.DROPOFF, job.fence)
    ]
    if not looked:
        return None
    return AgeResult.PASS if all(proof.passed for proof in looked) else AgeResult.REFUSED


def require(
    job: DeliveryJob, stage: Stage, proofs: Sequence[Proof], cash: Money | None = None
) -> None:
    """Raise AgeCheckRequired, then ProofMissing (`missing`) where something lacks.

    At the door also the cash of a job that is paid there must be named, as `COD`.
    """
    lacking = [kind.value for kind in missing(job, stage, proofs)]
    if stage is Stage.DROPOFF:
        result = age_result(job, proofs)
        if job.age_check is not None and result is not AgeResult.PASS:
            found = result.value if result else None
            raise AgeCheckRequired("No age check was passed.", age=job.age_check, result=found)
        if job.cod is not None and not _is_cash(cash, job.cod.amount.currency):
            lacking.append("COD")
    if lacking:
        raise ProofMissing("Proofs are missing.", missing=lacking, stage=stage.value)


def _is_cash(cash: Money | None, currency: str) -> bool:
    """Tell whether it is an amount that a courier can have been given."""
    return cash is not None and cash.currency == currency and 0 <= cash.amount <= MOST_CASH

"""What proves a courier's step: a code that is compared, a picture that came before, a look."""

from collections.abc import Mapping

from msgspec import Struct, structs

from connector.model.money import Money
from storefront.fulfillment.errors.order import CodeWrong
from storefront.fulfillment.job.fence import require_holder
from storefront.fulfillment.job.job import DeliveryJob, ProofKind
from storefront.fulfillment.job.proof import Proof, Stage
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order import handing
from storefront.fulfillment.order.code import scanned
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.handover import AgeResult, HandoverState
from storefront.fulfillment.store import handovers, people, proofs
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.once import Refused


class Given(Struct, frozen=True):
    """What the courier shows for a delivery: a code, uploaded pictures, an age check, cash."""

    code: str | None = None
    blobs: Mapping[ProofKind, str] = {}
    age_passed: bool | None = None
    cash: Money | None = None
    captured_at: int | None = None
    received_at: int | None = None
    device_id: str | None = None
    seq: int | None = None

    def stamped(self, proof: Proof) -> Proof:
        """Return a proof with the device that took it, and by how much its clock was wrong."""
        told = self.captured_at
        return structs.replace(
            proof,
            received_at=self.received_at or proof.received_at,
            clock_skew_ms=0 if told is None else proof.captured_at - told,
            device_id=self.device_id,
            seq=self.seq,
        )


def by_code(
    floor: ShopFloor,
    here: Floor,
    job: DeliveryJob,
    by: Holder,
    stage: Stage,
    subject: str,
    code: str,
) -> Proof:
    """Compare a code with a hand-over's; a wrong one counts, and is refused after it is kept."""
    require_holder(job, by.courier_id, by.fence)
    found = handovers.of_subject(here.connection, here.merchant_id, subject)
    if found is None:
        raise CodeWrong("This job has no code.", left=0)
    held, actor, key = found[0], Actor("courier", by.courier_id), people.sealer(floor, here)
    square = scanned(code)
    if held.state is not HandoverState.VERIFIED:
        if square is not None:
            tried = handing.try_token(held, key.code_key, square.token, actor, here.now)
        else:
            tried = handing.try_pin(held, key.code_key, code, actor, here.now)
        handovers.save(here, held, tried.handover, tried.events)
        if tried.refusal is not None:
            raise Refused(tried.refusal)
    kind = ProofKind.QR if square is not None else ProofKind.PIN
    planned = job.proof.pickup if stage is Stage.PICKUP else job.proof.dropoff
    if kind not in planned and {ProofKind.QR, ProofKind.PIN} & set(planned):
        kind = next(it for it in planned if it in {ProofKind.QR, ProofKind.PIN})
    return _proof(here, job, by, kind, stage, passed=True)


def _proof(
    here: Floor, job: DeliveryJob, by: Holder, kind: ProofKind, stage: Stage, **more: object
) -> Proof:
    return Proof(
        id=f"{job.id}/{stage.value}/{kind.value}/{by.fence}/{job.reopened}",
        job_id=job.id,
        kind=kind,
        stage=stage,
        fence=by.fence,
        captured_at=here.now,
        received_at=here.now,
        **more,  # type: ignore[arg-type]  # the other fields of a proof
    )


def blob_proofs(here: Floor, job: DeliveryJob, by: Holder, given: Given) -> list[Proof]:
    """Return proofs of pictures that were uploaded before, for this job and no other."""
    known = proofs.blobs(here.connection, here.merchant_id, job.id)
    missing = [digest for digest in given.blobs.values() if digest not in known]
    if missing:
        raise proofs.BlobMissing("The picture has not arrived yet.", missing=missing)
    return [
        _proof(here, job, by, kind, Stage.DROPOFF, blob_sha256=digest)
        for kind, digest in given.blobs.items()
    ]


def age_proof(here: Floor, job: DeliveryJob, by: Holder, given: Given) -> list[Proof]:
    """Return the proof that a document was looked at, if one was."""
    if given.age_passed is None:
        return []
    return [_proof(here, job, by, ProofKind.AGE, Stage.DROPOFF, passed=given.age_passed)]


def complete(here: Floor, subject: str, by: Holder, *, age_passed: bool | None = None) -> None:
    """Use up the code of a hand-over that a job's own step has proven."""
    found = handovers.of_subject(here.connection, here.merchant_id, subject)
    if found is None or found[0].state is not HandoverState.VERIFIED:
        return
    held, actor = found[0], Actor("courier", by.courier_id)
    if held.age_min is not None and age_passed is not None:
        result = AgeResult.PASS if age_passed else AgeResult.REFUSED
        held = handovers.save(here, held, *handing.check_age(held, result, actor, here.now))
    handovers.save(here, held, *handing.complete(held, actor, here.now))

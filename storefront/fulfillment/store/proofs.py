"""Pictures and signatures that prove a delivery: sealed, bound to one job, and gone in time."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, select, update

from connector.model.errors import Conflict, NotFound
from connector.store.database.upsert import insert_missing
from storefront.fulfillment.job.job import ProofKind
from storefront.fulfillment.job.proof import Proof
from storefront.fulfillment.person.retention import What, due_at
from storefront.fulfillment.store import people
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.tables import job

_proof = job.proof
_BLOB = "BLOB"
_NONCE = 12


class BlobMissing(Conflict):
    """A proof names a picture that was not uploaded for this job."""

    code = "blob_missing"
    remedy = "Upload the picture first, then send the step again under a fresh key."


class ProofNotFound(NotFound):
    """The job has no such picture, or its time is over."""

    code = "proof_not_found"
    remedy = "Proofs are kept for a month; ask the courier."


def put_blob(floor: ShopFloor, here: Floor, job_id: str, digest: str, picture: bytes) -> None:
    """Seal a picture of a job; the same picture twice is kept once."""
    owner = f"proof/{job_id}/{digest}"
    sealed = people.sealer(floor, here).seal(picture, owner, floor.random(_NONCE))
    insert_missing(
        here.connection,
        _proof,
        {
            "merchant_id": here.merchant_id,
            "job_id": job_id,
            "id": digest,
            "kind": _BLOB,
            "stage": "",
            "sha256": bytes.fromhex(digest),
            "size": len(picture),
            "sealed": sealed,
            "document": b"{}",
            "purge_at": due_at(What.PROOF, here.now),
            "created_at": here.now,
        },
    )


def blobs(connection: Connection, merchant_id: str, job_id: str) -> frozenset[str]:
    """Return the digests (SHA-256, hex) of the pictures of a job."""
    query = select(_proof.c.id).where(
        _proof.c.merchant_id == merchant_id, _proof.c.job_id == job_id, _proof.c.kind == _BLOB
    )
    return frozenset(connection.execute(query).scalars())


def picture(
    floor: ShopFloor, connection: Connection, merchant_id: str, job_id: str, digest: str
) -> bytes:
    """Return a picture, or raise ProofNotFound."""
    query = select(_proof.c.sealed).where(
        _proof.c.merchant_id == merchant_id, _proof.c.job_id == job_id, _proof.c.id == digest
    )
    sealed = connection.execute(query).scalar_one_or_none()
    key = people.opener(connection, merchant_id, floor.box)
    if sealed is None or key is None:
        raise ProofNotFound("The job has no such picture.", job=job_id)
    return key.open(bytes(sealed), f"proof/{job_id}/{digest}")


def note(here: Floor, proof: Proof) -> None:
    """Keep what proved a step: its kind, its time and result, nothing of a person."""
    insert_missing(
        here.connection,
        _proof,
        {
            "merchant_id": here.merchant_id,
            "job_id": proof.job_id,
            "id": proof.id,
            "kind": proof.kind.value,
            "stage": proof.stage.value,
            "size": 0,
            "document": msgspec.json.encode(proof),
            "purge_at": due_at(What.PROOF, here.now),
            "created_at": here.now,
        },
    )


def of_job(connection: Connection, merchant_id: str, job_id: str) -> Sequence[Proof]:
    """Return what proved the steps of a job."""
    query = (
        select(_proof.c.document)
        .where(
            _proof.c.merchant_id == merchant_id,
            _proof.c.job_id == job_id,
            _proof.c.kind != _BLOB,
        )
        .order_by(_proof.c.created_at, _proof.c.id)
    )
    return [msgspec.json.decode(row[0], type=Proof) for row in connection.execute(query)]


def kept_until(connection: Connection, merchant_id: str, job_id: str) -> int:
    """Return when the last proof of a job is dropped; 0 where there is none."""
    query = select(func.max(_proof.c.purge_at)).where(
        _proof.c.merchant_id == merchant_id, _proof.c.job_id == job_id
    )
    return connection.execute(query).scalar_one() or 0


def keep_longer(here: Floor, job_id: str) -> None:
    """Keep the proofs of a disputed job for half a year; the result of an age check no longer."""
    until = due_at(What.PROOF, here.now, disputed=True)
    here.connection.execute(
        update(_proof)
        .where(
            _proof.c.merchant_id == here.merchant_id,
            _proof.c.job_id == job_id,
            _proof.c.kind != ProofKind.AGE.value,
        )
        .values(purge_at=until)
    )


def purge(here: Floor) -> int:
    """Drop the proofs whose time is over."""
    old = (_proof.c.merchant_id == here.merchant_id, _proof.c.purge_at <= here.now)
    return here.connection.execute(_proof.delete().where(*old)).rowcount

"""Why a courier cannot have a delivery, or cannot finish it."""

from connector.model.errors import Conflict, InvalidInput, NotAllowed, NotFound


class JobNotFound(NotFound):
    """No delivery job of this merchant has that id."""

    code = "job_not_found"
    remedy = "See the list of deliveries."


class CourierNotFound(NotFound):
    """No courier of this merchant has that id."""

    code = "courier_not_found"
    remedy = "See the list of couriers."


class NotEligible(NotAllowed):
    """The courier may not take this job; `reason` is the first rule that fails."""

    code = "not_eligible"
    remedy = "See the reason; the store can change what it depends on."


class JobAlreadyClaimed(Conflict):
    """Another courier was quicker."""

    code = "job_already_claimed"
    remedy = "Take another job."


class LeaseLapsed(Conflict):
    """The claim ended, and the job went to somebody else or back to the list."""

    code = "lease_lost"
    remedy = "Read the job anew; claim it again if it is still open."


class StaleFence(Conflict):
    """The fence is not the present one: somebody claimed the job later."""

    code = "stale_fence"
    remedy = "Stop; read the job anew."


class JobCancelled(Conflict):
    """The job was cancelled."""

    code = "job_cancelled"
    remedy = "Bring back what you carry of it."


class JobExpired(Conflict):
    """The window of the job is over."""

    code = "job_expired"
    remedy = "Take another job."


class BadProof(InvalidInput):
    """A proof that cannot be read."""

    code = "bad_proof"
    remedy = (
        "Send a JPEG, PNG or WebP picture of at most 8 MB and 12 megapixels, or a printed code."
    )


class ProofMissing(Conflict):
    """A proof that this delivery needs is missing."""

    code = "proof_missing"
    remedy = "Add the proofs named in `missing`."


class ParcelMismatch(Conflict):
    """The scanned parcels are not those of the job."""

    code = "parcel_mismatch"
    remedy = "Scan every parcel of this job and no other, or report one missing."

"""Why a deed of any kind comes too late, twice or out of turn."""

from connector.model.errors import Conflict


class IllegalTransition(Conflict):
    """What was asked does not follow the present state."""

    code = "illegal_transition"
    remedy = "Read the state anew; `allowed` says what may follow."


class IdempotencyKeyReused(Conflict):
    """The same key came before with other content."""

    code = "idempotency_key_reused"
    remedy = "Use a fresh key for a new wish, and the same body for a repetition."


class Resync(Conflict):
    """What happened since is no longer kept."""

    code = "resync"
    remedy = "Read the present state, then follow from there."

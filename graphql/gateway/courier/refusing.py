"""How a step that was not taken is told: in the answer's own list, never as a broken answer."""

from collections.abc import Callable
from typing import Any

from connector.model.errors import PlatformError, RegieError, StorageError
from gateway.desk import faults

Document = dict[str, Any]
_RETRY_MS = 1000
_SECOND_MS = 1000


def user_error(error: Exception) -> Document:
    """Show a refusal; of a fault of ours only a number."""
    told = faults.shown(error)
    facts = error.details() if isinstance(error, RegieError) else {}
    return {
        "code": told["extensions"]["code"],
        "field": facts.get("field"),
        "message": told["message"],
        "retryAfterMs": _retry_after(error, facts),
        "current": facts.get("job_state"),
        "left": facts.get("left"),
        "reason": facts.get("reason") if told["extensions"]["code"] == "not_eligible" else None,
        "missing": _missing(error, facts),
    }


def _retry_after(error: Exception, facts: Document) -> int | None:
    if facts.get("retry_after"):
        return int(facts["retry_after"]) * _SECOND_MS
    broken = not isinstance(error, RegieError) or isinstance(error, StorageError | PlatformError)
    return _RETRY_MS if broken or getattr(error, "status", 0) == 503 else None


def _missing(error: Exception, facts: Document) -> list[str] | None:
    """Name proofs that lack; which parcels lack would tell what their labels say."""
    if getattr(error, "code", "") == "parcel_mismatch":
        return None
    found = facts.get("missing")
    return [str(it) for it in found] if isinstance(found, list) else None


class Refusing:
    """Refuses every step of a request for one reason, such as its budget, or none."""

    def __init__(self, refusal: RegieError | None) -> None:
        self._refusal = refusal

    def told(self, act: Callable[[], Document], nothing: Document) -> Document:
        """Return what `act` gives, or `nothing` and why."""
        if self._refusal is not None:
            return {**nothing, "userErrors": [user_error(self._refusal)]}
        try:
            return {**act(), "userErrors": []}
        except Exception as error:  # noqa: BLE001 - a step is refused in its own list
            return {**nothing, "userErrors": [user_error(error)]}

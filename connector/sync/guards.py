"""What must hold before a sync goes on: clocks that agree, the same shop, and most of its goods."""

from datetime import timedelta

from connector.model.errors import ClockSkew, Conflict
from connector.platforms import Context
from connector.store.work.runs import Run

RESUMABLE_MS = 12 * 3_600_000
OVERLAP = timedelta(minutes=10)
_FEW = 20


class MassDeletion(Conflict):
    """Most products of a shop seem to be gone at once."""

    code = "mass_deletion"
    remedy = "If that is so, run `regie sync --full --accept-deletions`; else check the shop."

    def __init__(self, gone: int, standing: int) -> None:
        super().__init__(f"{gone} of {standing} products are no longer in the shop.", gone=gone)


def may_resume(run: Run, context: Context, now: int) -> bool:
    """Tell whether an interrupted run still speaks of the same shop, and of today."""
    return run.context_digest == context.digest and run.started_at > now - RESUMABLE_MS


def refuse_skew(context: Context) -> None:
    """Stop where cursors by our clock would miss changes by theirs."""
    if abs(context.skew_seconds) > OVERLAP.total_seconds() / 2:
        minutes = round(context.skew_seconds / 60)
        raise ClockSkew(f"The shop's clock is {minutes} minutes from ours.", minutes=minutes)


def refuse_mass_deletion(gone: int, standing: int) -> None:
    """Stop where most of a shop seems gone: that is a reset or another shop far more often."""
    if gone > _FEW and gone * 2 > standing:
        raise MassDeletion(gone, standing)

"""A run that begins: of which kind it is, and from when on it reads."""

from connector.model.ids import new_id
from connector.platforms import Context
from connector.store.connections import Shopfront
from connector.store.product.change import Counts
from connector.store.work import runs
from connector.store.work.runs import Run
from connector.sync.guards import OVERLAP


def new_run(shopfront: Shopfront, mode: str, context: Context, now: int, *, since: bool) -> Run:
    """Return a run that has done nothing yet; `since` lets it begin where the last one did."""
    overlap = int(OVERLAP.total_seconds() * 1000)
    return Run(
        merchant_id=shopfront.merchant_id,
        id=new_id("run"),
        connection_id=shopfront.id,
        mode=mode,
        state=runs.RUNNING,
        step="start",
        cursor=None,
        since=max((shopfront.as_of or 0) - overlap, 0) if since else None,
        started_at=now,
        finished_at=None,
        counts=Counts(),
        context_digest=context.digest,
        error=None,
    )

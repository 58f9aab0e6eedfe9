"""What a listing shows to differ from the store: an unknown id, another date, other variants."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from connector.platforms import Listed
from connector.store.clock import ms
from connector.store.product.change import Scope
from connector.store.product.standing import modified
from connector.store.product.variants import variants

_FRESH_MS = 5_000


def stale(
    connection: Connection, scope: Scope, listing: Sequence[Listed], skew_seconds: float
) -> list[str]:
    """Return the listed products that must be read anew; `skew_seconds` as in Context."""
    standing = modified(connection, scope, [it.external_id for it in listing])
    skew_ms = int(skew_seconds * 1000)
    same = [it for it in listing if not _differs(it, standing, skew_ms)]
    told = [it.external_id for it in same if it.variants is not None]
    known = variants(connection, scope, told) if told else {}
    kept = {it.external_id for it in same if it.variants in {None, known.get(it.external_id)}}
    return [it.external_id for it in listing if it.external_id not in kept]


def _differs(listed: Listed, standing: Mapping[str, tuple[int | None, int]], skew_ms: int) -> bool:
    """Also doubt what was read right after its change: dates of shops have whole seconds.

    When that was is told by our clock, and the date by theirs.
    """
    if listed.external_id not in standing:
        return True
    if listed.modified is None:
        return False
    known, read_at = standing[listed.external_id]
    modified = ms(listed.modified)
    return modified != known or read_at + skew_ms < modified + _FRESH_MS

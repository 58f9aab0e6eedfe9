"""The shop's dates as moments: the GMT form, and never one that has not come yet."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from connector.platforms.woocommerce.errors import BadFact

MARGIN = timedelta(days=1)
"""How far ahead of us a date may lie (clocks differ) before it is no past date at all."""


@lru_cache(maxsize=65536)
def moment(text: str | None) -> datetime | None:
    """Read a `_gmt` field: "2026-11-20T08:01:01" without a zone, meant as UTC."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        raise BadFact("a date", "the product", f"{text!r} is not a date") from None


def past(text: str | None, read_at: datetime) -> datetime | None:
    """Read a date of something that happened; a scheduled product's lie in the future: None."""
    found = moment(text)
    return found if found is None or found <= read_at + MARGIN else None


def newest(texts: Iterable[str | None], read_at: datetime) -> datetime | None:
    """Return the latest of several dates of change."""
    return max(filter(None, (past(text, read_at) for text in texts)), default=None)

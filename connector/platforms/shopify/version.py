"""Which edition of Shopify's Admin API Regie speaks, and what to do when a shop answers another."""

from collections.abc import Iterable

import structlog

from connector.model.errors import PlatformRejected

TARGET = "2026-10"
ACCEPTED = (TARGET, "2026-07")
"""Newest first. Texts of the form YYYY-MM, so their order is the order of time."""
OLDEST = min(ACCEPTED)

log = structlog.get_logger(__name__)


class VersionUnsupported(PlatformRejected):
    """The shop's Admin API is older than the oldest that Regie reads."""

    code = "version_unsupported"
    remedy = "Update Regie, or wait until the shop supports a version that Regie accepts."

    def __init__(self, offered: str) -> None:
        super().__init__(
            f"Shopify offers {offered}; Regie reads {OLDEST} to {TARGET}.",
            offered=offered,
            oldest=OLDEST,
            target=TARGET,
        )


def negotiate(offered: Iterable[str]) -> str:
    """Return the newest version that both sides know; `offered` are handles such as 2026-10."""
    known = set(offered)
    for version in ACCEPTED:
        if version in known:
            return version
    raise VersionUnsupported(", ".join(sorted(known)[-3:]) or "no version")


class VersionWatch:
    """Compares the version that answered with the one asked for; warns once per difference."""

    def __init__(self, shop: str, requested: str) -> None:
        self._shop = shop
        self._requested = requested
        self._seen: set[str] = set()

    def check(self, served: str | None) -> None:
        """Take the header X-Shopify-API-Version; raise VersionUnsupported when it is too old.

        Shopify may answer with another version instead of refusing one that it has retired.
        """
        if not served or served == self._requested or served in self._seen:
            return
        log.warning(
            "shopify.version_differs", shop=self._shop, requested=self._requested, served=served
        )
        if served < OLDEST:
            raise VersionUnsupported(served)
        self._seen.add(served)

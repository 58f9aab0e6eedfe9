"""Keep the key to a shop fresh: renewed in time, by one process only, stored before it is used."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self

import structlog
from msgspec import Struct

from connector.model.errors import PlatformCredentials, PlatformUnavailable
from connector.platforms import TokenVault

REFRESH_BEFORE = timedelta(minutes=5)
KEEP_ALIVE_BEFORE = timedelta(days=14)
POSTPONED = timedelta(seconds=30)

log = structlog.get_logger(__name__)


class ReconnectNeeded(PlatformCredentials):
    """Shopify takes neither the token nor a refresh of it: only the merchant can help."""

    code = "reconnect_needed"
    remedy = "Open the app in Shopify, or run `regie connect shopify` again."


class TokenPair(Struct, frozen=True):
    """An access token and what renews it; times are aware datetimes, None means never expires."""

    access_token: str
    expires_at: datetime | None = None
    refresh_token: str | None = None
    refresh_expires_at: datetime | None = None
    scope: str = ""

    def __repr__(self) -> str:
        return f"TokenPair(***, expires_at={self.expires_at})"

    __str__ = __repr__

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Show no field: rich would print the tokens."""
        return []

    @classmethod
    def read(cls, credentials: Mapping[str, str]) -> Self | None:
        """Return the pair among a vault's credentials; None before the first token."""
        if not credentials.get("access_token"):
            return None
        return cls(
            access_token=credentials["access_token"],
            expires_at=_time(credentials.get("expires_at")),
            refresh_token=credentials.get("refresh_token") or None,
            refresh_expires_at=_time(credentials.get("refresh_expires_at")),
            scope=credentials.get("scope", ""),
        )

    def credentials(self) -> dict[str, str]:
        """Return the pair as a vault keeps it: all five names, ISO 8601 times, "" for None."""
        return {
            "access_token": self.access_token,
            "expires_at": self.expires_at.isoformat() if self.expires_at else "",
            "refresh_token": self.refresh_token or "",
            "refresh_expires_at": (
                self.refresh_expires_at.isoformat() if self.refresh_expires_at else ""
            ),
            "scope": self.scope,
        }

    def lasts(self, now: datetime, margin: timedelta = timedelta()) -> bool:
        """Tell whether the access token is still good `margin` after `now`."""
        return self.expires_at is None or now + margin < self.expires_at

    def needs_keepalive(self, now: datetime) -> bool:
        """Tell whether the refresh token ends within 14 days, so that an idle shop must refresh."""
        ends = self.refresh_expires_at
        return ends is not None and ends - now < KEEP_ALIVE_BEFORE


Grant = Callable[[TokenPair | None], TokenPair]
"""Asks Shopify for a new pair, given the current one."""


class TokenProvider(Protocol):
    """Gives the access token of one shop. Threads may share one."""

    def token(self) -> str:
        """Return a token that is good for the next minutes."""

    def renew(self, rejected: str) -> str:
        """Return another token than `rejected`, which got a 401; raise PlatformCredentials."""


class FixedToken:
    """A token that a person pasted in; nothing can renew it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        """Return the one token."""
        return self._token

    def renew(self, rejected: str) -> str:
        """Raise ReconnectNeeded, always."""
        del rejected
        raise ReconnectNeeded("Shopify refuses this shop's fixed token.")


class RenewedToken:
    """A token that is renewed through `grant`, by one holder of the vault's lease at a time.

    The pair is stored before it is used. If the process dies between Shopify's answer and the
    store, the vault still holds the old refresh token, which Shopify accepts until the new one
    is used: the next caller simply refreshes again.
    """

    def __init__(self, vault: TokenVault, grant: Grant, now: Callable[[], datetime]) -> None:
        self._vault = vault
        self._grant = grant
        self._now = now
        self._lock = threading.Lock()
        self._known: TokenPair | None = None
        self._postponed_to = datetime.min.replace(tzinfo=UTC)

    def token(self) -> str:
        """Return a token with at least five minutes left, renewing it if need be.

        While Shopify's token service is down, a token that still lasts is used to its end.
        """
        pair = self._current()
        now = self._now()
        if pair is not None and pair.lasts(now, REFRESH_BEFORE):
            return pair.access_token
        if pair is not None and pair.lasts(now) and now < self._postponed_to:
            return pair.access_token
        try:
            return self._renewed(None)
        except PlatformUnavailable:
            if pair is None or not pair.lasts(self._now()):
                raise
            self._postponed_to = self._now() + POSTPONED
            log.warning("shopify.refresh_postponed", expires_at=str(pair.expires_at))
            return pair.access_token

    def renew(self, rejected: str) -> str:
        """Return a token other than `rejected`; refreshes only if nobody else has done so."""
        return self._renewed(rejected)

    def keep_alive(self) -> bool:
        """Refresh a shop whose refresh token would otherwise end within 14 days; tell if so."""
        pair = TokenPair.read(self._vault.load())
        if pair is None or not pair.needs_keepalive(self._now()):
            return False
        self._renewed(pair.access_token)
        return True

    def _current(self) -> TokenPair | None:
        known = self._known
        if known is None or not known.lasts(self._now(), REFRESH_BEFORE):
            known = self._known = TokenPair.read(self._vault.load())
        return known

    def _renewed(self, rejected: str | None) -> str:
        with self._lock, self._vault.lease():
            held = self._vault.load()
            pair = TokenPair.read(held)
            if pair is None or pair.access_token == rejected or not self._lasts(pair):
                pair = self._grant(pair)
                self._vault.store({**held, **pair.credentials()})
            self._known = pair
        return pair.access_token

    def _lasts(self, pair: TokenPair) -> bool:
        return pair.lasts(self._now(), REFRESH_BEFORE)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

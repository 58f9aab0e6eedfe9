"""Get the first key to a Shopify shop, exchange it for a better one, and refresh it."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from shopify import ApiAccess, Session
from shopify.api_access import ApiAccessError

from connector.model.errors import BadSignature, InvalidInput, PlatformCredentials, RegieError
from connector.platforms.response import Response
from connector.platforms.shopify.access.domain import shop_domain
from connector.platforms.shopify.access.token import Grant, ReconnectNeeded, TokenPair
from connector.platforms.shopify.errors import STATUS_ERRORS, status_error
from connector.platforms.shopify.version import TARGET
from connector.platforms.transport import Transport

EXCHANGE_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ADMIN_SUBJECT = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE_SUBJECT = "urn:shopify:params:oauth:token-type:offline-access-token"
STATE_LIFETIME = timedelta(minutes=1)


class AppRefused(PlatformCredentials):
    """Shopify does not know the app's client id and secret, or the app is not on this shop."""

    code = "app_refused"
    remedy = "Check the app's client id and secret, and that it is installed on the shop."


class SessionTokenRefused(PlatformCredentials):
    """The admin's session token has ended or was made for another app."""

    code = "session_token_refused"
    remedy = "Reload the app in the Shopify admin."


class _Granted(Struct):
    access_token: str
    scope: str = ""
    expires_in: float | None = None
    refresh_token: str | None = None
    refresh_token_expires_in: float | None = None


class _Refusal(Struct):
    error: str = ""


class OAuth:
    """Shopify's token service for one shop and one app. Threads may share one instance.

    Answers become TokenPairs whose times are counted from just before the request. Errors:
    ReconnectNeeded, AppRefused, SessionTokenRefused (all PlatformCredentials), the shop's state
    (ShopFrozen, ShopLocked, ShopNotFound) and those of Transport.request.
    """

    def __init__(
        self,
        shop: str,
        client_id: str,
        client_secret: str,
        transport: Transport,
        endpoint: str | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.shop = shop_domain(shop)
        self._app = {"client_id": client_id, "client_secret": client_secret}
        self._transport = transport
        base = (endpoint or f"https://{self.shop}").rstrip("/")
        self._url = f"{base}/admin/oauth/access_token"
        self._now = now

    def client_credentials(self) -> TokenPair:
        """Return a 24-hour token for an app on its own organisation's shop; no refresh token."""
        return self._ask({"grant_type": "client_credentials"}, safe=True)

    def exchange(self, session_token: str) -> TokenPair:
        """Return an expiring offline pair for a verified session token (JWT) of the admin."""
        return self._ask(_exchange(session_token, ADMIN_SUBJECT), safe=True)

    def migrate(self, old_token: str) -> TokenPair:
        """Return an expiring pair for a non-expiring token, which then ends; never repeated."""
        return self._ask(_exchange(old_token, OFFLINE_SUBJECT), safe=False)

    def redeem(self, code: str) -> TokenPair:
        """Return the pair for the code of an authorize redirect; a code works once."""
        return self._ask({"code": code, "expiring": "1"}, safe=False)

    def refresh(self, refresh_token: str) -> TokenPair:
        """Return the next pair; repeatable, for the old token lives until the new one is used."""
        grant = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._ask(grant, safe=True)

    def own_shop_grant(self) -> Grant:
        """Return the grant of a RenewedToken for the client-credentials mode."""
        return lambda _pair: self.client_credentials()

    def rotating_grant(self) -> Grant:
        """Return the grant of a RenewedToken for rotating offline tokens."""

        def grant(pair: TokenPair | None) -> TokenPair:
            if pair is None or pair.refresh_token is None:
                raise ReconnectNeeded(f"{self.shop} has no refresh token.", shop=self.shop)
            ends = pair.refresh_expires_at
            if ends is not None and ends <= self._now():
                raise ReconnectNeeded(f"The refresh token of {self.shop} ended.", shop=self.shop)
            return self.refresh(pair.refresh_token)

        return grant

    def _ask(self, grant: dict[str, str], *, safe: bool) -> TokenPair:
        asked_at = self._now()
        response = self._transport.post(self._url, json={**self._app, **grant}, safe=safe)
        if not response.ok:
            raise self._refusal(response)
        granted = response.decode(_Granted)
        return TokenPair(
            access_token=granted.access_token,
            expires_at=_later(asked_at, granted.expires_in),
            refresh_token=granted.refresh_token,
            refresh_expires_at=_later(asked_at, granted.refresh_token_expires_in),
            scope=granted.scope,
        )

    def _refusal(self, response: Response) -> RegieError:
        if response.status in STATUS_ERRORS.keys() - {401, 403}:
            return status_error(self.shop, response.status)
        reason = response.decode(_Refusal).error
        kinds = {"invalid_grant": ReconnectNeeded, "invalid_subject_token": SessionTokenRefused}
        kind = kinds.get(reason, AppRefused)
        return kind(f"{self.shop} gave no token.", shop=self.shop, status_seen=response.status)


def missing_scopes(granted: str, required: Iterable[str]) -> tuple[str, ...]:
    """Return the required scopes that `granted` (comma list) does not cover; write implies read."""
    try:
        held = ApiAccess(granted)
        return tuple(scope for scope in required if not held.covers(ApiAccess(scope)))
    except ApiAccessError:
        raise InvalidInput("This is not a list of Shopify access scopes.") from None


def authorize_url(
    shop: str, client_id: str, scopes: Sequence[str], redirect_uri: str, state: str
) -> str:
    """Return where to send the merchant's browser to ask for `scopes`; `state` from `new_state`."""
    # The key sits on a class made for this call: Session.setup() would set it for all threads.
    signed = type("_App", (Session,), {"api_key": client_id})
    session = signed(shop_domain(shop), TARGET)
    return str(session.create_permission_url(scopes, redirect_uri, state))


def new_state(secret: str, now: datetime) -> tuple[str, str]:
    """Return a random `state` and the cookie value that binds it to this browser for a minute.

    The caller clears the cookie on return, so that a state works once.
    """
    state = secrets.token_urlsafe(32)
    until = str(int((now + STATE_LIFETIME).timestamp()))
    return state, f"{until}.{_state_mac(secret, state, until)}"


def check_state(state: str, cookie: str | None, secret: str, now: datetime) -> None:
    """Raise BadSignature unless `cookie` was made with this `state` less than a minute ago."""
    until, _, mac = (cookie or "").partition(".")
    genuine = hmac.compare_digest(_state_mac(secret, state, until).encode(), mac.encode())
    if not genuine or int(until) < now.timestamp():
        raise BadSignature("This installation was not started in this browser, or too long ago.")


def _state_mac(secret: str, state: str, until: str) -> str:
    digest = hmac.new(secret.encode(), f"state.{until}.{state}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _exchange(subject: str, subject_type: str) -> dict[str, str]:
    return {
        "grant_type": EXCHANGE_GRANT,
        "subject_token": subject,
        "subject_token_type": subject_type,
        "requested_token_type": OFFLINE_SUBJECT,
        "expiring": "1",
    }


def _later(start: datetime, seconds: float | None) -> datetime | None:
    return None if seconds is None else start + timedelta(seconds=seconds)

"""Keys to the shop: given, renewed, expired, taken away."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from regie.demo.shopify.query.access import Rights
from regie.demo.shopify.query.answers import Answer, refuse
from regie.demo.shopify.session_token import BadSessionToken, verified
from regie.demo.shopify.state import ShopState

HOUR: Final = 3600
DAY: Final = 24 * HOUR
REFRESHABLE: Final = 90 * DAY
RETRYABLE: Final = 30 * DAY
URN: Final = "urn:shopify:params:oauth:token-type:"
OFFLINE: Final = URN + "offline-access-token"
ONLINE: Final = URN + "online-access-token"
ID_TOKEN: Final = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105  # a type's name
EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"


class Token(Struct, frozen=True):
    """One access token; without an end it is the kind public apps may no longer use."""

    value: str
    scopes: tuple[str, ...]
    expires: float | None


class Refresh(Struct):
    """One refresh token and the one it came from."""

    value: str
    expires: float
    parent: str | None = None
    first_used: float | None = None
    dead: bool = False


def denied(error: str, description: str) -> Answer:
    """Return an OAuth refusal."""
    return Answer(400, {"error": error, "error_description": description})


class TokenDesk:
    """Knows every token of one app in one shop."""

    def __init__(self, shop: ShopState) -> None:
        self._shop = shop
        self._tokens: dict[str, Token] = {}
        self._refreshes: dict[str, Refresh] = {}
        self.installed = True
        self._grants: Mapping[str, Callable[[Mapping[str, Any]], Answer]] = {
            EXCHANGE: self._exchange,
            "refresh_token": self._refresh,
            "client_credentials": self._own_shop,
        }

    def keep(self, value: str, *, expires: float | None = None) -> Token:
        """Know a token from now on."""
        token = Token(value, self._shop.scopes, expires)
        self._tokens[value] = token
        return token

    def revoke_all(self) -> None:
        """Forget every token, as an uninstall does."""
        self._tokens.clear()
        self._refreshes.clear()

    def remove_app(self) -> None:
        """End every token, and give no new one before the app is installed again."""
        self.revoke_all()
        self.installed = False

    def rights(self, value: str) -> Rights:
        """Return what the bearer may do, or refuse."""
        token = self._tokens.get(value)
        now = self._shop.clock.seconds()
        if token is None or (token.expires is not None and now >= token.expires):
            raise refuse(
                401,
                "[API] Invalid API key or access token (unrecognized login or wrong password)",
            )
        if token.expires is None and self._shop.public_app:
            raise refuse(
                403,
                "[API] Non-expiring access tokens are no longer accepted for the Admin API. "
                "Start using expiring offline tokens.",
            )
        return Rights(self._shop.scopes, self._shop.approved)

    def grant(self, body: Mapping[str, Any]) -> Answer:
        """Answer a request for a token."""
        shop = self._shop
        known = body.get("client_id") == shop.client_id
        if not known or body.get("client_secret") != shop.client_secret:
            return denied("invalid_client", "client id or secret is wrong")
        if not self.installed:
            return denied("app_not_installed", "the app is not installed on this shop")
        grant = self._grants.get(str(body.get("grant_type")))
        if grant is None:
            return denied("unsupported_grant_type", "this grant is not supported")
        return grant(body)

    def _own_shop(self, _body: Mapping[str, Any]) -> Answer:
        """Give a day's token to an app of the merchant's own."""
        if self._shop.public_app:
            message = "Client credentials cannot be performed on this shop."
            return denied("shop_not_permitted", message)
        return Answer(200, self._issued(DAY - 1))

    def _exchange(self, body: Mapping[str, Any]) -> Answer:
        """Trade a session token, or an old endless token, for an API token."""
        wanted = body.get("requested_token_type", ONLINE)
        if wanted not in {OFFLINE, ONLINE}:
            return denied("invalid_request", "unknown requested_token_type")
        subject = str(body.get("subject_token", ""))
        if not self._is_subject(subject, body.get("subject_token_type")):
            return denied("invalid_subject_token", "session token is invalid")
        if wanted == ONLINE:
            return Answer(200, self._issued(DAY - 1) | _user(self._shop.scopes))
        if str(body.get("expiring", "0")) not in {"1", "true", "True"}:
            return Answer(200, self._issued(None))
        return Answer(200, self._pair(None))

    def _is_subject(self, subject: str, kind: Any) -> bool:
        """Whether what is offered in exchange is good."""
        if kind == OFFLINE:
            return subject in self._tokens and self._tokens[subject].expires is None
        shop = self._shop
        try:
            verified(subject, shop.client_secret, shop.client_id, shop.domain, shop.clock.seconds())
        except BadSessionToken:
            return False
        return bool(kind == ID_TOKEN)

    def _issued(self, lifetime: int | None) -> dict[str, Any]:
        expires = None if lifetime is None else self._shop.clock.seconds() + lifetime
        token = self.keep(self._shop.new_secret("shpat_"), expires=expires)
        told = {"access_token": token.value, "scope": ",".join(token.scopes)}
        return told if lifetime is None else told | {"expires_in": lifetime}

    def _pair(self, parent: str | None) -> dict[str, Any]:
        """Issue an access token with the refresh token that renews it."""
        now = self._shop.clock.seconds()
        value = self._shop.new_secret("shprt_")
        self._refreshes[value] = Refresh(value, now + REFRESHABLE, parent)
        return self._issued(HOUR) | {
            "refresh_token": value,
            "refresh_token_expires_in": REFRESHABLE,
        }

    def _refresh(self, body: Mapping[str, Any]) -> Answer:
        """Renew; the old refresh token stays good until the new one is first used."""
        now = self._shop.clock.seconds()
        old = self._refreshes.get(str(body.get("refresh_token")))
        if old is None or not _is_good(old, now):
            return denied("invalid_grant", "refresh token is invalid or expired")
        self._retire_before(old)
        if old.first_used is None:
            old.first_used = now
        return Answer(200, self._pair(old.value))

    def _retire_before(self, used: Refresh) -> None:
        """End the parent of a token that is now in use, and the other children it had."""
        if used.parent is None:
            return
        for other in self._refreshes.values():
            family = used.parent in {other.value, other.parent}
            if family and other is not used:
                other.dead = True


def _is_good(token: Refresh, now: float) -> bool:
    late = token.first_used is not None and now - token.first_used >= RETRYABLE
    return not (token.dead or late or now >= token.expires)


def _user(scopes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "associated_user_scope": ",".join(scopes),
        "associated_user": {
            "id": 902541635,
            "first_name": "Mara",
            "last_name": "Testfrau",
            "email": "mara@example.com",
            "email_verified": True,
            "account_owner": True,
            "locale": "de",
            "collaborator": False,
        },
    }

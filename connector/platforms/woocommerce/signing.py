"""How a call proves the key: signed over http, in a header or the query over https."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from requests import PreparedRequest
from requests.auth import AuthBase
from woocommerce.oauth import OAuth


class _Signature(OAuth):  # type: ignore[misc]  # the package has no types
    """OAuth 1 with a nonce wide enough that two calls never share one."""

    @staticmethod
    def generate_nonce() -> str:
        """Return a fresh nonce; the package's own has only 10^8 values."""
        return secrets.token_hex(16)


class Signed(AuthBase):
    """Signs each attempt anew: a repeated nonce would be refused."""

    def __init__(
        self, consumer_key: str, consumer_secret: str, version: str, now: Callable[[], datetime]
    ) -> None:
        self._now = now
        self._options = {
            "consumer_key": consumer_key,
            "consumer_secret": consumer_secret,
            "version": version,
        }

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the OAuth parameters into the query."""
        signature = _Signature(
            url=request.url,
            method=request.method,
            oauth_timestamp=int(self._now().timestamp()),
            **self._options,
        )
        request.url = signature.get_oauth_url()
        return request


class InQuery(AuthBase):
    """Puts the key into the query, for hosts that strip the Authorization header (https only)."""

    def __init__(self, consumer_key: str, consumer_secret: str) -> None:
        self._pair = {"consumer_key": consumer_key, "consumer_secret": consumer_secret}

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add key and secret behind whatever the query holds."""
        url = request.url or ""
        request.url = f"{url}{'&' if '?' in url else '?'}{urlencode(self._pair)}"
        return request


def plain(params: dict[str, Any]) -> dict[str, str]:
    """Return query values as WooCommerce reads them and signs them: CSV lists, true and false."""
    return {name: _value(value) for name, value in params.items() if value is not None}


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return str(value)

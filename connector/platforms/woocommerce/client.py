"""Put one question to one WooCommerce shop and get its answer or a typed refusal."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Raw, Struct
from requests.auth import AuthBase
from woocommerce import API

from connector.model.errors import PlatformError
from connector.platforms.errors import NotJson
from connector.platforms.response import Response
from connector.platforms.transport import Limits, Transport
from connector.platforms.woocommerce.errors import (
    CANNOT_VIEW,
    UNAUTHORIZED,
    ApiMissing,
    KeyRefused,
    refusal,
    words,
)
from connector.platforms.woocommerce.signing import InQuery, Signed, plain

T = TypeVar("T")
VERSION = "wc/v3"
USER_AGENT = "Regie"
CONNECTOR = "wc-regie/v1"
"""The namespace of our plugin; `wc-` lets the shop accept consumer keys there."""


class Listing(Struct, frozen=True):
    """One page of a list as raw JSON items; `total` counts the whole list, where told."""

    items: list[Raw]
    total: int | None


class WooClient(API):  # type: ignore[misc]  # the package has no types
    """The `woocommerce` client over our transport: keep-alive, bounded, patient with GET only.

    The key is proven by signature over http and by Basic over https; where a host strips that
    header, by the query, which is found out once. `Link` headers are never read: they hold the
    key. Threads may share one instance.
    """

    def __init__(
        self,
        url: str,
        credentials: Callable[[], Mapping[str, str]],
        transport: Transport,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(url.rstrip("/"), "", "", version=VERSION, user_agent=USER_AGENT)
        self._keys: tuple[str, str] | None = None
        self._credentials = credentials
        self._transport = transport
        self._now = now
        self._proven = False

    def index(self) -> Response:
        """Return what the site says of itself to anybody."""
        response = self._transport.get(f"{self.url}/wp-json/", headers=_HEADERS)
        if not response.ok:
            raise self._without_api(response)
        return response

    def read(self, path: str, type: type[T], **params: Any) -> T:  # noqa: A002 - msgspec's word
        """GET one resource below wc/v3 as a `type`."""
        return self._checked(self.get(path, params=params)).decode(type)

    def listing(
        self, path: str, params: Mapping[str, Any], limits: Limits | None = None
    ) -> Listing:
        """GET one page of a list."""
        response = self._checked(self.get(path, params=params, limits=limits))
        total = response.headers.get("X-WP-Total", "")
        return Listing(response.decode(list[Raw]), int(total) if total.isdigit() else None)

    def write(self, method: str, path: str, body: Any = None, **params: Any) -> Response:
        """POST, PUT or DELETE below wc/v3; sent once."""
        return self._checked(self._API__request(method, path, body, params=params))

    def plugin(self, path: str, type: type[T]) -> T:  # noqa: A002 - msgspec's word
        """GET a resource of our plugin in the shop."""
        url = f"{self.url}/wp-json/{CONNECTOR}/{path}"
        return self._checked(self._send("GET", url, None, {})).decode(type)

    def _API__request(  # noqa: N802 - the name of the package's private hook
        self,
        method: str,
        endpoint: str,
        data: Any,
        params: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
    ) -> Response:
        """Send through our transport in place of the package's `requests.request`."""
        url: str = self._API__get_url(endpoint)
        return self._send(method, url, data, params or {}, limits)

    def _send(
        self,
        method: str,
        url: str,
        data: Any,
        params: Mapping[str, Any],
        limits: Limits | None = None,
    ) -> Response:
        query = plain(dict(params))

        def once(auth: AuthBase | tuple[str, str]) -> Response:
            return self._transport.request(
                method, url, params=query, headers=_HEADERS, json=data, auth=auth, limits=limits
            )

        response = once(self._auth())
        if self._is_stripped(response):
            found = once(InQuery(*self._pair()))
            if found.ok:
                self.query_string_auth = True
                response = found
        self._proven = self._proven or response.ok
        return response

    def _auth(self) -> AuthBase | tuple[str, str]:
        if not self.is_ssl:
            return Signed(*self._pair(), VERSION, self._now)
        return InQuery(*self._pair()) if self.query_string_auth else self._pair()

    def _pair(self) -> tuple[str, str]:
        """Return key and secret, opened when first needed."""
        if self._keys is None:
            found = self._credentials()
            self._keys = found.get("consumer_key", ""), found.get("consumer_secret", "")
        if not all(self._keys):
            raise KeyRefused("This connection holds no consumer key and secret.")
        return self._keys

    def _is_stripped(self, response: Response) -> bool:
        """Whether a host before the shop may have taken the Authorization header away."""
        tried = self._proven or self.query_string_auth or not self.is_ssl
        if tried or response.status != UNAUTHORIZED:
            return False
        try:
            return words(response).code == CANNOT_VIEW
        except NotJson:
            return False

    def _checked(self, response: Response) -> Response:
        if response.ok:
            return response
        raise refusal(response)

    def _without_api(self, response: Response) -> PlatformError:
        """Say what is wrong with an address whose index is no answer."""
        try:
            return refusal(response)
        except NotJson as error:
            if response.status in {404, 410}:
                return ApiMissing(f"No REST API at {response.url}.", url=response.url)
            return error


_HEADERS = {"Accept": "application/json", "User-Agent": USER_AGENT}

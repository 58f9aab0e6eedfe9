"""Put one question to one Shopify shop and get a typed answer or a typed refusal."""

import random
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import stamina
from msgspec import UNSET, Raw, Struct, UnsetType

from connector.platforms.response import Response, shape_only
from connector.platforms.shopify.access.domain import shop_domain
from connector.platforms.shopify.access.token import TokenProvider
from connector.platforms.shopify.document import Document, document
from connector.platforms.shopify.errors import (
    GraphqlError,
    QueryRefused,
    ShopifyFault,
    StillRunning,
    Throttled,
    UnknownShape,
    UserError,
    graphql_error,
    status_error,
    user_error,
)
from connector.platforms.shopify.throttle import Cost, CostBucket
from connector.platforms.shopify.version import TARGET, VersionWatch, negotiate
from connector.platforms.transport import Transport

T = TypeVar("T")
ATTEMPTS = 8
PATIENCE = 180.0
UNAUTHORIZED = 401
REFUSALS_AS_JSON = frozenset({200, 400})


class _Extensions(Struct):
    cost: Cost | None = None


class _Envelope(Struct):
    data: Raw | UnsetType = UNSET
    errors: list[GraphqlError] | str | None = None
    extensions: _Extensions | None = None


class _Handle(Struct):
    handle: str
    supported: bool


class _Versions(Struct, rename="camel"):
    public_api_versions: list[_Handle]


class ShopifyClient:
    """GraphQL Admin API of one shop. Threads may share one instance.

    Endpoint, token and cost bucket belong to the instance and to nothing global, so two shops
    never mix. `endpoint` replaces `https://{shop}` for loopback shops, e.g. http://127.0.0.1:8071.
    `skew_seconds` is the shop's clock minus ours at the last answer.
    """

    def __init__(
        self,
        shop: str,
        token_provider: TokenProvider,
        version: str,
        transport: Transport,
        endpoint: str | None = None,
        *,
        bucket: CostBucket | None = None,
    ) -> None:
        self.shop = shop_domain(shop)
        self.version = version
        self.skew_seconds: float | None = None
        base = (endpoint or f"https://{self.shop}").rstrip("/")
        self._url = f"{base}/admin/api/{version}/graphql.json"
        self._tokens = token_provider
        self._transport = transport
        self._bucket = bucket or CostBucket()
        self._watch = VersionWatch(self.shop, version)

    def execute(
        self,
        operation: str,
        variables: Mapping[str, Any] | None = None,
        *,
        type: type[T],  # noqa: A002  # msgspec's own word
        idempotency_key: str | None = None,
        idempotent: bool = False,
    ) -> T:
        """Run a document (its name in `operations/`, or its text) and return `data` as `type`.

        Repeated on passing faults: queries always; mutations only with an `idempotency_key`
        (the `@idempotent` ones) or when the caller says that twice is once (`idempotent=True`).
        THROTTLED is always repeated, for it was not executed. Any entry in `errors` or
        `userErrors` raises, also beside data. Errors: connector.platforms.shopify.errors,
        BadDocument, and those of Transport.request.
        """
        asked = document(operation)
        values = asked.keyed(variables or {}, idempotency_key)
        body = msgspec.json.encode({"query": asked.text, "variables": values})
        safe = not asked.is_mutation or asked.key_variable is not None or idempotent
        data = self._patiently(asked, body, safe=safe)
        return self._decode(asked, data, type)

    def negotiated(self) -> "ShopifyClient":
        """Return a client for the newest version that shop and Regie share, maybe this one."""
        query = "{ publicApiVersions { handle supported } }"
        known = self.execute(query, type=_Versions).public_api_versions
        version = negotiate(entry.handle for entry in known if entry.supported)
        if version == self.version:
            return self
        base = self._url.removesuffix(f"/admin/api/{self.version}/graphql.json")
        return ShopifyClient(
            self.shop, self._tokens, version, self._transport, base, bucket=self._bucket
        )

    def _patiently(self, asked: Document, body: bytes, *, safe: bool) -> Raw:
        def backoff(error: Exception) -> bool | float:
            if isinstance(error, Throttled):
                # The bucket waits for the points; this only keeps callers apart.
                return random.uniform(0, 0.5) if self._bucket.filled else True  # noqa: S311
            return safe and isinstance(error, (ShopifyFault, StillRunning))

        for attempt in stamina.retry_context(on=backoff, attempts=ATTEMPTS, timeout=PATIENCE):
            with attempt:
                return self._once(asked, body, safe=safe)
        raise AssertionError  # stamina returns or raises

    def _once(self, asked: Document, body: bytes, *, safe: bool) -> Raw:
        points = self._bucket.reserve(asked.text)
        cost = None
        try:
            response = self._authorised(body, safe=safe)
            envelope = self._opened(asked, response)
            cost = envelope.extensions.cost if envelope.extensions else None
        finally:
            self._bucket.settle(asked.text, points, cost)
        self._raise_errors(envelope)
        if isinstance(envelope.data, UnsetType):
            raise UnknownShape(self.shop, asked.name, "neither data nor errors")
        if asked.is_mutation:
            self._raise_user_errors(asked, envelope.data)
        return envelope.data

    def _authorised(self, body: bytes, *, safe: bool) -> Response:
        """Send with the current token; on 401 renew it once and send again.

        A request refused with 401 was not executed, so even a mutation may be sent again.
        """
        token = self._tokens.token()
        response = self._post(token, body, safe=safe)
        if response.status == UNAUTHORIZED:
            response = self._post(self._tokens.renew(token), body, safe=safe)
        if response.status not in REFUSALS_AS_JSON:
            raise status_error(self.shop, response.status)
        self._watch.check(response.headers.get("X-Shopify-API-Version"))
        return response

    def _post(self, token: str, body: bytes, *, safe: bool) -> Response:
        headers = {"X-Shopify-Access-Token": token, "Content-Type": "application/json"}
        response = self._transport.post(self._url, headers=headers, body=body, safe=safe)
        self.skew_seconds = response.skew_seconds
        return response

    def _opened(self, asked: Document, response: Response) -> _Envelope:
        envelope = response.decode(_Envelope)
        if envelope.errors is None and response.status != 200:
            raise UnknownShape(self.shop, asked.name, f"status {response.status} without errors")
        return envelope

    def _raise_errors(self, envelope: _Envelope) -> None:
        if isinstance(envelope.errors, str):
            raise QueryRefused(f"{self.shop} refused the query.", shop=self.shop)
        if not envelope.errors:
            return
        found = [graphql_error(self.shop, entry) for entry in envelope.errors]
        # What will not pass by itself is told first: waiting would not help.
        found.sort(key=lambda error: isinstance(error, (Throttled, ShopifyFault)))
        raise found[0]

    def _raise_user_errors(self, asked: Document, data: Raw) -> None:
        payloads = self._decode(asked, data, dict[str, Any] | None) or {}  # type: ignore[arg-type]  # a union is a type to msgspec
        for mutation, payload in payloads.items():
            fields = payload.items() if isinstance(payload, dict) else ()
            entries = [e for key, value in fields if key.endswith("serErrors") for e in value or ()]
            if entries:
                raise user_error(mutation, msgspec.convert(entries, list[UserError]))

    def _decode(self, asked: Document, data: Raw, type: type[T]) -> T:  # noqa: A002
        try:
            return msgspec.json.decode(data, type=type)
        except msgspec.ValidationError as error:
            reason = shape_only(str(error))
        raise UnknownShape(self.shop, asked.name, reason)


def connect(
    shop: str, token_provider: TokenProvider, transport: Transport, endpoint: str | None = None
) -> ShopifyClient:
    """Return a client that speaks Regie's target version, or the older one the shop still has."""
    return ShopifyClient(shop, token_provider, TARGET, transport, endpoint).negotiated()

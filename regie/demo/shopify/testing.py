"""A shop with a stopped clock and a post office that only writes down, for tests."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import orjson
from msgspec import Struct

from regie.demo.shopify.query.answers import Answer
from regie.demo.shopify.shop import ShopifyShop

NOON: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
FOLDER: Final = Path(__file__).parent.parent / "data" / "hafen-und-hof"


class Sent(Struct, frozen=True):
    """One message as it left the shop."""

    uri: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def topic(self) -> str:
        """What it is about."""
        return self.headers["X-Shopify-Topic"]

    def read(self) -> Any:
        """Return the body decoded."""
        return orjson.loads(self.body)


class Practice:
    """The shop and its one visitor: asks, winds the clock, reads what was sent."""

    def __init__(self, folder: Path = FOLDER, **options: Any) -> None:
        self.sent: list[Sent] = []
        self.status = 200
        standard: dict[str, Any] = {"seed": 7, "clock": lambda: NOON, "sender": self._send}
        self.shop = ShopifyShop.load(folder, **(standard | options))

    def _send(self, uri: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.sent.append(Sent(uri, body, headers))
        return self.status

    def ask(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        version: str = "2026-10",
        token: str | None = None,
    ) -> Answer:
        """Ask one question and return the whole answer."""
        raw = json.dumps({"query": query, "variables": variables}).encode()
        return self.shop.admin(version, token or self.shop.access_token, raw)

    def body(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask one question and return the decoded answer."""
        body = self.ask(query, variables).body
        if not isinstance(body, dict):
            raise TypeError(f"no JSON came: {body!r}")
        return body

    def data(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask one question and return its data; an error is an assertion failing."""
        body = self.body(query, variables)
        if body.get("errors"):
            raise AssertionError(body["errors"])
        data: dict[str, Any] = body["data"]
        return data

    def codes(self, query: str, variables: Mapping[str, Any] | None = None) -> list[str]:
        """Ask one question and return the codes of its errors."""
        errors = self.body(query, variables).get("errors", [])
        return [error.get("extensions", {}).get("code", "") for error in errors]

    def subscribe(self, topic: str, uri: str = "https://regie.example/hook", **more: Any) -> str:
        """Subscribe to a topic and return the subscription's id."""
        data = self.data(
            "mutation($t: WebhookSubscriptionTopic!, $s: WebhookSubscriptionInput!) {"
            " webhookSubscriptionCreate(topic: $t, webhookSubscription: $s) {"
            " webhookSubscription { id } userErrors { message } } }",
            {"t": topic, "s": {"uri": uri, **more}},
        )
        return str(data["webhookSubscriptionCreate"]["webhookSubscription"]["id"])

    def start_bulk(self, query: str, *, grouped: bool = False) -> dict[str, Any]:
        """Start an export and return the payload."""
        data = self.data(
            "mutation($q: String!, $g: Boolean!) {"
            " bulkOperationRunQuery(query: $q, groupObjects: $g) {"
            " bulkOperation { id status } userErrors { code field message } } }",
            {"q": query, "g": grouped},
        )
        payload: dict[str, Any] = data["bulkOperationRunQuery"]
        return payload

    def poll_bulk(self, wanted: str) -> dict[str, Any]:
        """Return how an export stands."""
        data = self.data(
            "query($id: ID!) { bulkOperation(id: $id) { status errorCode objectCount"
            " rootObjectCount fileSize url partialDataUrl completedAt } }",
            {"id": wanted},
        )
        row: dict[str, Any] = data["bulkOperation"]
        return row

    def export(self, query: str, *, grouped: bool = False) -> bytes:
        """Run an export to its end and return its file."""
        started = self.start_bulk(query, grouped=grouped)
        self.shop.clock.advance(60)
        url = self.poll_bulk(started["bulkOperation"]["id"])["url"]
        return self.fetch(url) if url else b""

    def fetch(self, url: str) -> bytes:
        """Fetch an export's file."""
        answer = self.fetched(url)
        if not isinstance(answer.body, bytes):
            raise TypeError(f"no file came: {answer.body!r}")
        return answer.body

    def fetched(self, url: str) -> Answer:
        """Ask for an export's file and return the whole answer."""
        parts = urlsplit(url)
        name = parts.path.rpartition("/")[2]
        return self.shop.bulk_file(name, parse_qs(parts.query)["Signature"][0])

"""Helpers for whoever tests against the shop: a clock in hand, a mailbox, a caller with the key."""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.test import TestResponse

from regie.demo.woocommerce.shop import WooShop

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class HandClock:
    """A clock that moves only when told."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.at

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Letter:
    """One message the shop sent."""

    url: str
    body: bytes
    headers: dict[str, str]

    @property
    def topic(self) -> str:
        """The topic, or `ping` for the unsigned hello."""
        return self.headers.get("X-WC-Webhook-Topic", "ping")

    def json(self) -> Any:
        """Return the body as an object."""
        return json.loads(self.body)


@dataclass
class Inbox:
    """A receiver that keeps what it gets and answers as told; put it in `webhooks.sender`."""

    status: int = 200
    letters: list[Letter] = field(default_factory=list)

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Take one message."""
        self.letters.append(Letter(url, body, headers))
        return self.status

    def about(self, topic: str) -> list[Letter]:
        """Return the messages on one topic."""
        return [letter for letter in self.letters if letter.topic == topic]


class Caller:
    """Calls the API of an unserved shop over https with its key."""

    def __init__(self, shop: WooShop) -> None:
        self._client = shop.app().test_client()
        pair = f"{shop.key.consumer_key}:{shop.key.consumer_secret}".encode()
        self._headers = {"Authorization": f"Basic {b64encode(pair).decode()}"}
        self._base = shop.home.replace("http://", "https://")

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        **params: Any,
    ) -> TestResponse:
        """Call a path under wc/v3, or any path that begins with a slash."""
        return self._client.open(
            path if path.startswith("/") else f"/wp-json/wc/v3/{path}",
            method=method,
            base_url=self._base,
            query_string=params,
            json=body,
            headers={**self._headers, **(headers or {})},
        )

    def get(self, path: str, **params: Any) -> Any:
        """Return the body of a read."""
        return self("GET", path, **params).get_json()

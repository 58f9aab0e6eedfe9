"""News on its way to the subscribers: signed, repeated on failure, never guaranteed."""

import base64
import hmac
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import requests
from msgspec import Struct

from regie.demo.shopify.payloads import encode
from regie.demo.shopify.query.schema import access
from regie.demo.shopify.state import ShopState
from regie.demo.shopify.store import Row
from regie.demo.shopify.subscribing import subscribe

Send = Callable[[str, bytes, Mapping[str, str]], int]
TIMEOUT: Final = (1.0, 5.0)
RETRIES: Final = 8
FOUR_HOURS: Final = 14_400
LADDER: Final = tuple(round(FOUR_HOURS * 2**step / (2**RETRIES - 1)) for step in range(RETRIES))
LATE: Final = 2.0


class Delivery(Struct):
    """One message to one address."""

    subscription: str
    topic: str
    uri: str
    body: bytes
    headers: Mapping[str, str]
    due: float
    failures: int = 0


class Tried(Struct, frozen=True):
    """What came of one attempt; status 0 means no answer in time."""

    topic: str
    uri: str
    event: str
    status: int
    attempt: int

    @property
    def arrived(self) -> bool:
        """Whether the receiver took it; a redirect is a failure."""
        return 200 <= self.status < 300  # HTTP's own numbers


def sign(secret: str, body: bytes) -> str:
    """Return the signature of exactly these bytes."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def send(uri: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send one message and return the status, 0 when nobody answered in time."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.post(
                uri, data=body, headers=dict(headers), timeout=TIMEOUT, allow_redirects=False
            ) as response:
                return response.status_code
    except (requests.RequestException, ValueError):
        return 0


class PostOffice:
    """Keeps the messages until they arrive or the shop gives up."""

    def __init__(self, shop: ShopState, send: Send) -> None:
        self._shop = shop
        self._send = send
        self._waiting: list[Delivery] = []
        self.tried: list[Tried] = []

    @property
    def waiting(self) -> tuple[Delivery, ...]:
        """What is not delivered yet."""
        return tuple(self._waiting)

    def subscribe_by_file(self, topic: str, uri: str) -> Row:
        """Subscribe as `shopify.app.toml` does: such a subscription is never deleted."""
        with self._shop.lock:
            return subscribe(self._shop, topic, {"uri": uri}, self._shop.version, "file")

    def tell(self, topic: str, body: Row, metafields: Sequence[tuple[str, Row]] = ()) -> None:
        """Queue one event for every subscriber of its topic."""
        event = self._shop.new_uuid()
        for row in list(self._shop.store.subscriptions.values()):
            if row["topic"] == topic:
                self._queue(row, event, _shaped(row, body, metafields))

    def tell_compliance(self, topic: str, body: Row, uri: str) -> None:
        """Queue one of the privacy messages, such as `customers/redact`."""
        with self._shop.lock:
            row: Row = {"id": "", "topic": topic, "uri": uri, "name": None}
            row |= {"apiVersion": {"handle": self._shop.version}}
            self._queue(row, self._shop.new_uuid(), body)

    def _queue(self, row: Row, event: str, body: Row) -> None:
        """Queue one message, as well or badly as the dice fall."""
        dice, content = self._shop.dice, encode(body)
        if dice.strikes("webhook_dropped"):
            return
        secret = self._shop.client_secret
        if dice.strikes("webhook_bad_hmac"):
            secret = f"not-{secret}"
        now = self._shop.clock.seconds()
        due = now + (LATE if dice.strikes("webhook_reordered") else 0)
        times = 2 if dice.strikes("webhook_duplicate") else 1
        headers = self._headers(row, event, sign(secret, content))
        for _ in range(times):
            message = Delivery(row["id"], row["topic"], row["uri"], content, headers, due)
            self._waiting.append(message)

    def _headers(self, row: Row, event: str, signature: str) -> dict[str, str]:
        now = self._shop.clock.now()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "Accept": "*/*",
            "X-Shopify-Topic": access().topics.get(row["topic"], row["topic"]),
            "X-Shopify-Hmac-Sha256": signature,
            "X-Shopify-Shop-Domain": self._shop.domain,
            "X-Shopify-API-Version": row["apiVersion"]["handle"],
            "X-Shopify-Webhook-Id": self._shop.new_uuid(),
            "X-Shopify-Event-Id": event,
            "X-Shopify-Triggered-At": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond * 1000:09d}Z",
        }
        return headers | ({"X-Shopify-Name": row["name"]} if row["name"] else {})

    def deliver_due(self, now: datetime | None = None) -> list[Tried]:
        """Send everything that is due, in the order of its time, and return what came of it."""
        moment = now.timestamp() if now else self._shop.clock.seconds()
        return [self._try(message, moment) for message in self._taken(moment)]

    def _taken(self, moment: float) -> list[Delivery]:
        """Take what is due off the shelf, so that no two threads send the same message."""
        with self._shop.lock:
            due = sorted((m for m in self._waiting if m.due <= moment), key=lambda m: m.due)
            for message in due:
                message.due = math.inf
            return due

    def _try(self, message: Delivery, moment: float) -> Tried:
        """Send one message outside the lock and write down what came of it."""
        status = self._send(message.uri, message.body, message.headers)
        event = message.headers["X-Shopify-Event-Id"]
        tried = Tried(message.topic, message.uri, event, status, message.failures + 1)
        with self._shop.lock:
            self.tried.append(tried)
            if tried.arrived:
                self._remove(message)
            else:
                self._failed(message, moment)
        return tried

    def _failed(self, message: Delivery, moment: float) -> None:
        """Try again later, or give up and delete what the app subscribed through the API."""
        message.failures += 1
        if message.failures <= RETRIES:
            message.due = moment + LADDER[message.failures - 1]
            return
        self._remove(message)
        row = self._shop.store.subscriptions.get(message.subscription)
        if row and row["origin"] == "api":
            self.forget(row)

    def _remove(self, message: Delivery) -> None:
        self._waiting = [each for each in self._waiting if each is not message]

    def forget(self, row: Row) -> None:
        """Delete a subscription and what still waits for it."""
        self._shop.store.drop(self._shop.store.subscriptions, row)
        self._waiting = [each for each in self._waiting if each.subscription != row["id"]]


def _shaped(row: Row, body: Row, metafields: Sequence[tuple[str, Row]]) -> Row:
    """Cut a body to the fields asked for, and add the metafields asked for."""
    kept = row["includeFields"]
    shaped = {key: value for key, value in body.items() if not kept or key in kept}
    spaces = row["metafieldNamespaces"]
    if spaces:
        shaped["metafields"] = [told for space, told in metafields if space in spaces]
    return shaped

"""The shop's messages to others: registered hooks, their queue, and how it fails."""

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from regie.demo.woocommerce.chance import token
from regie.demo.woocommerce.product.views import shown
from regie.demo.woocommerce.text import stamp, write_json

if TYPE_CHECKING:
    from regie.demo.woocommerce.state import Shop

AGENT = "WooCommerce/11.0.1 Hookshot (WordPress/7.1)"
COALESCED_FOR = timedelta(minutes=10)
FAILURES_BORNE = 5
PATIENCE = 60.0
OK, LAST_SUCCESS = 200, 302
EVENTS = ("created", "updated", "deleted", "restored")
TOPICS = frozenset(
    f"{resource}.{event}"
    for resource in ("product", "order", "customer", "coupon")
    for event in (*EVENTS, *(["published"] if resource == "product" else []))
)

Sender = Callable[[str, bytes, dict[str, str]], int]
"""Sends one message and returns the status it got; 0 means the line failed."""


@dataclass
class Hook:
    """One registered webhook."""

    hook_id: int
    name: str
    topic: str
    delivery_url: str
    secret: str
    created: datetime
    status: str = "active"
    modified: datetime | None = None
    failures: int = 0
    pending: bool = True
    """No ping was answered with 200 yet."""
    saved: bool = True
    """Saved since the last look: if pending, a ping is due."""

    @property
    def resource(self) -> str:
        """What the topic is about."""
        return self.topic.split(".", 1)[0]

    @property
    def event(self) -> str:
        """What happened to it."""
        return self.topic.split(".", 1)[1]


@dataclass(frozen=True)
class Job:
    """A message waiting in the shop's queue: no content yet, only what it is about."""

    hook_id: int
    about: Any
    at: datetime


@dataclass(frozen=True)
class Delivery:
    """One message as it went out, and the answer it got."""

    hook_id: int
    url: str
    headers: dict[str, str]
    body: bytes
    at: str
    status: int = field(default=0)


def send(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Post a message; redirects are not followed, and a dead line is status 0."""
    try:
        with requests.post(
            url, data=body, headers=headers, timeout=PATIENCE, allow_redirects=False
        ) as answer:
            return answer.status_code
    except requests.RequestException:
        return 0


def is_safe(url: str) -> bool:
    """Tell whether WordPress would post there: a public host on a common port."""
    parts = urlsplit(url)
    try:
        private = not ipaddress.ip_address(parts.hostname or "").is_global
    except ValueError:
        private = parts.hostname in {None, "localhost"}
    return not private and (parts.port or 443) in {80, 443, 8080}


class Webhooks:
    """All hooks of a shop, the queue between event and message, and the log of what was sent."""

    def __init__(self, shop: "Shop") -> None:
        self.shop = shop
        self.hooks: dict[int, Hook] = {}
        self.queue: list[Job] = []
        self.sent: list[Delivery] = []
        self.paused = False
        self.owner_demoted = False
        self.public_only = False
        self.sender: Sender = send
        self.last_id = 0
        self._taken = 0

    def fire(self, topic: str, about: Any) -> None:
        """Note an event for every active hook on its topic; one that waits already is enough."""
        now = self.shop.now()
        for hook in self.hooks.values():
            if hook.status != "active" or hook.topic != topic:
                continue
            if not self._waits(hook.hook_id, about, now):
                self.queue.append(Job(hook.hook_id, about, now))

    def _waits(self, hook_id: int, about: Any, now: datetime) -> bool:
        return any(
            job.hook_id == hook_id and job.about == about and now - job.at <= COALESCED_FOR
            for job in self.queue
        )

    def add(self, hook: Hook) -> None:
        """Register a hook."""
        self.hooks[hook.hook_id] = hook

    def ping(self) -> None:
        """Ping each hook just saved that still waits for its 200; call without the lock."""
        with self.shop.lock:
            saved = [hook for hook in self.hooks.values() if hook.saved]
            for hook in saved:
                hook.saved = False
        for hook in saved:
            if hook.pending and hook.status == "active":
                self._ping(hook)

    def _ping(self, hook: Hook) -> None:
        body = f"webhook_id={hook.hook_id}".encode()
        kind = "application/x-www-form-urlencoded"
        status = self._post(hook, body, {"User-Agent": AGENT, "Content-Type": kind})
        if status == OK:
            with self.shop.lock:
                hook.pending = False
                hook.modified = self.shop.now()

    def run(self) -> int:
        """Send everything that waits, unless the queue stands still; call without the lock."""
        count = 0
        while not self.paused and (jobs := self._take()):
            for job in jobs:
                self._deliver(job)
                count += 1
        return count

    def _take(self) -> list[Job]:
        with self.shop.lock:
            if not self.queue:
                return []
            self._taken += 1
            return list(self._befallen(self.queue.pop(0)))

    def _befallen(self, job: Job) -> Iterator[Job]:
        faults, number = self.shop.faults, self._taken
        if faults.hits_hook("hook_swapped", number) and self.queue:
            yield self.queue.pop(0)
        if faults.hits_hook("hook_dropped", number):
            return
        yield job
        if faults.hits_hook("hook_doubled", number):
            yield job

    def _deliver(self, job: Job) -> None:
        with self.shop.lock:
            hook = self.hooks.get(job.hook_id)
            if not hook or hook.status != "active":
                return
            body = write_json(self._payload(hook, job.about), self.shop.home)
            headers = self._headers(hook, body)
        status = self._post(hook, body, headers)
        with self.shop.lock:
            self._count(hook, status)
        if hook.pending and hook.status == "active":
            self._ping(hook)

    def _post(self, hook: Hook, body: bytes, headers: dict[str, str]) -> int:
        refused = self.public_only and not is_safe(hook.delivery_url)
        status = 0 if refused else self.sender(hook.delivery_url, body, headers)
        with self.shop.lock:
            at = stamp(self.shop.now())
            told = Delivery(hook.hook_id, hook.delivery_url, headers, body, at, status)
            self.sent.append(told)
        return status

    def _count(self, hook: Hook, status: int) -> None:
        if OK <= status <= LAST_SUCCESS:
            hook.failures = 0
            return
        if hook.failures > FAILURES_BORNE:
            hook.status = "disabled"
        else:
            hook.failures += 1
        hook.modified = self.shop.now()

    def _headers(self, hook: Hook, body: bytes) -> dict[str, str]:
        digest = hmac.new(hook.secret.encode(), body, hashlib.sha256).digest()
        second = int(self.shop.now().timestamp())
        return {
            "User-Agent": AGENT,
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": f"{self.shop.home}/",
            "X-WC-Webhook-Topic": hook.topic,
            "X-WC-Webhook-Resource": hook.resource,
            "X-WC-Webhook-Event": hook.event,
            "X-WC-Webhook-Signature": base64.b64encode(digest).decode(),
            "X-WC-Webhook-ID": str(hook.hook_id),
            "X-WC-Webhook-Delivery-ID": token(32, self.shop.seed, hook.hook_id, second),
        }

    def _payload(self, hook: Hook, about: Any) -> Any:
        if hook.resource == "action":
            return {"action": hook.event, "arg": []}
        if hook.event == "deleted":
            return {"id": about}
        if self.owner_demoted:
            return _refusal("woocommerce_rest_cannot_view", "Sorry, you cannot view this.", 401)
        if hook.resource == "product":
            missing = _refusal("woocommerce_rest_product_invalid_id", "Invalid ID.", 404)
            return shown(self.shop, about) or missing
        if hook.resource == "order" and about in self.shop.orders:
            return self.shop.orders[about]
        return _refusal(f"woocommerce_rest_shop_{hook.resource}_invalid_id", "Invalid ID.", 404)


def _refusal(code: str, message: str, status: int) -> dict[str, Any]:
    return {"code": code, "message": message, "data": {"status": status}}

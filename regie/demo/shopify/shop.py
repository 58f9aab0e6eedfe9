"""One Shopify shop that exists only on this machine, and is never kinder than a real one."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from flask import Flask

from regie.demo.shopify.changes import Changes
from regie.demo.shopify.export.bulk import BulkDesk
from regie.demo.shopify.faults import Faults
from regie.demo.shopify.loading import load_store
from regie.demo.shopify.oauth import TokenDesk
from regie.demo.shopify.order.book import OrderBook
from regie.demo.shopify.query.answers import Answer, Refused, refuse
from regie.demo.shopify.query.ask import ask
from regie.demo.shopify.query.call import Call
from regie.demo.shopify.query.schema import VERSIONS
from regie.demo.shopify.session_token import mint
from regie.demo.shopify.state import SCOPES
from regie.demo.shopify.store import Store
from regie.demo.shopify.telling import TellingShop
from regie.demo.shopify.webhooks import Tried

FLOOR_SCOPES: Final = (
    *SCOPES,
    "read_orders",
    "write_merchant_managed_fulfillment_orders",
    "write_fulfillments",
)
"""What a merchant grants who hands over orders in his stores."""
CUSTOMER_DATA: Final = ("name", "address", "phone", "email")
"""What Shopify approves for such a merchant: whom to call and where to bring it."""
FIREWALL: Final = "<!DOCTYPE html><html><title>Attention Required!</title><h1>Checking…</h1></html>"
CLOSED: Final = {402: "Unavailable Shop", 404: "Not Found", 423: "This shop is unavailable"}


class ShopifyShop(TellingShop):
    """The whole shop: data, rules, keys, exports, news. Every public verb is safe in threads."""

    def __init__(self, store: Store, *, bulk_seconds: float = 1.0, **options: Any) -> None:
        super().__init__(store, **options)
        self.bulk = BulkDesk(self, seconds=bulk_seconds)
        self.orders = OrderBook(self)
        self.tokens = TokenDesk(self)
        self.tokens.keep(self.access_token)
        self.changes = Changes(self, self.tokens)

    @classmethod
    def load(cls, folder: str | Path, **options: Any) -> "ShopifyShop":
        """Open the shop that a folder of recordings describes."""
        return cls(load_store(Path(folder)), **options)

    def app(self) -> Flask:
        """Return the shop as a web application."""
        from regie.demo.shopify.app import create_app  # noqa: PLC0415  # the engine needs no Flask

        return create_app(self)

    def session_token(self, lifetime: int = 60, **claims: Any) -> str:
        """Return the proof the Shopify admin would hand to the embedded app."""
        now = int(self.clock.seconds())
        standard = {
            "iss": f"https://{self.domain}/admin",
            "dest": f"https://{self.domain}",
            "aud": self.client_id,
            "sub": "902541635",
            "exp": now + lifetime,
            "nbf": now,
            "iat": now,
            "jti": self.new_uuid(),
            "sid": self.new_secret("", 32),
        }
        return mint(standard | claims, self.client_secret)

    def connect_line(self, url: str) -> str:
        """Return the command that connects Regie to this shop."""
        return (
            f"regie connect shopify --shop {self.domain} --client-id {self.client_id} "
            f"--client-secret {self.client_secret} --endpoint {url}"
        )

    def set_faults(self, faults: Faults) -> None:
        """Have good or bad days from now on."""
        with self.lock:
            self.dice.load(faults)

    def admin(self, version: str, token: str | None, raw: bytes) -> Answer:
        """Answer one Admin API request, with the headers every answer carries."""
        with self.lock:
            headers = {"X-Request-Id": self.new_request_id()}
            if version in VERSIONS:
                headers["X-Shopify-API-Version"] = version
            try:
                answered = self._admin(version, token, raw)
            except Refused as refused:
                answered = refused.answer
            self._note(raw, answered)
        return Answer(answered.status, answered.body, {**headers, **answered.headers})

    def _admin(self, version: str, token: str | None, raw: bytes) -> Answer:
        if version not in VERSIONS:
            raise refuse(404, "Not Found")
        if self.closed:
            raise refuse(self.closed, CLOSED.get(self.closed, "Unavailable Shop"))
        self._weather()
        rights = self.tokens.rights(token or "")
        self.bulk.advance()
        answered = ask(Call(self, self.bulk, version, rights), _json(raw))
        if self.dice.strikes("lost_answer"):
            raise refuse(502, "Bad Gateway")
        return answered

    def _weather(self) -> None:
        """Let the network and the shop's front door fail."""
        if self.dice.strikes("firewall"):
            raise Refused(Answer(200, FIREWALL, {"Content-Type": "text/html; charset=utf-8"}))
        if self.dice.strikes("too_many"):
            message = "Exceeded 2 calls per second for api client."
            raise refuse(429, message, Retry_After="2.0")
        if self.dice.strikes("server_error"):
            raise refuse(503, "Service Unavailable", Retry_After="5")

    def _note(self, raw: bytes, answered: Answer) -> None:
        """Log what was asked by its operation's name, and what came of it."""
        body = answered.body if isinstance(answered.body, dict) else {}
        errors = body.get("errors")
        codes = [_code(error) for error in errors] if isinstance(errors, list) else []
        self.log.note("graphql", operation=_operation(raw), status=answered.status, codes=codes)

    def delay(self) -> float:
        """Return how long the next answer takes, in seconds."""
        with self.lock:
            return self.dice.faults.slow_seconds if self.dice.strikes("slow") else 0.0

    def token(self, body: Mapping[str, Any]) -> Answer:
        """Answer a request for an access token."""
        with self.lock:
            answered = self.tokens.grant(body)
            self.log.note("token", grant=str(body.get("grant_type")), status=answered.status)
            return answered

    def bulk_file(self, name: str, signature: str) -> Answer:
        """Hand out an export."""
        with self.lock:
            answered = self.bulk.file(name, signature)
            self.log.note("bulk_file", status=answered.status)
            return answered

    def deliver_due(self, now: datetime | None = None) -> list[Tried]:
        """Bring exports up to date and send the news that is due."""
        with self.lock:
            self.bulk.advance()
        return self.post.deliver_due(now)


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise refuse(400, {"query": "Required parameter missing or invalid"}) from None


def _code(error: Mapping[str, Any]) -> str:
    return str((error.get("extensions") or {}).get("code", ""))


def _operation(raw: bytes) -> str:
    """Return the name after `query` or `mutation`, for the log."""
    try:
        words = str(json.loads(raw)["query"]).replace("(", " ").replace("{", " ").split()
    except (ValueError, KeyError, TypeError):
        return ""
    return words[1] if len(words) > 1 and words[0] in {"query", "mutation"} else ""

"""Two connected shops, the door their webhooks come to, and an agent who asks at the other."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import select
from werkzeug.test import TestResponse

from connector.platforms.shopify.access.signature import webhook_signature
from connector.store import connections, tables
from connector.store.connections import Shopfront
from connector.store.search.tables import search_entry
from connector.sync import Mode
from storefront.disclosure.agent import Agent, Kind
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant, ProductSet, Stock
from storefront.disclosure.store import agents, grants, keys
from tests.kit.shops.street import Home, Letter, Street, moved_in, silence, street


class Scene(Struct):
    """Both shops connected and read, their webhooks set up."""

    shops: Street
    home: Home
    hafen: Shopfront
    pan: Shopfront

    def deliver(self) -> list[int]:
        """Send the shops' news to the door, and work it off."""
        self.shops.send()
        statuses = [self.home.receive(letter) for letter in self.shops.bag.emptied()]
        self.home.worker.drain()
        return statuses

    def post(self, topic: str, body: bytes, event: str = "event-1") -> int:
        """Post a webhook of the Shopify shop as Shopify signs it, and work it off."""
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": self.shops.hafen.domain,
            "X-Shopify-Event-Id": event,
            "X-Shopify-Triggered-At": "2026-01-01T00:00:00Z",
            "X-Shopify-Hmac-Sha256": webhook_signature(body, self.shops.hafen.client_secret),
        }
        status = self.home.receive(Letter("/webhooks/shopify", body, headers))
        self.home.worker.drain()
        return status

    def ask_to_forget(self) -> None:
        domain = self.shops.hafen.domain
        body = {"shop_id": 1, "shop_domain": domain}
        self.shops.hafen.post.tell_compliance("shop/redact", body, "http://x/webhooks/shopify")

    def status(self, front: Shopfront) -> str:
        with self.home.house.database.read() as connection:
            return connections.get(connection, front.id).status

    def titles(self) -> str:
        return b"".join(self.home.export()).decode()

    def hooks_at_hafen(self) -> list[Any]:
        return list(self.shops.hafen.store.subscriptions.values())

    def hooks_at_pan(self) -> list[Any]:
        return [it for it in self.shops.pan.webhooks.hooks.values() if it.status == "active"]

    def indexed(self) -> list[str]:
        """Return the titles that stand in the search index."""
        with self.home.house.database.read() as connection:
            return list(connection.execute(select(search_entry.c.title)).scalars())


class Finder(Struct, frozen=True):
    """An agent that may see everything, at the door of GraphQL."""

    home: Home
    key: str

    @classmethod
    def admitted(cls, home: Home) -> "Finder":
        """Enter the agent, grant it everything and hand out its key."""
        agent = Agent("agt_finder", "Finder", Kind.ASSISTANT, "a@b.example")
        whole = ProductSet(all=True)
        grant = Grant("grt_finder", agent.id, frozenset(Group), whole, stock=Stock.EXACT)
        with home.house.database.write() as connection:
            merchant = connection.execute(select(tables.merchant.c.id)).scalar_one()
            agents.add(connection, merchant, agent)
            grants.add(connection, merchant, grant, 0)
            return cls(home, keys.add(connection, merchant, agent.id, None, 0))

    def ask(self, query: str) -> Any:
        """Return the data of an answer."""
        answer = self.home.client.post("/graphql", json={"query": query}, headers=self._headers())
        return answer.json["data"]

    def get(self, query: str, etag: str | None = None) -> TestResponse:
        """Ask by GET, with the mark of an earlier answer or without."""
        again = {"If-None-Match": etag} if etag else {}
        asked = {"query": query}
        headers = {**self._headers(), **again}
        return self.home.client.get("/graphql", query_string=asked, headers=headers)

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.key}", "Accept": "application/json"}


@contextmanager
def scene_at(folder: Path, database_url: str) -> Iterator[Scene]:
    """Open the shops and the house, connect both and read them whole."""
    with silence(), street() as shops, moved_in() as move_in:
        home = move_in(folder, database_url, shops.clock)
        hafen, pan = shops.connect_hafen(home.house), shops.connect_pan(home.house)
        home.sync(hafen, Mode.FULL)
        home.sync(pan, Mode.FULL)
        home.worker.drain()
        shops.bag.emptied()
        yield Scene(shops, home, hafen, pan)

"""A small shop with a register and an agent that asks over HTTP."""

from typing import Any

import msgspec
from msgspec import structs

from connector.store.database import Database
from storefront.disclosure.agent import Agent, Kind
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant, ProductSet
from storefront.disclosure.ledger.entry import Entry, Shown
from storefront.disclosure.store import agents, grants, keys, ledger
from tests.kit.catalogue import Reader, seed

AGENT = Agent("agt_1", "Finder", Kind.ASSISTANT, "mail@finder.example", claims=("FinderBot",))
SHOW = Grant("grt_1", "agt_1", frozenset({Group.IDENTITY}), ProductSet(all=True))
FULL = structs.replace(SHOW, fields=frozenset(Group))
QUERY = """{ products(first: 5) { totalCount nodes { title description { plain } availability
  variants { price { amount } inventory { locationId available store { name } } } } } }"""


class Shop:
    """A seeded catalogue, its register, and an agent that asks."""

    def __init__(self, database: Database) -> None:
        self.database = database
        seed(database)
        with database.write() as connection:
            agents.add(connection, "mer_1", AGENT)
            self.key = keys.add(connection, "mer_1", "agt_1", None, 0)
        self.agent = Reader(database, self.key)

    def grant(self, new: Grant) -> None:
        with self.database.write() as connection:
            grants.add(connection, "mer_1", new, 0)

    def revoke(self, grant_id: str) -> None:
        with self.database.write() as connection:
            grants.revoke(connection, "mer_1", grant_id, 1)

    def entries(self) -> list[Entry]:
        with self.database.read() as connection:
            found = ledger.newest(connection, "mer_1", limit=1000)
        return sorted((it for it in found if it.decision != "opened"), key=lambda it: it.seq)

    def shown(self, entry: Entry) -> Shown:
        with self.database.read() as connection:
            payloads = ledger.details(connection, "mer_1", [entry.detail or b""])
        return msgspec.json.decode(payloads[entry.detail or b""] or b"", type=Shown)


def nodes(answer: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer["data"]["products"]["nodes"]
    return found

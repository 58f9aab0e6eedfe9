"""Askers at the real door: the application as it is served, with caches that can be left out."""

import gzip
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Any

import orjson
from flask import Flask
from graphql import GraphQLObjectType, get_named_type, is_leaf_type
from msgspec import structs
from sqlalchemy import text
from werkzeug.test import Client, TestResponse
from zstandard import ZstdDecompressor

from connector.model.ids import new_id
from connector.store.clock import ms
from connector.store.database import Database
from gateway import Desk, FrontDoor, Gate, Services, gateway
from gateway.catalogue.schema import schema
from regie.database import upgrade
from storefront.disclosure.grant import Grant
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.meter import Meter
from storefront.disclosure.reception import Reception
from storefront.disclosure.store import grants
from storefront.disclosure.store.ledger import LedgerTables
from tests.conftest import NOON
from tests.kit.catalogue import seen_in
from tests.kit.disclosure.floor import lay
from tests.kit.disclosure.rules import Who
from tests.kit.disclosure.world import furnish

NOW = ms(NOON)
SEAL = Seal(["k" * 40])
CLAIMS = {"agt_1": "Mozilla FinderBot/1.0", "agt_2": "OtherBot"}
SHORT = {"Accept": "application/json"}
LONG = {"Accept": "application/json;q=0.9, application/graphql-response+json;q=0.8"}


def template(folder: Path, numbers: Iterable[int]) -> tuple[Path, dict[str, str]]:
    """Make a furnished database file with a floor, to be copied; return it with its keys."""
    path = folder / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    found = furnish(database, numbers)
    lay(database)
    with database.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    database.close()
    return path, found


def copied(path: Path, to: Path) -> Database:
    """Open a copy of a database file."""
    copyfile(path, to)
    return Database(f"sqlite:///{to}")


class World:
    """A furnished database, and the door in front of it."""

    def __init__(self, database: Database, keys: dict[str, str], **bounds: int) -> None:
        self.database = database
        self.keys = keys
        self.now = NOW
        self.desk = Desk(self._services(), **bounds)
        # Callers come one after another: a rest of the loud makes answers later, not different.
        self.desk._courtesy._sleep = _without_a_rest
        app = Flask("regie")
        app.register_blueprint(gateway(Gate(self.desk)))
        self.client = Client(FrontDoor(app.wsgi_app, self.desk))

    def _services(self) -> Services:
        return Services(
            self.database,
            Reception(self.database, lambda: self.now),
            Book(LedgerTables(self.database, SEAL), lambda: self.now),
            Meter(),
            partial(seen_in, self.database),
        )

    def regrant(self, wanted: Sequence[Grant]) -> None:
        """Take back every grant that stands, and grant these."""
        with self.database.write() as connection:
            for it in grants.standing(connection, "mer_1"):
                grants.revoke(connection, "mer_1", it.id, 1)
            for it in wanted:
                named = structs.replace(it, id=new_id("grt"))
                grants.add(connection, "mer_1", named, 0)

    def headers(self, who: Who) -> dict[str, str]:
        """Return what a caller says of himself."""
        found = {"Regie-Purpose": who.purpose, "Regie-Region": who.region}
        if who.tier == 3 and who.agent_id:
            found["Authorization"] = f"Bearer {self.keys[who.agent_id]}"
        elif who.agent_id:
            found["User-Agent"] = CLAIMS[who.agent_id]
        return {name: value for name, value in found.items() if value}

    def operator(self, query: str) -> Any:
        """Return what an operator is told."""
        headers = {"Authorization": f"Bearer {self.keys['operator']}", **SHORT}
        return self.post(headers, {"query": query}).json

    def post(self, headers: dict[str, str], body: object) -> TestResponse:
        """Send a body of JSON."""
        sent = {**SHORT, **headers, "Content-Type": "application/json"}
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        return self.client.post("/graphql", data=data, headers=sent)

    def get(self, headers: dict[str, str], **arguments: str) -> TestResponse:
        """Send a query by GET."""
        return self.client.get("/graphql", query_string=arguments, headers={**SHORT, **headers})

    def ask(self, who: Who, query: str) -> TestResponse:
        """Ask as a caller does."""
        return self.post(self.headers(who), {"query": query})


def _without_a_rest(_seconds: float) -> None:
    """Go on at once."""


def hash_of(query: str) -> str:
    """Return by what an operation is named."""
    return sha256(query.encode()).hexdigest()


def whole(kind: Any | None = None) -> str:
    """Return the selection of everything that a type has."""
    of: Any = kind or schema().graphql_schema.get_type("Product")
    assert isinstance(of, GraphQLObjectType)
    parts = []
    for name, field in of.fields.items():
        inner: Any = get_named_type(field.type)
        parts.append(name if is_leaf_type(inner) else f"{name} {whole(inner)}")
    return "{" + " ".join(parts) + "}"


def opened(response: TestResponse) -> bytes:
    """Return a body as it was before it was compressed."""
    encoding = response.headers.get("Content-Encoding")
    if encoding == "zstd":
        return ZstdDecompressor().decompress(response.data, max_output_size=10**8)
    return gzip.decompress(response.data) if encoding == "gzip" else response.data


_TOKEN = re.compile(rb"[A-Za-z0-9_-]{16,}")


def unfolded(body: bytes) -> bytes:
    """Return a text with what its cursors hold behind it."""
    found = [body]
    for token in _TOKEN.findall(body):
        try:
            found.append(urlsafe_b64decode(token + b"=" * (-len(token) % 4)))
        except ValueError:
            continue
    return b"\n".join(found)

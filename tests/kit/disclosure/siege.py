"""The application as it is served, with many products, besieged by agents and strangers."""

import gc
import io
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from flask import Flask
from msgspec import Struct, structs
from sqlalchemy import event
from werkzeug.test import EnvironBuilder, run_wsgi_app

from connector.store import keys as operator_keys
from connector.store import merchants
from connector.store.clock import system_clock
from connector.store.database import Database
from connector.store.merchants import Merchant
from connector.store.product import writer
from connector.store.product.change import Change
from connector.store.search.choose import choose
from connector.store.secrets import SecretBox
from gateway import Desk
from regie.app import create_app
from regie.house import House
from regie.settings import Settings
from storefront.disclosure.agent import Agent, Kind
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, ProductSet
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.store import agents, grants, keys, ledger
from tests.conftest import NOON
from tests.kit.catalogue import SCOPE, seed
from tests.kit.samples import place, product

PLENTY = Budget(10**9, 10**12)
FULL = Grant("grt_1", "agt_1", frozenset(Group), ProductSet(all=True), budget=PLENTY)
JUGS = structs.replace(FULL, id="grt_2", agent_id="agt_2", include=ProductSet(categories=("jugs",)))
SHORT, LONG = "application/json", "application/json;q=0.9, application/graphql-response+json;q=0.8"
WAYS = {"before Flask": SHORT, "behind Flask": LONG}


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep the garbage of earlier tests out of what an answer takes: it alone is half a second."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Told(Struct, frozen=True):
    """One answer, what it took, and what it left in the ledger."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cpu: float
    entries: list[Entry]

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def code(self) -> str | None:
        """The code of the first error, or None."""
        errors = self.json.get("errors")
        return errors[0]["extensions"]["code"] if errors else None

    @property
    def messages(self) -> list[str]:
        return [it["message"] for it in self.json.get("errors", ())]


class Siege:
    """A shop behind the real door; `agt_1` sees everything, `agt_2` only jugs."""

    def __init__(self, database: Database, folder: Path, products: int = 0) -> None:
        self.database = database
        self.operator = seed(database)
        self._furnish(products)
        with database.write() as connection:
            for name in ("agt_1", "agt_2"):
                agents.add(connection, "mer_1", Agent(name, name, Kind.ASSISTANT, "a@b.example"))
            self.key = keys.add(connection, "mer_1", "agt_1", None, 0)
            self.other_key = keys.add(connection, "mer_1", "agt_2", None, 0)
            for grant in (FULL, JUGS):
                grants.add(connection, "mer_1", grant, 0)
        house = House(
            Settings(home=str(folder)), database, database, SecretBox(["k" * 32]), system_clock, "t"
        )
        self.app: Flask = create_app(house)
        self._read = 0

    def sit(self, desk: Desk) -> None:
        """Let another desk answer from now on."""
        self.app = create_app(self.app.extensions["regie"], desk)
        self._read = 0

    def _furnish(self, products: int) -> None:
        items = [product(it, title=f"Blue mug {it}") for it in range(100, 100 + products)]
        changes = [Change(it.source.external_id, it.id.encode()[-16:], it, NOON) for it in items]
        with self.database.write() as connection:
            writer.apply(connection, SCOPE, changes, {place().id: place()}, NOON)
        choose(self.database, products=0, folder=None).follow("mer_1")

    def second_merchant(self) -> str:
        """Add another shop, and return a key of its operator."""
        with self.database.write() as connection:
            settings = {"hosts": ["two.example"]}
            merchants.add(connection, Merchant("mer_2", "Two", settings), 0)
            return operator_keys.create(connection, "mer_2", operator_keys.OPERATOR, "test", 0)

    def send(
        self,
        body: object = None,
        *,
        key: str | None = None,
        method: str = "POST",
        environ: Mapping[str, Any] | None = None,
        **headers: str,
    ) -> Told:
        """Send a request as a server hands it on, header by header, without any client's care."""
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        sent = {"Content-Type": "application/json", "Accept": SHORT}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            sent["Authorization"] = f"Bearer {key}"
        made = EnvironBuilder("/graphql", method=method).get_environ()
        made |= {f"HTTP_{name.upper().replace('-', '_')}": it for name, it in sent.items()}
        made["CONTENT_TYPE"] = made.pop("HTTP_CONTENT_TYPE")
        made |= {"wsgi.input": io.BytesIO(data), "CONTENT_LENGTH": str(len(data))}
        return self._sent(made | dict(environ or {}))

    def _sent(self, environ: dict[str, Any]) -> Told:
        with _without_collecting():
            before = time.process_time()
            found, status, headers = run_wsgi_app(self.app.wsgi_app, environ)
            body = b"".join(found)
            cpu = time.process_time() - before
        return Told(int(status.split()[0]), dict(headers), body, cpu, self._new_entries())

    def _new_entries(self) -> list[Entry]:
        with self.database.read() as connection:
            found = ledger.newest(connection, "mer_1", limit=5)
        fresh = [it for it in found if it.decision != "opened" and it.seq > self._read]
        self._read = max([it.seq for it in fresh], default=self._read)
        return fresh

    def ask(self, query: str, **more: Any) -> Told:
        """Ask as the agent that sees everything."""
        return self.send({"query": query}, **{"key": self.key, **more})


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Collect the statements that are sent to a database, past SQLAlchemy too."""
    found: list[str] = []
    database.close()  # what is opened from now on is traced
    with _traced(database, found) if database.is_sqlite else _noted(found):
        yield found
    database.close()


@contextmanager
def _traced(database: Database, found: list[str]) -> Iterator[None]:
    def trace(connection: Any, _record: Any) -> None:
        connection.set_trace_callback(found.append)

    event.listen(database.engine, "connect", trace)
    try:
        yield
    finally:
        event.remove(database.engine, "connect", trace)


@contextmanager
def _noted(found: list[str]) -> Iterator[None]:
    """Note what any connection to Postgres is sent, but for the question whether it stands."""
    execute = psycopg.Cursor.execute

    def noted(cursor: Any, query: Any, *values: Any, **more: Any) -> Any:
        if query != "SELECT 1":
            found.append(query)
        return execute(cursor, query, *values, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", noted)
        yield

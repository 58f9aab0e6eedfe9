"""A small catalogue behind a running `/graphql`, to write gateway tests with."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import orjson
from flask import Flask
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from connector.platforms import Shop
from connector.store import connections, keys, merchants, tables
from connector.store.clock import ms
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.database.bulk import upsert_rows
from connector.store.merchants import Merchant
from connector.store.product import writer
from connector.store.product.change import Change, Scope
from connector.store.search.choose import choose
from connector.store.secrets import SecretBox
from gateway import Desk, Gate, Services, gateway
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.meter import Meter
from storefront.disclosure.reception import Reception
from storefront.disclosure.sight import Sight
from storefront.disclosure.store import exposures
from storefront.disclosure.store.ledger import LedgerTables
from storefront.disclosure.view import Seen
from tests.conftest import NOON
from tests.kit.samples import SHOP, place, product, rich_place, rich_product

SCOPE = Scope("mer_1", "con_1")
POLICIES = {"returns": f"https://{SHOP}/returns"}
GRAPHQL_JSON = "application/graphql-response+json"
LOOKUP = """query ($id: ID, $handle: String, $gtin: String, $sku: String, $platformId: String) {
  product(id: $id, handle: $handle, gtin: $gtin, sku: $sku, platformId: $platformId) {id}}"""
PAGE = """query ($first: Int! = 5, $after: String, $filter: ProductFilter, $sort: ProductSort! = ID)
{
  products(first: $first, after: $after, filter: $filter, sort: $sort) {totalCount nodes {id}}}"""
QUERY = {"query": "{merchant {name}}"}


def seed(database: Database, now: datetime = NOON) -> str:
    """Fill a database with two mugs, a bottle and a tombstone; return an operator's key."""
    places = {it.id: it for it in (place(), rich_place())}
    mugs = [product(1), product(2, title="Enamel jug", price=2950, stock=0, category="jugs")]
    items = [*mugs, rich_product(), product(3, title="Gone mug")]
    changes = [Change(it.source.external_id, it.id.encode()[-16:], it, now) for it in items]
    with database.write() as connection:
        merchants.add(connection, Merchant("mer_1", "Hafen", {}), 0)
        upsert_rows(
            connection,
            tables.location,
            [("mer_1", it.id, "con_1", msgspec.json.encode(it), 0) for it in places.values()],
        )
        connections.put(connection, _shopfront(), {}, "hook", SecretBox(["k" * 32]), 0)
        shop = Shop("Hafen", f"https://{SHOP}", "EUR", "Europe/Berlin", "en", "DE", True, POLICIES)
        facts = msgspec.json.encode(shop)
        connections.note(connection, _shopfront(), shop_facts=facts, as_of=ms(now), lag_ms=1500)
        writer.apply(connection, SCOPE, changes, places, now)
        writer.remove(connection, SCOPE, ["3"], now, now)
        key = keys.create(connection, "mer_1", keys.OPERATOR, "test", 0)
    choose(database, products=0, folder=None).follow("mer_1")
    return key


def _shopfront() -> Shopfront:
    empty = dict.fromkeys(Shopfront.__struct_fields__)
    known = {"merchant_id": "mer_1", "id": "con_1", "platform": "test", "shop": SHOP}
    return msgspec.convert({**empty, **known, "status": connections.ACTIVE}, Shopfront)


def desk_at(database: Database) -> Desk:
    """Return a desk whose ledger lies in the same database."""
    return Desk(
        Services(
            database,
            Reception(database, _now_ms),
            Book(LedgerTables(database, Seal(["k" * 40])), _now_ms),
            Meter(),
            partial(seen_in, database),
        )
    )


def _now_ms() -> int:
    return ms(NOON)


def seen_in(database: Database, sight: Sight) -> Seen:
    def seen(product_ids: Sequence[str]) -> frozenset[str]:
        with database.write() as connection:
            exposures.follow(connection, sight.merchant_id)
            return exposures.seen_of(connection, sight.merchant_id, sight.agent, product_ids)

    return seen


class Reader:
    """Someone who asks over HTTP with a key, or without one."""

    def __init__(self, database: Database, key: str | None, *, graphiql: bool = False) -> None:
        app = Flask("regie")
        app.register_blueprint(gateway(Gate(desk_at(database), graphiql=graphiql)))
        self.client = app.test_client()
        self.headers = {} if key is None else {"Authorization": f"Bearer {key}"}

    def ask(self, query: str, variables: Mapping[str, object] | None = None) -> Any:
        """Return the answer to a query."""
        return self.post({"query": query, "variables": variables}).json

    def post(self, body: object, **headers: str) -> TestResponse:
        """Send a JSON body, with more headers where wanted."""
        sent = {"Content-Type": "application/json", "Accept": GRAPHQL_JSON, **headers}
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        return self.client.post("/graphql", data=data, headers={**self.headers, **sent})

    def data(self, query: str, variables: Mapping[str, object] | None = None) -> Any:
        """Return the data of an answer without errors."""
        found = self.ask(query, variables)
        assert "errors" not in found, found
        return found["data"]

    def code(self, query: str, variables: Mapping[str, object] | None = None) -> str | None:
        """Return the code of the first error, or None."""
        return code(self.ask(query, variables))


def code(answer: Any) -> str | None:
    """Return the code of an answer's first error, or None."""
    errors = answer.get("errors")
    return str(errors[0]["extensions"]["code"]) if errors else None


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port while the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

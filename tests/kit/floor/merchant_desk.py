"""An operator at the merchant's own surface, as the tests of it speak with it."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import Flask

from connector.store import keys as operators
from connector.store.clock import system_clock
from connector.store.database import Database
from gateway.merchant import Office, merchant_gateway
from storefront.disclosure.reception import Reception
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store.floor import ShopFloor
from tests.kit.floor.world import MERCHANT, SetClock, a_floor, a_store, stock


class Desk:
    """An operator at the merchant's surface."""

    def __init__(self, database: Database, clock: SetClock | None = None) -> None:
        self.clock = clock or SetClock(system_clock())
        self.floor: ShopFloor = a_floor(database, clock or system_clock)
        stock(database, {1: 50}, self.clock())
        self.store: Store = a_store(self.floor)
        with database.write() as connection:
            self.key = operators.create(connection, MERCHANT, operators.OPERATOR, "test", 0)
        app = Flask("regie")
        office = Office(database, database, Reception(database, lambda: 1), self.floor)
        app.register_blueprint(merchant_gateway(office))
        self.client = app.test_client()

    def ask(self, query: str, variables: Mapping[str, object] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.key}"}
        body = {"query": query, "variables": variables or {}}
        found = self.client.post("/graphql/merchant", json=body, headers=headers).json
        assert found
        assert "errors" not in found, found
        return found["data"]

    def do(self, call: str, wanted: str, key: str | None = None, **variables: object) -> Any:
        """Call one mutation, such as `acceptOrder(orderId: "...")`."""
        name, _, rest = call.partition("(")
        declared = "".join(f", ${it}: Document!" for it in variables)
        text = f"mutation($key: ID!{declared}) {{ {name}(key: $key, {rest} {{ {wanted} }} }}"
        return self.ask(text, {"key": key or uuid4().hex, **variables})[name]

"""A database with one connected WooCommerce shop."""

from typing import Any

import msgspec

from connector.platforms import Hint, HintKind
from connector.store import connections, merchants
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.listing import reader
from connector.store.merchants import Merchant
from connector.store.product.change import Scope
from connector.store.secrets import SecretBox
from connector.sync import Mode, Summary, Syncer
from regie.demo.woocommerce.testing import Inbox
from tests.kit.shops.woo import Open, incoming

SCOPE = Scope("mer_1", "con_1")


class WooHouse:
    """A database with one connected WooCommerce shop."""

    def __init__(self, database: Database, shop: Open) -> None:
        self.database = database
        self.shop = shop
        front = Shopfront(
            "mer_1", "con_1", "woocommerce", shop.served.url, None, "active", *[None] * 8
        )
        with database.write() as connection:
            merchants.add(connection, Merchant("mer_1", "Groene Pan", {}), 0)
            connections.put(connection, front, {}, "s" * 20, SecretBox(["k" * 40]), 0)

    def syncer(self) -> Syncer:
        with self.database.read() as connection:
            front = connections.get(connection, "con_1")
        return Syncer(self.database, front, self.shop.platform, self.shop.clock)

    def sync(self, mode: Mode = Mode.FULL) -> Summary:
        self.shop.clock.pass_by(60)
        return self.syncer().run(mode)

    def documents(self) -> dict[str, Any]:
        with self.database.read() as connection:
            found = [msgspec.json.decode(it) for it in reader.export(connection, "mer_1")]
        return {each["source"]["externalId"]: each for each in found}

    def document(self, number: int) -> Any:
        return self.documents()[str(number)]

    def receive(self, inbox: Inbox) -> None:
        """Take all messages as our worker does, but for asking our own keys first."""
        ids = set()
        for letter in inbox.letters:
            delivery = self.shop.platform.receive(incoming(letter), ["s" * 20])
            hints = self.shop.platform.hints(delivery.topic, letter.body) if delivery else ()
            ids.update(filter(None, (self._product(hint) for hint in hints)))
        inbox.letters.clear()
        self.syncer().refresh(sorted(ids))

    def _product(self, hint: Hint) -> str | None:
        if hint.kind is HintKind.PRODUCT:
            return hint.external_id
        return self.shop.platform.product_of(hint)

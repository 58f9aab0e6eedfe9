"""A database with one shop in memory that is connected to it."""

from typing import cast

import msgspec
from msgspec import structs

from connector.model.product import Product
from connector.platforms import Platform
from connector.store import connections, merchants
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.listing import reader
from connector.store.merchants import Merchant
from connector.store.product.change import Scope
from connector.store.secrets import SecretBox
from connector.sync import Mode, Summary, Syncer
from tests.kit.shops.fakes import HandClock, MemoryPlatform

SHOP = Shopfront("mer_1", "con_1", "memory", "memory.example", None, "active", *[None] * 8)
SCOPE = Scope("mer_1", "con_1")


class MemoryHouse:
    """A database with one connected shop in memory."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.shop = MemoryPlatform(self.clock)
        with database.write() as connection:
            merchants.add(connection, Merchant("mer_1", "Hafen", {}), 0)
            connections.put(connection, SHOP, {}, "s" * 20, SecretBox(["k" * 40]), 0)

    def syncer(self) -> Syncer:
        with self.database.read() as connection:
            shopfront = connections.get(connection, "con_1")
        return Syncer(self.database, shopfront, cast("Platform", self.shop), self.clock)

    def sync(self, mode: Mode = Mode.FULL) -> Summary:
        self.clock.advance(60)
        return self.sync_at_once(mode)

    def sync_at_once(self, mode: Mode) -> Summary:
        return self.syncer().run(mode)

    def export(self) -> list[bytes]:
        with self.database.read() as connection:
            return list(reader.export(connection, "mer_1"))

    def titles(self) -> list[str]:
        return [msgspec.json.decode(it)["title"] for it in self.export()]


def renamed(found: Product, title: str, house: MemoryHouse) -> Product:
    source = structs.replace(found.source, as_of=house.clock())
    return structs.replace(found, title=title, source=source)

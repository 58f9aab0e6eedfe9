"""A house with one store and one shop in memory, whose orders are looked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import structs
from sqlalchemy import select

from connector.model.order import PlacedOrder
from connector.platforms import Hint, HintKind
from connector.store import connections, tables
from connector.store.connections import Shopfront
from regie import orders as looking
from regie.house import House, build
from regie.settings import Settings
from regie.shops import Shops
from storefront.fulfillment.store import orders as kept
from storefront.fulfillment.store import places
from tests.kit.floor.world import MERCHANT, PLACE, a_floor, a_store, stock
from tests.kit.samples import place, product
from tests.kit.shops.fakes import HandClock, MemoryPlatform
from tests.kit.shops.street import silence

OTHER = place("warehouse")


class Shop(MemoryPlatform):
    """A shop in memory that the house opens and that notes which orders it was asked for."""

    def __init__(self, clock: HandClock) -> None:
        super().__init__(clock)
        self.places = (PLACE, OTHER)
        self.asked: list[str] = []

    def open(self, _config: object) -> "Shop":
        return self

    def order(self, hint: Hint) -> PlacedOrder | None:
        self.asked.append(hint.external_id)
        for placed in self.placed.values():
            if hint.external_id in {placed.external_id, *(it.external_id for it in placed.parts)}:
                return placed
        return None


class Desk:
    """A house with one store and one shop in memory."""

    def __init__(self, house: House, clock: HandClock, shop: Shop) -> None:
        self.house, self.clock, self.shop = house, clock, shop
        self.shops = Shops(house)
        self.front = Shopfront(MERCHANT, "con_1", "memory", "one", None, "active", *[None] * 8)

    def place(self, placed: PlacedOrder) -> PlacedOrder:
        """Let somebody buy now."""
        found = structs.replace(placed, updated_at=self.clock())
        self.shop.placed[found.external_id] = found
        return found

    def look(self) -> int:
        return looking.look(self.house, self.shops, self.front, lambda _connection: None)

    def hint(self, *ids: str) -> None:
        hints = [Hint(HintKind.ORDER, each) for each in ids]
        looking.take_hints(self.house, self.shops, self.front, hints, lambda _connection: None)

    def numbers(self) -> list[tuple[str, str]]:
        """Return store and number of every order on the floor."""
        with self.house.database.read() as connection:
            ids = [store.id for store in places.all_of(connection, MERCHANT)]
            found = kept.open_of(connection, MERCHANT, ids)
        return sorted((each.store_id, each.number) for each in found)

    def seen_to(self) -> int | None:
        with self.house.database.read() as connection:
            return connection.execute(select(tables.connection.c.orders_at)).scalar_one()


@contextmanager
def a_desk(folder: Path, database_url: str) -> Iterator[Desk]:
    """Open the house; two goods have five pieces each."""
    clock = HandClock()
    shop = Shop(clock)
    named = Settings(str(folder), database_url, allow_private_hosts=True, log="off")
    house = build(named, clock=clock, platforms=lambda _name: shop)  # type: ignore[arg-type, return-value]  # opens like one
    with silence():
        a_floor(house.database, clock)
        found = Desk(house, clock, shop)
        with house.database.write() as connection:
            connections.put(connection, found.front, {}, "s", house.box, 0)
        shop.put(product(1), product(2))
        stock(house.database, {1: 5, 2: 5})
        a_store(house.floor)
        yield found
    house.database.close()

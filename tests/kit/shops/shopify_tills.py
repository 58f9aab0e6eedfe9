"""A served Shopify shop in which a test buys, reads orders and tells news."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from connector.model.order import News, PlacedOrder, Reservation, Telling, ToldLine
from connector.platforms import Hint, HintKind
from connector.platforms.shopify import ShopifyPlatform
from regie.demo.shopify import FLOOR_SCOPES, ShopifyShop
from regie.demo.shopify.order.book import shown
from regie.demo.shopify.query.fields import quantity
from tests.kit.shops.shopify_shops import opened

COFFEE, CUP = "KAF-1-250-B", "KAF-1-500-B"
HERE, THERE = "Laden Ottensen", "Laden Eimsbüttel"
MARA = {"firstName": "Mara", "lastName": "Testmann", "email": "m@x.example", "phone": "+49 171"}
DOOR = {"address1": "Weg 1", "zip": "22765", "city": "Hamburg", "countryCode": "DE"}
EVERYTHING = ("name", "address", "phone", "email")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Shop(Struct):
    shop: ShopifyShop
    platform: ShopifyPlatform

    def buy(self, *skus: str, quantity: int = 2, **more: Any) -> dict[str, Any]:
        lines = [{"sku": sku, "quantity": quantity} for sku in skus or (COFFEE,)]
        return self.shop.orders.place(lines, **{"location": HERE, "buyer": MARA, **more})

    def read(self, row: dict[str, Any]) -> PlacedOrder:
        found = self.platform.order(Hint(HintKind.ORDER, row["id"]))
        assert found is not None
        return found

    def tell(self, row: dict[str, Any], news: News, pieces: int = 2, **more: Any) -> None:
        part = row["fulfillmentOrders"][more.pop("part", 0)]
        lines = tuple(ToldLine(each["id"], pieces) for each in part["lineItems"])
        at = more.pop("at", NOON)
        self.platform.tell(
            Telling(f"ful_1/1/{news.value}", news, row["id"], part["id"], at, lines, **more)
        )

    def part(self, row: dict[str, Any]) -> Any:
        return shown(row)["parts"][0]

    def counts(self, sku: str = COFFEE, place: str = HERE) -> dict[str, int]:
        item = self.shop.store.variant(sku)["inventoryItem"]
        level = self.shop.store.level(item, self.shop.store.location(place))
        assert level is not None
        names = ("available", "committed", "reserved", "on_hand")
        return {name: quantity(level, name)["quantity"] for name in names}

    def reserving(self, news: News, pieces: int = 3, key: str = "hld_1") -> Telling:
        item = self.shop.store.variant(COFFEE)["inventoryItem"]["id"]
        place = self.shop.store.location(HERE)["id"]
        kept = (Reservation(item, place, pieces),)
        return Telling(f"{key}/{news.value}", news, reservations=kept)


def stocked(shop: ShopifyShop) -> None:
    for sku in (COFFEE, CUP):
        for place in (HERE, THERE):
            shop.changes.set_stock(sku, place, 10)


@contextmanager
def selling(folder: Path, approved: tuple[str, ...] = EVERYTHING) -> Iterator[Shop]:
    """Open a shop with ten pieces of two goods at two places."""
    options = {"scopes": FLOOR_SCOPES, "approved": approved, "points": (1e9, 1e9)}
    with opened(folder, **options) as (found, platform):
        stocked(found)
        yield Shop(found, platform)

"""What the shop holds: products, stock, places, channels and orders, as plain rows."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from regie.demo.shopify.query.answers import NotInShop

Row = dict[str, Any]
FIRST_NEW: Final = 8_800_000_000_000


def kind_of(row: Row) -> str:
    """Return the API's type of a row, which its global id tells."""
    named = row.get("__typename")
    return str(named) if named else str(row["id"]).split("/")[3]


def gid(kind: str, number: int | str) -> str:
    """Return a global id."""
    return f"gid://shopify/{kind}/{number}"


class Store:
    """The shop's memory; every row is found by its global id."""

    def __init__(self, shop: Row, installation: Row, versions: list[Row]) -> None:
        self.shop = shop
        self.installation = installation
        self.versions = versions
        self.by_id: dict[str, Row] = {}
        self.products: dict[str, Row] = {}
        self.variants: dict[str, Row] = {}
        self.items: dict[str, Row] = {}
        self.locations: dict[str, Row] = {}
        self.publications: dict[str, Row] = {}
        self.collections: dict[str, Row] = {}
        self.channels: dict[str, Row] = {}
        self.orders: dict[str, Row] = {}
        self.parts: dict[str, Row] = {}
        self.shipments: dict[str, Row] = {}
        self.orders_taken = 0
        self.subscriptions: dict[str, Row] = {}
        self.operations: dict[str, Row] = {}
        self._last = FIRST_NEW

    @property
    def currency(self) -> str:
        """The currency all prices are in."""
        return str(self.shop["currencyCode"])

    def put(self, shelf: dict[str, Row], row: Row) -> Row:
        """Keep a row on its shelf."""
        shelf[row["id"]] = row
        self.by_id[row["id"]] = row
        return row

    def drop(self, shelf: dict[str, Row], row: Row) -> None:
        """Forget a row."""
        shelf.pop(row["id"], None)
        self.by_id.pop(row["id"], None)

    def new_number(self) -> int:
        """Return a number no row has."""
        self._last += 1
        return self._last

    def product(self, name: str) -> Row:
        """Find a product by id, number, handle or title."""
        return _found("product", name, self.products.values(), ("handle", "title"))

    def variant(self, name: str) -> Row:
        """Find a variant by id, number, SKU or barcode."""
        return _found("variant", name, self.variants.values(), ("sku", "barcode"))

    def location(self, name: str) -> Row:
        """Find a location by id, number or name."""
        return _found("location", name, self.locations.values(), ("name",))

    def publication(self, name: str) -> Row:
        """Find a channel's publication by id, number or its catalogue's title."""
        for row in self.publications.values():
            if name in {*_names(row), (row.get("catalog") or {}).get("title")}:
                return row
        raise NotInShop("publication", name)

    def level(self, item: Row, location: Row) -> Row | None:
        """Return how much of an item a location holds, if it holds it at all."""
        levels: list[Row] = item["inventoryLevels"]
        return next((at for at in levels if at["location"]["id"] == location["id"]), None)


def _names(row: Row) -> Iterator[str]:
    yield row["id"]
    yield row["id"].rpartition("/")[2]


def _found(kind: str, name: str, rows: Iterable[Row], keys: tuple[str, ...]) -> Row:
    for row in rows:
        if name in _names(row) or any(row.get(key) == name for key in keys):
            return row
    raise NotInShop(kind, name)

"""What orders do to the count: pieces are committed when sold, and gone when they leave."""

from regie.demo.shopify.stock import settle, shift
from regie.demo.shopify.store import Row
from regie.demo.shopify.telling import TellingShop


def sell(shop: TellingShop, part: Row, piece: Row, quantity: int) -> None:
    """Commit pieces: they can no longer be sold, and still lie there."""
    _move(shop, part, piece, {"available": -quantity, "committed": quantity})


def unsell(shop: TellingShop, part: Row, piece: Row, quantity: int) -> None:
    """Put committed pieces back on sale."""
    _move(shop, part, piece, {"available": quantity, "committed": -quantity})


def leave(shop: TellingShop, part: Row, piece: Row, quantity: int) -> None:
    """Let committed pieces leave the place."""
    _move(shop, part, piece, {"committed": -quantity, "on_hand": -quantity})


def come_back(shop: TellingShop, part: Row, piece: Row, quantity: int) -> None:
    """Take pieces back that are still owed."""
    _move(shop, part, piece, {"committed": quantity, "on_hand": quantity})


def restock(shop: TellingShop, part: Row, piece: Row, quantity: int) -> None:
    """Put pieces that had left on the shelf again, for sale."""
    _move(shop, part, piece, {"available": quantity, "on_hand": quantity})


def _move(shop: TellingShop, part: Row, piece: Row, by: dict[str, int]) -> None:
    item = piece["variant"]["inventoryItem"]
    level = shop.store.level(item, part["assignedLocation"]["location"])
    if level is None or not item["tracked"] or not any(by.values()):
        return
    for name, delta in by.items():
        shift(level, name, delta, shop.clock.stamp())
    if "available" in by:
        settle(level, by["available"])
        shop.news.level_changed(level)

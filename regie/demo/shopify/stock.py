"""How quantities move, and what a product's totals make of it."""

from regie.demo.shopify.query.fields import QUANTITY_NAMES, quantity
from regie.demo.shopify.store import Row, gid


def shift(level: Row, name: str, delta: int, moment: str) -> Row:
    """Change one named quantity of a level and return it."""
    row = quantity(level, name)
    if row not in level["quantities"]:
        level["quantities"].append(row)
    row["quantity"] += delta
    row["updatedAt"] = moment
    level["updatedAt"] = moment
    return row


def shift_with_on_hand(level: Row, name: str, delta: int, moment: str) -> list[Row]:
    """Change a quantity that really came or went, so that what is on hand follows."""
    other = "available" if name == "on_hand" else "on_hand"
    rows = [shift(level, name, delta, moment), shift(level, other, delta, moment)]
    if "available" in {name, other}:
        settle(level, delta)
    return rows


def settle(level: Row, available: int) -> None:
    """Carry a change of `available` into the variant and the product."""
    for variant in level["item"]["variants"]:
        variant["inventoryQuantity"] += available
        if level["location"]["fulfillsOnlineOrders"]:
            variant["sellableOnlineQuantity"] += available
        variant["availableForSale"] = is_for_sale(variant)
        variant["product"]["totalInventory"] += available


def is_for_sale(variant: Row) -> bool:
    """Whether a shopper may buy it now."""
    if variant["inventoryPolicy"] == "CONTINUE" or not variant["inventoryItem"]["tracked"]:
        return True
    return bool(variant["inventoryQuantity"] > 0)


def new_level(item: Row, location: Row, available: int, moment: str) -> Row:
    """Return a level of an item at a place that did not hold it before."""
    place, number = location["id"].rpartition("/")[2], item["id"].rpartition("/")[2]
    named = dict.fromkeys(QUANTITY_NAMES, 0) | {"available": available, "on_hand": available}
    return {
        "id": gid("InventoryLevel", f"{place}?inventory_item_id={number}"),
        "isActive": True,
        "createdAt": moment,
        "updatedAt": moment,
        "location": location,
        "quantities": [
            {"name": name, "quantity": held, "updatedAt": moment if held else None}
            for name, held in named.items()
        ],
    }

"""The few fields whose answer depends on how they are asked."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from regie.demo.shopify.order.fields import actions_shape, events_shape, status_shape
from regie.demo.shopify.query.answers import NotPlayed, problem
from regie.demo.shopify.query.paging import Row

QUANTITY_NAMES: Final = (
    "available",
    "committed",
    "damaged",
    "incoming",
    "on_hand",
    "quality_control",
    "reserved",
    "safety_stock",
)
Shape = Callable[[Any, Mapping[str, Any]], Any]


def quantity(level: Row, name: str) -> Row:
    """Return one named quantity of a level; what was never touched is zero."""
    known: list[Row] = level["quantities"]
    for row in known:
        if row["name"] == name:
            return row
    return {"name": name, "quantity": 0, "updatedAt": None}


def _quantities(level: Row, arguments: Mapping[str, Any]) -> list[Row]:
    unknown = set(arguments["names"]) - set(QUANTITY_NAMES)
    if unknown:
        raise problem(f"Invalid quantity names: {', '.join(sorted(unknown))}", "BAD_REQUEST")
    place, _, item = level["id"].rpartition("/")[2].partition("?inventory_item_id=")
    rows = [quantity(level, name) for name in arguments["names"]]
    path = f"gid://shopify/InventoryQuantity/{place}?inventory_item_id={item}&name="
    return [row | {"id": path + row["name"]} for row in rows]


def _levels(item: Row, arguments: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = item["inventoryLevels"]
    return [row for row in rows if row["isActive"] or arguments.get("includeInactive")]


def _level(item: Row, arguments: Mapping[str, Any]) -> Row | None:
    wanted = arguments["locationId"]
    rows = _levels(item, arguments)
    return next((row for row in rows if row["location"]["id"] == wanted), None)


def _placements(product: Row, arguments: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = product["resourcePublicationsV2"]
    return [row for row in rows if row["isPublished"] or not arguments["onlyPublished"]]


def _metafields(owner: Row, arguments: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = owner["metafields"]
    space, keys = arguments.get("namespace"), arguments.get("keys")
    if keys is not None:
        return [row for row in rows if f"{row['namespace']}.{row['key']}" in keys]
    return [row for row in rows if space in {None, row["namespace"]}]


def _metafield(owner: Row, arguments: Mapping[str, Any]) -> Row | None:
    space, key = arguments.get("namespace"), arguments["key"]
    rows: list[Row] = owner["metafields"]
    return next((row for row in rows if row["namespace"] == space and row["key"] == key), None)


def _by_position(rows_of: str) -> Shape:
    def shape(owner: Row, arguments: Mapping[str, Any]) -> list[Row]:
        if arguments.get("sortKey", "POSITION") not in {"POSITION", "ID"}:
            raise NotPlayed(f"{rows_of} by {arguments['sortKey']}")
        rows: list[Row] = owner[rows_of]
        return rows

    return shape


SHAPES: Final[Mapping[tuple[str, str], Shape]] = {
    ("InventoryLevel", "quantities"): _quantities,
    ("InventoryItem", "inventoryLevels"): _levels,
    ("InventoryItem", "inventoryLevel"): _level,
    ("Product", "resourcePublicationsV2"): _placements,
    ("Product", "variants"): _by_position("variants"),
    ("Product", "media"): _by_position("media"),
    ("Product", "metafields"): _metafields,
    ("ProductVariant", "metafields"): _metafields,
    ("Location", "metafields"): _metafields,
    ("Product", "metafield"): _metafield,
    ("ProductVariant", "metafield"): _metafield,
    ("Location", "metafield"): _metafield,
    ("Order", "displayFulfillmentStatus"): status_shape,
    ("FulfillmentOrder", "supportedActions"): actions_shape,
    ("Fulfillment", "events"): events_shape,
}
SHAPED: Final = frozenset(
    {
        "names",
        "includeInactive",
        "locationId",
        "onlyPublished",
        "sortKey",
        "namespace",
        "keys",
        "key",
    }
)

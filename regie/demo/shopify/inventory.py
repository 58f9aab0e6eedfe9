"""Writing stock: set, adjust and move, with every check the shop makes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from regie.demo.shopify.loading import keep_level
from regie.demo.shopify.query.answers import problem, user_error
from regie.demo.shopify.query.call import Call
from regie.demo.shopify.query.fields import QUANTITY_NAMES, quantity
from regie.demo.shopify.query.idempotency import failed
from regie.demo.shopify.stock import new_level, settle, shift, shift_with_on_hand
from regie.demo.shopify.store import Row, Store, gid

REASONS: Final = frozenset(
    {
        "correction",
        "cycle_count_available",
        "damaged",
        "movement_canceled",
        "movement_created",
        "movement_received",
        "movement_updated",
        "other",
        "promotion",
        "quality_control",
        "received",
        "reservation_created",
        "reservation_deleted",
        "reservation_updated",
        "restock",
        "safety_stock",
        "shrinkage",
    }
)
HIGHEST_SET: Final = 1_000_000_000
HIGHEST_MOVE: Final = 2_000_000_000
MOST_ROWS: Final = 250
MOST_DOCUMENTS: Final = 2
MOVABLE: Final = frozenset(QUANTITY_NAMES) - {"on_hand", "committed", "incoming"}
Verb = Callable[[Call, Mapping[str, Any]], Row]


class Unfit(Exception):  # becomes a user error, not a crash
    """One row of a write that the shop refuses."""

    def __init__(self, code: str, message: str, *path: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = ("input", *path)


def _guarded(verb: Verb) -> Verb:
    """Turn the first unfit row into a user error; nothing is written then."""

    def act(call: Call, arguments: Mapping[str, Any]) -> Row:
        try:
            return verb(call, arguments)
        except Unfit as unfit:
            return failed(unfit.code, unfit.message, *unfit.path)

    return act


def _require_base(rows: Iterable[Mapping[str, Any]], where: str) -> None:
    """Insist that each row says from which quantity it starts, even if it says null."""
    for place, row in enumerate(rows):
        if "changeFromQuantity" not in row:
            raise problem(
                f"changeFromQuantity is required on {where}.{place}; pass null to skip the check.",
                "BAD_REQUEST",
            )


def _check_frame(given: Mapping[str, Any], rows: str) -> None:
    if given["reason"] not in REASONS:
        raise Unfit("INVALID_REASON", "The specified reason is invalid.", "reason")
    if len(given[rows]) > MOST_ROWS:
        raise problem(f"The input array size of {len(given[rows])} exceeds 250.", "MAX_INPUT_SIZE")
    document = given.get("referenceDocumentUri")
    if document is not None and "://" not in document:
        message = "The specified reference document is invalid."
        raise Unfit("INVALID_REFERENCE_DOCUMENT", message, "referenceDocumentUri")


def _level(store: Store, item_id: str, location_id: str, *path: str) -> Row:
    """Find a level, or say which half of it does not exist."""
    item, location = store.items.get(item_id), store.locations.get(location_id)
    if item is None:
        message = "The specified inventory item could not be found."
        raise Unfit("INVALID_INVENTORY_ITEM", message, *path, "inventoryItemId")
    if any(variant["requiresComponents"] for variant in item["variants"]):
        message = "The specified inventory item is not allowed to be adjusted."
        raise Unfit("NON_MUTABLE_INVENTORY_ITEM", message, *path, "inventoryItemId")
    level = store.level(item, location) if location else None
    if level is None or not level["isActive"]:
        message = "The specified location does not stock this item."
        raise Unfit("INVALID_LOCATION", message, *path, "locationId")
    return level


def _check_base(level: Row, name: str, base: int | None, *path: str) -> None:
    if base is not None and quantity(level, name)["quantity"] != base:
        message = "The changeFromQuantity argument no longer matches the persisted quantity."
        raise Unfit("CHANGE_FROM_QUANTITY_STALE", message, *path, "changeFromQuantity")


def _change(level: Row, name: str, delta: int, after: int | None, document: str | None) -> Row:
    return {
        "name": name,
        "delta": delta,
        "quantityAfterChange": after,
        "item": level["item"],
        "location": level["location"],
        "ledgerDocumentUri": document,
    }


def _group(call: Call, given: Mapping[str, Any], changes: list[Row], levels: list[Row]) -> Row:
    """Answer with what was changed, and tell the subscribers."""
    for level in {level["id"]: level for level in levels}.values():
        call.shop.news.level_changed(level)
    group = {
        "id": gid("InventoryAdjustmentGroup", call.shop.store.new_number()),
        "createdAt": call.shop.clock.stamp(),
        "reason": given["reason"],
        "referenceDocumentUri": given.get("referenceDocumentUri"),
        "changes": changes,
    }
    return {"inventoryAdjustmentGroup": group if changes else None, "userErrors": []}


@_guarded
def set_quantities(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Write absolute numbers of `available` or `on_hand`."""
    given = arguments["input"]
    name, rows = given["name"], given["quantities"]
    _require_base(rows, "quantities")
    _check_frame(given, "quantities")
    if name not in {"available", "on_hand"}:
        raise Unfit("INVALID_NAME", "The quantity name must be available or on_hand.", "name")
    levels = [_settable(call.shop.store, name, row, place) for place, row in enumerate(rows)]
    if len({level["id"] for level in levels}) < len(levels):
        message = "The combination of inventoryItemId and locationId must be unique."
        raise Unfit("NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", message, "quantities")
    moment, changes = call.shop.clock.stamp(), list[Row]()
    for level, row in zip(levels, rows, strict=True):
        delta = row["quantity"] - quantity(level, name)["quantity"]
        for moved in shift_with_on_hand(level, name, delta, moment):
            changes.append(_change(level, moved["name"], delta, moved["quantity"], None))
    return _group(call, given, changes, levels)


def _settable(store: Store, name: str, row: Mapping[str, Any], place: int) -> Row:
    path = ("quantities", str(place))
    level = _level(store, row["inventoryItemId"], row["locationId"], *path)
    if row["quantity"] > HIGHEST_SET:
        message = "The quantity can't be higher than 1,000,000,000."
        raise Unfit("INVALID_QUANTITY_TOO_HIGH", message, *path, "quantity")
    if row["quantity"] < -HIGHEST_SET:
        message = "The quantity can't be lower than -1,000,000,000."
        raise Unfit("INVALID_QUANTITY_TOO_LOW", message, *path, "quantity")
    _check_base(level, name, row["changeFromQuantity"], *path)
    return level


@_guarded
def adjust_quantities(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Add to or take from one named quantity."""
    given = arguments["input"]
    name, rows = given["name"], given["changes"]
    _require_base(rows, "changes")
    _check_frame(given, "changes")
    if name not in MOVABLE:
        raise Unfit("INVALID_QUANTITY_NAME", "The quantity name is not adjustable.", "name")
    levels = [_adjustable(call.shop.store, name, row, place) for place, row in enumerate(rows)]
    moment, changes = call.shop.clock.stamp(), list[Row]()
    for level, row in zip(levels, rows, strict=True):
        delta, document = row["delta"], row.get("ledgerDocumentUri")
        for moved in shift_with_on_hand(level, name, delta, moment):
            changes.append(_change(level, moved["name"], delta, moved["quantity"], document))
    return _group(call, given, changes, levels)


def _adjustable(store: Store, name: str, row: Mapping[str, Any], place: int) -> Row:
    path = ("changes", str(place))
    level = _level(store, row["inventoryItemId"], row["locationId"], *path)
    _check_document(name, row.get("ledgerDocumentUri"), *path)
    if abs(row["delta"]) > HIGHEST_MOVE:
        code = "INVALID_QUANTITY_TOO_HIGH" if row["delta"] > 0 else "INVALID_QUANTITY_TOO_LOW"
        raise Unfit(code, "The quantity is out of range.", *path, "delta")
    _check_base(level, name, row["changeFromQuantity"], *path)
    return level


def _check_document(name: str, document: str | None, *path: str) -> None:
    """Insist on a paper for every quantity but `available`, and on none for that one."""
    where = (*path, "ledgerDocumentUri")
    if name == "available":
        if document is not None:
            message = "A ledger document URI is not allowed when adjusting available."
            raise Unfit("INVALID_AVAILABLE_DOCUMENT", message, *where)
    elif document is None:
        message = "A ledger document URI is required except when adjusting available."
        raise Unfit("INVALID_QUANTITY_DOCUMENT", message, *where)
    elif document.startswith("gid://shopify/"):
        message = "Internal (gid://shopify/) ledger documents are not allowed."
        raise Unfit("INTERNAL_LEDGER_DOCUMENT", message, *where)
    elif "://" not in document:
        raise Unfit("INVALID_LEDGER_DOCUMENT", "The ledger document is invalid.", *where)


@_guarded
def move_quantities(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Move pieces from one state to another at one place, as a reservation does."""
    given = arguments["input"]
    rows = given["changes"]
    _require_base((row[end] for row in rows for end in ("from", "to")), "changes")
    _check_frame(given, "changes")
    levels = [_movable(call.shop.store, row, place) for place, row in enumerate(rows)]
    papers = {row[end].get("ledgerDocumentUri") for row in rows for end in ("from", "to")}
    if len(papers - {None}) > MOST_DOCUMENTS:
        message = "The maximum number of ledger document URIs is 2."
        raise Unfit("MAXIMUM_LEDGER_DOCUMENT_URIS", message, "changes")
    changes = list[Row]()
    for level, row in zip(levels, rows, strict=True):
        for end, sign in (("from", -1), ("to", 1)):
            changes.append(_moved(call, level, row[end], sign * row["quantity"]))
    return _group(call, given, changes, levels)


def _moved(call: Call, level: Row, end: Mapping[str, Any], delta: int) -> Row:
    shift(level, end["name"], delta, call.shop.clock.stamp())
    if end["name"] == "available":
        settle(level, delta)
    return _change(level, end["name"], delta, None, end.get("ledgerDocumentUri"))


def _movable(store: Store, row: Mapping[str, Any], place: int) -> Row:
    path, source, target = ("changes", str(place)), row["from"], row["to"]
    if source["locationId"] != target["locationId"]:
        message = "The quantities can't be moved between different locations."
        raise Unfit("DIFFERENT_LOCATIONS", message, *path)
    if source["name"] == target["name"]:
        message = "The quantity names for each change can't be the same."
        raise Unfit("SAME_QUANTITY_NAME", message, *path)
    if row["quantity"] < 0:
        raise Unfit(
            "INVALID_QUANTITY_NEGATIVE", "The quantity can't be negative.", *path, "quantity"
        )
    if row["quantity"] > HIGHEST_MOVE:
        raise Unfit("INVALID_QUANTITY_TOO_HIGH", "The quantity is too high.", *path, "quantity")
    level = _level(store, row["inventoryItemId"], source["locationId"], *path)
    for end in ("from", "to"):
        if row[end]["name"] not in MOVABLE:
            message = "The specified quantity name is invalid."
            raise Unfit("INVALID_QUANTITY_NAME", message, *path, end, "name")
        _check_document(row[end]["name"], row[end].get("ledgerDocumentUri"), *path, end)
        _check_base(level, row[end]["name"], row[end]["changeFromQuantity"], *path, end)
    return level


def activate(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Let a location stock an item."""
    store, moment = call.shop.store, call.shop.clock.stamp()
    item = store.items.get(arguments["inventoryItemId"])
    location = store.locations.get(arguments["locationId"])
    if item is None or location is None:
        missing = "inventoryItemId" if item is None else "locationId"
        error = user_error(None, "The item or location could not be found.", missing)
        return {"inventoryLevel": None, "userErrors": [error]}
    level = store.level(item, location)
    if level is None:
        level = keep_level(store, item, new_level(item, location, 0, moment))
        call.shop.news.level_connected(level)
    held = arguments.get("available")
    level["isActive"] = True
    if held is not None:
        shift_with_on_hand(
            level, "available", held - quantity(level, "available")["quantity"], moment
        )
    return {"inventoryLevel": level, "userErrors": []}

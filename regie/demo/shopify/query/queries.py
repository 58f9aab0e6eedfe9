"""What can be asked of the shop at the top of a query."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from regie.demo.shopify.query.answers import NotPlayed, problem
from regie.demo.shopify.query.call import Call
from regie.demo.shopify.query.paging import Row, mark_of, page, write_mark
from regie.demo.shopify.query.search import SORT_KEYS, search, sort_value

Root = Callable[[Call, Mapping[str, Any]], Any]


def _keyset(rows: list[Row], arguments: Mapping[str, Any]) -> Row:
    """Page by value and id, so that a product that moves is not skipped."""
    name = arguments.get("sortKey", "ID")
    if name not in SORT_KEYS:
        raise NotPlayed(f"sortKey {name}")
    if arguments.get("last") or arguments.get("before"):
        raise NotPlayed("paging backwards")
    value = sort_value(SORT_KEYS[name])
    backwards = bool(arguments.get("reverse"))
    ordered = sorted(rows, key=value, reverse=backwards)
    start = 0
    if arguments.get("after"):
        mark = mark_of(arguments["after"])
        start = sum(
            1 for row in ordered if (value(row) >= mark if backwards else value(row) <= mark)
        )
    return page(ordered, arguments, window=(start, len(ordered)), cursor=_cursor(value))


def _cursor(value: Callable[[Row], tuple[Any, int]]) -> Callable[[Row, int], str]:
    return lambda row, _place: write_mark(*value(row))


def _searched(shelf: str) -> Root:
    """Return a root field that lists a shelf by search and sort."""

    def ask(call: Call, arguments: Mapping[str, Any]) -> Row:
        rows = getattr(call.shop.store, shelf).values()
        return _keyset(search(rows, arguments.get("query")), arguments)

    return ask


def _listed(shelf: str) -> Root:
    """Return a root field that lists a shelf as it stands."""

    def ask(call: Call, arguments: Mapping[str, Any]) -> Row:
        rows = search(getattr(call.shop.store, shelf).values(), arguments.get("query"))
        return page(rows[::-1] if arguments.get("reverse") else rows, arguments)

    return ask


def _single(kind: str) -> Root:
    """Return a root field that finds one thing by its id."""

    def ask(call: Call, arguments: Mapping[str, Any]) -> Row | None:
        wanted = arguments.get("id")
        if wanted is None:
            raise NotPlayed(f"a {kind} without an id")
        if wanted.split("/")[3] != kind:
            raise problem(f"Invalid id: {wanted}", "RESOURCE_NOT_FOUND")
        return call.shop.store.by_id.get(wanted)

    return ask


def _locations(call: Call, arguments: Mapping[str, Any]) -> Row:
    shown = [
        row
        for row in call.shop.store.locations.values()
        if row["isActive"] or arguments.get("includeInactive")
    ]
    found = search(shown, arguments.get("query"))
    return page(found[::-1] if arguments.get("reverse") else found, arguments)


def _subscriptions(call: Call, arguments: Mapping[str, Any]) -> Row:
    rows = [
        row
        for row in call.shop.store.subscriptions.values()
        if row["origin"] == "api"
        and row["topic"] in (arguments.get("topics") or [row["topic"]])
        and row["uri"] == (arguments.get("uri") or row["uri"])
    ]
    return page(rows[::-1] if arguments.get("reverse") else rows, arguments)


def _parts(call: Call, arguments: Mapping[str, Any]) -> Row:
    """List parts of orders; those that ended only if asked for."""
    shown = [
        row
        for row in call.shop.store.parts.values()
        if arguments.get("includeClosed") or row["status"] not in {"CLOSED", "CANCELLED"}
    ]
    return _keyset(search(shown, arguments.get("query")), arguments)


def _nodes(call: Call, arguments: Mapping[str, Any]) -> list[Row | None]:
    return [call.shop.store.by_id.get(wanted) for wanted in arguments["ids"]]


def _by_identifier(call: Call, arguments: Mapping[str, Any]) -> Row | None:
    """Find a product by handle or id."""
    wanted = arguments["identifier"]
    if "customId" in wanted:
        raise NotPlayed("productByIdentifier(customId)")
    rows = call.shop.store.products.values()
    return next((row for row in rows if all(row[key] == wanted[key] for key in wanted)), None)


def _installation(call: Call, _arguments: Mapping[str, Any]) -> Row:
    handles = [{"handle": scope} for scope in call.shop.scopes]
    return call.shop.store.installation | {"accessScopes": handles}


def _count(call: Call, arguments: Mapping[str, Any]) -> Row:
    found = search(call.shop.store.products.values(), arguments.get("query"))
    return {"count": len(found), "precision": "EXACT"}


ROOT: Final[Mapping[str, Root]] = {
    "shop": lambda call, _: call.shop.store.shop,
    "currentAppInstallation": _installation,
    "publicApiVersions": lambda call, _: call.shop.store.versions,
    "node": lambda call, arguments: call.shop.store.by_id.get(arguments["id"]),
    "nodes": _nodes,
    "products": _searched("products"),
    "productsCount": _count,
    "product": _single("Product"),
    "productByIdentifier": _by_identifier,
    "productVariants": _searched("variants"),
    "productVariant": _single("ProductVariant"),
    "collections": _searched("collections"),
    "collection": _single("Collection"),
    "inventoryItems": _searched("items"),
    "inventoryItem": _single("InventoryItem"),
    "inventoryLevel": _single("InventoryLevel"),
    "locations": _locations,
    "location": _single("Location"),
    "orders": _searched("orders"),
    "order": _single("Order"),
    "fulfillmentOrders": _parts,
    "fulfillmentOrder": _single("FulfillmentOrder"),
    "fulfillment": _single("Fulfillment"),
    "publications": _listed("publications"),
    "channels": _listed("channels"),
    "webhookSubscriptions": _subscriptions,
    "webhookSubscription": _single("WebhookSubscription"),
    "bulkOperations": _listed("operations"),
    "bulkOperation": _single("BulkOperation"),
}

PLAYED: Final[Mapping[str, frozenset[str]]] = {
    "locations": frozenset({"query", "includeInactive", "includeLegacy"}),
    "products": frozenset({"query", "sortKey"}),
    "productVariants": frozenset({"query", "sortKey"}),
    "productsCount": frozenset({"query", "limit"}),
    "collections": frozenset({"query", "sortKey"}),
    "inventoryItems": frozenset({"query"}),
    "orders": frozenset({"query", "sortKey"}),
    "fulfillmentOrders": frozenset({"query", "sortKey", "includeClosed"}),
    "webhookSubscriptions": frozenset({"topics", "uri"}),
    "bulkOperations": frozenset({"query"}),
}

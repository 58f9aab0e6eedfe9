"""What a client may change in the shop; all else is refused by name."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from regie.demo.shopify import inventory, subscriptions
from regie.demo.shopify.loading import digest
from regie.demo.shopify.order import fulfilling
from regie.demo.shopify.query.access import METAFIELD_OWNERS
from regie.demo.shopify.query.answers import problem, user_error
from regie.demo.shopify.query.call import Call
from regie.demo.shopify.query.idempotency import Refusal
from regie.demo.shopify.store import Row, gid, kind_of

MOST_METAFIELDS: Final = 25


def _bulk_run(call: Call, arguments: Mapping[str, Any]) -> Row:
    return call.exports.start(call, arguments["query"], grouped=arguments["groupObjects"])


def _bulk_cancel(call: Call, arguments: Mapping[str, Any]) -> Row:
    return call.exports.cancel(arguments["id"])


def _pickup_enable(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Offer pickup at a location."""
    given = arguments["localPickupSettings"]
    location = call.shop.store.locations.get(given["locationId"])
    if location is None:
        error = user_error(
            "ACTIVE_LOCATION_NOT_FOUND", "Location not found.", "localPickupSettings"
        )
        return Refusal({"userErrors": [error]})
    settings = {"pickupTime": given["pickupTime"], "instructions": given.get("instructions") or ""}
    location["localPickupSettingsV2"] = settings
    location["updatedAt"] = call.shop.clock.stamp()
    call.shop.news.location_changed(location)
    return {"localPickupSettings": settings, "userErrors": []}


def _metafields_set(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Write up to 25 metafields, all or none."""
    given = arguments["metafields"]
    if len(given) > MOST_METAFIELDS:
        raise problem("Exceeded the maximum metafields input limit of 25.", "MAX_INPUT_SIZE")
    for place, row in enumerate(given):
        refusal = _metafield_refusal(call, row)
        if refusal:
            error = user_error(*refusal, "metafields", str(place)) | {"elementIndex": place}
            return Refusal({"userErrors": [error]})
    return {"metafields": [_write(call, row) for row in given], "userErrors": []}


def _metafield_refusal(call: Call, row: Mapping[str, Any]) -> tuple[str, str] | None:
    owner = call.shop.store.by_id.get(row["ownerId"])
    if owner is None or kind_of(owner) not in METAFIELD_OWNERS or "metafields" not in owner:
        return "INVALID", "Owner does not exist."
    if not call.rights.has_any([METAFIELD_OWNERS[kind_of(owner)]]):
        return "APP_NOT_AUTHORIZED", "Access to this owner is not granted."
    before = _find(owner, row)
    if "compareDigest" in row and row["compareDigest"] != (before and before["compareDigest"]):
        return (
            "STALE_OBJECT",
            "The resource has been updated since it was loaded; use its new `compareDigest`.",
        )
    if before is None and not row.get("type"):
        return "BLANK", "Type can't be blank."
    return _bad_value(row.get("type") or (before or {})["type"], row["value"])


def _bad_value(kind: str, value: str) -> tuple[str, str] | None:
    if kind not in {"json", "boolean", "number_integer", "money"} and not kind.startswith("list."):
        return None
    try:
        json.loads(value)
    except ValueError:
        return "INVALID_VALUE", f"Value is invalid {kind}."
    return None


def _find(owner: Row, row: Mapping[str, Any]) -> Row | None:
    for known in owner["metafields"]:
        if (known["namespace"], known["key"]) == (_space(row), row["key"]):
            found: Row = known
            return found
    return None


def _space(row: Mapping[str, Any]) -> str:
    """Return the namespace; without one it is the app's own."""
    return str(row.get("namespace") or "app--512300011")


def _write(call: Call, given: Mapping[str, Any]) -> Row:
    owner = call.shop.store.by_id[given["ownerId"]]
    row = _find(owner, given)
    if row is None:
        row = {
            "id": gid("Metafield", call.shop.store.new_number()),
            "namespace": _space(given),
            "key": given["key"],
            "type": given["type"],
            "createdAt": call.shop.clock.stamp(),
            "ownerType": kind_of(owner).upper(),
        }
        owner["metafields"].append(row)
    value = given["value"]
    row |= {
        "type": given.get("type") or row["type"],
        "value": value,
        "compareDigest": digest(value),
        "updatedAt": call.shop.clock.stamp(),
    }
    return row


MUTATIONS: Final[Mapping[str, Callable[[Call, Mapping[str, Any]], Row]]] = {
    "bulkOperationRunQuery": _bulk_run,
    "bulkOperationCancel": _bulk_cancel,
    "webhookSubscriptionCreate": subscriptions.create,
    "webhookSubscriptionUpdate": subscriptions.update,
    "webhookSubscriptionDelete": subscriptions.delete,
    "inventorySetQuantities": inventory.set_quantities,
    "inventoryAdjustQuantities": inventory.adjust_quantities,
    "inventoryMoveQuantities": inventory.move_quantities,
    "inventoryActivate": inventory.activate,
    "fulfillmentOrderLineItemsPreparedForPickup": fulfilling.prepared,
    "fulfillmentOrderReportProgress": fulfilling.progress,
    "fulfillmentOrderHold": fulfilling.hold,
    "fulfillmentOrderReleaseHold": fulfilling.release,
    "fulfillmentCreate": fulfilling.create,
    "fulfillmentEventCreate": fulfilling.event,
    "fulfillmentCancel": fulfilling.cancel,
    "metafieldsSet": _metafields_set,
    "locationLocalPickupEnable": _pickup_enable,
}

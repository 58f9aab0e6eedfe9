"""What a merchant does to his stores: place, hours, slots, areas, fees."""

from typing import Any

from msgspec import structs

from connector.model.ids import new_id
from gateway.merchant.deed import Given, Merchant, read_document, store_answer
from storefront.fulfillment.place import store as life
from storefront.fulfillment.place.hours import Hours
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.slot.template import SlotTemplate
from storefront.fulfillment.store import places, slots
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.zone.fee import FeeList
from storefront.fulfillment.zone.zone import Zone


def save_store(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Enter a store, or replace what is stored of one."""
    store_id = given.get("store_id")
    fresh = store_id is None
    named = {"id": store_id or new_id("sto", lambda: here.now), "merchantId": here.merchant_id}
    found: Store = read_document(given, Store, **named)
    if fresh:
        drafted = structs.replace(found, status=life.StoreStatus.DRAFT)
        places.add(here, structs.replace(drafted, paused_by=None, paused_at=None))
    else:
        standing = places.get(here.connection, here.merchant_id, found.id)
        kept = {name: getattr(standing, name) for name in ("status", "paused_by", "paused_at")}
        places.save(here, structs.replace(found, **kept))
    return store_answer(merchant, here, found.id)


def move_store(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Activate, pause, resume or archive a store."""
    found = places.get(here.connection, here.merchant_id, given["store_id"])
    if given["event"] == "pause":
        moved = life.pause(found, f"key:{merchant.key_id}", here.now)
    elif given["event"] == "archive":
        moved = life.archive(found, *places.open_work(here.connection, here.merchant_id, found.id))
    else:
        verbs = {"activate": life.activate, "resume": life.resume}
        moved = verbs[given["event"]](found)
    places.save(here, moved)
    return store_answer(merchant, here, found.id)


def set_hours(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Set the opening hours of one service."""
    places.put_hours(here, read_document(given, Hours, storeId=given["store_id"]))
    return store_answer(merchant, here, given["store_id"])


def set_slots(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Set a slot template."""
    places.put_template(here, _of_store(here, given, SlotTemplate, "slt"))
    return store_answer(merchant, here, given["store_id"])


def drop_slots(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take a slot template away."""
    places.drop_template(here, given["store_id"], given["id"])
    return store_answer(merchant, here, given["store_id"])


def block_slot(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Close a slot, or open it again."""
    store = places.get(here.connection, here.merchant_id, given["store_id"])
    if given["blocked"]:
        slots.block(here, store, given["slot"], f"key:{merchant.key_id}")
    else:
        slots.unblock(here, store, given["slot"])
    return store_answer(merchant, here, store.id)


def set_zone(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Set a delivery zone."""
    places.put_zone(here, _of_store(here, given, Zone, "zon"))
    return store_answer(merchant, here, given["store_id"])


def drop_zone(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take a zone away."""
    places.drop_zone(here, given["store_id"], given["id"])
    return store_answer(merchant, here, given["store_id"])


def set_fees(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Set what shoppers pay, or what couriers get."""
    found = read_document(given, FeeList, storeId=given["store_id"])
    places.put_fees(here, found, pay=given["pay"])
    return store_answer(merchant, here, given["store_id"])


def _of_store(here: Floor, given: Given, form: type[Any], prefix: str) -> Any:
    """Read what belongs to a store; what has no id of its own yet gets one."""
    named = {"storeId": given["store_id"]}
    if "id" not in given["document"]:
        named["id"] = new_id(prefix, lambda: here.now)
    return read_document(given, form, **named)

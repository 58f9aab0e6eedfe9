"""What the merchant's surface does on the shop floor: each mutation once per key."""

from collections.abc import Callable, Mapping
from enum import Enum
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct, structs

from connector.model.errors import InvalidInput, RegieError
from connector.model.ids import new_id
from gateway.merchant.floor_record import FloorRecords, delivery, instant
from storefront.fulfillment.courier.courier import CheckKind
from storefront.fulfillment.hold import Hold
from storefront.fulfillment.job.job import StockDecision
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.order.handover import AgeResult
from storefront.fulfillment.place import store as life
from storefront.fulfillment.place.hours import Hours
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.slot.template import SlotTemplate
from storefront.fulfillment.store import holds, places, slots
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.once import Wish, once
from storefront.fulfillment.store.stock import Wanted
from storefront.fulfillment.work import counter, holding, joining, overseeing, preparing
from storefront.fulfillment.zone.fee import FeeList
from storefront.fulfillment.zone.zone import Zone

Given = Mapping[str, Any]
_DAY_MS = 86_400_000
_MOST_PIECES = 1000


class BadDocument(InvalidInput):
    """A document that cannot be read; the message names the field."""

    code = "bad_floor_document"
    remedy = "Send it in the form in which it is returned."


class Merchant(Struct, frozen=True):
    """Whose floor it is, and who acts: an operator's key stands for a manager."""

    records: FloorRecords
    key_id: str

    @property
    def actor(self) -> Actor:
        """How the events name him."""
        return Actor("manager", self.key_id)


Act = Callable[[Merchant, Floor, Given], dict[str, Any]]


def do(merchant: Merchant, name: str, act: Act, given: Given) -> dict[str, Any]:
    """Do a deed once for its key; what is refused comes back as `userErrors`."""
    asked = {key: _plain(value) for key, value in given.items() if key != "key"}
    body = msgspec.json.encode([name, asked], order="deterministic")
    wish = Wish(f"key:{merchant.key_id}", str(given["key"]), body)
    floor, merchant_id = merchant.records.floor, merchant.records.merchant_id

    def fulfil(here: Floor) -> bytes:
        return msgspec.json.encode({**act(merchant, here, asked), "userErrors": []})

    try:
        answer: dict[str, Any] = msgspec.json.decode(once(floor, merchant_id, wish, fulfil))
    except RegieError as error:
        if error.status >= 500:
            raise
        return {"userErrors": [_told(error)]}
    return answer


def _plain(value: Any) -> Any:
    """Return a member of an enumeration as what it stands for."""
    return value.value if isinstance(value, Enum) else value


def _told(error: RegieError) -> dict[str, Any]:
    field = error.details().get("field")
    return {"code": error.code, "field": field and str(field), "message": str(error)}


def _read(given: Given, form: type[Any], **fixed: object) -> Any:
    """Read a document, with what the path of the mutation fixes."""
    try:
        return msgspec.convert({**given["document"], **fixed}, form)
    except msgspec.ValidationError as error:
        raise BadDocument(f"{error}.", field="document") from None


def _store(merchant: Merchant, here: Floor, store_id: str) -> dict[str, Any]:
    found = places.get(here.connection, here.merchant_id, store_id)
    return {"store": merchant.records.store(here.connection, found)}


def _order(merchant: Merchant, here: Floor, found: Any) -> dict[str, Any]:
    return {"order": merchant.records.order(here.connection, found)}


def save_store(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Enter a store, or replace what is stored of one."""
    store_id = given.get("store_id")
    fresh = store_id is None
    named = {"id": store_id or new_id("sto", lambda: here.now), "merchantId": here.merchant_id}
    found: Store = _read(given, Store, **named)
    if fresh:
        places.add(here, structs.replace(found, status=life.StoreStatus.DRAFT))
    else:
        standing = places.get(here.connection, here.merchant_id, found.id)
        places.save(here, structs.replace(found, status=standing.status))
    return _store(merchant, here, found.id)


def move_store(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Activate, pause, resume or archive a store."""
    found = places.get(here.connection, here.merchant_id, given["store_id"])
    if given["event"] == "archive":
        moved = life.archive(found, *places.open_work(here.connection, here.merchant_id, found.id))
    else:
        verbs = {"activate": life.activate, "pause": life.pause, "resume": life.resume}
        moved = verbs[given["event"]](found)
    places.save(here, moved)
    return _store(merchant, here, found.id)


def set_hours(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Set the opening hours of one service."""
    places.put_hours(here, _read(given, Hours, storeId=given["store_id"]))
    return _store(merchant, here, given["store_id"])


def set_slots(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Set a slot template."""
    named = {"storeId": given["store_id"]}
    if "id" not in given["document"]:
        named["id"] = new_id("slt", lambda: here.now)
    places.put_template(here, _read(given, SlotTemplate, **named))
    return _store(merchant, here, given["store_id"])


def drop_slots(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take a slot template away."""
    places.drop_template(here, given["store_id"], given["id"])
    return _store(merchant, here, given["store_id"])


def block_slot(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Close a slot, or open it again."""
    store = places.get(here.connection, here.merchant_id, given["store_id"])
    if given["blocked"]:
        slots.block(here, store, given["slot"], f"key:{merchant.key_id}")
    else:
        slots.unblock(here, store, given["slot"])
    return _store(merchant, here, store.id)


def set_zone(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Set a delivery zone."""
    named = {"storeId": given["store_id"]}
    if "id" not in given["document"]:
        named["id"] = new_id("zon", lambda: here.now)
    places.put_zone(here, _read(given, Zone, **named))
    return _store(merchant, here, given["store_id"])


def drop_zone(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take a zone away."""
    places.drop_zone(here, given["store_id"], given["id"])
    return _store(merchant, here, given["store_id"])


def set_fees(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Set what shoppers pay, or what couriers get."""
    found = _read(given, FeeList, storeId=given["store_id"])
    places.put_fees(here, found, pay=given["pay"])
    return _store(merchant, here, given["store_id"])


def accept(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take an order on."""
    return _order(merchant, here, preparing.accept(here, given["order_id"], merchant.actor))


def reject(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Say no to an order."""
    found = preparing.reject(here, given["order_id"], given["reason"], merchant.actor)
    return _order(merchant, here, found)


def start(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Begin to pick an order."""
    return _order(merchant, here, preparing.start(here, given["order_id"], merchant.actor))


def pick(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Put pieces into the bag, or with a negative number take them out."""
    named = given["order_id"], given["line_id"], given["pieces"]
    return _order(merchant, here, preparing.pick(here, *named, merchant.actor))


def take_off(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take pieces off that are not there."""
    named = given["order_id"], given["line_id"], given["pieces"]
    return _order(merchant, here, preparing.take_off(here, *named, merchant.actor))


def exchange(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Give something else, or ask the customer first."""
    named = given["order_id"], given["line_id"], given["variant_id"], given["pieces"]
    return _order(merchant, here, preparing.exchange(here, *named, merchant.actor))


def pack(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Close the bag; what is to be delivered is shown to couriers."""
    found = preparing.pack(
        merchant.records.floor,
        here,
        given["order_id"],
        merchant.actor,
        bags=given["bags"],
        partial=given["partial"],
    )
    return _order(merchant, here, found)


def cancel(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Call an order off."""
    found = preparing.cancel(here, given["order_id"], given["reason"], merchant.actor)
    return _order(merchant, here, found)


def move(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Move an order to another slot."""
    found = preparing.reslot(here, given["order_id"], given["slot"], merchant.actor)
    return _order(merchant, here, found)


def prove(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Compare the customer's PIN; five wrong ones lock it for a while."""
    floor = merchant.records.floor
    shown = counter.prove(floor, here, given["order_id"], given["pin"], merchant.actor)
    return _order(merchant, here, shown.order)


def check_age(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Record that somebody looked at a document, and the result alone."""
    result = AgeResult.PASS if given["passed"] else AgeResult.REFUSED
    shown = counter.check_age(here, given["order_id"], result, merchant.actor)
    return _order(merchant, here, shown.order)


def hand_over(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Give an order out whose code was proven."""
    return _order(merchant, here, counter.hand_over(here, given["order_id"], merchant.actor))


def unassign(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take a delivery from its courier before pick-up."""
    return {"delivery": delivery(overseeing.unassign(here, given["job_id"], merchant.actor))}


def transfer(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Give a delivery to another courier."""
    named = given["job_id"], given["courier_id"]
    return {"delivery": delivery(overseeing.transfer(here, *named, merchant.actor))}


def cancel_delivery(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Call a delivery off; what is carried comes back."""
    named = given["job_id"], given["reason"]
    return {"delivery": delivery(overseeing.cancel(here, *named, merchant.actor))}


def accept_return(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take parcels back; each is put on the shelf or thrown away."""
    decided = dict.fromkeys(given["restock"], StockDecision.RESTOCK)
    decided |= dict.fromkeys(given["waste"], StockDecision.WASTE)
    found = overseeing.accept_return(here, given["job_id"], decided, merchant.actor, given["lost"])
    return {"delivery": delivery(found)}


def invite_courier(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Enter a courier; the link lets him join, once, within a week."""
    found = joining.invite(merchant.records.floor, here, given["name"], merchant.actor)
    return {"courierId": found.courier.id, "link": found.path}


def move_courier(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Approve, suspend, resume or block a courier."""
    verbs = {
        "approve": joining.approve,
        "suspend": joining.suspend,
        "resume": joining.resume,
        "block": joining.block,
        "unblock": joining.unblock,
    }
    found = verbs[given["event"]](here, given["courier_id"], merchant.actor)
    return {"courierId": found.id}


def check_courier(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Note that something was checked, and until when it holds; the document is not kept."""
    until = here.now + given["valid_days"] * _DAY_MS
    kind = CheckKind(given["kind"])
    found = joining.check(here, given["courier_id"], kind, until, merchant.actor)
    return {"courierId": found.id}


def take_hold(_merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Keep stock and a slot for a checkout's basket."""
    lines = [Wanted(it["variant_id"], it["quantity"]) for it in given["lines"]]
    if any(not 1 <= line.quantity <= _MOST_PIECES for line in lines):
        raise InvalidInput("A line has 1 to 1,000 pieces.", field="lines.quantity")
    hold = holding.take(
        here,
        given["store_id"],
        lines,
        cart=given["cart"],
        session=_hashed(given["session"]),
        slot_key=given.get("slot"),
    )
    return {"hold": _hold(hold)}


def extend_hold(_merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Give a hold ten minutes more, once."""
    return {"hold": _hold(holds.extend(here, given["hold_id"]))}


def release_hold(_merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Give a hold back."""
    return {"hold": _hold(holding.release(here, given["hold_id"]))}


def _hashed(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def _hold(hold: Hold) -> dict[str, Any]:
    return {
        "id": hold.id,
        "state": hold.state.value,
        "slot": hold.slot_key,
        "expiresAt": instant(hold.expires_at),
    }

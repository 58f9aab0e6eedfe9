"""What a merchant does to the couriers who bring his deliveries."""

from typing import Any

from connector.model.money import Money
from gateway.merchant.deed import Given, Merchant
from storefront.fulfillment.courier.courier import CheckKind
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.work import cash, joining

_DAY_MS = 86_400_000


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


def receive_cash(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take in the cash that a courier held, if it is what was counted."""
    counted = Money(int(given["amount"]), given["currency"])
    found = cash.receive(here, given["courier_id"], counted, merchant.actor)
    return {"courierId": found.id}

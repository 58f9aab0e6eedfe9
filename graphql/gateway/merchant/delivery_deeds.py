"""What a merchant does to deliveries."""

from typing import Any

from gateway.merchant.deed import Given, Merchant
from gateway.merchant.floor_record import delivery
from storefront.fulfillment.job.job import StockDecision
from storefront.fulfillment.order.why import why
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.work import calling_off, overseeing


def unassign(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take a delivery from its courier before pick-up."""
    return {"delivery": delivery(overseeing.unassign(here, given["job_id"], merchant.actor))}


def transfer(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Give a delivery to another courier."""
    named = given["job_id"], given["courier_id"]
    return {"delivery": delivery(overseeing.transfer(here, *named, merchant.actor))}


def cancel_delivery(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Call a delivery off; what is carried comes back."""
    floor, reason = merchant.records.floor, why(given["reason"])
    found = calling_off.cancel_job(floor, here, given["job_id"], reason, merchant.actor)
    return {"delivery": delivery(found)}


def accept_return(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take parcels back; each is put on the shelf or thrown away."""
    decided = dict.fromkeys(given["restock"], StockDecision.RESTOCK)
    decided |= dict.fromkeys(given["waste"], StockDecision.WASTE)
    found = overseeing.accept_return(here, given["job_id"], decided, merchant.actor, given["lost"])
    return {"delivery": delivery(found)}

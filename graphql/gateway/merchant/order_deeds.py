"""What a merchant does to orders, from taking them on to handing them over."""

from typing import Any

from gateway.merchant.deed import Given, Merchant, order_answer
from storefront.fulfillment.order.handover import AgeResult
from storefront.fulfillment.order.why import why
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.work import calling_off, counter, preparing


def accept(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take an order on."""
    return order_answer(merchant, here, preparing.accept(here, given["order_id"], merchant.actor))


def reject(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Say no to an order."""
    floor, reason = merchant.records.floor, why(given["reason"])
    found = calling_off.reject(floor, here, given["order_id"], reason, merchant.actor)
    return order_answer(merchant, here, found)


def start(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Begin to pick an order."""
    return order_answer(merchant, here, preparing.start(here, given["order_id"], merchant.actor))


def pick(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Put pieces into the bag, or with a negative number take them out."""
    named = given["order_id"], given["line_id"], given["pieces"]
    return order_answer(merchant, here, preparing.pick(here, *named, merchant.actor))


def take_off(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Take pieces off that are not there."""
    named = given["order_id"], given["line_id"], given["pieces"]
    return order_answer(merchant, here, preparing.take_off(here, *named, merchant.actor))


def exchange(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Give something else, or ask the customer first."""
    named = given["order_id"], given["line_id"], given["variant_id"], given["pieces"]
    return order_answer(merchant, here, preparing.exchange(here, *named, merchant.actor))


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
    return order_answer(merchant, here, found)


def cancel(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Call an order off."""
    floor, reason = merchant.records.floor, why(given["reason"])
    found = calling_off.cancel(floor, here, given["order_id"], reason, merchant.actor)
    return order_answer(merchant, here, found)


def move(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Move an order to another slot."""
    found = preparing.reslot(here, given["order_id"], given["slot"], merchant.actor)
    return order_answer(merchant, here, found)


def prove(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Compare the customer's PIN; five wrong ones lock it for a while."""
    floor = merchant.records.floor
    shown = counter.prove(floor, here, given["order_id"], given["pin"], merchant.actor)
    return order_answer(merchant, here, shown.order)


def check_age(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Record that somebody looked at a document, and the result alone."""
    result = AgeResult.PASS if given["passed"] else AgeResult.REFUSED
    shown = counter.check_age(here, given["order_id"], result, merchant.actor)
    return order_answer(merchant, here, shown.order)


def hand_over(merchant: Merchant, here: Floor, given: Given) -> dict[str, Any]:
    """Give an order out whose code was proven."""
    return order_answer(merchant, here, counter.hand_over(here, given["order_id"], merchant.actor))

"""What our states are called by others: Open Delivery, Uber Direct, DoorDash Drive, Wolt Drive."""

from collections.abc import Mapping

from msgspec import Struct

from storefront.fulfillment.job.job import JobState as S


class Outward(Struct, frozen=True, rename="camel"):
    """One state in others' words, each in the order in which they are told."""

    open_delivery: tuple[str, ...]
    uber_direct: tuple[str, ...]
    doordash: tuple[str, ...]
    wolt: tuple[str, ...]


OUTWARD: Mapping[S, Outward] = {
    S.OFFERED: Outward(("PENDING",), ("pending",), ("created",), ("received",)),
    S.AVAILABLE: Outward(("PENDING",), ("pending",), ("created",), ("received",)),
    S.CLAIMED: Outward(
        ("ACCEPTED", "PICKUP_ONGOING"),
        ("pickup",),
        ("confirmed", "enroute_to_pickup"),
        ("pickup_started",),
    ),
    S.AT_PICKUP: Outward(
        ("ARRIVED_AT_MERCHANT",), ("pickup",), ("arrived_at_pickup",), ("pickup_arrival",)
    ),
    S.PICKED_UP: Outward(
        ("ORDER_PICKED", "DELIVERY_ONGOING"),
        ("pickup_complete", "dropoff"),
        ("picked_up", "enroute_to_dropoff"),
        ("picked_up", "dropoff_started"),
    ),
    S.AT_DROPOFF: Outward(
        ("ARRIVED_AT_CUSTOMER",), ("dropoff",), ("arrived_at_dropoff",), ("dropoff_arrival",)
    ),
    S.DELIVERED: Outward(
        ("ORDER_DELIVERED", "DELIVERY_FINISHED"), ("delivered",), ("delivered",), ("delivered",)
    ),
    S.FAILED: Outward(
        ("ARRIVED_AT_CUSTOMER",), ("dropoff",), ("arrived_at_dropoff",), ("customer_no_show",)
    ),
    S.RETURNING: Outward(
        ("RETURNING_TO_MERCHANT",), ("returned",), ("RETURN_INITIALIZED",), ("customer_no_show",)
    ),
    S.RETURNED: Outward(
        ("RETURNED_TO_MERCHANT",), ("returned",), ("returned",), ("customer_no_show",)
    ),
    S.CANCELLED: Outward(("CANCELLED",), ("canceled",), ("cancelled",), ("rejected",)),
    S.EXPIRED: Outward(("REJECTED",), ("canceled",), ("cancelled",), ("rejected",)),
}
"""Uber tells an arrival by `courier_imminent` beside the state, and a return by a new delivery."""

IMMINENT = frozenset({S.AT_PICKUP, S.AT_DROPOFF})
"""The states that Uber Direct tells with `courier_imminent`."""

CANCEL_REASONS: Mapping[str, str] = {
    "customer": "CONSUMER_CANCELLATION_REQUESTED",
    "no_show": "NO_SHOW",
    "store": "PROBLEM_AT_MERCHANT",
    "late": "HIGH_ACCEPTANCE_TIME",
    "wrong_parcel": "INCORRECT_ORDER_OR_PRODUCT_PICKUP",
    "problem": "PROBLEM_RESOLUTION",
    "unbundle": "DISCOMBINE_ORDER",
}
"""Open Delivery's reason for ours; any other is OTHER."""


def cancel_reason(reason: str) -> str:
    """Return Open Delivery's word for why a delivery is called off."""
    return CANCEL_REASONS.get(reason, "OTHER")

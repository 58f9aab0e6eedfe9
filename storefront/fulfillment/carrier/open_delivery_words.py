"""The words of Open Delivery 2.0.0-rc, and ours for them."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.job.job import FailureCode, JobState

STATES: Mapping[str, JobState] = {
    "PENDING": JobState.AVAILABLE,
    "ACCEPTED": JobState.CLAIMED,
    "REJECTED": JobState.EXPIRED,
    "PICKUP_ONGOING": JobState.CLAIMED,
    "ARRIVED_AT_MERCHANT": JobState.AT_PICKUP,
    "ORDER_PICKED": JobState.PICKED_UP,
    "DELIVERY_ONGOING": JobState.PICKED_UP,
    "ARRIVED_AT_CUSTOMER": JobState.AT_DROPOFF,
    "ORDER_DELIVERED": JobState.DELIVERED,
    "RETURNING_TO_MERCHANT": JobState.RETURNING,
    "RETURNED_TO_MERCHANT": JobState.RETURNED,
    "DELIVERY_FINISHED": JobState.DELIVERED,
    "CANCELLED": JobState.CANCELLED,
}
"""Their thirteen events; one that is not here is kept raw."""

PROBLEMS: Mapping[str, FailureCode] = {
    "DELIVERYPERSON_OCCURRENCE": FailureCode.VEHICLE_BREAKDOWN,
    "PAYMENT_PROBLEMS": FailureCode.PAYMENT_REFUSED,
    "WRONG_PRODUCT_OR_ITEM": FailureCode.PARCEL_MISSING,
    "ORDER_DELAYED": FailureCode.WEATHER,
    "ORDER_DAMAGED_OR_VIOLATED": FailureCode.DAMAGED,
    "CUSTOMER_DID_NOT_PLACE_ORDER": FailureCode.REFUSED,
    "CUSTOMER_ADDRESS_UNKNOWN": FailureCode.WRONG_ADDRESS,
    "ORDER_MISSING_ITEMS": FailureCode.PARCEL_MISSING,
    "NOBODY_TO_RECEIVE": FailureCode.NOT_AT_HOME,
    "DELIVERYPERSON_WAITING_PAYMENT_FOR_ALREADY_PAID_ORDER": FailureCode.PAYMENT_REFUSED,
    "ORDER_DELIVERED_WITHOUT_PAYMENT": FailureCode.PAYMENT_REFUSED,
    "FRAUD_OR_THEFT": FailureCode.LOST,
    "OTHER": FailureCode.OTHER,
}
"""Their thirteen problems."""

_VEHICLES: Mapping[VehicleType, tuple[str, ...]] = {
    VehicleType.FOOT: ("BICYCLE",),
    VehicleType.BIKE: ("BICYCLE",),
    VehicleType.CARGO_BIKE: ("BICYCLE",),
    VehicleType.EBIKE: ("BICYCLE",),
    VehicleType.SCOOTER: ("SCOOTER", "MOTORBIKE_BAG", "MOTORBIKE_BOX"),
    VehicleType.CAR: ("CAR",),
}
_ANY = ("BICYCLE", "SCOOTER", "MOTORBIKE_BAG", "MOTORBIKE_BOX", "CAR")


def vehicle_types(vehicles: Sequence[VehicleType]) -> list[str]:
    """Return their words for what may ride, each once."""
    named = (word for vehicle in vehicles for word in _VEHICLES[vehicle])
    return list(dict.fromkeys(named)) or list(_ANY)


class Price(Struct, frozen=True):
    """An amount as a plain number."""

    value: float
    currency: str


class DeliveryPrice(Struct, frozen=True):
    """What a delivery costs."""

    price: Price


class Eta(Struct, frozen=True, rename="camel"):
    """When they mean to come."""

    pickup_eta_datetime: str | None = None
    delivery_eta_datetime: str | None = None


class Availability(Struct, frozen=True, rename="camel"):
    """Whether they could, and for how much."""

    delivery_price: DeliveryPrice | None = None
    etas: Eta = field(default=Eta(), name="ETAs")


class Answer(Struct, frozen=True, rename="camel"):
    """Their first answer to a delivery that was asked for."""

    delivery_id: str
    event: str


class CancelAnswer(Struct, frozen=True, rename="camel"):
    """Whether calling it off costs something."""

    additional_charges: bool | None = None


class EventOf(Struct, frozen=True):
    """One step of theirs."""

    type: str
    datetime: str


class Problem(Struct, frozen=True, rename="camel"):
    """What goes wrong on the way."""

    reason: str
    datetime: str | None = None
    can_finish_deliver: bool | None = None
    need_merchant_action: bool | None = None


class Message(Struct, frozen=True, rename="camel"):
    """Their webhook; names of people in it are not read."""

    delivery_id: str
    order_id: str
    event: EventOf
    problem: tuple[Problem, ...] = ()


class Details(Struct, frozen=True, rename="camel"):
    """A delivery with its history."""

    delivery_id: str
    order_id: str
    events: tuple[EventOf, ...] = ()
    delivery_price: DeliveryPrice | None = None
    external_tracking_url: str | None = field(default=None, name="externalTrackingURL")

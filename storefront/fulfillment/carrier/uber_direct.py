"""Deliveries by Uber Direct, or whoever answers in its shape (`delivery_quotes`, `deliveries`).

The quote gets the street and nobody's name; name and telephone go out with the order, because the
carrier demands them; notes for the door follow with `tell_notes`, after pick-up. No PIN of theirs
is ever asked for, read or kept.
"""

from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from hmac import new as keyed
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from connector.model.errors import BadSignature, PlatformMalformed
from connector.model.location import Address
from connector.model.money import Money
from storefront.fulfillment.carrier.carrier import (
    Cancelled,
    CarrierJob,
    CarrierNews,
    CarrierQuote,
    Request,
    Send,
    Wish,
    checked,
)
from storefront.fulfillment.carrier.instant import epoch_ms, iso
from storefront.fulfillment.job.job import JobState, ProofKind
from storefront.fulfillment.person.mask import first_name

_JSON = {"content-type": "application/json", "accept": "application/json"}
_NOTES = 280
T = TypeVar("T")


class Quoted(Struct, frozen=True):
    """Their quote; `fee` is in cents of `currency_type`, times are RFC 3339."""

    id: str
    fee: int
    currency_type: str
    expires: str | None = None
    dropoff_eta: str | None = None


class Delivery(Struct, frozen=True):
    """Their delivery, as far as it is read: neither PIN, nor who rides, nor who receives."""

    id: str
    status: str
    external_id: str | None = None
    fee: int | None = None
    currency: str | None = None
    tracking_url: str | None = None
    courier_imminent: bool = False
    pickup_eta: str | None = None
    dropoff_eta: str | None = None


class Message(Struct, frozen=True):
    """Their webhook of kind `event.delivery_status`."""

    id: str
    delivery_id: str
    status: str
    data: Delivery
    created: str | None = None


class UberDirect:
    """One customer account; `secret` is the signing key of its webhooks."""

    name = "uber_direct"

    def __init__(self, base: str, customer_id: str, token: str, secret: bytes, send: Send) -> None:
        self._base = f"{base.rstrip('/')}/v1/customers/{customer_id}"
        self._headers = {**_JSON, "authorization": f"Bearer {token}"}
        self._secret = secret
        self._send = send

    def quote(self, wish: Wish, now: int) -> CarrierQuote:
        """Ask for a quote; it lives 15 minutes."""
        del now
        read = _decoded(self._call("POST", "/delivery_quotes", quote_body(wish)), Quoted)
        return CarrierQuote(
            id=read.id,
            fee=Money(read.fee, read.currency_type.upper()),
            dropoff_eta_at=epoch_ms(read.dropoff_eta),
            expires_at=epoch_ms(read.expires),
        )

    def create(self, wish: Wish, quote: CarrierQuote | None, now: int) -> CarrierJob:
        """Order it; the job's id is the idempotency key."""
        del now
        body = delivery_body(wish, quote)
        return stands(_decoded(self._call("POST", "/deliveries", body), Delivery))

    def cancel(self, carrier_id: str, reason: str) -> Cancelled:
        """Call it off; they do not say what it costs."""
        del reason
        self._call("POST", f"/deliveries/{carrier_id}/cancel", {})
        return Cancelled()

    def tell_notes(self, carrier_id: str, wish: Wish) -> None:
        """Tell what is meant for the door, once somebody carries the parcels."""
        body = {"dropoff_notes": (wish.contact.notes or "")[:_NOTES]}
        self._call("POST", f"/deliveries/{carrier_id}", body)

    def status(self, carrier_id: str) -> CarrierJob:
        """Ask how it stands."""
        return stands(_decoded(self._call("GET", f"/deliveries/{carrier_id}", None), Delivery))

    def webhook(self, headers: Mapping[str, str], body: bytes) -> CarrierNews:
        """Read a change of status."""
        found = keyed(self._secret, body, sha256).hexdigest()
        given = headers.get("x-uber-signature") or headers.get("x-postmates-signature") or ""
        if not compare_digest(found.encode(), given.strip().lower().encode()):
            raise BadSignature("The carrier did not sign this.")
        return news(_decoded(body, Message))

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> bytes:
        sent = None if body is None else msgspec.json.encode(body)
        return checked(self._send(Request(method, self._base + path, self._headers, sent)))


def quote_body(wish: Wish) -> dict[str, Any]:
    """Return what a quote is asked with: two addresses and the times, no person."""
    return {
        "pickup_address": _address(wish.sender.address),
        "dropoff_address": _dropoff(wish),
        "pickup_latitude": wish.sender.point.latitude,
        "pickup_longitude": wish.sender.point.longitude,
        **_times(wish),
        "manifest_total_value": wish.total.amount,
        "external_store_id": wish.sender.id,
    }


def delivery_body(wish: Wish, quote: CarrierQuote | None) -> dict[str, Any]:
    """Return what a delivery is ordered with."""
    job, contact = wish.job, wish.contact
    if contact.phone is None:
        raise PlatformMalformed("This carrier delivers only with a telephone number.")
    body = {
        **quote_body(wish),
        "external_id": job.id,
        "idempotency_key": job.id,
        "pickup_name": wish.sender.name,
        "pickup_phone_number": wish.sender.phone,
        "dropoff_name": first_name(contact.name),
        "dropoff_phone_number": contact.phone,
        "manifest_reference": wish.number,
        "manifest_items": [_item(wish.number, parcel.weight_g) for parcel in job.parcels],
        "dropoff_verification": _verification(wish),
        "deliverable_action": _action(wish),
        "undeliverable_action": "return",
    }
    if contact.point is not None:
        body["dropoff_latitude"] = contact.point.latitude
        body["dropoff_longitude"] = contact.point.longitude
    if quote is not None and quote.id is not None:
        body["quote_id"] = quote.id
    return body


def state_of(status: str, *, imminent: bool) -> JobState | None:
    """Return our word for theirs; None is one we do not know."""
    near = {"pickup": JobState.AT_PICKUP, "dropoff": JobState.AT_DROPOFF}
    if imminent and status in near:
        return near[status]
    return _STATES.get(status)


_STATES: Mapping[str, JobState] = {
    "pending": JobState.AVAILABLE,
    "pickup": JobState.CLAIMED,
    "pickup_complete": JobState.PICKED_UP,
    "dropoff": JobState.PICKED_UP,
    "delivered": JobState.DELIVERED,
    "canceled": JobState.CANCELLED,
    "returned": JobState.RETURNED,
}


def stands(read: Delivery) -> CarrierJob:
    """Return how their delivery stands in our words."""
    fee = None
    if read.fee is not None and read.currency:
        fee = Money(read.fee, read.currency.upper())
    return CarrierJob(
        carrier_id=read.id,
        state=state_of(read.status, imminent=read.courier_imminent),
        source_state=read.status,
        job_id=read.external_id,
        fee=fee,
        tracking_url=read.tracking_url,
        pickup_eta_at=epoch_ms(read.pickup_eta),
        dropoff_eta_at=epoch_ms(read.dropoff_eta),
    )


def news(message: Message) -> CarrierNews:
    """Return what a message of theirs says in our words."""
    return CarrierNews(
        event_id=message.id,
        carrier_id=message.delivery_id,
        job_id=message.data.external_id,
        state=state_of(message.status, imminent=message.data.courier_imminent),
        source_state=message.status,
        at=epoch_ms(message.created),
    )


def _dropoff(wish: Wish) -> str:
    if wish.contact.address is None:
        raise PlatformMalformed("A delivery needs an address.")
    return _address(wish.contact.address)


def _address(address: Address) -> str:
    """Return an address as JSON in a text, which is how they want it."""
    lines = [line for line in (address.line1, address.line2) if line]
    told = {
        "street_address": lines,
        "city": address.city or "",
        "state": address.region or "",
        "zip_code": address.postcode or "",
        "country": address.country or "",
    }
    return msgspec.json.encode(told).decode()


def _times(wish: Wish) -> dict[str, str]:
    pickup, dropoff = wish.job.pickup.window, wish.job.dropoff.window
    return {
        "pickup_ready_dt": iso(wish.job.pickup.ready_at or pickup.start_at),
        "pickup_deadline_dt": iso(pickup.end_at),
        "dropoff_ready_dt": iso(dropoff.start_at),
        "dropoff_deadline_dt": iso(dropoff.end_at),
    }


def _item(number: str, weight_g: int) -> dict[str, Any]:
    """Return a parcel without what is in it."""
    return {"name": f"Parcel of order {number}", "quantity": 1, "weight": weight_g}


def _verification(wish: Wish) -> dict[str, Any]:
    """Return what proves a delivery: a PIN of ours becomes a signature, for theirs would leak."""
    kinds = set(wish.job.proof.dropoff)
    found: dict[str, Any] = {}
    if kinds & {ProofKind.PIN, ProofKind.SIGNATURE}:
        found["signature_requirement"] = {"enabled": True}
    if ProofKind.PHOTO in kinds or wish.job.dropoff.leave_at_door:
        found["picture"] = True
    if wish.job.age_check is not None:
        found["identification"] = {"min_age": wish.job.age_check}
    return found


def _action(wish: Wish) -> str:
    at_door = wish.job.dropoff.leave_at_door
    return "deliverable_action_leave_at_door" if at_door else "deliverable_action_meet_at_door"


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise PlatformMalformed(f"The carrier's answer cannot be read: {error}") from None

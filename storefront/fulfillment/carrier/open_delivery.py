"""Deliveries by whoever speaks Open Delivery (Abrasel), version 2.0.0-rc of its logistics part.

We ask, they deliver: nothing is imported. Their availability call gets the area only; their
delivery call demands the address before anybody has accepted, and gets it then.
"""

from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from hmac import new as keyed
from typing import Any, TypeVar

import msgspec

from connector.model.errors import BadSignature, PlatformMalformed
from connector.model.location import Address
from storefront.fulfillment.carrier.carrier import (
    Cancelled,
    CarrierJob,
    CarrierNews,
    CarrierQuote,
    Request,
    Response,
    Send,
    Wish,
    checked,
)
from storefront.fulfillment.carrier.instant import epoch_ms, iso, major, minor
from storefront.fulfillment.carrier.open_delivery_words import (
    PROBLEMS,
    STATES,
    Answer,
    Availability,
    CancelAnswer,
    Details,
    Message,
    vehicle_types,
)
from storefront.fulfillment.job.outward import cancel_reason
from storefront.fulfillment.person.mask import first_name, postcode_prefix, street
from storefront.fulfillment.place.point import cell_centre

VERSION = "2.0.0-rc"
_MINUTE = 60_000
T = TypeVar("T")
_JSON = {"content-type": "application/json", "accept": "application/json"}


class OpenDelivery:
    """One logistics service; `base` is its address, `token` our bearer, `secret` signs its news."""

    name = "open_delivery"

    def __init__(self, base: str, token: str, secret: bytes, send: Send) -> None:
        self._base = base.rstrip("/")
        self._headers = {**_JSON, "authorization": f"Bearer {token}"}
        self._secret = secret
        self._send = send

    def quote(self, wish: Wish, now: int) -> CarrierQuote:
        """Ask for availability and price; only the area is told."""
        answer = self._call("POST", "/logistics/availability", availability(wish, now))
        read = _decoded(answer, Availability)
        if read.delivery_price is None:
            raise PlatformMalformed("The carrier names no price.")
        price = read.delivery_price.price
        return CarrierQuote(
            id=None,
            fee=minor(price.value, price.currency),
            pickup_eta_at=epoch_ms(read.etas.pickup_eta_datetime),
            dropoff_eta_at=epoch_ms(read.etas.delivery_eta_datetime),
        )

    def create(self, wish: Wish, quote: CarrierQuote | None, now: int) -> CarrierJob:
        """Ask for the delivery; the `orderId` is ours, so a repetition is refused or the same."""
        del quote
        order_id = uuid_of(wish.job.id)
        response = self._answer("POST", "/logistics/delivery", delivery(wish, now))
        if response.status == 422:
            return self.status(order_id)
        read = _decoded(checked(response), Answer)
        return CarrierJob(
            carrier_id=order_id,
            state=STATES.get(read.event),
            source_state=read.event,
            job_id=wish.job.id,
        )

    def cancel(self, carrier_id: str, reason: str) -> Cancelled:
        """Call it off; who carries it brings it back."""
        body = {"reason": cancel_reason(reason), "action": "RETURN_TO_STORE"}
        answer = self._call("POST", f"/logistics/cancel/{carrier_id}", body)
        return Cancelled(_decoded(answer, CancelAnswer).additional_charges if answer else None)

    def status(self, carrier_id: str) -> CarrierJob:
        """Ask how it stands: the last of its events counts."""
        read = _decoded(self._call("GET", f"/logistics/delivery/{carrier_id}", None), Details)
        last = max(read.events, key=lambda each: epoch_ms(each.datetime) or 0, default=None)
        source = last.type if last else "PENDING"
        price = read.delivery_price.price if read.delivery_price else None
        return CarrierJob(
            carrier_id=carrier_id,
            state=STATES.get(source),
            source_state=source,
            fee=minor(price.value, price.currency) if price else None,
            tracking_url=read.external_tracking_url,
        )

    def webhook(self, headers: Mapping[str, str], body: bytes) -> CarrierNews:
        """Read an event; they give it no id of its own, so what it says is its id."""
        found = keyed(self._secret, body, sha256).hexdigest()
        given = headers.get("x-app-signature", "")
        if not compare_digest(found.encode(), given.strip().lower().encode()):
            raise BadSignature("The carrier did not sign this.")
        return news(_decoded(body, Message))

    def ready(self, carrier_id: str) -> None:
        """Tell that the parcels stand ready."""
        self._call("POST", f"/logistics/readyForPickup/{carrier_id}", None)

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> bytes:
        return checked(self._answer(method, path, body))

    def _answer(self, method: str, path: str, body: Mapping[str, Any] | None) -> Response:
        sent = None if body is None else msgspec.json.encode(body)
        return self._send(Request(method, self._base + path, self._headers, sent))


def uuid_of(job_id: str) -> str:
    """Return the UUID in one of our ids: they want it bare."""
    return job_id.rpartition("_")[2]


def availability(wish: Wish, now: int) -> dict[str, Any]:
    """Return what is asked before anything is agreed: the area instead of the door."""
    return {
        "merchant": {"id": wish.sender.id, "name": wish.sender.name},
        **_terms(wish, now),
        "deliveryAddress": _area(wish),
        "onlinePayment": wish.job.cod is None,
    }


def delivery(wish: Wish, now: int) -> dict[str, Any]:
    """Return what is asked for a delivery: first name and door, no telephone, notes or codes."""
    return {
        "orderId": uuid_of(wish.job.id),
        "orderDisplayId": wish.number,
        "merchant": {"id": wish.sender.id, "name": wish.sender.name},
        **_terms(wish, now),
        "notifyReadyForPickup": True,
        "notifyPickup": False,
        "notifyConclusion": False,
        "confirmationCodeRequired": False,
        "deliveryAddress": _door(wish),
        "customerName": first_name(wish.contact.name),
        "packageQuantity": len(wish.job.parcels),
        "packageVolume": wish.job.volume_ml / 1_000_000,
        "payments": _payments(wish),
    }


def news(message: Message) -> CarrierNews:
    """Return what a message of theirs says in our words."""
    event, problem = message.event, message.problem[-1] if message.problem else None
    parts = (message.delivery_id, message.order_id, event.type, event.datetime)
    return CarrierNews(
        event_id=sha256("\0".join(parts).encode()).hexdigest()[:32],
        carrier_id=message.order_id,
        job_id=f"job_{message.order_id}",
        state=STATES.get(event.type),
        source_state=event.type,
        at=epoch_ms(event.datetime),
        failure=PROBLEMS.get(problem.reason) if problem else None,
        failure_source=problem.reason if problem else None,
        can_finish=problem.can_finish_deliver if problem else None,
        need_store_action=problem.need_merchant_action if problem else None,
    )


def _terms(wish: Wish, now: int) -> dict[str, Any]:
    job, sender = wish.job, wish.sender
    return {
        "pickupAddress": _address(sender.address)
        | {"latitude": sender.point.latitude, "longitude": sender.point.longitude},
        "returnToMerchant": False,
        "canCombine": not job.cold,
        "vehicle": {
            "type": vehicle_types(job.requirements.vehicles),
            "container": "THERMIC" if job.cold else "NORMAL",
        },
        "limitTimes": {
            "pickupLimit": _minutes(job.pickup.window.end_at - now),
            "deliveryLimit": _minutes(job.dropoff.window.end_at - now),
            "orderCreatedAt": iso(job.created_at or now),
        },
        "totalOrderPrice": {"value": major(wish.total), "currency": wish.total.currency},
        "totalWeight": job.weight_g,
    }


def _minutes(span_ms: int) -> int:
    return max(0, span_ms // _MINUTE)


def _address(address: Address) -> dict[str, Any]:
    """Return an address in their parts; they demand every one, so what is not known is empty."""
    road = street(address.line1)
    number = " ".join(address.line1.replace(road, " ", 1).replace(",", " ").split()) if road else ""
    return {
        "country": address.country or "",
        "state": address.region or "",
        "city": address.city or "",
        "district": "",
        "street": road or address.line1,
        "number": number,
        "postalCode": address.postcode or "",
        "complement": address.line2 or "",
    }


def _door(wish: Wish) -> dict[str, Any]:
    if wish.contact.address is None:
        raise PlatformMalformed("A delivery needs an address.")
    point = wish.contact.point
    told = _address(wish.contact.address)
    return told | ({"latitude": point.latitude, "longitude": point.longitude} if point else {})


def _area(wish: Wish) -> dict[str, Any]:
    address, middle = wish.contact.address, cell_centre(wish.job.dropoff.area_cell)
    prefix = ""
    if address and address.postcode:
        prefix = postcode_prefix(address.postcode, address.country)
    coarse = Address(
        "",
        None,
        prefix,
        address.city if address else None,
        address.region if address else None,
        address.country if address else None,
    )
    return _address(coarse) | {"latitude": middle.latitude, "longitude": middle.longitude}


def _payments(wish: Wish) -> dict[str, Any]:
    if wish.job.cod is None:
        return {"method": "ONLINE"}
    due = wish.job.cod.amount
    amount = {"value": major(due), "currency": due.currency}
    return {"method": "OFFLINE", "offlineMethod": [{"type": "CASH", "amount": amount}]}


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise PlatformMalformed(f"The carrier's answer cannot be read: {error}") from None

"""How stores, offers, jobs and couriers look in the courier's schema: plain documents."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from connector.model.location import Address, Geo
from connector.model.money import Money
from storefront.fulfillment.courier import lease
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.courier.steps import NEEDED
from storefront.fulfillment.job.job import DeliveryJob, Fate, JobState, Parcel, Window
from storefront.fulfillment.job.life import LIFE
from storefront.fulfillment.job.steps import COURIER_REOPENS_MS
from storefront.fulfillment.person.visibility import Visible
from storefront.fulfillment.place.point import distance_band_m
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.route.bundle import Bundle
from storefront.fulfillment.work.looking import Looked
from storefront.fulfillment.work.presence import Wages

Document = dict[str, Any]
_REOPENED = frozenset({JobState.DELIVERED, JobState.FAILED})


def instant(at: int | None, zone: str = "UTC") -> str | None:
    """Return epoch ms as RFC 3339 with the offset of the place."""
    if at is None:
        return None
    place = UTC if zone == "UTC" else ZoneInfo(zone)
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(place).isoformat("T", "seconds")


def store(found: Store, language: str) -> Document:
    """Show a store in the courier's language."""
    return {
        "id": found.id,
        "name": _said(found.name, language) or found.code,
        "timezone": found.timezone,
        "address": _lines(found.address),
        "point": _point(found.geo.point if found.geo else None),
        "phone": found.contact.phone,
        "instructions": _said(found.pickup.instructions, language),
    }


def offer(found: Looked, language: str) -> Document:
    """Show a job on offer."""
    told, zone = found.offer, found.store.timezone
    return {
        **msgspec.to_builtins(told),
        "store": store(found.store, language),
        "fee": money(told.fee),
        "tip": money(told.tip),
        "cash": money(told.cash),
        "pickup": window(told.pickup, zone),
        "dropoff": window(told.dropoff, zone),
        "expiresAt": instant(told.expires_at, zone),
    }


def job(found: DeliveryJob, at: Store, person: Visible, language: str) -> Document:
    """Show a job of this courier, with so much of the person as he may see."""
    zone, currency = at.timezone, found.pay.currency
    return {
        "id": found.id,
        "state": found.state.value,
        "fence": found.fence,
        "rev": found.rev,
        "store": store(at, language),
        "pickup": window(found.pickup.window, zone),
        "dropoff": window(found.dropoff.window, zone),
        "toDropoffM": distance_band_m(found.dropoff.distance_m),
        "leaveAtDoor": found.dropoff.leave_at_door,
        "recipient": {**msgspec.to_builtins(person), "point": _point(person.point)},
        "parcels": [_parcel(each) for each in found.parcels],
        "cold": found.cold,
        "ageCheck": found.age_check,
        "cash": money(found.cod.amount if found.cod else None),
        "cashCollected": money(found.cod.collected if found.cod else None),
        "fee": money(Money(found.pay.fee, currency)),
        "tip": money(Money(found.pay.tip, currency)),
        "pickupProofs": [kind.value for kind in found.proof.pickup],
        "dropoffProofs": [kind.value for kind in found.proof.dropoff],
        "bundleId": found.bundle_id,
        "lease": lease_of(found, zone),
        "overdue": found.overdue,
        "attempts": found.attempts,
        "failure": found.failure.code.value if found.failure else None,
        "cancelReason": found.cancel_reason,
        "arrivedAt": instant(found.at_dropoff_at, zone),
        "undoUntil": instant(_undo_until(found), zone),
        "actions": list(LIFE.events(found.state, "courier")),
    }


def lease_of(found: DeliveryJob, zone: str) -> Document | None:
    """Show how long a job is his, None where it is nobody's."""
    held = lease.of(found)
    if held is None:
        return None
    latest = lease.last_until(found)
    return {
        "fence": held.fence,
        "until": instant(held.until, zone),
        "latest": None if latest is None else instant(max(latest, held.until), zone),
        "renewals": held.renewals,
    }


def courier(found: Courier, merchant_id: str) -> Document:
    """Show a courier to himself."""
    bond, online = found.membership(merchant_id), found.online
    ends = [check.valid_until for check in found.checks if check.kind in NEEDED]
    return {
        "id": found.id,
        "displayName": found.display_name,
        "state": found.state.value,
        "membership": bond.value if bond else None,
        "vehicles": [msgspec.to_builtins(it) for it in found.vehicles],
        "skills": [it.value for it in found.skills],
        "checksValidUntil": instant(min(ends)) if ends else None,
        "onlineVehicleId": online.vehicle_id if online else None,
        "onlineSince": instant(online.since) if online else None,
    }


def wages(found: Wages) -> Document:
    """Show what he earned."""
    return {
        "jobs": found.jobs,
        "earned": [money(it) for it in found.earned],
        "cashOwed": [money(it) for it in found.cash_owed],
    }


def bundle(found: Bundle) -> Document:
    """Show jobs that go well together."""
    return {
        "jobIds": list(found.job_ids),
        "stops": [
            {"kind": it.kind.value, "jobId": it.job_id, "arriveAt": instant(it.arrive_at)}
            for it in found.route.visits
        ],
        "travelS": found.route.travel_s,
        "savedS": found.saved_s,
    }


def _undo_until(found: DeliveryJob) -> int | None:
    if found.state not in _REOPENED:
        return None
    ended = found.delivered_at if found.state is JobState.DELIVERED else found.failed_at
    return (ended or 0) + COURIER_REOPENS_MS


def _parcel(found: Parcel) -> Document:
    """Show a parcel; its code only after it was scanned, or scanning would prove nothing."""
    told: Document = msgspec.to_builtins(found)
    return told if found.fate is not Fate.IN_STORE else {**told, "code": None}


def window(found: Window, zone: str) -> Document:
    """Show from when until when, on the clock of a place."""
    return {"startAt": instant(found.start_at, zone), "endAt": instant(found.end_at, zone)}


def money(found: Money | None) -> Document | None:
    """Show an amount, None where there is none."""
    return None if found is None else {"amount": found.amount, "currency": found.currency}


def _point(found: Geo | None) -> Document | None:
    return None if found is None else {"lat": found.latitude, "lng": found.longitude}


def _lines(address: Address) -> Sequence[str]:
    town = " ".join(part for part in (address.postcode, address.city) if part)
    return [part for part in (address.line1, address.line2, town) if part]


def _said(texts: Mapping[str, str], language: str) -> str | None:
    """Return a text in the language, else in English, else in any."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), None)

"""What a courier sees of a job before he takes it: enough to decide, nothing of a person."""

from msgspec import Struct

from connector.model.location import Geo
from connector.model.money import Money
from storefront.fulfillment.courier.courier import Skill, VehicleType
from storefront.fulfillment.courier.eligibility import Reason, needed_skills
from storefront.fulfillment.job.job import DeliveryJob, Dropoff, ProofKind, Window
from storefront.fulfillment.order.order import Temp
from storefront.fulfillment.place.point import area_cell, cell_centre, distance_band_m, distance_m


class OfferedParcel(Struct, frozen=True, rename="camel"):
    """A parcel without its code."""

    weight_g: int
    volume_ml: int
    temp: Temp
    upright: bool


class Offer(Struct, frozen=True, kw_only=True, rename="camel"):
    """One job on the list; distances are rounded to 250 m, and the drop's is that of its area.

    `reason` says why this courier may not take it, if so. Two doors in one area give offers that
    differ in nothing but what the store says: id, pay and parcels.
    """

    job_id: str
    store_id: str
    bundle_id: str | None
    fee: Money
    tip: Money
    to_store_m: int | None
    to_dropoff_m: int
    area_cell: str
    pickup: Window
    dropoff: Window
    parcels: tuple[OfferedParcel, ...]
    vehicles: tuple[VehicleType, ...]
    skills: tuple[Skill, ...]
    cold: bool
    age_check: int | None
    cash: Money | None
    proofs: tuple[ProofKind, ...]
    expires_at: int
    reason: Reason | None


def dropoff(
    window: Window,
    store: Geo,
    door: Geo,
    *,
    leave_at_door: bool = False,
    handover_id: str | None = None,
) -> Dropoff:
    """Return what a job may know of a door: its area, and how far that is from the store."""
    cell = area_cell(door)
    metres = round(distance_m(store, cell_centre(cell)))
    return Dropoff(window, cell, metres, leave_at_door, handover_id)


def offer(job: DeliveryJob, to_store_m: float | None, reason: Reason | None = None) -> Offer:
    """Return the job as it stands on a courier's list; `to_store_m` is from him to the store."""
    currency = job.pay.currency
    return Offer(
        job_id=job.id,
        store_id=job.store_id,
        bundle_id=job.bundle_id,
        fee=Money(job.pay.fee, currency),
        tip=Money(job.pay.tip, currency),
        to_store_m=None if to_store_m is None else distance_band_m(to_store_m),
        to_dropoff_m=distance_band_m(job.dropoff.distance_m),
        area_cell=job.dropoff.area_cell,
        pickup=job.pickup.window,
        dropoff=job.dropoff.window,
        parcels=tuple(
            OfferedParcel(each.weight_g, each.volume_ml, each.temp, each.upright)
            for each in job.parcels
        ),
        vehicles=job.requirements.vehicles,
        skills=tuple(sorted(needed_skills(job), key=list(Skill).index)),
        cold=job.cold,
        age_check=job.age_check,
        cash=job.cod.amount if job.cod else None,
        proofs=job.proof.dropoff,
        expires_at=job.expires_at,
        reason=reason,
    )

"""What couriers look at: offers near them, their own jobs, and bundles that go well together."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, structs
from sqlalchemy import Connection

from storefront.fulfillment.courier import eligibility
from storefront.fulfillment.courier.courier import Courier, VehicleType
from storefront.fulfillment.courier.eligibility import RELEASES_MS, Circumstances
from storefront.fulfillment.job.job import HELD, DeliveryJob, JobState
from storefront.fulfillment.job.offer import Offer, offer
from storefront.fulfillment.job.stage import seen
from storefront.fulfillment.person.visibility import Visible
from storefront.fulfillment.place.nearest import nearest
from storefront.fulfillment.place.point import cell_centre, distance_band_m
from storefront.fulfillment.place.store import Store, StoreStatus
from storefront.fulfillment.route.bundle import Bundle, suggest
from storefront.fulfillment.route.errand import Errand, Rider
from storefront.fulfillment.route.travel import Haversine
from storefront.fulfillment.store import jobs, places
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import contacts
from storefront.fulfillment.work.riding import Where

MOST_OFFERS = 100
MOST_BUNDLED = 20
"""Offers among which bundles are looked for: the work grows with their square."""
_MOST_STORES = 200
_OPEN_STORES = frozenset({StoreStatus.ACTIVE, StoreStatus.PAUSED})


class Seen(Struct, frozen=True):
    """The last offer of a page: its job, and how far its store was; None is not known."""

    job_id: str
    band_m: int | None = None


class Looked(Struct, frozen=True):
    """One offer with the store that it begins at."""

    offer: Offer
    store: Store


def offers(
    connection: Connection,
    merchant_id: str,
    courier: Courier,
    where: Where,
    now: int,
    *,
    radius_m: int = 3000,
    vehicle: VehicleType | None = None,
    first: int = 20,
    after: Seen | None = None,
) -> Sequence[Looked]:
    """Return open jobs of stores within `radius_m`, those of near stores first, oldest job first.

    Each says why this courier may not take it, if so. `after` is the last offer seen.
    """
    near = _stores(connection, merchant_id, where, radius_m)
    found = jobs.available(connection, merchant_id, list(near), MOST_OFFERS)
    around = _around(connection, merchant_id, courier, vehicle, now)
    open_now = [job for job in found if job.expires_at > now]
    ranked = sorted((distance_band_m(near[job.store_id][1]), job.id, job) for job in open_now)
    rest = _behind(ranked, after)
    return [_looked(courier, job, *near[job.store_id], around, now) for *_, job in rest[:first]]


def _stores(
    connection: Connection, merchant_id: str, where: Where, radius_m: int
) -> Mapping[str, tuple[Store, float]]:
    known = [it for it in places.all_of(connection, merchant_id) if it.status in _OPEN_STORES]
    close = nearest(known, where.at, first=_MOST_STORES, within_m=radius_m)
    return {it.store.id: (it.store, it.distance_m) for it in close}


def _around(
    connection: Connection,
    merchant_id: str,
    courier: Courier,
    vehicle: VehicleType | None,
    now: int,
) -> Circumstances:
    chosen = next((it.id for it in courier.vehicles if vehicle in {None, it.type}), None)
    online = courier.online.vehicle_id if courier.online else None
    return Circumstances(
        vehicle_id=chosen if vehicle is not None else online or chosen,
        open_jobs=jobs.of_courier(connection, merchant_id, courier.id),
        released_at=jobs.released_since(connection, merchant_id, courier.id, now - RELEASES_MS),
    )


_Ranked = Sequence[tuple[int, str, DeliveryJob]]


def _behind(ranked: _Ranked, after: Seen | None) -> _Ranked:
    """Return what comes behind the last offer seen: where it is now, or was when it is gone."""
    if after is None:
        return ranked
    for place, (_, job_id, _) in enumerate(ranked):
        if job_id == after.job_id:
            return ranked[place + 1 :]
    if after.band_m is None:
        return ranked
    return [one for one in ranked if one[:2] > (after.band_m, after.job_id)]


def _looked(
    courier: Courier,
    job: DeliveryJob,
    store: Store,
    away: float,
    around: Circumstances,
    now: int,
) -> Looked:
    there = structs.replace(around, distance_m=round(away))
    return Looked(offer(job, away, eligibility.reason(courier, job, there, now)), store)


class Mine(Struct, frozen=True):
    """One of a courier's own jobs, with what he may see at this stage of who gets it."""

    job: DeliveryJob
    store: Store
    person: Visible


def mine(
    floor: ShopFloor,
    connection: Connection,
    merchant_id: str,
    courier: Courier,
    now: int,
    states: frozenset[JobState] = HELD,
) -> Sequence[Mine]:
    """Return the courier's own jobs in these states."""
    found = jobs.of_courier(connection, merchant_id, courier.id, states)
    return [staged(floor, connection, job, courier.id, now) for job in found]


def staged(
    floor: ShopFloor, connection: Connection, job: DeliveryJob, courier_id: str, now: int
) -> Mine:
    """Return a job with the part of its person that this courier may see now."""
    store = places.get(connection, job.merchant_id, job.store_id)
    contact = contacts.of_order(connection, job.merchant_id, floor.box, job.order_ids[0])
    return Mine(job, store, seen(job, contact, courier_id, now))


def bundles(
    connection: Connection,
    merchant_id: str,
    courier: Courier,
    where: Where,
    now: int,
    job_ids: Sequence[str] | None = None,
) -> Sequence[Bundle]:
    """Return jobs that go well together, by their areas only: no door is known yet."""
    near = _stores(connection, merchant_id, where, 6000)
    found = jobs.available(connection, merchant_id, list(near), MOST_OFFERS)
    around = _around(connection, merchant_id, courier, None, now)
    able = [
        job
        for job in found
        if (job_ids is None or job.id in job_ids)
        and eligibility.reason(courier, job, around, now) is None
    ]
    able.sort(key=lambda job: (near[job.store_id][1], job.id))
    vehicle = courier.vehicle(around.vehicle_id or "")
    if vehicle is None:
        return ()
    rider = Rider(courier.id, where.at, now, vehicle.type, vehicle.volume_ml, vehicle.weight_g)
    errands = [_errand(job, near[job.store_id][0]) for job in able[:MOST_BUNDLED]]
    return suggest([it for it in errands if it is not None], rider, Haversine())


def _errand(job: DeliveryJob, store: Store) -> Errand | None:
    """Return a job as a way to go, to the middle of its area."""
    if store.geo is None:
        return None
    return Errand(
        job_id=job.id,
        store_id=job.store_id,
        pickup=store.geo.point,
        pickup_from=job.pickup.window.start_at,
        pickup_until=job.pickup.window.end_at,
        drop=cell_centre(job.dropoff.area_cell),
        drop_from=job.dropoff.window.start_at,
        drop_until=job.dropoff.window.end_at,
        volume_ml=job.volume_ml,
        weight_g=job.weight_g,
    )

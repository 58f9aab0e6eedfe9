"""Whether a courier may take a job, and the first reason why not."""

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from storefront.fulfillment.courier.courier import (
    CheckKind,
    Courier,
    CourierState,
    MembershipState,
    Skill,
    Vehicle,
)
from storefront.fulfillment.errors.job import NotEligible
from storefront.fulfillment.job.job import DeliveryJob

RELEASES = 3
RELEASES_MS = 2 * 3_600_000


class Reason(Enum):
    """Why not, in the order in which they are looked at."""

    NOT_ACTIVE = "NOT_ACTIVE"
    NOT_APPROVED_BY_MERCHANT = "NOT_APPROVED_BY_MERCHANT"
    CHECK_EXPIRED = "CHECK_EXPIRED"
    VEHICLE = "VEHICLE"
    CAPACITY = "CAPACITY"
    COLD = "COLD"
    SKILL = "SKILL"
    OPEN_LIMIT = "OPEN_LIMIT"
    TOO_FAR = "TOO_FAR"
    WINDOW_IMPOSSIBLE = "WINDOW_IMPOSSIBLE"
    BLOCKED_RELEASES = "BLOCKED_RELEASES"


class Circumstances(Struct, frozen=True, kw_only=True):
    """What else counts: `open_jobs` he holds, `with_jobs` he takes in the same breath.

    `distance_m` is from him to the store, `dropoff_eta_at` (epoch ms) the soonest he can be at the
    door; None is not known, which stops nobody. `released_at` are his releases of late.
    """

    vehicle_id: str | None = None
    open_jobs: Sequence[DeliveryJob] = ()
    with_jobs: Sequence[DeliveryJob] = ()
    released_at: Sequence[int] = ()
    distance_m: int | None = None
    most_m: int = 6000
    dropoff_eta_at: int | None = None
    checks: frozenset[CheckKind] = frozenset({CheckKind.IDENTITY, CheckKind.RIGHT_TO_WORK})


def reason(courier: Courier, job: DeliveryJob, around: Circumstances, now: int) -> Reason | None:
    """Return the first reason why the courier may not take the job, or None."""
    vehicle = courier.vehicle(around.vehicle_id or _online_vehicle(courier))
    holds = {
        Reason.NOT_ACTIVE: courier.state is CourierState.ACTIVE,
        Reason.NOT_APPROVED_BY_MERCHANT: _approved(courier, job),
        Reason.CHECK_EXPIRED: _checked(courier, around, now),
        Reason.VEHICLE: vehicle is not None and _suits(vehicle, job),
        Reason.CAPACITY: vehicle is not None and _fits(vehicle, _all(job, around)),
        Reason.COLD: not job.cold or (vehicle is not None and vehicle.cold),
        Reason.SKILL: needed_skills(job) <= set(courier.skills),
        Reason.OPEN_LIMIT: units(courier, _all(job, around)) <= courier.limits.max_open_jobs,
        Reason.TOO_FAR: around.distance_m is None or around.distance_m <= around.most_m,
        Reason.WINDOW_IMPOSSIBLE: _in_time(job, around),
        Reason.BLOCKED_RELEASES: released(around.released_at, now) < RELEASES,
    }
    return next((each for each in Reason if not holds[each]), None)


def require(courier: Courier, job: DeliveryJob, around: Circumstances, now: int) -> None:
    """Raise NotEligible with the first `reason`, where there is one."""
    found = reason(courier, job, around, now)
    if found is not None:
        raise NotEligible(f"Not eligible: {found.value}.", reason=found.value, job=job.id)


def needed_skills(job: DeliveryJob) -> set[Skill]:
    """Return what the courier must be allowed to do: what is named, and what follows."""
    skills = set(job.requirements.skills)
    if job.age_check is not None:
        skills.add(Skill.AGE18)
    if job.cod is not None:
        skills.add(Skill.COD)
    return skills


def units(courier: Courier, jobs: Sequence[DeliveryJob]) -> int:
    """Count jobs against `max_open_jobs`; a bundle counts once if it fits `max_bundle`.

    A bundle is one tour from one store: six bags on one bike are one thing to think of, and with a
    limit of three jobs no bundle of four could ever be claimed. A larger one counts as its jobs.
    """
    bundles = [job.bundle_id for job in jobs if job.bundle_id is not None]
    single = len(jobs) - len(bundles)
    sizes = [bundles.count(each) for each in set(bundles)]
    return single + sum(1 if size <= courier.limits.max_bundle else size for size in sizes)


def released(released_at: Sequence[int], now: int) -> int:
    """Count the releases of the last two hours."""
    return sum(1 for at in released_at if now - RELEASES_MS < at <= now)


def _all(job: DeliveryJob, around: Circumstances) -> list[DeliveryJob]:
    """Return what he would hold, the job itself once."""
    others = {each.id: each for each in (*around.open_jobs, *around.with_jobs)}
    return list((others | {job.id: job}).values())


def _online_vehicle(courier: Courier) -> str:
    return courier.online.vehicle_id if courier.online else ""


def _approved(courier: Courier, job: DeliveryJob) -> bool:
    return courier.membership(job.merchant_id) is MembershipState.APPROVED


def _checked(courier: Courier, around: Circumstances, now: int) -> bool:
    valid = {check.kind for check in courier.checks if check.valid_until > now}
    return around.checks <= valid


def _suits(vehicle: Vehicle, job: DeliveryJob) -> bool:
    wanted = job.requirements
    return (
        (not wanted.vehicles or vehicle.type in wanted.vehicles)
        and vehicle.volume_ml >= wanted.min_volume_ml
        and vehicle.weight_g >= wanted.min_weight_g
    )


def _fits(vehicle: Vehicle, jobs: Sequence[DeliveryJob]) -> bool:
    """Tell whether all of it fits at once: a bag that is not delivered yet still takes room."""
    volume, weight = sum(job.volume_ml for job in jobs), sum(job.weight_g for job in jobs)
    return volume <= vehicle.volume_ml and weight <= vehicle.weight_g


def _in_time(job: DeliveryJob, around: Circumstances) -> bool:
    eta = around.dropoff_eta_at
    return eta is None or eta <= job.dropoff.window.end_at

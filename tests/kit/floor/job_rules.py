"""Deliveries and couriers, for the suites of the shop floor."""

from typing import Any

from connector.model.location import Address, Geo
from connector.model.money import Money
from storefront.fulfillment.courier.courier import (
    Check,
    CheckKind,
    Courier,
    CourierState,
    Limits,
    Membership,
    MembershipState,
    Skill,
    Vehicle,
    VehicleType,
)
from storefront.fulfillment.courier.eligibility import Circumstances
from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.job import (
    UNDER_WAY,
    Cod,
    DeliveryJob,
    Dropoff,
    FailureCode,
    Fate,
    JobState,
    Parcel,
    Pay,
    Pickup,
    ProofKind,
    ProofPlan,
    Window,
)
from storefront.fulfillment.job.offer import dropoff
from storefront.fulfillment.job.proof import Proof, Stage
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order.event import TIMER, Event
from storefront.fulfillment.order.order import Temp
from storefront.fulfillment.person.contact import Contact
from tests.kit.floor.order_rules import HOUR, MINUTE, NOON, STAFF

STORE = Geo(52.3702, 4.8952)
DOOR = Geo(52.3600, 4.8800)
ANNE = Contact(
    subject_id="ful_1",
    merchant_id="mer_1",
    name="Anne de Wit",
    email="anne@example.org",
    phone="+31612345678",
    locale="nl",
    alternate="Bram de Wit",
    address=Address("Damrak 12 hs", "II", "1012 AB", "Amsterdam", "Noord-Holland", "NL"),
    point=DOOR,
    notes="The bell is broken",
    door_code="4711#",
)
JOB_ID = "job_0190a000-0000-7000-8000-000000000001"
HELD = Window(NOON, NOON + 2 * HOUR)


def rider(courier_id: str = "cou_1", **fields: Any) -> Courier:
    given: dict[str, Any] = {
        "display_name": "Kim",
        "state": CourierState.ACTIVE,
        "merchants": (Membership("mer_1", MembershipState.APPROVED),),
        "vehicles": (Vehicle("v1", VehicleType.CARGO_BIKE, 60_000, 60_000, cold=True),),
        "skills": tuple(Skill),
        "checks": tuple(Check(kind, NOON, NOON + 1000 * HOUR, "stf_1") for kind in CheckKind),
        "limits": Limits(),
        **fields,
    }
    return Courier(id=courier_id, **given)


AROUND = Circumstances(vehicle_id="v1", distance_m=400)


def parcel(number: int = 1, **fields: Any) -> Parcel:
    given: dict[str, Any] = {"weight_g": 2000, "volume_ml": 5000, **fields}
    return Parcel(id=f"pcl_{number}", code=f"P{number}", **given)


def fresh_job(*parcels: Parcel, **fields: Any) -> DeliveryJob:
    given: dict[str, Any] = {
        "id": JOB_ID,
        "merchant_id": "mer_1",
        "order_ids": ("ful_1",),
        "store_id": "sto_1",
        "pickup": Pickup(HELD),
        "dropoff": dropoff(Window(NOON + HOUR, NOON + 4 * HOUR), STORE, DOOR),
        "pay": Pay(500, "EUR"),
        "expires_at": NOON + 3 * HOUR,
        **fields,
    }
    return DeliveryJob(parcels=parcels or (parcel(1), parcel(2)), **given)


class Trip:
    """A job and everything that happened to it."""

    def __init__(self, job: DeliveryJob) -> None:
        self.now = NOON
        self.job, events = claiming.create(job, STAFF, NOON)
        self.events: list[Event] = list(events)

    @property
    def holder(self) -> Holder:
        return Holder(self.job.courier_id or "", self.job.fence)

    def do(self, verb: Any, *given: Any, **named: Any) -> "Trip":
        """Do one verb: the job first, the time last."""
        self.job, events = verb(self.job, *given, self.now, **named)
        self.events.extend(events)
        return self

    def later(self, span: int) -> "Trip":
        self.now += span
        return self

    def claim(self, courier: Courier | None = None) -> "Trip":
        return self.do(claiming.claim, courier or rider(), AROUND)


def proof(job: DeliveryJob, kind: ProofKind, stage: Stage = Stage.DROPOFF, **fields: Any) -> Proof:
    given: dict[str, Any] = {
        "fence": job.fence,
        "captured_at": NOON,
        "received_at": NOON,
        "passed": True,
        **fields,
    }
    return Proof(id=f"prf_{kind.value}", job_id=job.id, kind=kind, stage=stage, **given)


def qr(job: DeliveryJob) -> list[Proof]:
    return [proof(job, ProofKind.QR, Stage.PICKUP)]


def pin(job: DeliveryJob) -> list[Proof]:
    return [proof(job, ProofKind.PIN)]


def offered(*parcels: Parcel, **fields: Any) -> Trip:
    return Trip(fresh_job(*parcels, **fields))


def listed(*parcels: Parcel, **fields: Any) -> Trip:
    return offered(*parcels, **fields).do(claiming.publish, TIMER)


def claimed(*parcels: Parcel, **fields: Any) -> Trip:
    return listed(*parcels, **fields).claim()


def carried(*parcels: Parcel, **fields: Any) -> Trip:
    trip = claimed(*parcels, **fields)
    codes = trip.job.codes(Fate.IN_STORE)
    return trip.do(steps.pick_up, trip.holder, codes, qr(trip.job))


def at_door(*parcels: Parcel, **fields: Any) -> Trip:
    trip = carried(*parcels, **fields)
    return trip.do(steps.arrive, trip.holder, Stage.DROPOFF, distance_m=20)


def delivered(*parcels: Parcel, **fields: Any) -> Trip:
    trip = at_door(*parcels, **fields)
    return trip.do(steps.deliver, trip.holder, pin(trip.job), None)


def failed(*parcels: Parcel, **fields: Any) -> Trip:
    trip = at_door(*parcels, **fields).later(6 * MINUTE)
    return trip.do(steps.fail, trip.holder, FailureCode.NOT_AT_HOME, contacts=1)


def returning(*parcels: Parcel, **fields: Any) -> Trip:
    trip = failed(*parcels, **fields)
    return trip.do(steps.return_to_store, trip.holder)


def brought_to_an_end(job: DeliveryJob, now: int) -> JobState:
    """Bring a carried job to an end, as must always be possible: told as lost at the store."""
    by = Holder(job.courier_id or "", job.fence)
    if job.state in UNDER_WAY:
        job, _ = steps.fail(job, by, FailureCode.OTHER, now)
    if job.state is JobState.FAILED:
        job, _ = steps.return_to_store(job, by, now)
    lost = job.codes(Fate.CARRIED)
    return steps.accept_return(job, {}, STAFF, now, lost=lost)[0].state


WINE_PARCEL = parcel(1, age_min=18)
COLD_PARCEL = parcel(2, temp=Temp.CHILL)
CASH = Cod(Money(2550, "EUR"))
NO_PROOF = ProofPlan(pickup=(), dropoff=(), back=())
PLAIN = Dropoff(Window(NOON + HOUR, NOON + 4 * HOUR), "500.1.1", 900)

"""What a courier does to a job, as values: the same at once, repeated, or sent in hours later."""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
from msgspec import Struct

from connector.model.location import Geo
from connector.model.money import Money
from storefront.fulfillment.job.job import DeliveryJob, FailureCode, ProofKind
from storefront.fulfillment.job.offline import BadOperation
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.person.retention import What, due_at
from storefront.fulfillment.place.point import checked_point
from storefront.fulfillment.store import people
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.work import riding
from storefront.fulfillment.work.riding import Given, Where

_LONGEST_NOTE = 500
_MILLIONTHS = 1_000_000


class BadBody(BadOperation):
    """What goes with a step cannot be read."""

    remedy = "Send the fields of this step, with whole numbers and texts."


class Taken(Struct, frozen=True):
    """When and where a step was really taken, where it is told later; `at` is what counts."""

    at: int
    captured_at: int
    device_id: str
    seq: int


class Setting(Struct, frozen=True):
    """Where a step is taken: one write of a floor, by whom, on which job."""

    floor: ShopFloor
    here: Floor
    by: Holder
    job_id: str
    received_at: int
    taken: Taken | None = None


def _keep_note(at: Setting, field: str, note: str) -> None:
    """Seal what a courier wrote for the store, for a day: it may be about the customer."""
    if note:
        until = {field: due_at(What.NOTES, at.here.now)}
        people.put(at.floor, at.here, f"job:{at.job_id}", {field: note.encode()}, until)


class Near(Struct, frozen=True, rename="camel"):
    """A point in millionths of a degree, so that all devices sign the same digits."""

    lat_e6: int
    lng_e6: int
    accuracy_m: int = 0

    @property
    def where(self) -> Where:
        """The same as a place on the earth; raises UnknownPlace where it is none."""
        point = Geo(self.lat_e6 / _MILLIONTHS, self.lng_e6 / _MILLIONTHS)
        return Where(checked_point(point), max(0, self.accuracy_m))


class Arrive(Struct, frozen=True, rename="camel"):
    """At the store or the door; a `reason` stands for being near, where that cannot be shown."""

    op: ClassVar[str] = "arrive"
    stage: Stage
    near: Near | None = None
    reason: str = ""

    def do(self, at: Setting) -> DeliveryJob:
        """Take the step."""
        where = self.near.where if self.near else None
        reason = self.reason.strip()[:_LONGEST_NOTE]
        after = riding.arrive(at.floor, at.here, at.by, at.job_id, self.stage, where, reason)
        _keep_note(at, "arrive_note", reason)
        return after


class PickUp(Struct, frozen=True, rename="camel"):
    """The store's code, and the codes of the parcels as they were scanned or typed."""

    op: ClassVar[str] = "pickUp"
    code: str
    parcels: tuple[str, ...]

    def do(self, at: Setting) -> DeliveryJob:
        """Take the step."""
        scanned = [code.strip().upper() for code in self.parcels]
        return riding.pick_up(at.floor, at.here, at.by, at.job_id, self.code, scanned)


class Picture(Struct, frozen=True):
    """A picture that was uploaded for the job, by its SHA-256 in hex."""

    kind: ProofKind
    sha256: str


class Deliver(Struct, frozen=True, rename="camel"):
    """What the shopper showed and gave at the door."""

    op: ClassVar[str] = "deliver"
    code: str | None = None
    pictures: tuple[Picture, ...] = ()
    age_passed: bool | None = None
    cash: Money | None = None

    def do(self, at: Setting) -> DeliveryJob:
        """Take the step."""
        taken = at.taken
        given = Given(
            code=self.code,
            blobs={it.kind: it.sha256 for it in self.pictures},
            age_passed=self.age_passed,
            cash=self.cash,
            captured_at=taken.captured_at if taken else None,
            received_at=at.received_at,
            device_id=taken.device_id if taken else None,
            seq=taken.seq if taken else None,
        )
        return riding.deliver(at.floor, at.here, at.by, at.job_id, given)


class Fail(Struct, frozen=True, rename="camel"):
    """Why it did not succeed; the note is for the store, sealed and gone after a day."""

    op: ClassVar[str] = "fail"
    reason: FailureCode
    note: str = ""
    contact_tries: int = 0

    def do(self, at: Setting) -> DeliveryJob:
        """Take the step."""
        after = riding.fail(at.here, at.by, at.job_id, self.reason, self.contact_tries)
        _keep_note(at, "fail_note", self.note.strip()[:_LONGEST_NOTE])
        return after


class StartReturn(Struct, frozen=True):
    """Back to the store."""

    op: ClassVar[str] = "startReturn"

    def do(self, at: Setting) -> DeliveryJob:
        """Take the step."""
        return riding.start_return(at.here, at.by, at.job_id)


class LoseParcel(Struct, frozen=True):
    """One parcel is gone."""

    op: ClassVar[str] = "loseParcel"
    parcel: str

    def do(self, at: Setting) -> DeliveryJob:
        """Take the step."""
        return riding.lose_parcel(at.here, at.by, at.job_id, self.parcel.strip().upper())


class Retry(Struct, frozen=True):
    """Once more to the door."""

    op: ClassVar[str] = "retry"

    def do(self, at: Setting) -> DeliveryJob:
        """Take the step."""
        return riding.retry(at.here, at.by, at.job_id)


class Reopen(Struct, frozen=True):
    """It was noted too soon."""

    op: ClassVar[str] = "reopen"

    def do(self, at: Setting) -> DeliveryJob:
        """Take the step."""
        return riding.reopen(at.here, at.by, at.job_id)


class Release(Struct, frozen=True):
    """Give it back before pick-up."""

    op: ClassVar[str] = "release"
    reason: str

    def do(self, at: Setting) -> DeliveryJob:
        """Take the step; it is answered with what the courier held until then."""
        return riding.release(at.here, at.by, at.job_id, self.reason)


Deed = Arrive | PickUp | Deliver | Fail | StartReturn | LoseParcel | Retry | Reopen | Release
DEEDS: Mapping[str, type[Deed]] = {
    kind.op: kind
    for kind in (
        Arrive,
        PickUp,
        Deliver,
        Fail,
        StartReturn,
        LoseParcel,
        Retry,
        Reopen,
        Release,
    )
}


def read(op: str, body: Mapping[str, Any]) -> Deed:
    """Read what goes with a step, or raise BadBody."""
    try:
        return msgspec.convert(body, DEEDS[op])
    except (msgspec.ValidationError, KeyError):
        raise BadBody("The step cannot be read.", field="body") from None

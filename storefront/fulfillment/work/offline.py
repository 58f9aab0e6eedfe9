"""Steps of couriers, each taken once: those told at once, and those told when a network is back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import Enum

import msgspec
from msgspec import Struct

from connector.model.errors import InvalidInput, RegieError, StorageError
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.errors.person import SignInRequired
from storefront.fulfillment.job import offline
from storefront.fulfillment.job.job import CARRIED, DeliveryJob, JobState
from storefront.fulfillment.job.offline import DeviceKey, Flag, Operation
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.store import couriers, devices, jobs
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.once import Refused, Wish, once
from storefront.fulfillment.work import presence, riding
from storefront.fulfillment.work.deeds import Deed, Setting, Taken, read
from storefront.fulfillment.work.entering import device_key

MOST_OPERATIONS = 100
FAULT = 503


class TooManyOperations(InvalidInput):
    """More than one submission takes."""

    code = "too_many_operations"
    remedy = "Send at most 100 operations at once, the oldest first."


class BadBundle(InvalidInput):
    """No delivery at all, or more than this courier takes together; `most` says how many."""

    code = "bad_bundle"
    remedy = "Take one delivery or more, up to the courier's limit for a bundle."


class Step(Struct, frozen=True):
    """One step of one job under a fence; `key` is fresh for every wish."""

    job_id: str
    fence: int
    key: str
    deed: Deed

    def wish(self, courier_id: str) -> Wish:
        """Return by what a repetition is known: told at once or later, it is the same step."""
        told = [self.deed.op, self.job_id, self.fence, self.deed]
        return Wish(f"courier:{courier_id}", self.key, msgspec.json.encode(told))


def take(floor: ShopFloor, merchant_id: str, courier: Courier, step: Step) -> DeliveryJob:
    """Take a step once; return the job as it was then, however often it is asked again."""
    return _answered(floor, merchant_id, courier, step, None)[0]


def claim(
    floor: ShopFloor, merchant_id: str, courier: Courier, job_ids: Sequence[str], key: str
) -> list[DeliveryJob]:
    """Take jobs, all or none, once; the courier counts as where he last told that he was."""

    def act(here: Floor) -> bytes:
        present = couriers.get(here.connection, merchant_id, courier.id)
        where = presence.last_place(here, courier.id)
        with _telling_state(here, job_ids[0], courier.id):
            if len(job_ids) == 1:
                return msgspec.json.encode([riding.claim(here, present, job_ids[0], where)])
            return msgspec.json.encode(riding.claim_bundle(here, present, job_ids, where))

    most = courier.limits.max_bundle
    if not 0 < len(job_ids) <= most:
        raise BadBundle("That is no bundle.", field="jobIds", most=most)
    asked = Wish(f"courier:{courier.id}", key, msgspec.json.encode(["claim", sorted(job_ids)]))
    return msgspec.json.decode(once(floor, merchant_id, asked, act), type=list[DeliveryJob])


class Outcome(Enum):
    """DUPLICATE was done before; WAITING is not settled and comes again.

    What waits follows a step that was not done, or met a fault of ours, which is told with it.
    """

    DONE = "DONE"
    DUPLICATE = "DUPLICATE"
    REFUSED = "REFUSED"
    WAITING = "WAITING"


_NOT_DONE = frozenset({Outcome.REFUSED, Outcome.WAITING})


class Result(Struct, frozen=True):
    """What became of one queued operation; `at` is the time that counts, epoch ms."""

    op_id: str
    outcome: Outcome
    at: int
    flags: tuple[Flag, ...] = ()
    skew_ms: int = 0
    job: DeliveryJob | None = None
    refusal: RegieError | None = None


def submit(
    floor: ShopFloor, merchant_id: str, courier: Courier, operations: Sequence[Operation]
) -> list[Result]:
    """Take what was queued without a network, in the order in which each device did it.

    What follows a step of the same job that was not done is not tried: it may come again.
    """
    if len(operations) > MOST_OPERATIONS:
        raise TooManyOperations("Too many operations.", field="ops")
    keys, claimed_at, now = _known(floor, merchant_id, courier, operations)
    stuck: set[str] = set()
    results = []
    for taken in offline.take(operations, keys, (), claimed_at, now):
        result = _result(floor, merchant_id, courier, taken, stuck)
        if result.outcome in _NOT_DONE:
            stuck.add(taken.operation.job_id)
        results.append(result)
    _hold_on(floor, merchant_id, courier, results)
    return results


def _hold_on(
    floor: ShopFloor, merchant_id: str, courier: Courier, results: Sequence[Result]
) -> None:
    """Renew what he still carries: his steps count from long ago, but he is there now."""
    last = {it.job.id: it.job for it in results if it.job and it.outcome is Outcome.DONE}
    carried = [job for job in last.values() if job.state in CARRIED]
    for job in carried:
        with suppress(RegieError), floor.write(merchant_id) as here:
            riding.renew(here, Holder(courier.id, job.fence), job.id, None)


def _known(
    floor: ShopFloor, merchant_id: str, courier: Courier, operations: Sequence[Operation]
) -> tuple[Mapping[str, DeviceKey], Mapping[str, int], int]:
    """Return the keys of the courier's own devices, and when he claimed the jobs that there are."""
    now = floor.now()
    with floor.database.read() as connection:
        found = jobs.several(connection, merchant_id, [it.job_id for it in operations])
        keys = {}
        for device_id in {it.device_id for it in operations}:
            try:
                device = devices.get(connection, merchant_id, device_id)
            except SignInRequired:
                continue
            if device.kind == devices.COURIER and device.person_id == courier.id:
                keys[device_id] = device_key(device.public_key or b"", courier.id)
    mine = {it.id: it.claimed_at if it.courier_id == courier.id else None for it in found}
    return keys, {job_id: now if at is None else at for job_id, at in mine.items()}, now


def _result(
    floor: ShopFloor,
    merchant_id: str,
    courier: Courier,
    taken: offline.Taken,
    stuck: set[str],
) -> Result:
    told = taken.operation
    plain = Result(told.op_id, Outcome.REFUSED, taken.at, taken.flags, taken.skew_ms)
    if taken.refusal is not None:
        return msgspec.structs.replace(plain, refusal=taken.refusal)
    if told.job_id in stuck:
        return msgspec.structs.replace(plain, outcome=Outcome.WAITING)
    when = Taken(taken.at, told.captured_at, told.device_id, told.seq)
    try:
        step = Step(told.job_id, told.fence, told.op_id, read(told.op, told.body))
        job, fresh = _answered(floor, merchant_id, courier, step, when)
    except RegieError as refusal:
        outcome = Outcome.WAITING if _passes(refusal) else Outcome.REFUSED
        return msgspec.structs.replace(plain, outcome=outcome, refusal=refusal)
    outcome = Outcome.DONE if fresh else Outcome.DUPLICATE
    return msgspec.structs.replace(plain, outcome=outcome, job=job)


def _passes(error: RegieError) -> bool:
    """Tell whether it says nothing of the step: a fault of ours, after which it may well be done.

    Whatever the database could not take counts: better a step that comes too often than one lost.
    """
    return isinstance(error, StorageError) or error.status == FAULT


def _answered(
    floor: ShopFloor, merchant_id: str, courier: Courier, step: Step, taken: Taken | None
) -> tuple[DeliveryJob, bool]:
    """Return the job after a step, and whether the step was taken just now."""
    fresh = False

    def act(here: Floor) -> bytes:
        nonlocal fresh
        fresh = True
        by = Holder(courier.id, step.fence)
        at = Setting(floor, here, by, step.job_id, here.now, taken)
        with _telling_state(here, step.job_id, courier.id):
            return msgspec.json.encode(
                step.deed.do(at) if taken is None else _then(at, step, taken)
            )

    answer = once(floor, merchant_id, step.wish(courier.id), act)
    return msgspec.json.decode(answer, type=DeliveryJob), fresh


def _then(at: Setting, step: Step, taken: Taken) -> DeliveryJob:
    """Take a step as of when it was taken, but after all that is known of the job by now."""
    here, present = at.here, at.here.now
    before = jobs.get(here.connection, here.merchant_id, at.job_id)
    here.now = min(max(taken.at, before.updated_at), present)
    try:
        return step.deed.do(at)
    finally:
        here.now = present


@contextmanager
def _telling_state(here: Floor, job_id: str, courier_id: str) -> Iterator[None]:
    """Let a refusal say how far the job is, where that is this courier's business."""
    try:
        yield
    except Refused as kept:
        kept.error.facts = _with_state(here, kept.error, job_id, courier_id)
        raise
    except RegieError as error:
        error.facts = _with_state(here, error, job_id, courier_id)
        raise


def _with_state(
    here: Floor, error: RegieError, job_id: str, courier_id: str
) -> Mapping[str, object]:
    found = jobs.several(here.connection, here.merchant_id, [job_id])
    if not found or not (found[0].courier_id == courier_id or found[0].state is JobState.AVAILABLE):
        return error.facts
    return {**error.facts, "job_state": found[0].state.value}

"""Whatever happens to a delivery, in whatever turn: one holder, one end, no parcel lost."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from connector.model.errors import RegieError
from connector.model.money import Money
from storefront.fulfillment.courier import eligibility
from storefront.fulfillment.courier.courier import Courier, Skill
from storefront.fulfillment.errors.job import NotEligible, StaleFence
from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job import proof as proving
from storefront.fulfillment.job.job import (
    CARRIED,
    ENDED,
    DeliveryJob,
    FailureCode,
    Fate,
    JobState,
    ProofKind,
    StockDecision,
)
from storefront.fulfillment.job.life import LIFE
from storefront.fulfillment.job.offer import offer
from storefront.fulfillment.job.proof import Proof, Stage
from storefront.fulfillment.job.steps import Holder
from storefront.fulfillment.order.event import TIMER, replay
from storefront.fulfillment.order.handover import AgeResult
from tests.kit.floor.job_rules import (
    AROUND,
    CASH,
    COLD_PARCEL,
    WINE_PARCEL,
    Trip,
    at_door,
    brought_to_an_end,
    carried,
    claimed,
    failed,
    fresh_job,
    listed,
    parcel,
    proof,
    returning,
    rider,
)
from tests.kit.floor.order_rules import HOUR, MANAGER, MINUTE, STAFF

RIDERS = (
    rider("cou_1"),
    rider("cou_2"),
    rider("cou_3", skills=(Skill.COD,)),
)
WHO = st.sampled_from([*RIDERS, None, None, None])
"""One of them; None is whoever holds the job."""

SPANS = st.sampled_from([1, 4 * MINUTE, 6 * MINUTE, 11 * MINUTE, 31 * MINUTE, 13 * HOUR])
BOOL = st.booleans()


class JobMachine(RuleBasedStateMachine):
    """A job between three couriers, a store and the clock; claims are remembered by each."""

    def __init__(self) -> None:
        super().__init__()
        self.trip = Trip(fresh_job())
        self.fences: dict[str, int] = {}
        self.proofs: list[Proof] = []
        self.fences_told: list[int] = []
        self.states: list[JobState] = []

    @initialize(start=st.sampled_from([listed, claimed, carried, at_door, failed, returning]))
    def begin(self, start: Any) -> None:
        until = fresh_job().expires_at + 40 * HOUR
        self.trip = start(WINE_PARCEL, COLD_PARCEL, parcel(3), cod=CASH, expires_at=until)
        if self.trip.job.courier_id is not None:
            self.fences = {"cou_1": 1}
            self.fences_told = [1]
        self.states = [self.trip.job.state]

    def attempt(self, verb: Any, *given: Any, **named: Any) -> RegieError | None:
        before, count = self.trip.job, len(self.trip.events)
        try:
            self.trip.do(verb, *given, **named)
        except RegieError as error:
            assert (self.trip.job, len(self.trip.events)) == (before, count)
            return error
        self.states.append(self.trip.job.state)
        return None

    def one(self, courier: Courier | None) -> Courier:
        holder = (each for each in RIDERS if each.id == self.trip.job.courier_id)
        return courier or next(holder, RIDERS[0])

    def by(self, courier: Courier) -> Holder:
        return Holder(courier.id, self.fences.get(courier.id, 0))

    def act(self, chosen: Courier | None, verb: Any, *given: Any, **named: Any) -> None:
        """Do it with the fence that this courier knows, and expect nothing from an old one."""
        courier = self.one(chosen)
        holder, fence = self.by(courier), self.trip.job.fence
        error = self.attempt(verb, holder, *given, **named)
        if holder.fence != fence:
            assert isinstance(error, StaleFence)
        elif error is None:
            assert self.trip.job.courier_id == courier.id

    @rule(span=SPANS)
    def wait(self, span: int) -> None:
        self.trip.later(span)
        before = self.trip.job
        self.attempt(claiming.time_passes)
        if before.state in CARRIED:
            assert (self.trip.job.state, self.trip.job.courier_id) == (
                before.state,
                before.courier_id,
            )

    @rule()
    def publish(self) -> None:
        self.attempt(claiming.publish, TIMER)

    @rule(chosen=WHO)
    def claim(self, chosen: Courier | None) -> None:
        courier = self.one(chosen)
        fence, job = self.trip.job.fence, self.trip.job
        error = self.attempt(claiming.claim, courier, AROUND)
        if error is None:
            assert self.trip.job.fence == fence + 1
            assert eligibility.reason(courier, job, AROUND, self.trip.now) is None
            self.fences[courier.id] = self.trip.job.fence
            self.fences_told.append(self.trip.job.fence)
        elif isinstance(error, NotEligible):
            found = eligibility.reason(courier, job, AROUND, self.trip.now)
            assert found is not None
            assert error.facts["reason"] == found.value

    @rule(chosen=WHO)
    def renew(self, chosen: Courier | None) -> None:
        courier = self.one(chosen)
        holder, fence = self.by(courier), self.trip.job.fence
        error = self.attempt(claiming.renew, holder.courier_id, holder.fence)
        assert holder.fence == fence or isinstance(error, StaleFence)

    @rule(chosen=WHO)
    def release(self, chosen: Courier | None) -> None:
        courier = self.one(chosen)
        holder = self.by(courier)
        self.attempt(claiming.release, holder.courier_id, holder.fence, "x")

    @rule()
    def unassign(self) -> None:
        self.attempt(claiming.unassign, STAFF)

    @rule(chosen=WHO)
    def transfer(self, chosen: Courier | None) -> None:
        courier = self.one(chosen)
        fence = self.trip.job.fence
        if self.attempt(claiming.transfer, courier.id, MANAGER) is None:
            assert self.trip.job.fence == fence + 1
            self.fences[courier.id] = self.trip.job.fence
            self.fences_told.append(self.trip.job.fence)

    @rule(courier=WHO, stage=st.sampled_from([Stage.PICKUP, Stage.DROPOFF]))
    def arrive(self, courier: Courier | None, stage: Stage) -> None:
        self.act(courier, steps.arrive, stage, distance_m=10)

    @rule(courier=WHO, whole=BOOL, coded=BOOL)
    def pick_up(self, courier: Courier | None, *, whole: bool, coded: bool) -> None:
        codes = ("P1", "P2", "P3") if whole else ("P1",)
        shown = [proof(self.trip.job, ProofKind.QR, Stage.PICKUP)] if coded else []
        self.act(courier, steps.pick_up, codes, shown)

    @precondition(lambda self: self.trip.job.state in {JobState.PICKED_UP, JobState.AT_DROPOFF})
    @rule(courier=WHO, age=st.sampled_from([None, True, True, False]), paid=BOOL, pinned=BOOL)
    def deliver(
        self, courier: Courier | None, *, age: bool | None, paid: bool, pinned: bool
    ) -> None:
        job = self.trip.job
        shown = [proof(job, ProofKind.PIN)] if pinned else []
        shown += [] if age is None else [proof(job, ProofKind.AGE, passed=age)]
        self.proofs = shown
        self.act(courier, steps.deliver, shown, Money(2550, "EUR") if paid else None)

    @rule(courier=WHO, code=st.sampled_from(list(FailureCode)), contacts=st.integers(0, 1))
    def fail(self, courier: Courier | None, code: FailureCode, contacts: int) -> None:
        was = self.trip.job
        self.act(courier, steps.fail, code, contacts=contacts)
        if self.trip.job is not was:
            undone, _ = steps.reopen(self.trip.job, STAFF, self.trip.now)
            assert (undone.parcels, undone.attempts) == (was.parcels, was.attempts)

    @rule(courier=WHO, store=BOOL)
    def retry(self, courier: Courier | None, *, store: bool) -> None:
        if store:
            self.attempt(steps.retry, STAFF)
        else:
            self.act(courier, steps.retry)

    @rule(courier=WHO)
    def bring_back(self, courier: Courier | None) -> None:
        self.act(courier, steps.return_to_store)

    @rule(courier=WHO, code=st.sampled_from(["P1", "P2", "P3"]))
    def lose(self, courier: Courier | None, code: str) -> None:
        self.act(courier, steps.lose, code)

    @rule(found=BOOL)
    def accept_return(self, *, found: bool) -> None:
        there = self.trip.job.codes(Fate.CARRIED)
        decided = dict.fromkeys(there, StockDecision.RESTOCK) if found else {}
        self.attempt(steps.accept_return, decided, STAFF, lost=() if found else there)

    @rule(courier=WHO, store=BOOL)
    def reopen(self, courier: Courier | None, *, store: bool) -> None:
        if store:
            self.attempt(steps.reopen, STAFF)
        else:
            self.act(courier, steps.reopen)

    @rule(luck=st.integers(0, 9))
    def cancel(self, luck: int) -> None:
        if luck == 7:
            self.attempt(claiming.cancel, "store", STAFF, charge=300)

    def teardown(self) -> None:
        """Tell the whole story again."""
        events = self.trip.events
        assert [each.seq for each in events] == list(range(1, len(events) + 1))
        assert replay(DeliveryJob, events) == self.trip.job

    @invariant()
    def fences_only_grow(self) -> None:
        assert self.fences_told == sorted(set(self.fences_told))

    @invariant()
    def a_holder_is_there_where_one_must_be(self) -> None:
        job = self.trip.job
        held = job.state not in {JobState.OFFERED, JobState.AVAILABLE, JobState.EXPIRED}
        if job.state is not JobState.CANCELLED:
            assert (job.courier_id is not None) == held

    @invariant()
    def every_parcel_is_somewhere(self) -> None:
        job = self.trip.job
        picked = len(job.parcels) if job.picked_up_at is not None else 0
        gone = job.codes(Fate.CARRIED, Fate.DELIVERED, Fate.RETURNED, Fate.LOST)
        assert len(gone) == picked
        if job.state in ENDED:
            assert job.codes(Fate.CARRIED) == frozenset()
        waste = [each for each in job.parcels if each.code == "P2" and each.stock is not None]
        assert all(each.stock is StockDecision.WASTE for each in waste)

    @invariant()
    def what_was_carried_was_never_listed_again(self) -> None:
        carried = [at for at, state in enumerate(self.states) if state in CARRIED]
        listed = [at for at, state in enumerate(self.states) if state is JobState.AVAILABLE]
        assert not carried or not listed or max(listed) < min(carried)

    @invariant()
    def an_end_is_one_end(self) -> None:
        ends = [state for state in self.states if state in LIFE.ends()]
        assert len(set(ends)) <= 1
        if ends:
            assert self.trip.job.state is ends[0]

    @invariant()
    def what_was_delivered_was_proven(self) -> None:
        job = self.trip.job
        if job.state is JobState.DELIVERED:
            assert job.cod is not None
            assert job.cod.collected is not None
            assert proving.age_result(job, self.proofs) is AgeResult.PASS

    @invariant()
    def what_is_carried_can_end(self) -> None:
        if self.trip.job.state in CARRIED:
            assert brought_to_an_end(self.trip.job, self.trip.now) is JobState.RETURNED

    @invariant()
    def an_offer_names_nobody(self) -> None:
        shown = offer(self.trip.job, 400)
        assert not set(shown.__struct_fields__) & {"order_ids", "address", "name", "phone"}


JobMachine.TestCase.settings = settings(
    max_examples=30, stateful_step_count=50, deadline=None, derandomize=True
)
TestJobMachine = JobMachine.TestCase

"""The turns that deliveries may take, as rules of a state machine, each with what it may not do."""

from collections.abc import Callable
from itertools import count
from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from msgspec import structs

from connector.model.errors import RegieError
from connector.model.money import Money
from storefront.fulfillment.courier import eligibility, lease
from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.job.job import (
    CARRIED,
    IN_STORE,
    DeliveryJob,
    FailureCode,
    Fate,
    JobState,
    StockDecision,
)
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.store import jobs
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.work import (
    deeds,
    offline,
    overseeing,
    preparing,
    presence,
    riding,
    timers,
)
from storefront.fulfillment.work.offline import Step
from tests.kit.floor.orders import MANAGER, STAFF
from tests.kit.floor.rides import KINDS, Rides
from tests.kit.floor.world import MERCHANT

WHICH, WHO = st.integers(0, 2), st.sampled_from([0, 1, 2, None, None, None, None, None, None])
"""A delivery, and a courier; None is whoever holds it."""

FLAG, MOSTLY = st.booleans(), st.sampled_from([True, True, True, False])
SEEDS = st.integers(0, 9_999)
"""Of chance that depends on what is there: hypothesis itself must draw the same in every run."""

VEHICLE_G = 100_000


class Turns(RuleBasedStateMachine):
    """What three couriers, a store and the clock do, each in any turn."""

    rides: Rides

    @initialize(
        kinds=st.lists(st.sampled_from(KINDS), min_size=2, max_size=3),
        ahead=st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(0, 1)),
    )
    def open_shop(self, kinds: list[str], ahead: tuple[int, int, int]) -> None:
        self.rides.begin(kinds)
        self.keys = count()
        self.fences: dict[tuple[str, str], int] = {}
        self.taken: list[tuple[Courier, Step, DeliveryJob | None, str]] = []

        for which, steps in zip(range(len(kinds)), ahead, strict=False):
            for _ in range(steps):
                self.as_usual(which, 0)

    @rule(which=WHICH, who=st.sampled_from([0, 0, 2, 1]))
    def as_usual(self, which: int, who: int) -> None:
        """Do what is mostly done next."""
        job = self.rides.job(which)
        match job.state:
            case JobState.AVAILABLE:
                self.claim(which, who)
            case JobState.CLAIMED | JobState.AT_PICKUP:
                self.pick_up(which, None, whole=True, right=True)
            case JobState.PICKED_UP:
                self.arrive(which, None, Stage.DROPOFF)
            case JobState.AT_DROPOFF:
                age, cash = True if job.age_check else None, job.cod is not None
                if age or cash:  # without a look at a document, and without the money
                    self.deliver(which, None, age=None, cash=False, right=True)
                self.deliver(which, None, age=age, cash=cash, right=True)
            case JobState.FAILED:
                self.go_on(which, None, deeds.StartReturn())
            case JobState.RETURNING:
                self.take_back(which, found=True)

    @rule(which=WHICH, who=st.sampled_from([0, 0, 2, 1]))
    def as_usual_again(self, which: int, who: int) -> None:
        self.as_usual(which, who)

    def unchanged(self, act: Callable[[], object]) -> RegieError | None:
        """Do it; where it is refused, nothing may be different."""
        before, refused = self.rides.seen(), None
        try:
            act()
        except RegieError as error:
            refused = error
        assert refused is None or self.rides.seen() == before, refused
        return refused

    def who(self, who: int | None, job: DeliveryJob) -> Courier:
        """Return a courier, or for None the one who holds the job."""
        ids = self.rides.courier_ids
        if who is None:
            who = ids.index(job.courier_id) if job.courier_id in ids else 0
        return self.rides.courier(who)

    @rule(which=WHICH, who=WHO)
    def claim(self, which: int, who: int | None) -> None:
        job = self.rides.job(which)
        now = self.rides.floor.now()
        courier, free = self.who(who, job), _free(job, now)
        reason = self.reason(courier, job)

        error = self.unchanged(
            lambda: offline.claim(
                self.rides.floor, MERCHANT, courier, [job.id], f"key-{next(self.keys)}"
            )
        )

        after = self.rides.job(which)
        assert (error is None) is (free and reason is None)
        if error is None:
            assert (after.fence, after.courier_id) == (job.fence + 1, courier.id)
            assert self.load_of(courier) <= VEHICLE_G
            self.fences[courier.id, job.id] = after.fence
        elif free and reason is not None:
            assert (error.code, error.facts["reason"]) == ("not_eligible", reason.value)

    def load_of(self, courier: Courier) -> int:
        with self.rides.floor.database.read() as connection:
            held = jobs.of_courier(connection, MERCHANT, courier.id)
        return sum(job.weight_g for job in held)

    def around(self, courier: Courier, job: DeliveryJob) -> eligibility.Circumstances:
        floor = self.rides.floor
        with floor.database.read() as connection:
            here = Floor(connection, MERCHANT, 0, floor.now())
            return riding.circumstances(here, courier, job, presence.last_place(here, courier.id))

    def reason(self, courier: Courier, job: DeliveryJob) -> eligibility.Reason | None:
        return eligibility.reason(courier, job, self.around(courier, job), self.rides.floor.now())

    def step(self, which: int, who: int | None, deed: deeds.Deed) -> None:
        """Take a step under the fence that this courier was told last."""
        job = self.rides.job(which)
        courier = self.who(who, job)
        fence = self.fences.get((courier.id, job.id), 0)
        step = Step(job.id, fence, f"key-{next(self.keys)}", deed)
        answer: list[DeliveryJob] = []

        error = self.unchanged(
            lambda: answer.append(offline.take(self.rides.floor, MERCHANT, courier, step))
        )

        if fence != job.fence:
            assert error is not None
            assert error.code == "stale_fence"
        elif error is None:
            assert job.courier_id == courier.id
        self.taken.append(
            (courier, step, answer[0] if answer else None, error.code if error else "")
        )

    @rule(which=WHICH, who=WHO, stage=st.sampled_from([Stage.PICKUP, Stage.DROPOFF]))
    def arrive(self, which: int, who: int | None, stage: Stage) -> None:
        self.step(which, who, deeds.Arrive(stage, reason="no signal"))

    @rule(which=WHICH, who=WHO, whole=MOSTLY, right=MOSTLY)
    def pick_up(self, which: int, who: int | None, *, whole: bool, right: bool) -> None:
        job = self.rides.job(which)
        codes = tuple(each.code for each in job.parcels) if whole else ("ANOTHER",)
        self.step(which, who, deeds.PickUp(self.rides.pin(job, "job", right=right), codes))

    @rule(which=WHICH, who=WHO, age=st.sampled_from([None, True, False]), cash=FLAG, right=MOSTLY)
    def deliver(
        self, which: int, who: int | None, *, age: bool | None, cash: bool, right: bool
    ) -> None:
        self.step(which, who, self.at_door(which, age=age, cash=cash, right=right))

    def at_door(self, which: int, *, age: bool | None, cash: bool, right: bool) -> deeds.Deliver:
        job = self.rides.job(which)
        due = job.cod.amount if job.cod else Money(2500, "EUR")
        pin = self.rides.pin(job, "door", right=right)
        return deeds.Deliver(pin, (), age, due if cash else None)

    @rule(which=WHICH, who=WHO, why=st.sampled_from([FailureCode.REFUSED, FailureCode.LOST]))
    def fail(self, which: int, who: int | None, why: FailureCode) -> None:
        self.step(which, who, deeds.Fail(why))

    @rule(
        which=WHICH,
        who=WHO,
        deed=st.sampled_from(
            [deeds.StartReturn(), deeds.Retry(), deeds.Reopen(), deeds.Release("OTHER")]
        ),
    )
    def go_on(self, which: int, who: int | None, deed: deeds.Deed) -> None:
        self.step(which, who, deed)

    @rule(which=WHICH, who=WHO)
    def lose(self, which: int, who: int | None) -> None:
        self.step(which, who, deeds.LoseParcel(self.rides.job(which).parcels[0].code))

    @rule(seed=SEEDS, other=FLAG)
    def repeat(self, seed: int, *, other: bool) -> None:
        """A network repeats a step; once in a while under a key that meant something else."""
        if not self.taken:
            return
        courier, step, answer, code = Random(seed).choice(self.taken)
        if other:
            step = structs.replace(step, fence=step.fence + 1)
        before, found = self.rides.seen(), list[DeliveryJob]()

        error = self.unchanged(
            lambda: found.append(offline.take(self.rides.floor, MERCHANT, courier, step))
        )

        assert self.rides.seen() == before
        if other:
            assert error is not None
            assert error.code == "idempotency_key_reused"
        else:
            assert (found[0] if found else None, error.code if error else "") == (answer, code)

    @rule(which=WHICH, to=WHICH)
    def transfer(self, which: int, to: int) -> None:
        job, courier_id = self.rides.job(which), self.rides.courier_ids[to]
        verb = self.by_store(lambda here: overseeing.transfer(here, job.id, courier_id, MANAGER))
        if verb is None:
            self.fences[courier_id, job.id] = self.rides.job(which).fence
            assert self.rides.job(which).fence == job.fence + 1
            assert eligibility.needed_skills(job) <= set(self.rides.courier(to).skills)

    def by_store(self, verb: Callable[[Floor], object]) -> RegieError | None:
        before = self.rides.seen()
        error = self.rides.tried(verb)
        assert error is None or self.rides.seen() == before
        return error

    @rule(
        which=WHICH,
        what=st.sampled_from(["unassign", "reopen", "cancel", "order"]),
        luck=st.integers(0, 4),
    )
    def store_acts(self, which: int, what: str, luck: int) -> None:
        job = self.rides.job(which)
        verbs: dict[str, Callable[[Floor], object]] = {
            "unassign": lambda here: overseeing.unassign(here, job.id, STAFF),
            "reopen": lambda here: riding.reopen(here, STAFF, job.id),
            "cancel": lambda here: overseeing.cancel(here, job.id, "store", MANAGER),
            "order": lambda here: preparing.cancel(here, job.order_ids[0], "customer", STAFF),
        }
        if what in {"unassign", "reopen"} or luck == 3:
            self.by_store(verbs[what])

    @rule(which=WHICH, found=FLAG)
    def take_back(self, which: int, *, found: bool) -> None:
        job = self.rides.job(which)
        there = job.codes(Fate.CARRIED)
        decided = dict.fromkeys(there, StockDecision.RESTOCK) if found else {}
        lost = [] if found else sorted(there)
        self.by_store(lambda here: overseeing.accept_return(here, job.id, decided, STAFF, lost))

    @rule(minutes=st.sampled_from([0, 1, 1, 6, 11, 31]))
    def wait(self, minutes: int) -> None:
        before = self.rides.seen().jobs
        self.rides.clock.move(minutes=minutes)
        timers.turn(self.rides.floor)
        for old, new in zip(before, self.rides.seen().jobs, strict=True):
            if old.state in CARRIED:
                assert (new.state, new.courier_id) == (old.state, old.courier_id)


def _free(job: DeliveryJob, now: int) -> bool:
    """Tell whether anybody may claim it: it is on the list, or its claim ended in the store."""
    lapsed = job.state in IN_STORE and lease.lapsed(job, now)
    return now < job.expires_at and (job.state is JobState.AVAILABLE or lapsed)

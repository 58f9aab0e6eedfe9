"""Deliveries in a real database, in any turn of events: the invariants hold after every step.

One holder under one fence, one end, no effect of what is stale or repeated, no parcel and no pay
twice, nothing of a person on an offer, and followers who lose messages know the same in the end.
"""

import os
import threading
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from connector.model.errors import RegieError
from connector.store.database import Database
from storefront.fulfillment.job.job import (
    ENDED,
    HELD,
    DeliveryJob,
    Fate,
    JobState,
    ProofKind,
)
from storefront.fulfillment.order.cash import UNCLEAR, to_pay
from storefront.fulfillment.order.event import replay
from storefront.fulfillment.order.handover import HandoverState
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.store import couriers, earned, handovers, proofs
from storefront.fulfillment.store import floor as floors
from storefront.fulfillment.work import cash, looking, offline, overseeing
from storefront.fulfillment.work.offline import Step
from tests.kit.floor.orders import MANAGER
from tests.kit.floor.rides import PERSONS, Rides, Seen
from tests.kit.floor.rides_turns import SEEDS, WHICH, Turns
from tests.kit.floor.walk import NEAR
from tests.kit.floor.world import MERCHANT

RUNS = int(os.environ.get("REGIE_MACHINES", "10"))
AT_WORK = frozenset({JobState.PICKED_UP, JobState.AT_DROPOFF})


class Deliveries(Turns):
    """All turns, races, and two followers whose messages get lost; looked at after every step."""

    @initialize()
    def listen(self) -> None:
        self.ends: dict[str, JobState] = {}
        self.holders: dict[tuple[str, int], str] = {}
        self.place, self.heard = -1, dict[str, str]()
        self.unread: list[dict[str, Any]] = []
        self.posted, self.told = 0, dict[str, tuple[int, str]]()

    @rule()
    def race(self) -> None:
        """The courier hands it over while the store calls it off: one of them wins."""
        job = next((each for each in self.rides.seen().jobs if self.at_door_now(each)), None)
        if job is None:
            return
        which = self.rides.job_ids.index(job.id)
        courier = self.who(None, job)
        deed = self.at_door(which, age=None, cash=False, right=True)
        step = Step(job.id, job.fence, f"key-{next(self.keys)}", deed)
        floor = self.rides.floor
        lost = _at_once(
            lambda: offline.take(floor, MERCHANT, courier, step),
            lambda: self.store_cancels(job.id),
        )
        after = self.rides.job(which).state
        empty = not job.codes(Fate.CARRIED)
        assert lost == ["illegal_transition"] or (empty and lost == ["parcel_mismatch"])
        assert after in {JobState.DELIVERED, JobState.RETURNING}

    def at_door_now(self, job: DeliveryJob) -> bool:
        """Tell whether its courier could hand it over with nothing but the right PIN."""
        if job.state not in AT_WORK or job.age_check or job.cod:
            return False
        if self.fences.get((str(job.courier_id), job.id)) != job.fence:
            return False
        with self.rides.floor.database.read() as connection:
            found = handovers.of_subject(connection, MERCHANT, f"door:{job.id}")
        return found is not None and found[0].state is not HandoverState.LOCKED

    def store_cancels(self, job_id: str) -> None:
        with self.rides.floor.write(MERCHANT) as here:
            overseeing.cancel(here, job_id, "store", MANAGER)

    @rule(limit=st.integers(1, 6), seed=SEEDS)
    def follow(self, limit: int, seed: int) -> None:
        """Hear some events, lose the line in the middle of them, and come back."""
        with self.rides.floor.database.read() as connection:
            found = floors.changes(connection, MERCHANT, max(self.place, self.rides.since), limit)
        reached = Random(seed).randint(0, len(found))
        for change in found[:reached]:
            if change.kind == "job.changed" and change.detail:
                self.heard[change.subject_id] = change.detail["state"]
        if reached == len(found) and found:
            self.place = found[-1].seq

    @rule(seed=SEEDS)
    def post(self, seed: int) -> None:
        """Webhooks come twice, late and out of order; the consumer goes by their number."""
        self._fetch()
        chance = Random(seed)
        chance.shuffle(self.unread)
        late = chance.randint(0, len(self.unread))
        for message in self.unread[late:]:
            self._take(message)
        self.unread = self.unread[: late + 2]

    def _fetch(self) -> None:
        found = self.rides.messages()
        self.unread += found[self.posted :]
        self.posted = len(found)

    def _take(self, message: dict[str, Any]) -> None:
        data = message["data"]
        if data["seq"] >= self.told.get(data["id"], (0, ""))[0]:
            self.told[data["id"]] = (data["seq"], data["state"])

    def teardown(self) -> None:
        """Whatever was lost on the way: who reads on to the end knows how it stands."""
        if not hasattr(self, "unread"):
            return
        with self.rides.floor.database.read() as connection:
            since = max(self.place, self.rides.since)
            for change in floors.changes(connection, MERCHANT, since, 10_000):
                if change.kind == "job.changed" and change.detail:
                    self.heard[change.subject_id] = change.detail["state"]
        self._fetch()
        for message in reversed(self.unread):
            self._take(message)
        for job in self.rides.seen().jobs:
            assert self.heard.get(job.id, job.state.value) == job.state.value
            assert self.told[job.id] == (job.rev, job.state.value)

    @rule(which=WHICH, cents=st.sampled_from([0, 1250, 2500]))
    def the_shop_tells_what_is_due(self, which: int, cents: int) -> None:
        self.rides.tell_due(which, cents)

    @rule(which=WHICH, wants=st.sampled_from([False, False, True]))
    def the_shop_adds_something(self, which: int, *, wants: bool) -> None:
        if wants:
            self.rides.add_to(which)

    @invariant()
    def the_word_is_kept(self) -> None:
        """Read once after each step, and hold all of it against what was read."""
        seen = self.rides.seen()
        self.no_bag_leaves_that_was_opened_again(seen)
        self.who_fetches_it_is_told_what_is_due_or_a_person_is_asked(seen)
        self.one_holder_under_one_fence(seen)
        self.an_end_is_one_end_and_the_story_tells_it(seen)
        self.what_left_the_store_is_never_listed_again_and_every_parcel_is_somewhere(seen)
        self.what_was_delivered_was_proven_and_is_paid_once(seen)

    def no_bag_leaves_that_was_opened_again(self, seen: Seen) -> None:
        for job, order in zip(seen.jobs, seen.orders, strict=True):
            assert order.state is not OrderState.PICKING or job.state in ENDED

    def who_fetches_it_is_told_what_is_due_or_a_person_is_asked(self, seen: Seen) -> None:
        for job, order in zip(seen.jobs, seen.orders, strict=True):
            asked = job.cod.amount if job.cod else None
            open_now = order.job_id == job.id and job.state not in ENDED
            assert not open_now or asked == to_pay(order) or UNCLEAR in order.attention

    @rule(who=WHICH)
    def look(self, who: int) -> None:
        """An offer names nobody, and two doors of one area cannot be told apart."""
        floor, courier = self.rides.floor, self.rides.courier(who)
        with floor.database.read() as connection:
            found = looking.offers(connection, MERCHANT, courier, NEAR, floor.now(), first=100)
            mine = [it.offer for it in found if it.offer.job_id in self.rides.job_ids]
            for job in self.rides.seen().jobs:
                person = looking.staged(floor, connection, job, courier.id, floor.now()).person
                hidden = person.name is person.phone is person.notes is person.street is None
                assert hidden or job.courier_id == courier.id
        plain = [msgspec.structs.replace(it, job_id="", bundle_id=None) for it in mine]
        texts = [msgspec.json.encode(it).decode() for it in plain]
        assert [word for word in PERSONS for text in texts if word in text] == []
        mugs = {
            text
            for text, it in zip(texts, plain, strict=True)
            if not it.age_check and not it.cash and not it.parcels[0].weight_g
        }
        assert len({(it.pickup, it.dropoff) for it in plain}) > 1 or len(mugs) <= 1

    def one_holder_under_one_fence(self, seen: Seen) -> None:
        for job in seen.jobs:
            assert (job.courier_id is not None) == (job.state in HELD) or job.state in ENDED
            if job.courier_id is not None:
                holder = self.holders.setdefault((job.id, job.fence), job.courier_id)
                assert holder == job.courier_id
            assert job.state is not JobState.CLAIMED or (job.lease_until or 0) <= job.expires_at
            assert job.fence == max([0, *[at for of, at in self.holders if of == job.id]])

    def an_end_is_one_end_and_the_story_tells_it(self, seen: Seen) -> None:
        for job, story in zip(seen.jobs, seen.stories, strict=True):
            assert [event.seq for event in story] == list(range(1, len(story) + 1))
            assert replay(DeliveryJob, story) == job
            ended = self.ends.get(job.id)
            reopened = ended is JobState.DELIVERED and story[-1].type != "job.deliver"
            assert ended is None or job.state is ended or reopened
            if job.state in ENDED:
                self.ends[job.id] = job.state

    def what_left_the_store_is_never_listed_again_and_every_parcel_is_somewhere(
        self, seen: Seen
    ) -> None:
        for job, story in zip(seen.jobs, seen.stories, strict=True):
            left = any(event.type == "job.pickUp" for event in story)
            assert not (left and job.state is JobState.AVAILABLE)
            gone = job.codes(Fate.CARRIED, Fate.DELIVERED, Fate.RETURNED, Fate.LOST)
            assert len(gone) == (len(job.parcels) if left else 0)
            assert job.state not in ENDED or not job.codes(Fate.CARRIED)

    def what_was_delivered_was_proven_and_is_paid_once(self, seen: Seen) -> None:
        floor, paid = self.rides.floor, list[str]()
        with floor.database.read() as connection:
            for courier_id in self.rides.courier_ids:
                done = earned.delivered_since(connection, MERCHANT, courier_id, 0)
                paid += [job.id for job in done]
                taken = [job.cod.collected for job in done if job.cod and job.cod.collected]
                courier = couriers.get(connection, MERCHANT, courier_id)
                assert cash.held(connection, MERCHANT, courier) == cash.sums(taken)
            for job in seen.jobs:
                assert paid.count(job.id) == (job.state is JobState.DELIVERED)
                if job.state is not JobState.DELIVERED:
                    continue
                shown = proofs.of_job(connection, MERCHANT, job.id)
                kinds = {it.kind for it in shown if it.passed and it.fence == job.fence}
                assert ProofKind.PIN in kinds
                assert job.age_check is None or ProofKind.AGE in kinds
                assert job.cod is None or job.cod.collected == job.cod.amount


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all of it at the same moment; return the codes of what was refused."""
    start, refused = threading.Barrier(len(acts)), list[str]()

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except RegieError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.fixture
def deliveries(database: Database) -> Callable[[], Deliveries]:
    class Here(Deliveries):
        pass

    Here.rides = Rides(database)
    return Here


def test_deliveries_keep_their_word_whatever_happens(
    deliveries: Callable[[], Deliveries],
) -> None:
    run_state_machine_as_test(
        deliveries,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=60,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )

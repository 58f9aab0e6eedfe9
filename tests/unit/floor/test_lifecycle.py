"""The tables of all lifecycles: every state is reached, every step is a verb's."""

from collections.abc import Iterable
from typing import Any

import pytest

from storefront.fulfillment.courier import life as courier_life
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.order import CodeLocked
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.job import claiming, steps
from storefront.fulfillment.job.job import CARRIED, ENDED, JobState
from storefront.fulfillment.job.life import LIFE as JOB
from storefront.fulfillment.job.proof import Stage
from storefront.fulfillment.lifecycle import Lifecycle
from storefront.fulfillment.order import change, closing, handing, handover, picking, placing
from storefront.fulfillment.order.event import ROLES, TIMER, Event
from storefront.fulfillment.order.life import LIFE as ORDER
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.order.picture import Picture
from storefront.fulfillment.order.step import require
from tests.kit.floor.job_rules import (
    carried,
    claimed,
    delivered,
    failed,
    listed,
    offered,
    returning,
)
from tests.kit.floor.order_rules import (
    ALLOWED,
    APPLES,
    DAY,
    HOUR,
    KEY,
    MANAGER,
    MINUTE,
    NOON,
    PEARS,
    RIDER,
    SHOPPER,
    STAFF,
    WINE,
    Story,
    accepted,
    fresh,
    line,
    out,
    partial,
    picking_order,
    question,
    ready,
)

LIVES: dict[str, tuple[Lifecycle[Any], str]] = {
    "order": (ORDER, "PLACED"),
    "job": (JOB, "OFFERED"),
    "handover": (handover.LIFE, "ISSUED"),
    "courier": (courier_life.LIFE, "APPLIED"),
    "bond": (courier_life.BOND, "INVITED"),
}


@pytest.mark.parametrize("name", list(LIVES))
def test_every_state_is_reached(name: str) -> None:
    life, first = LIVES[name]
    reached, fresh_states = set(), {life.kind[first]}

    while fresh_states:
        reached |= fresh_states
        fresh_states = {
            target for step in life.steps if step.sources & reached for target in step.targets
        } - reached

    assert reached == set(life.kind)


@pytest.mark.parametrize("name", list(LIVES))
def test_no_event_stands_twice_for_one_state(name: str) -> None:
    life, _ = LIVES[name]
    rows = [(source, step.event) for step in life.steps for source in step.sources]

    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("name", list(LIVES))
def test_every_actor_has_a_role_that_exists(name: str) -> None:
    life, _ = LIVES[name]

    assert {actor for step in life.steps for actor in step.actors} <= set(ROLES)


@pytest.mark.parametrize("name", list(LIVES))
def test_a_manager_may_do_what_staff_may(name: str) -> None:
    life, _ = LIVES[name]

    assert not [
        step.event
        for step in life.steps
        if "store" in step.actors - {"manager"} and "manager" not in step.actors
    ]


def test_an_order_ends_where_the_contract_says() -> None:
    assert ORDER.ends() == {OrderState.COLLECTED, OrderState.CANCELLED}


def test_a_job_ends_where_the_contract_says() -> None:
    assert JOB.ends() == ENDED - {JobState.DELIVERED}


def test_nothing_that_is_carried_can_be_listed_again() -> None:
    assert not [
        step.event
        for step in JOB.steps
        if step.sources & CARRIED and JobState.AVAILABLE in step.targets
    ]


def left_behind() -> Story:
    story = ready()
    story.now = NOON + 8 * DAY
    return story.do(closing.remind, (24,), by=None).do(closing.no_show, by=None)


def order_events() -> Iterable[Event]:
    """Take every step of an order once."""
    unfetched, kept = left_behind(), left_behind()
    asked = picking_order().do(picking.propose, question())
    changed = ready()
    changed.events.extend(change.follow(changed.order, Picture(NOON, ()), {}, NOON).events)
    stories = [
        Story(fresh()).do(placing.reject, "x"),
        accepted().do(placing.cancel, "x", by=SHOPPER),
        accepted().do(placing.reslot, fresh().slot),
        asked.do(picking.answer, "l1", "l2", accepted=True)
        .do(picking.pick, "l1", 1)
        .do(picking.undo, "l1", 1)
        .do(picking.take_off, "l1", 1),
        picking_order(line("l1", APPLES, 1, substitution=ALLOWED)).do(
            picking.substitute, "l1", PEARS, 1, "l2"
        ),
        partial().do(closing.hand_over),
        ready(line("l1", WINE, 1)).do(closing.refuse_age),
        out()
        .do(closing.job_delivered, by=RIDER)
        .do(closing.job_reopened, by=RIDER)
        .do(closing.job_returned),
        unfetched.do(closing.restock).do(closing.refund),
        kept.do(closing.extend, 2),
        changed,
    ]
    return [event for story in stories for event in story.events]


def test_every_step_of_an_order_is_a_verbs() -> None:
    told = {event.type.removeprefix("order.") for event in order_events()}

    missing = {step.event for step in ORDER.steps} - told
    assert missing == {"changeLines"}


def test_a_change_of_lines_is_told_as_a_change() -> None:
    assert "order.changed" in {event.type for event in order_events()}


def job_events() -> Iterable[Event]:
    """Take every step of a job once."""
    at_store = claimed()
    at_store.do(steps.arrive, at_store.holder, Stage.PICKUP, distance_m=1)
    late, lost, done = carried().later(24 * HOUR), carried(), delivered()
    lapsed = claimed().later(11 * MINUTE)
    again = failed()
    renewed = claimed()
    trips = [
        at_store.do(claiming.release, "cou_1", 1, "x"),
        lapsed.do(claiming.time_passes),
        claimed().do(claiming.unassign, STAFF),
        renewed.do(claiming.renew, "cou_1", 1).do(claiming.transfer, "cou_2", MANAGER),
        late.do(claiming.time_passes),
        lost.do(steps.lose, lost.holder, "P1"),
        done.do(steps.reopen, done.holder),
        again.do(steps.retry, again.holder),
        returning().do(steps.accept_return, {}, STAFF, lost=("P1", "P2")),
        listed().do(claiming.cancel, "x", STAFF),
        offered().later(3 * HOUR).do(claiming.time_passes),
    ]
    return [event for trip in trips for event in trip.events]


def test_every_step_of_a_job_is_a_verbs() -> None:
    told = {event.type.removeprefix("job.") for event in job_events()}

    assert {step.event for step in JOB.steps} - told == set()


def wish() -> handing.Issue:
    kind = handover.HandoverKind.COUNTER
    return handing.Issue(
        id="hov_1",
        merchant_id="mer_1",
        subject_id="ful_1",
        kind=kind,
        token=b"t" * 16,
        pin="123456",
    )


def handover_events() -> Iterable[Event]:
    """Take every step of a hand-over once."""
    held, events = handing.issue(wish(), KEY, STAFF, NOON)
    told = list(events)
    for verb, given in (
        (handing.rotate, (b"n" * 16, "654321", KEY)),
        (handing.present, ()),
    ):
        held, events = verb(held, *given, STAFF, NOON)
        told.extend(events)
    _, overridden = handing.override(held, "lost telephone", STAFF, NOON)
    _, voided = handing.void(held, TIMER, NOON)
    for _ in range(5):
        tried = handing.try_pin(held, KEY, "000000", STAFF, NOON)
        held = tried.handover
        told.extend(tried.events)
    tried = handing.try_pin(held, KEY, "654321", STAFF, NOON + 15 * MINUTE)
    _, ended = handing.complete(tried.handover, STAFF, NOON)
    _, lapsed = handing.lapse(tried.handover, NOON + 30 * MINUTE)
    return [*told, *overridden, *voided, *tried.events, *ended, *lapsed]


def test_every_step_of_a_hand_over_is_a_verbs() -> None:
    told = {event.type for event in handover_events()}

    assert told == {
        f"handover.{name}"
        for name in (
            [
                "issued",
                "rotated",
                "presented",
                "overridden",
                "void",
                "wrongCode",
                "locked",
                "unlocked",
                "verified",
                "done",
                "lapsed",
            ]
        )
    }
    assert len(handover.LIFE.steps) == 11


def test_a_code_that_is_locked_stays_so_for_the_clock_of_others() -> None:
    held, _ = handing.issue(wish(), KEY, STAFF, NOON)
    for _ in range(5):
        held = handing.try_pin(held, KEY, "000000", STAFF, NOON).handover

    with pytest.raises(CodeLocked):
        handing.try_pin(held, KEY, "123456", STAFF, NOON - DAY)


@pytest.mark.parametrize("state", list(OrderState))
def test_an_event_that_does_not_follow_names_those_that_do(state: OrderState) -> None:
    allowed = {step.event for step in ORDER.steps if state in step.sources}

    with pytest.raises(IllegalTransition) as error:
        ORDER.next(state, "fly")

    assert set(error.value.facts["allowed"]) == allowed


def test_what_does_not_follow_is_told_before_who_may() -> None:
    order = accepted().order

    with pytest.raises(IllegalTransition):
        require(order, "accept", SHOPPER)
    with pytest.raises(RoleRequired):
        require(order, "startPicking", SHOPPER)

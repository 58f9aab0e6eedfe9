"""How an order is placed, moved and called off."""

import msgspec
import pytest
from msgspec import structs

from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.hold import HoldExpired
from storefront.fulfillment.errors.order import NeedsReslot
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.errors.slot import SlotCutOff
from storefront.fulfillment.order import closing, picking, placing
from storefront.fulfillment.order.event import TIMER, Event, replay
from storefront.fulfillment.order.order import (
    BadOrder,
    Flag,
    FulfillmentOrder,
    Method,
    OrderState,
    Payment,
    SlotWindow,
)
from tests.kit.floor.order_rules import (
    APPLES,
    DAY,
    HOUR,
    MANAGER,
    MILK,
    NOON,
    RIDER,
    SHOPPER,
    STAFF,
    Story,
    accepted,
    collected,
    fresh,
    line,
    out,
    partial,
    picking_order,
    ready,
    unfetched,
)

LATER = SlotWindow(NOON + 5 * HOUR, NOON + 6 * HOUR, "Europe/Amsterdam", "s/2")


def test_a_new_order_is_placed() -> None:
    story = Story(fresh())

    assert (story.order.state, story.order.placed_at) == (OrderState.PLACED, NOON)


def test_a_paid_order_whose_hold_lapsed_is_kept_and_needs_a_slot() -> None:
    story = Story(fresh(), held=False)

    assert story.order.state is OrderState.PLACED
    assert story.order.flags == (Flag.NEEDS_RESLOT,)


@pytest.mark.parametrize("payment", [Payment.COD, Payment.PAY_IN_STORE])
def test_an_unpaid_order_whose_hold_lapsed_is_refused(payment: Payment) -> None:
    with pytest.raises(HoldExpired):
        Story(fresh(payment=payment), held=False)


@pytest.mark.parametrize(
    "lines",
    [
        (line("l1", APPLES, 0),),
        (line("l1", APPLES, 1), line("l1", MILK, 1)),
        (line("l1", APPLES, 2, picked=1),),
    ],
)
def test_an_order_that_cannot_be_is_refused(lines: tuple[object, ...]) -> None:
    with pytest.raises(BadOrder):
        Story(structs.replace(fresh(), lines=lines))


def test_an_order_without_lines_is_refused() -> None:
    with pytest.raises(BadOrder):
        Story(structs.replace(fresh(), lines=()))


def test_an_order_that_needs_a_slot_is_not_accepted() -> None:
    with pytest.raises(NeedsReslot):
        Story(fresh(), held=False).do(placing.accept)


def test_a_new_slot_lets_it_be_accepted() -> None:
    story = Story(fresh(), held=False).do(placing.reslot, LATER, by=SHOPPER).do(placing.accept)

    assert (story.order.state, story.order.slot) == (OrderState.ACCEPTED, LATER)
    assert story.order.flags == ()


def test_an_accepted_order_may_move_to_another_slot() -> None:
    assert accepted().do(placing.reslot, LATER).order.state is OrderState.ACCEPTED


def test_a_clock_may_accept_by_itself() -> None:
    assert Story(fresh()).do(placing.accept, by=TIMER).order.state is OrderState.ACCEPTED


def test_a_shopper_cannot_accept_his_own_order() -> None:
    with pytest.raises(RoleRequired):
        Story(fresh()).do(placing.accept, by=SHOPPER)


def test_a_rejected_order_is_refunded_whole() -> None:
    order = Story(fresh()).do(placing.reject, "closed").order

    assert (order.state, order.cancel_reason) == (OrderState.CANCELLED, "closed")
    assert order.lines[0].refunded == 3


def test_a_shopper_may_cancel_until_the_cut_off() -> None:
    assert ready().do(placing.cancel, "no", by=SHOPPER).order.state is OrderState.CANCELLED


def test_a_shopper_who_is_too_late_cannot_cancel() -> None:
    story = accepted()
    story.now = NOON + HOUR

    with pytest.raises(SlotCutOff):
        story.do(placing.cancel, "no", by=SHOPPER)


def test_the_store_may_cancel_after_the_cut_off() -> None:
    story = accepted()
    story.now = NOON + DAY

    assert story.do(placing.cancel, "no").order.state is OrderState.CANCELLED


def test_what_a_cancelled_order_had_in_its_bag_is_surplus() -> None:
    order = ready().do(placing.cancel, "no").order

    assert [(each.picked, each.surplus, each.refunded) for each in order.lines] == [(0, 3, 3)]


@pytest.mark.parametrize("story", [collected(), out()])
def test_nothing_is_cancelled_after_hand_over(story: Story) -> None:
    with pytest.raises(IllegalTransition):
        story.do(placing.cancel, "no")


def test_what_was_collected_in_part_is_not_cancelled_but_ended() -> None:
    story = partial().do(closing.hand_over).do(placing.cancel, "no more pears")

    assert story.order.state is OrderState.COLLECTED
    assert sum(each.handed for each in story.order.lines) == 2


def test_a_bag_that_came_back_is_packed_again_without_a_pick() -> None:
    story = out(line("l1", APPLES, 1), line("l2", MILK, 1)).do(closing.job_returned)

    story.do(placing.reslot, LATER, wasted={"l2": 1})

    assert story.order.state is OrderState.ACCEPTED
    assert {each.id: each.open for each in story.order.lines} == {"l1": 0, "l2": 1}


def test_nothing_wasted_means_it_can_be_packed_at_once() -> None:
    story = out().do(closing.job_returned).do(placing.reslot, LATER)

    assert story.do(picking.pack, hold_days=7).order.state is OrderState.READY


def test_more_cannot_be_wasted_than_came_back() -> None:
    with pytest.raises(BadOrder):
        out().do(closing.job_returned).do(placing.reslot, LATER, wasted={"l1": 4})


def test_links_to_job_and_hand_over_are_kept() -> None:
    story = ready(method=Method.DELIVERY).do(placing.link, job_id="job_1")
    story.do(placing.link, handover_id="hov_1")

    assert (story.order.job_id, story.order.handover_id) == ("job_1", "hov_1")


def test_attention_ends_when_somebody_looked() -> None:
    story = ready()
    story.order = story.order.flagged(Flag.NEEDS_ATTENTION, "x")

    assert story.do(placing.look_after).order.attention == ()


def test_a_delivery_that_was_ended_too_soon_is_out_again() -> None:
    story = out().do(closing.job_delivered, by=RIDER).do(closing.job_reopened, by=MANAGER)

    assert (story.order.state, story.order.closed_at) == (OrderState.OUT_FOR_DELIVERY, None)


def test_events_count_without_a_gap() -> None:
    story = collected()

    assert [each.seq for each in story.events] == list(range(1, len(story.events) + 1))
    assert story.order.rev == len(story.events)


def test_a_story_told_again_is_the_same_order() -> None:
    story = unfetched().do(closing.restock).do(placing.cancel, "x", by=STAFF)
    told = msgspec.json.decode(msgspec.json.encode(story.events), type=list[Event])

    assert replay(FulfillmentOrder, told) == story.order


def test_a_story_with_a_gap_is_refused() -> None:
    events = collected().events

    with pytest.raises(ValueError, match="Event 2"):
        replay(FulfillmentOrder, [events[0], *events[2:]])


def test_no_event_of_a_refused_verb_is_told() -> None:
    story = picking_order()
    before = (story.order, len(story.events))

    with pytest.raises(BadOrder):
        story.do(picking.pick, "l1", 9)

    assert (story.order, len(story.events)) == before

"""What becomes of an order that nobody fetches: he is reminded, it is kept, then it ends."""

import pytest

from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.order import closing, placing
from storefront.fulfillment.order.order import Method, OrderState
from tests.kit.floor.order_rules import (
    DAY,
    HOUR,
    NOON,
    Story,
    accepted,
    collected,
    partial,
    ready,
    unfetched,
)


def test_a_no_show_is_called_after_the_days_it_is_kept() -> None:
    story = ready()
    story.now = NOON + 3 * HOUR + 7 * DAY

    assert story.do(closing.no_show, by=None).order.state is OrderState.NO_SHOW


def test_an_order_is_kept_until_then() -> None:
    story = ready()
    story.now = NOON + 3 * HOUR + 7 * DAY - 1

    with pytest.raises(IllegalTransition):
        story.do(closing.no_show, by=None)


def test_a_delivery_is_never_a_no_show() -> None:
    story = ready(method=Method.DELIVERY)
    story.now = NOON + 100 * DAY

    with pytest.raises(IllegalTransition):
        story.do(closing.no_show, by=None)


def test_a_no_show_may_be_kept_longer() -> None:
    order = unfetched().do(closing.extend, 2).order

    assert (order.state, order.hold_until) == (OrderState.READY, NOON + 10 * DAY)


def test_a_part_that_was_not_fetched_stays_a_part() -> None:
    assert unfetched(partial()).do(closing.extend, 2).order.state is OrderState.READY_PARTIAL


def test_it_is_kept_longer_only_once() -> None:
    story = unfetched().do(closing.extend, 2)
    story.now = NOON + 10 * DAY

    with pytest.raises(IllegalTransition):
        story.do(closing.no_show, by=None).do(closing.extend, 2)


@pytest.mark.parametrize("verb", [closing.restock, closing.refund])
def test_nothing_is_kept_longer_once_goods_or_money_went_back(verb: object) -> None:
    with pytest.raises(IllegalTransition):
        unfetched().do(verb).do(closing.extend, 2)


def test_a_restocked_no_show_leaves_nothing_in_the_bag() -> None:
    order = unfetched().do(closing.restock).order

    assert (order.due, order.lines[0].surplus) == (0, 3)


def test_a_no_show_can_be_closed() -> None:
    story = unfetched().do(closing.restock).do(closing.refund).do(placing.cancel, "no show")

    assert story.order.state is OrderState.CANCELLED


def test_reminders_are_due_by_the_hour_and_each_once() -> None:
    story = ready()
    story.now = NOON + 25 * HOUR

    assert closing.reminders_due(story.order, story.now, (24, 72)) == (24,)
    assert (
        closing.reminders_due(story.do(closing.remind, (24,), by=None).order, story.now, (24,))
        == ()
    )


def test_both_reminders_are_due_where_none_was_sent() -> None:
    assert closing.reminders_due(ready().order, NOON + 72 * HOUR, (24, 72)) == (24, 72)


@pytest.mark.parametrize("story", [accepted(), collected(), ready(method=Method.DELIVERY)])
def test_nobody_is_reminded_of_what_does_not_wait_for_him(story: Story) -> None:
    assert closing.reminders_due(story.order, NOON + 90 * DAY, (24,)) == ()

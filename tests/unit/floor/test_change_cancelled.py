"""What becomes of a bag when its order is cancelled, or is over, at its platform."""

import pytest

from storefront.fulfillment.order import closing, placing
from storefront.fulfillment.order.order import OrderState
from tests.kit.floor.order_rules import (
    DAY,
    NOON,
    RIDER,
    Story,
    accepted,
    collected,
    out,
    partial,
    ready,
)
from tests.kit.floor.pictures import follow, pieces, told


def test_a_cancelled_order_is_emptied_before_hand_over() -> None:
    story = ready()

    assert follow(story, cancelled=True) == [("CANCELLED", 0), ("PUT_BACK", 3)]
    assert (story.order.state, pieces(story)) == (OrderState.CANCELLED, (3, 0, 3, 3))


def test_a_cancelled_order_is_called_back_on_its_way() -> None:
    story = out()

    assert follow(story, cancelled=True) == [("RECALL", 0)]
    assert story.order.state is OrderState.OUT_FOR_DELIVERY
    assert follow(story, cancelled=True) == []


@pytest.mark.parametrize("story", [collected(), out().do(closing.job_delivered, by=RIDER)])
def test_a_cancellation_after_the_end_expects_everything_back(story: Story) -> None:
    assert follow(story, cancelled=True) == [("RETURN", 3)]
    assert follow(story, cancelled=True) == []


def test_a_cancellation_after_a_part_ends_the_rest_and_expects_the_part_back() -> None:
    story = partial().do(closing.hand_over)

    kinds = {kind for kind, _ in follow(story, cancelled=True)}

    assert kinds == {"CANCELLED", "RETURN"}
    assert story.order.state is OrderState.COLLECTED


def test_a_cancelled_order_stays_cancelled_whatever_comes() -> None:
    story = accepted().do(placing.cancel, "no")

    assert follow(story, told("l1", 9)) == []
    assert story.order.state is OrderState.CANCELLED


def test_a_no_show_takes_no_more() -> None:
    story = ready()
    story.now = NOON + 8 * DAY
    story.do(closing.no_show, by=None)

    assert follow(story, told("l1", 5)) == [("TOO_LATE", 2)]

"""What becomes of a bag when the order changes at its platform: nothing is lost."""

import pytest

from storefront.fulfillment.errors.order import PickIncomplete
from storefront.fulfillment.order import closing, picking
from storefront.fulfillment.order.order import Flag, OrderState
from storefront.fulfillment.order.picture import PictureLine
from tests.kit.floor.order_rules import (
    ALLOWED,
    APPLES,
    MILK,
    NOON,
    PEARS,
    collected,
    line,
    out,
    partial,
    picking_order,
    question,
    ready,
)
from tests.kit.floor.pictures import follow, pieces, told


def test_the_same_order_changes_nothing() -> None:
    story = picking_order()

    assert follow(story, told("l1", 3)) == []
    assert story.events[-1].type == "order.seen"


def test_order_changed_while_being_picked_keeps_what_was_picked() -> None:
    story = picking_order().do(picking.pick, "l1", 2)

    assert follow(story, told("l1", 5)) == [("MORE", 2)]
    assert pieces(story) == (5, 2, 0, 0)


def test_less_wanted_while_being_picked_takes_open_pieces_first() -> None:
    story = picking_order().do(picking.pick, "l1", 2)

    assert follow(story, told("l1", 2)) == [("TAKEN_OFF", 1)]
    assert pieces(story) == (3, 2, 1, 0)


def test_less_wanted_than_picked_puts_pieces_back() -> None:
    story = picking_order().do(picking.pick, "l1", 3)

    assert follow(story, told("l1", 1)) == [("PUT_BACK", 2)]
    assert pieces(story) == (3, 1, 2, 2)


def test_a_removed_line_leaves_its_pieces_as_surplus() -> None:
    story = picking_order(line("l1", APPLES, 1), line("l2", MILK, 1)).do(picking.pick, "l2", 1)

    assert follow(story, told("l1", 1)) == [("PUT_BACK", 1)]
    assert pieces(story, "l2") == (1, 0, 1, 1)


def test_a_refund_while_being_picked_is_taken_off() -> None:
    story = picking_order()

    assert follow(story, told("l1", 3, refunded=2)) == [("TAKEN_OFF", 2)]
    assert pieces(story) == (3, 0, 2, 0)


def test_an_added_line_is_picked_too() -> None:
    story = picking_order()

    assert follow(story, told("l1", 3), told("l9", 2, item=MILK)) == [("ADDED", 2)]
    assert story.order.line("l9").open == 2


def test_the_same_picture_twice_counts_once() -> None:
    story = picking_order().do(picking.pick, "l1", 3)
    follow(story, told("l1", 1))
    before = story.order

    assert follow(story, told("l1", 1)) == []
    assert story.order == before


def test_an_older_picture_than_the_last_changes_nothing() -> None:
    story = picking_order()
    follow(story, told("l1", 2), as_of=NOON + 10)

    assert follow(story, told("l1", 9), as_of=NOON + 9) == []


@pytest.mark.parametrize("picture", [told("l1", 3), told("l1", 3, refunded=1), told("l1", 2)])
def test_what_the_store_took_off_is_not_wanted_again(picture: PictureLine) -> None:
    story = picking_order().do(picking.take_off, "l1", 1)

    assert follow(story, picture) == []
    assert pieces(story) == (3, 0, 1, 0)


def test_what_the_platform_took_off_may_be_wanted_again() -> None:
    story = picking_order()
    follow(story, told("l1", 1))

    assert follow(story, told("l1", 3)) == [("MORE", 2)]
    assert story.order.line("l1").open == 3


def test_a_substitute_counts_for_what_it_stands_for() -> None:
    story = picking_order(line("l1", APPLES, 3, substitution=ALLOWED))
    story.do(picking.substitute, "l1", PEARS, 2, "l2")

    assert follow(story, told("l1", 3)) == []
    assert follow(story, told("l1", 1)) == [("TAKEN_OFF", 1), ("TAKEN_OFF", 1)]


def test_a_substitute_that_the_platform_learnt_of_is_not_added_twice() -> None:
    story = picking_order(line("l1", APPLES, 3, substitution=ALLOWED))
    story.do(picking.substitute, "l1", PEARS, 2, "l2")

    assert follow(story, told("l1", 1), PictureLine("x-99", 2, PEARS)) == []
    assert story.order.line("l2").external_id == "x-99"


def test_a_question_about_pieces_that_are_gone_is_taken_back() -> None:
    story = picking_order().do(picking.propose, question(pieces=2))

    follow(story, told("l1", 0))

    assert (story.order.state, story.order.line("l1").question) == (OrderState.PICKING, None)


def test_a_question_shrinks_with_its_line() -> None:
    story = picking_order().do(picking.propose, question(pieces=3))

    follow(story, told("l1", 1))

    asked = story.order.line("l1").question
    assert (story.order.state, asked and asked.quantity) == (OrderState.AWAITING_CUSTOMER, 1)


@pytest.mark.parametrize("quantity", [2, 4])
def test_a_packed_bag_is_opened_again(quantity: int) -> None:
    story = ready()

    follow(story, told("l1", quantity))

    assert story.order.state is OrderState.PICKING


def test_a_bag_with_surplus_is_not_closed() -> None:
    story = ready()
    follow(story, told("l1", 2))

    with pytest.raises(PickIncomplete):
        story.do(picking.pack, hold_days=7)


def test_a_bag_is_closed_once_the_surplus_is_back_on_the_shelf() -> None:
    story = ready()
    follow(story, told("l1", 2))

    story.do(picking.put_back, "l1", 1).do(picking.pack, hold_days=7)

    assert (story.order.state, story.order.due) == (OrderState.READY, 2)


def test_what_comes_later_shrinks_too() -> None:
    story = partial()

    follow(story, told("l1", 1), told("l2", 1, item=PEARS))

    assert story.order.line("l2").later == 0


def test_a_refund_after_hand_over_is_a_note_and_nothing_else() -> None:
    story = collected()

    assert follow(story, told("l1", 3, refunded=2)) == [("RETURN", 2)]
    assert story.order.state is OrderState.COLLECTED
    assert (pieces(story), story.order.line("l1").refunded_after) == ((3, 3, 0, 0), 2)


def test_a_second_refund_after_hand_over_notes_the_rest() -> None:
    story = collected()
    follow(story, told("l1", 3, refunded=2))

    assert follow(story, told("l1", 3, refunded=3)) == [("RETURN", 1)]


def test_what_was_refunded_on_its_way_is_surplus_when_it_comes_back() -> None:
    story = out()
    follow(story, told("l1", 3, refunded=1))

    story.do(closing.job_returned)

    assert (pieces(story), story.order.line("l1").refunded_after) == ((3, 2, 1, 1), 0)
    assert follow(story, told("l1", 3, refunded=1)) == []


def test_more_than_was_sold_is_never_expected_back() -> None:
    story = collected()

    assert follow(story, told("l1", 0, refunded=9)) == [("RETURN", 3)]


@pytest.mark.parametrize("extra", [(), (told("l9", 1, item=MILK),)])
def test_what_is_ordered_after_the_bag_has_left_needs_somebody(
    extra: tuple[PictureLine, ...],
) -> None:
    story = out()

    notices = follow(story, told("l1", 3 if extra else 4), *extra)

    assert notices == [("TOO_LATE", 1)]
    assert story.order.flags == (Flag.NEEDS_ATTENTION,)
    assert follow(story, told("l1", 3 if extra else 4), *extra) == []


def test_a_line_that_came_and_went_is_not_added() -> None:
    assert follow(picking_order(), told("l1", 3), told("l9", 1, refunded=1)) == []


def test_more_after_a_removal_is_too_late_once_it_has_left() -> None:
    story = ready()
    follow(story, told("l1", 2))
    story.do(picking.put_back, "l1", 1).do(picking.pack, hold_days=7).do(closing.hand_over)

    assert follow(story, told("l1", 3)) == [("TOO_LATE", 1)]


def test_the_platforms_own_numbers_are_kept() -> None:
    story = picking_order()

    follow(story, told("l1", 3), as_of=NOON + 77)

    assert story.order.picture_at == NOON + 77

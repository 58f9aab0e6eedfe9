"""How a bag is filled, and when it may be closed."""

import pytest

from storefront.fulfillment.errors.order import PartNotDelivered, PickIncomplete
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.order import change, closing, picking
from storefront.fulfillment.order.order import BadOrder, Method, OrderState
from storefront.fulfillment.order.picture import Picture, PictureLine
from tests.kit.floor.order_rules import (
    APPLES,
    DAY,
    HOUR,
    NOON,
    PEARS,
    SHOPPER,
    WINE,
    Story,
    line,
    out,
    partial,
    picking_order,
    ready,
)


def test_a_piece_goes_into_the_bag() -> None:
    assert picking_order().do(picking.pick, "l1", 2).order.line("l1").open == 1


@pytest.mark.parametrize("pieces", [0, -1, 4])
def test_no_more_goes_into_the_bag_than_is_wanted(pieces: int) -> None:
    with pytest.raises(BadOrder):
        picking_order().do(picking.pick, "l1", pieces)


def test_a_line_that_is_not_there_cannot_be_picked() -> None:
    with pytest.raises(BadOrder):
        picking_order().do(picking.pick, "l9", 1)


def test_a_wrong_pick_is_undone() -> None:
    assert picking_order().do(picking.pick, "l1", 2).do(picking.undo, "l1", 1).order.due == 1


def test_what_was_not_picked_cannot_be_undone() -> None:
    with pytest.raises(BadOrder):
        picking_order().do(picking.undo, "l1", 1)


def test_what_has_left_cannot_be_undone() -> None:
    with pytest.raises(BadOrder):
        partial().do(closing.hand_over).do(picking.undo, "l2", 1)


def test_only_staff_picks() -> None:
    with pytest.raises(RoleRequired):
        picking_order().do(picking.pick, "l1", 1, by=SHOPPER)


def test_what_is_missing_is_taken_off() -> None:
    each = picking_order().do(picking.take_off, "l1", 1).order.line("l1")

    assert (each.refunded, each.open) == (1, 2)


def test_an_incomplete_bag_is_not_closed() -> None:
    with pytest.raises(PickIncomplete) as error:
        picking_order().do(picking.pick, "l1", 2).do(picking.pack, hold_days=7)

    assert error.value.facts["open"] == {"l1": 1}


def test_a_bag_is_closed_when_picked_and_taken_off_make_the_order() -> None:
    story = picking_order().do(picking.pick, "l1", 2).do(picking.take_off, "l1", 1)

    order = story.do(picking.pack, hold_days=7).order

    assert (order.state, order.hold_until) == (OrderState.READY, NOON + 3 * HOUR + 7 * DAY)


def test_an_order_of_which_nothing_is_there_ends() -> None:
    story = picking_order().do(picking.take_off, "l1", 3)

    assert story.do(picking.pack, hold_days=7).order.state is OrderState.CANCELLED


def test_a_part_goes_out_where_the_store_allows_it() -> None:
    order = partial().order

    assert (order.state, order.line("l2").later) == (OrderState.READY_PARTIAL, 1)


def test_no_part_goes_out_where_the_store_waits_for_all() -> None:
    story = picking_order().do(picking.pick, "l1", 1)

    with pytest.raises(PickIncomplete):
        story.do(picking.pack_partial, hold_days=7, allowed=False)


@pytest.mark.parametrize("pieces", [0, 3])
def test_nothing_and_everything_are_no_part(pieces: int) -> None:
    story = picking_order()
    if pieces:
        story.do(picking.pick, "l1", pieces)

    with pytest.raises(PickIncomplete):
        story.do(picking.pack_partial, hold_days=7, allowed=True)


def test_the_rest_is_picked_after_a_part_was_collected() -> None:
    story = partial().do(closing.hand_over)
    assert story.order.state is OrderState.PARTLY_COLLECTED

    story.do(picking.pick, "l2", 1).do(picking.pack, hold_days=7).do(closing.hand_over)

    assert (story.order.state, story.order.due) == (OrderState.COLLECTED, 0)


def test_a_rest_that_never_comes_ends_the_order_as_collected() -> None:
    story = partial().do(closing.hand_over).do(picking.take_off, "l2", 1)

    assert story.do(picking.pack, hold_days=7).order.state is OrderState.COLLECTED


def test_no_part_goes_out_with_a_courier() -> None:
    story = picking_order(method=Method.DELIVERY).do(picking.pick, "l1", 1)

    with pytest.raises(PartNotDelivered):
        story.do(picking.pack_partial, hold_days=7, allowed=True)


def test_a_bag_for_delivery_leaves_with_the_courier() -> None:
    story = out()

    assert story.order.state is OrderState.OUT_FOR_DELIVERY
    assert story.order.line("l1").handed == 3


def test_age_refused_takes_the_wine_off_and_hands_over_the_rest() -> None:
    story = ready(line("l1", APPLES, 1), line("l2", WINE, 2))
    assert story.order.age_min == 18

    story.do(closing.refuse_age).do(closing.hand_over)

    wine = story.order.line("l2")
    assert story.order.state is OrderState.COLLECTED
    assert (wine.handed, wine.refunded, wine.surplus) == (0, 2, 2)
    assert story.order.line("l1").handed == 1


def test_an_order_of_wine_alone_ends_where_age_is_refused() -> None:
    story = ready(line("l2", WINE, 2)).do(closing.refuse_age).do(closing.hand_over)

    assert story.order.state is OrderState.CANCELLED


def test_surplus_goes_back_to_the_shelf() -> None:
    story = ready(line("l1", APPLES, 1), line("l2", WINE, 2)).do(closing.refuse_age)

    assert story.do(picking.put_back, "l2", 2).order.line("l2").surplus == 0


def test_no_more_goes_back_than_is_surplus() -> None:
    with pytest.raises(BadOrder):
        ready().do(picking.put_back, "l1", 1)


def refused_in_part() -> Story:
    """The wine was there first and was refused at the counter; the apples are still to come."""
    story = picking_order(line("l1", APPLES, 1), line("l2", WINE, 1)).do(picking.pick, "l2", 1)
    story.do(picking.pack_partial, hold_days=7, allowed=True)
    return story.do(closing.refuse_age).do(closing.hand_over)


def test_an_order_of_which_a_part_was_refused_stays_open() -> None:
    order = refused_in_part().order

    assert order.state is OrderState.PARTLY_COLLECTED
    assert (order.closed_at, order.cancel_reason) == (None, None)


def test_an_order_of_which_nothing_is_left_ends_even_where_nothing_ever_left() -> None:
    story = refused_in_part().do(picking.put_back, "l2", 1).do(picking.take_off, "l1", 1)

    order = story.do(picking.pack, hold_days=7).order

    assert (order.state, order.cancel_reason) == (OrderState.CANCELLED, "empty")
    assert order.closed_at == story.now


def test_a_bag_that_the_shop_changed_is_open_again_and_leaves_nothing_for_later() -> None:
    story = partial()
    one = PictureLine("x-l2", 2, PEARS)
    told = change.follow(story.order, Picture(NOON + 1, (one,)), {}, NOON)
    story.order = told.order

    assert [each.later for each in story.order.lines] == [0, 0]

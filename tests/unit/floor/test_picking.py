"""How a bag is filled, and when it may be closed."""

import pytest

from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.order import OrderChanged, PickIncomplete
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.order import closing, picking
from storefront.fulfillment.order.order import BadOrder, Method, OrderState, Substitution
from tests.kit.floor.order_rules import (
    ALLOWED,
    APPLES,
    DAY,
    HOUR,
    MILK,
    MINUTE,
    NOON,
    PEARS,
    RIDER,
    SHOPPER,
    WINE,
    Story,
    line,
    out,
    partial,
    picking_order,
    question,
    ready,
)


def asked(default: bool = False) -> Story:  # noqa: FBT001, FBT002 - a case of a table
    return picking_order().do(picking.propose, question(default=default))


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


def test_something_else_is_given_where_that_is_allowed() -> None:
    story = picking_order(line("l1", APPLES, 3, substitution=ALLOWED))

    order = story.do(picking.substitute, "l1", PEARS, 2, "l2").order

    assert [(each.sku, each.quantity) for each in order.lines] == [("APPLE", 1), ("PEAR", 2)]
    assert (order.line("l1").substituted_by, order.line("l2").substitutes) == ("l2", "l1")


@pytest.mark.parametrize("wish", [Substitution.ASK, Substitution.NO])
def test_nothing_else_is_given_without_leave(wish: Substitution) -> None:
    story = picking_order(line("l1", APPLES, 3, substitution=wish))

    with pytest.raises(IllegalTransition):
        story.do(picking.substitute, "l1", PEARS, 1, "l2")


def test_a_new_line_needs_an_id_of_its_own() -> None:
    story = picking_order(line("l1", APPLES, 3, substitution=ALLOWED))

    with pytest.raises(BadOrder):
        story.do(picking.substitute, "l1", PEARS, 1, "l1")


def test_the_shopper_is_asked() -> None:
    assert asked().order.state is OrderState.AWAITING_CUSTOMER


@pytest.mark.parametrize("wish", [Substitution.ALLOW, Substitution.NO])
def test_a_shopper_who_did_not_want_to_be_asked_is_not(wish: Substitution) -> None:
    with pytest.raises(IllegalTransition):
        picking_order(line("l1", APPLES, 3, substitution=wish)).do(picking.propose, question())


def test_one_line_has_one_question_at_a_time() -> None:
    with pytest.raises(IllegalTransition):
        asked().do(picking.propose, question())


def test_other_lines_are_picked_while_the_shopper_thinks() -> None:
    story = picking_order(line("l1", APPLES, 1), line("l2", MILK, 1))

    story.do(picking.propose, question()).do(picking.pick, "l2", 1)

    assert story.order.state is OrderState.AWAITING_CUSTOMER


def test_what_the_shopper_is_asked_about_is_not_picked_meanwhile() -> None:
    with pytest.raises(BadOrder):
        asked().do(picking.pick, "l1", 3)


def test_what_was_found_after_all_is_picked_once_the_question_is_taken_back() -> None:
    story = asked().do(picking.withdraw, "l1").do(picking.pick, "l1", 3)

    assert (story.order.state, story.order.line("l1").open) == (OrderState.PICKING, 0)


def test_what_is_not_asked_is_not_taken_back() -> None:
    with pytest.raises(OrderChanged):
        picking_order().do(picking.withdraw, "l1")


def test_a_yes_exchanges() -> None:
    order = asked().do(picking.answer, "l1", "l2", by=SHOPPER, accepted=True).order

    assert order.state is OrderState.PICKING
    assert [(each.sku, each.quantity) for each in order.lines] == [("APPLE", 2), ("PEAR", 1)]


def test_a_no_takes_off() -> None:
    order = asked().do(picking.answer, "l1", "l2", by=SHOPPER, accepted=False).order

    assert [(each.quantity, each.refunded) for each in order.lines] == [(3, 1)]


def test_picking_goes_on_with_the_last_answer() -> None:
    story = picking_order(line("l1", APPLES, 1), line("l2", MILK, 1))
    story.do(picking.propose, question("l1")).do(picking.propose, question("l2"))

    story.do(picking.answer, "l1", "l3", by=SHOPPER, accepted=False)

    assert story.order.state is OrderState.AWAITING_CUSTOMER
    story.do(picking.answer, "l2", "l4", by=SHOPPER, accepted=False)
    assert story.order.state is OrderState.PICKING


def test_an_answer_to_what_is_not_asked_tells_that_the_order_changed() -> None:
    story = picking_order(line("l1", APPLES, 1), line("l2", MILK, 1))
    story.do(picking.propose, question("l1"))

    with pytest.raises(OrderChanged):
        story.do(picking.answer, "l2", "l3", by=SHOPPER, accepted=True)


def test_an_answer_that_comes_too_late_does_not_follow() -> None:
    story = asked()
    story.now += 10 * MINUTE
    story.do(picking.time_out, {"l1": "l2"}, by=None)

    with pytest.raises(IllegalTransition):
        story.do(picking.answer, "l1", "l2", by=SHOPPER, accepted=True)


@pytest.mark.parametrize(("default", "skus"), [(True, ["APPLE", "PEAR"]), (False, ["APPLE"])])
def test_silence_counts_as_the_default_of_the_line(
    default: bool,  # noqa: FBT001 - a case of a table
    skus: list[str],
) -> None:
    story = asked(default)
    story.now += 10 * MINUTE

    story.do(picking.time_out, {"l1": "l2"}, by=None)

    assert [each.sku for each in story.order.lines] == skus
    assert story.order.state is OrderState.PICKING


def test_nobody_is_hurried() -> None:
    story = asked()
    story.now += 10 * MINUTE - 1

    assert story.do(picking.time_out, {"l1": "l2"}, by=None).events[-1].type != "order.answer"


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


def test_the_rest_of_a_delivery_is_an_order_of_its_own() -> None:
    story = partial(method=Method.DELIVERY).do(closing.hand_over, by=RIDER)

    rest = picking.remainder(story.order, "ful_2", "1001-2")

    assert rest is not None
    assert [(each.id, each.quantity, each.picked) for each in rest.lines] == [("l2", 1, 0)]


@pytest.mark.parametrize("story", [partial(), out()])
def test_no_rest_is_left_otherwise(story: Story) -> None:
    assert picking.remainder(story.order, "ful_2", "1001-2") is None


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

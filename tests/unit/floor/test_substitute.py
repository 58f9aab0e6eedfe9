"""What is given instead of a thing that is not there, and what its shopper is asked."""

import pytest

from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.order import OrderChanged
from storefront.fulfillment.order import picking
from storefront.fulfillment.order.order import BadOrder, OrderState, Substitution
from tests.kit.floor.order_rules import (
    ALLOWED,
    APPLES,
    MILK,
    MINUTE,
    PEARS,
    SHOPPER,
    Story,
    line,
    picking_order,
    question,
)


def asked(default: bool = False) -> Story:  # noqa: FBT001, FBT002 - a case of a table
    return picking_order().do(picking.propose, question(default=default))


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

"""Orders that change or end at either fake shop or in the store: both sides follow."""

from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.work import preparing
from tests.kit.shops.orders_shops import Side
from tests.kit.shops.orders_street import SHOPS, STAFF, Scene


def two_picked(play: Scene, name: str) -> tuple[Side, str]:
    """Let somebody buy two pieces, and staff put them into the bag."""
    side = play.side(name)
    bought = side.buy(2)
    play.deliver()
    play.pick(play.order(side, bought).id)
    return side, bought


@SHOPS
def test_more_is_wanted_while_it_is_picked(play: Scene, name: str) -> None:
    side, bought = two_picked(play, name)

    side.edit(bought, 3)
    play.deliver()

    (line,) = play.order(side, bought).lines
    assert (line.quantity, line.picked, line.open) == (3, 2, 1)


@SHOPS
def test_less_is_wanted_than_lies_in_the_bag(play: Scene, name: str) -> None:
    side, bought = two_picked(play, name)

    side.edit(bought, 1)
    play.deliver()

    (line,) = play.order(side, bought).lines
    assert (line.due, line.surplus) == (1, 1)


@SHOPS
def test_what_the_buyer_cancels_is_off_the_floor_and_not_told_back(play: Scene, name: str) -> None:
    side = play.side(name)
    bought = side.buy()
    play.deliver()
    play.pick(play.order(side, bought).id)

    side.cancel(bought)
    play.deliver()

    assert play.order(side, bought).state is OrderState.CANCELLED
    assert (play.told(), side.count()) == ([], side.stock)


@SHOPS
def test_what_the_store_cancels_is_told_to_the_shop(play: Scene, name: str) -> None:
    side = play.side(name)
    bought = side.buy()
    play.deliver()
    with play.write() as here:
        preparing.cancel(here, play.order(side, bought).id, "broken", STAFF)

    play.deliver()

    assert side.state(bought) == "cancelled in the store"


@SHOPS
def test_a_refund_after_the_hand_over_is_a_note(play: Scene, name: str) -> None:
    side = play.side(name)
    bought = side.buy(2)
    play.deliver()
    play.hand_over(play.prepare(play.order(side, bought).id))
    play.deliver()

    side.refund(bought, 1)
    play.deliver()

    order = play.order(side, bought)
    assert (order.state, [line.refunded_after for line in order.lines]) == (
        OrderState.COLLECTED,
        [1],
    )


@SHOPS
def test_an_unpaid_order_comes_to_the_floor_when_it_is_paid(play: Scene, name: str) -> None:
    side = play.side(name)
    bought = side.buy(paid=False)
    play.deliver()
    before = play.orders(side, bought)

    side.pay(bought)
    play.deliver()

    assert (before, play.order(side, bought).state) == ([], OrderState.PLACED)


def test_what_the_merchant_deleted_is_off_the_floor(play: Scene) -> None:
    first, second = play.hafen.buy(), play.pan.buy()
    play.deliver()
    play.hafen.shop.orders.delete(first)
    play.pan.shop.changes.delete_order(int(second))

    play.deliver()

    states = [play.order(play.hafen, first).state, play.order(play.pan, second).state]
    assert states == [OrderState.CANCELLED, OrderState.CANCELLED]

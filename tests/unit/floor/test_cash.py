"""What is to be paid at a hand-over is worked out from the lines, or not known."""

from msgspec import structs

from connector.model.money import Money
from storefront.fulfillment.order.cash import is_unclear, lacks, to_pay
from storefront.fulfillment.order.order import FulfillmentOrder, Line, Method, Payment

LINE = Line(id="a", variant_id=None, sku="", title="Mug", quantity=2, external_id="1")


def an_order(*lines: Line, total: int = 2500, payment: Payment = Payment.COD) -> FulfillmentOrder:
    return FulfillmentOrder(
        id="ful_1",
        merchant_id="mer_1",
        store_id="sto_1",
        number="#1",
        method=Method.DELIVERY,
        lines=lines,
        slot=None,
        payment=payment,
        total=Money(total, "EUR"),
    )


def a_line(price: int | None = 1250, currency: str = "EUR", **changes: object) -> Line:
    found = None if price is None else Money(price, currency)
    return structs.replace(LINE, unit_price=found, **changes)


def test_what_is_paid_already_or_by_another_part_is_not_paid_again() -> None:
    plain = an_order(a_line())

    assert to_pay(plain) == Money(2500, "EUR")
    assert to_pay(structs.replace(plain, payment=Payment.PAID)) is None
    assert to_pay(structs.replace(plain, cash_elsewhere=True)) is None
    assert not is_unclear(structs.replace(plain, cash_elsewhere=True, total=None))


def test_pieces_that_the_platform_took_off_are_not_subtracted_again() -> None:
    order = an_order(a_line(refunded=2, told_off=1))

    assert to_pay(order) == Money(1250, "EUR")
    assert lacks(order)
    assert not lacks(an_order(a_line(refunded=1, told_off=1)))


def test_a_discount_on_the_whole_order_makes_it_unclear_once_something_is_off() -> None:
    assert not is_unclear(an_order(a_line(), total=2000))
    assert is_unclear(an_order(a_line(refunded=1), total=2000))


def test_what_has_no_price_in_the_orders_money_makes_it_unclear_once_it_is_off() -> None:
    for line in (a_line(None, refunded=1), a_line(1250, "USD", refunded=1)):
        assert is_unclear(an_order(line))
        assert to_pay(an_order(line)) == Money(2500, "EUR")


def test_a_replacement_at_the_same_price_changes_nothing_and_at_another_it_is_unclear() -> None:
    first = a_line(quantity=1)
    instead = a_line(id="b", external_id=None, substitutes="a", quantity=1)
    dearer = structs.replace(instead, unit_price=Money(1300, "EUR"))

    assert not is_unclear(an_order(first, instead))
    assert is_unclear(an_order(first, dearer))
    assert not is_unclear(an_order(first, structs.replace(dearer, external_id="2")))
    assert to_pay(an_order(first, structs.replace(dearer, refunded=1))) == Money(1250, "EUR")


def test_nothing_is_left_to_pay_where_all_of_it_is_off() -> None:
    assert to_pay(an_order(a_line(refunded=2), total=2400)) is None


def test_what_was_handed_over_in_part_may_be_paid_already() -> None:
    assert is_unclear(an_order(a_line(picked=1, handed=1), payment=Payment.PAY_IN_STORE))

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from connector.model.inventory import Availability, InventoryLevel, StockPolicy
from connector.model.money import Money
from connector.model.offer import Offer
from connector.platforms.woocommerce.errors import BadFact
from connector.platforms.woocommerce.normalise import normalise
from connector.platforms.woocommerce.payload import WooProduct, WooVariation
from tests.kit.shops.woo import NOON, TERMS, variation, woo


def offer(product: WooProduct, *variations: WooVariation) -> Offer:
    (found,) = normalise(product, variations, TERMS, NOON).variants[0].offers
    return found


def level(product: WooProduct, *variations: WooVariation) -> InventoryLevel:
    (found,) = normalise(product, variations, TERMS, NOON).variants[0].inventory
    return found


@pytest.mark.parametrize("field", ["regular_price", "sale_price", "price"])
@pytest.mark.parametrize("text", ["12,50", "1.234,50", "12.505", "-1", "€ 12", "1e3", "NaN"])
def test_a_price_in_any_other_form_is_a_problem_and_not_a_price(field: str, text: str) -> None:
    with pytest.raises(BadFact) as error:
        offer(woo(**{"price": "12.50", "regular_price": "12.50", field: text}))

    assert error.value.facts["field"] == field


def test_a_price_that_came_out_a_hundred_times_too_high_cannot_be_seen_here() -> None:
    """`12,50` is stored as 1250 by the shop itself: only whoever writes can refuse it."""
    assert offer(woo(regular_price="1250")).base_price == Money(125000, "EUR")


def test_a_sale_is_computed_from_its_window_whatever_the_shops_queue_did() -> None:
    found = offer(
        woo(
            regular_price="58.00",
            price="58.00",
            sale_price="49.00",
            date_on_sale_from_gmt="2026-12-19T23:00:00",
            date_on_sale_to_gmt="2026-12-27T22:59:59",
        )
    )

    start = datetime(2026, 12, 19, 23, tzinfo=UTC)
    end = datetime(2026, 12, 27, 23, tzinfo=UTC)
    before, first, last, after = (
        found.price_at(each).amount
        for each in (
            start - timedelta(seconds=1),
            start,
            end - timedelta(seconds=1),
            end,
        )
    )
    assert (before, first, last, after) == (5800, 4900, 4900, 5800)


def test_a_sale_without_a_window_holds_now() -> None:
    assert offer(woo(price="35", regular_price="42", sale_price="35")).price_at(NOON).amount == 3500


@pytest.mark.parametrize("sale", ["12.50", "13.00"])
def test_a_sale_that_is_no_lower_is_none(sale: str) -> None:
    assert offer(woo(sale_price=sale)).sale is None


def test_the_regular_price_is_the_strike_price_during_a_sale() -> None:
    found = offer(woo(price="10", regular_price="12.50", sale_price="10"))

    assert found.strike_price_at(NOON) == Money(1250, "EUR")


def test_a_price_that_is_neither_regular_nor_sale_is_a_problem() -> None:
    with pytest.raises(BadFact):
        offer(woo(price="9.99", regular_price="12.50"))


def test_price_spellings_are_compared_as_amounts() -> None:
    assert offer(woo(price="45", regular_price="45.00")).base_price.amount == 4500


@pytest.mark.parametrize(
    ("tax_class", "rate"),
    [("", "21"), ("standard", "21"), ("reduced-rate", "9"), ("zero-rate", "0"), ("odd", None)],
)
def test_the_tax_rate_follows_the_class(tax_class: str, rate: str | None) -> None:
    assert offer(woo(tax_class=tax_class)).tax_rate == rate


def test_a_variation_may_take_its_parents_tax_class() -> None:
    product = woo(type="variable", tax_class="reduced-rate", regular_price="")

    assert offer(product, variation(tax_class="parent")).tax_rate == "9"
    assert offer(product, variation(tax_class="")).tax_rate == "21"


def test_goods_outside_the_tax_carry_none() -> None:
    assert offer(woo(tax_status="none")).tax_rate == "0"


@pytest.mark.parametrize("included", [True, False, None])
def test_whether_tax_is_in_the_price_is_the_shops_setting(included: bool | None) -> None:  # noqa: FBT001
    terms = structs.replace(TERMS, tax_included=included)

    (found,) = normalise(woo(), (), terms, NOON).variants[0].offers

    assert found.tax_included is included


def test_a_managed_count_is_what_may_be_sold() -> None:
    found = level(woo(manage_stock=True, stock_quantity=6))

    assert (found.tracked, found.on_hand, found.available, found.pool) == (True, 6, 6, None)
    assert found.availability_here() is Availability.IN_STOCK


@pytest.mark.parametrize(
    ("backorders", "status", "told"),
    [
        ("no", "outofstock", Availability.OUT_OF_STOCK),
        ("notify", "onbackorder", Availability.BACKORDER),
        ("yes", "onbackorder", Availability.BACKORDER),
    ],
)
def test_an_oversold_count_is_never_a_promise(
    backorders: str, status: str, told: Availability
) -> None:
    found = level(
        woo(manage_stock=True, stock_quantity=-3, backorders=backorders, stock_status=status)
    )

    assert (found.available, found.availability_here()) == (-3, told)


def test_below_its_own_threshold_the_shop_sells_nothing() -> None:
    found = level(woo(manage_stock=True, stock_quantity=2, stock_status="outofstock"))

    assert (found.on_hand, found.available) == (2, 0)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("instock", Availability.IN_STOCK),
        ("outofstock", Availability.OUT_OF_STOCK),
        ("onbackorder", Availability.BACKORDER),
        ("on_request", Availability.UNKNOWN),
    ],
)
def test_without_a_count_the_shops_word_holds(status: str, told: Availability) -> None:
    found = level(woo(stock_status=status))

    assert (found.tracked, found.available, found.availability_here()) == (False, None, told)


def test_variations_that_share_the_parents_stock_are_one_heap() -> None:
    product = woo(type="variable", manage_stock=True, stock_quantity=20, regular_price="")
    shared = variation(manage_stock="parent", stock_quantity=20)

    found = level(product, shared)

    assert (found.pool, found.available, found.tracked) == ("107", 20, True)


def test_a_managed_count_that_is_not_told_is_unknown() -> None:
    found = level(woo(manage_stock=True, stock_quantity=None))

    assert (found.available, found.availability_here()) == (None, Availability.IN_STOCK)


def test_goods_sold_by_weight_are_counted_in_whole_pieces() -> None:
    assert level(woo(manage_stock=True, stock_quantity=2.7)).available == 2


def test_backorders_go_on_selling() -> None:
    assert level(woo(backorders="notify")).policy is StockPolicy.CONTINUE

"""What a variant costs and whether it can be promised, at any moment."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from connector.model.inventory import Availability, StockPolicy, best
from connector.model.measure import UnitMeasure
from connector.model.money import Money
from connector.model.offer import Sale
from tests.kit.samples import level, offer, place

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SALE = Sale(Money(800, "EUR"), NOON, NOON + HOUR)
ON_SALE = structs.replace(offer(1000), sale=SALE)


@pytest.mark.parametrize(
    ("moment", "cents"),
    [
        (NOON - HOUR, 1000),
        (NOON, 800),
        (NOON + HOUR - timedelta(microseconds=1), 800),
        (NOON + HOUR, 1000),
    ],
)
def test_a_sale_holds_from_its_first_instant_to_before_its_end(
    moment: datetime, cents: int
) -> None:
    assert ON_SALE.price_at(moment).amount == cents


def test_a_sale_without_bounds_always_holds() -> None:
    assert Sale(Money(1, "EUR"), None, None).is_on(NOON)


def test_during_a_sale_the_base_price_is_struck() -> None:
    assert ON_SALE.strike_price_at(NOON) == Money(1000, "EUR")


def test_a_sale_that_is_not_lower_strikes_nothing() -> None:
    dear = structs.replace(ON_SALE, sale=Sale(Money(1000, "EUR"), None, None))

    assert dear.strike_price_at(NOON) is None


@pytest.mark.parametrize(("stated", "shown"), [(1200, 1200), (1000, None), (900, None)])
def test_a_strike_price_is_shown_only_above_the_price(stated: int, shown: int | None) -> None:
    found = structs.replace(offer(1000), stated_compare_at=Money(stated, "EUR"))

    strike = found.strike_price_at(NOON)
    assert (strike.amount if strike else None) == shown


def test_the_price_changes_next_when_the_sale_begins_and_then_when_it_ends() -> None:
    moments = [NOON - HOUR, NOON, NOON + HOUR]

    assert [ON_SALE.next_change(it) for it in moments] == [NOON, NOON + HOUR, None]


def test_an_offer_without_sale_never_changes_by_itself() -> None:
    assert offer(1).next_change(NOON) is None


def test_a_unit_price_follows_the_sale() -> None:
    measure = UnitMeasure(250, "g", 1000, "g")
    found = structs.replace(ON_SALE, unit_measure=measure, stated_unit_price=Money(4000, "EUR"))

    prices = [found.unit_price_at(it) for it in (NOON - HOUR, NOON)]
    assert [it.price.amount for it in prices if it] == [4000, 3200]


def test_a_unit_price_converts_between_units_of_one_kind() -> None:
    found = structs.replace(offer(790), unit_measure=UnitMeasure(250, "g", 1, "kg"))

    unit_price = found.unit_price_at(NOON)
    assert unit_price is not None
    assert unit_price.price.amount == 3160


@pytest.mark.parametrize(("unit", "reference"), [("g", "l"), ("furlong", "m"), ("g", "")])
def test_unlike_units_give_no_unit_price(unit: str, reference: str) -> None:
    found = structs.replace(offer(790), unit_measure=UnitMeasure(250, unit, 1, reference))

    assert found.unit_price_at(NOON) is None


def test_no_measure_no_unit_price() -> None:
    assert offer(1).unit_price_at(NOON) is None


@pytest.mark.parametrize(
    ("available", "policy", "expected"),
    [
        (1, StockPolicy.DENY, Availability.IN_STOCK),
        (0, StockPolicy.DENY, Availability.OUT_OF_STOCK),
        (-2, StockPolicy.DENY, Availability.OUT_OF_STOCK),
        (0, StockPolicy.CONTINUE, Availability.BACKORDER),
        (None, StockPolicy.DENY, Availability.UNKNOWN),
    ],
)
def test_a_level_promises_what_it_has(
    available: int | None, policy: StockPolicy, expected: Availability
) -> None:
    found = structs.replace(level(place(), available), policy=policy)

    assert found.availability_here() is expected


def test_an_inactive_level_promises_nothing() -> None:
    assert level(place(), 5, active=False).availability_here() is Availability.OUT_OF_STOCK


def test_an_uncounted_level_is_there_unless_the_shop_says_otherwise() -> None:
    free = structs.replace(level(place(), None), tracked=False)
    stated = structs.replace(free, stated=Availability.OUT_OF_STOCK)

    assert [it.availability_here() for it in (free, stated)] == [
        Availability.IN_STOCK,
        Availability.OUT_OF_STOCK,
    ]


def test_the_best_of_no_places_is_out_of_stock() -> None:
    assert best(frozenset()) is Availability.OUT_OF_STOCK


def test_in_stock_somewhere_is_best() -> None:
    assert best(frozenset(Availability)) is Availability.IN_STOCK

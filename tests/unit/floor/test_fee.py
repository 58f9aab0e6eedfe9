"""Fees: first match per component, whole minor units, and an explanation that adds up."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from storefront.fulfillment.errors.zone import BadFeeRule
from storefront.fulfillment.place.hours import Weekday
from storefront.fulfillment.zone.charge import (
    checked_fees,
    checked_pay,
    courier_pay,
    customer_fee,
    half_up,
    margin,
    matches,
)
from storefront.fulfillment.zone.fee import (
    Applied,
    Component,
    Fee,
    FeeFacts,
    FeeList,
    FeeRule,
    PerStep,
    Span,
    When,
)

BASE = FeeRule("base", Component.BASE, amount=395)
PER_KM = FeeRule("km", Component.DISTANCE, per_step=PerStep(1000, 50, 2000), cap=300)
FREE = FeeRule("free", Component.FREE_OVER, amount=5000)
CASH = FeeRule("cash", Component.COD, amount=100)
BACK = FeeRule("back", Component.RETURN, amount=250)
RUSH = FeeRule("rush", Component.PEAK, amount=99)


def _list(*rules: FeeRule) -> FeeList:
    return FeeList("sto_1", "EUR", rules)


def _amount(*rules: FeeRule, **facts: object) -> int:
    return customer_fee(_list(*rules), FeeFacts(**facts)).amount


@pytest.mark.parametrize(
    ("distance_m", "amount"),
    [(0, 0), (2000, 0), (2009, 0), (2010, 1), (2500, 25), (3000, 50), (8000, 300), (50_000, 300)],
)
def test_distance_counts_beyond_what_is_included_in_proportion_up_to_a_cap(
    distance_m: int, amount: int
) -> None:
    assert _amount(PER_KM, distance_m=distance_m) == amount


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_a_half_is_rounded_up(numerator: int, denominator: int) -> None:
    found = half_up(numerator, denominator)

    assert -denominator < 2 * (found * denominator - numerator) <= denominator


def test_the_first_rule_that_matches_counts_and_no_other() -> None:
    near = FeeRule("near", Component.BASE, When(distance_m=Span(max=3000)), amount=195)
    zoned = FeeRule("zoned", Component.BASE, When(zone_ids=("zon_1",)), amount=295)

    assert _amount(near, zoned, BASE, distance_m=2999, zone_id="zon_1") == 195
    assert _amount(near, zoned, BASE, distance_m=3000, zone_id="zon_1") == 295
    assert _amount(near, zoned, BASE, distance_m=3000) == 395
    assert _amount(BASE, near, distance_m=0) == 395


@pytest.mark.parametrize(
    ("when", "facts"),
    [
        (When(subtotal=Span(1000, 2000)), {"subtotal": 1000}),
        (When(weight_g=Span(max=500)), {"weight_g": 499}),
        (When(volume_ml=Span(min=500)), {"volume_ml": 500}),
        (When(slot_lead=Span(max=60)), {"slot_lead": 30}),
        (When(weekday=(Weekday.SA, Weekday.SU)), {"weekday": Weekday.SU}),
        (When(peak=True), {"peak": True}),
        (When(temp=("FROZEN",)), {"temp": "FROZEN"}),
        (When(vehicle=("CAR",)), {"vehicle": "CAR"}),
        (When(floor=Span(min=3)), {"floor": 4}),
    ],
)
def test_each_condition_lets_its_own_fact_pass_and_no_other(
    when: When, facts: dict[str, object]
) -> None:
    assert matches(when, FeeFacts(**facts))
    assert not matches(when, FeeFacts(slot_lead=600, subtotal=2000, weight_g=900))


def test_cash_return_and_peak_are_charged_only_where_they_happen() -> None:
    assert _amount(CASH, BACK, RUSH) == 0
    assert _amount(CASH, BACK, RUSH, cod=True) == 100
    assert _amount(CASH, BACK, RUSH, returning=True) == 250
    assert _amount(CASH, BACK, RUSH, peak=True) == 99


def test_the_explanation_names_each_rule_and_adds_up() -> None:
    fee = customer_fee(_list(BASE, PER_KM, FREE), FeeFacts(distance_m=4000, subtotal=4999))

    assert fee == Fee(
        "EUR",
        495,
        (Applied(Component.BASE, 395, "base"), Applied(Component.DISTANCE, 100, "km")),
    )
    assert msgspec.json.decode(msgspec.json.encode(fee), type=Fee) == fee


def test_from_its_subtotal_on_delivery_is_free() -> None:
    free = customer_fee(_list(BASE, PER_KM, FREE), FeeFacts(distance_m=4000, subtotal=5000))
    half = structs.replace(FREE, cap=200)

    assert free.amount == 0
    assert free.explain[-1] == Applied(Component.FREE_OVER, -495, "free")
    assert _amount(BASE, half, subtotal=5000) == 195


def test_a_cheaper_slot_takes_off_at_most_all() -> None:
    assert _amount(BASE, slot_price=-100) == 295
    assert _amount(BASE, slot_price=-1000) == 0
    assert _amount(BASE, slot_price=150) == 545
    assert customer_fee(_list(), FeeFacts(slot_price=-5)).explain == ()


def test_what_the_courier_gets_is_a_list_of_its_own() -> None:
    facts = FeeFacts(distance_m=4000, subtotal=9000, slot_price=500)
    fee = customer_fee(_list(BASE, FREE), facts)
    pay = courier_pay(_list(structs.replace(BASE, amount=250), PER_KM), facts)

    assert (fee.amount, pay.amount) == (0, 350)
    assert margin(fee, pay) == -350


def test_fee_and_pay_in_two_currencies_have_no_margin() -> None:
    with pytest.raises(BadFeeRule):
        margin(Fee("EUR", 1), Fee("GBP", 1))


RATES = st.builds(PerStep, st.integers(1, 5000), st.integers(0, 500), st.integers(0, 5000))


@given(RATES, RATES, st.none() | st.integers(0, 900), st.integers(0, 40_000), st.integers(0, 9_000))
def test_farther_and_heavier_never_costs_less(
    per_km: PerStep, per_kg: PerStep, cap: int | None, distance: int, more: int
) -> None:
    fees = checked_fees(
        _list(
            FeeRule("d", Component.DISTANCE, per_step=per_km, cap=cap),
            FeeRule("w", Component.WEIGHT, per_step=per_kg),
            structs.replace(FREE, amount=0, cap=100),
        )
    )

    plain = customer_fee(fees, FeeFacts(distance_m=distance, weight_g=distance))

    farther = customer_fee(fees, FeeFacts(distance_m=distance + more, weight_g=distance))
    heavier = customer_fee(fees, FeeFacts(distance_m=distance, weight_g=distance + more))
    assert plain.amount <= min(farther.amount, heavier.amount)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (FeeRule("r", Component.BASE), "amount"),
        (FeeRule("r", Component.BASE, amount=-1), "amount"),
        (FeeRule("r", Component.DISTANCE, amount=1, per_step=PerStep(1, 1)), "amount"),
        (FeeRule("r", Component.BASE, amount=1, cap=-1), "cap"),
        (FeeRule("r", Component.BASE, per_step=PerStep(1, 1)), "perStep"),
        (FeeRule("r", Component.DISTANCE, per_step=PerStep(0, 1)), "perStep"),
        (FeeRule("r", Component.DISTANCE, per_step=PerStep(1, 1, -1)), "perStep"),
        (FeeRule("r", Component.BASE, When(subtotal=Span(5, 5)), amount=1), "when.subtotal"),
    ],
)
def test_what_is_wrong_with_a_rule_is_named(rule: FeeRule, field: str) -> None:
    with pytest.raises(BadFeeRule) as bad:
        checked_fees(_list(BASE, rule))

    assert bad.value.facts == {"rule": "r", "field": field}


def test_two_rules_of_one_id_and_gifts_to_couriers_are_refused() -> None:
    with pytest.raises(BadFeeRule):
        checked_fees(_list(BASE, BASE))
    with pytest.raises(BadFeeRule):
        checked_pay(_list(BASE, FREE))

    assert checked_pay(_list(BASE, PER_KM)) == _list(BASE, PER_KM)

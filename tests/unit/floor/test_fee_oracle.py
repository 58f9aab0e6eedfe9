"""A fee is what a naive reading of the rules gives, with the same explanation."""

from random import Random

import pytest

from storefront.fulfillment.place.hours import WEEKDAYS
from storefront.fulfillment.zone.charge import checked_fees, courier_pay, customer_fee
from storefront.fulfillment.zone.fee import (
    Component,
    FeeFacts,
    FeeList,
    FeeRule,
    PerStep,
    Span,
    When,
)
from tests.kit.floor.oracles import CASES, naive_fee

STEPPED = [Component.DISTANCE, Component.WEIGHT, Component.COD, Component.RETURN]

pytestmark = pytest.mark.timeout(3600)


def _span(chance: Random, most: int) -> Span | None:
    if chance.random() < 0.75:
        return None
    low = chance.randrange(most)
    ends = chance.choice([(low, None), (None, low + 1), (low, low + chance.randint(1, most))])
    return Span(*ends)


def _when(chance: Random) -> When:
    return When(
        zone_ids=chance.choice([(), (), ("z1",), ("z1", "z2")]),
        subtotal=_span(chance, 10_000),
        distance_m=_span(chance, 5_000),
        weight_g=_span(chance, 20_000),
        volume_ml=_span(chance, 50_000),
        slot_lead=_span(chance, 600),
        weekday=chance.choice([(), (), WEEKDAYS[5:], WEEKDAYS[:3]]),
        peak=chance.choice([None, None, True, False]),
        temp=chance.choice([(), (), ("CHILL", "FROZEN")]),
        vehicle=chance.choice([(), (), ("BIKE",)]),
        floor=_span(chance, 6),
    )


def _rule(chance: Random, number: int) -> FeeRule:
    component = chance.choice(list(Component))
    cap = chance.choice([None, None, chance.randrange(1_500)])
    if component in STEPPED and chance.random() < 0.6:
        step = PerStep(chance.randint(1, 2_000), chance.randrange(300), chance.randrange(3_000))
        return FeeRule(f"r{number}", component, _when(chance), per_step=step, cap=cap)
    amount = chance.randrange(8_000 if component is Component.FREE_OVER else 900)
    return FeeRule(f"r{number}", component, _when(chance), amount=amount, cap=cap)


def _facts(chance: Random) -> FeeFacts:
    return FeeFacts(
        zone_id=chance.choice([None, "z1", "z2"]),
        subtotal=chance.randrange(12_000),
        distance_m=chance.randrange(8_000),
        weight_g=chance.randrange(30_000),
        volume_ml=chance.randrange(80_000),
        slot_lead=chance.randrange(900),
        slot_price=chance.choice([0, 0, 150, -200, -5_000]),
        weekday=chance.choice(WEEKDAYS),
        peak=chance.random() < 0.5,
        temp=chance.choice(["AMBIENT", "CHILL"]),
        vehicle=chance.choice(["BIKE", "CAR"]),
        floor=chance.randrange(8),
        cod=chance.random() < 0.5,
        returning=chance.random() < 0.3,
    )


def test_fees_are_those_of_a_naive_reading() -> None:
    seen: set[str] = set()
    for number in range(CASES):
        chance = Random(f"fee-{number}")
        rules = tuple(_rule(chance, one) for one in range(chance.randint(0, 14)))
        fees = checked_fees(FeeList("sto_1", "EUR", rules))
        facts = _facts(chance)

        fee = customer_fee(fees, facts)

        amount, lines = naive_fee(fees, facts)
        told = [(one.component.value, one.amount, one.rule_id) for one in fee.explain]
        assert (fee.amount, told) == (amount, lines), number
        assert fee.amount == sum(one.amount for one in fee.explain) >= 0, number
        seen.update(name for name, _, _ in lines)
    assert seen == {one.value for one in Component}


def test_the_courier_s_pay_knows_neither_slot_prices_nor_gifts() -> None:
    for number in range(CASES):
        chance = Random(f"pay-{number}")
        rules = [_rule(chance, one) for one in range(chance.randint(0, 14))]
        pay = FeeList(
            "sto_1", "EUR", tuple(one for one in rules if one.component is not Component.FREE_OVER)
        )
        facts = _facts(chance)

        found = courier_pay(pay, facts)

        expected = naive_fee(
            pay,
            FeeFacts(
                **{
                    name: getattr(facts, name)
                    for name in facts.__struct_fields__
                    if name != "slot_price"
                }
            ),
        )
        assert found.amount == expected[0], number

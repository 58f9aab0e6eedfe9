"""Works out a fee from rules and facts, in whole minor units, line by line."""

from collections.abc import Iterable, Iterator

from connector.model.errors import InvalidInput
from connector.model.money import minor_digits
from storefront.fulfillment.errors.zone import BadFeeRule
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

_STEPPED = {
    Component.DISTANCE: "distance_m",
    Component.RETURN: "distance_m",
    Component.WEIGHT: "weight_g",
    Component.COD: "subtotal",
}
MOST_AMOUNT, MOST_STEP = 10**9, 10**7
"""Minor units: a fee beyond any real one, and no sum of fees beyond what readers can take."""
_SUMMED = tuple(one for one in Component if one is not Component.FREE_OVER)


def customer_fee(fees: FeeList, facts: FeeFacts) -> Fee:
    """Return what the shopper pays: the rules, the slot's own price, and what is taken off.

    No fee is negative: a cheaper slot takes off at most all. FREE_OVER takes off the whole rest.
    """
    lines = list(_lines(fees.rules, facts))
    price = max(facts.slot_price, -_total(lines))
    if price:
        lines.append(Applied(Component.SLOT, price))
    lines.extend(_free(fees.rules, facts, _total(lines)))
    return Fee(fees.currency, _total(lines), tuple(lines))


def courier_pay(pay: FeeList, facts: FeeFacts) -> Fee:
    """Return what the courier gets, by a list of its own; what is free for shoppers is not here."""
    lines = tuple(_lines(pay.rules, facts))
    return Fee(pay.currency, _total(lines), lines)


def margin(fee: Fee, pay: Fee) -> int:
    """Return what a fee leaves after the pay, or raise BadFeeRule for two currencies."""
    if fee.currency != pay.currency:
        raise BadFeeRule("Fee and pay are in two currencies.", fee=fee.currency, pay=pay.currency)
    return fee.amount - pay.amount


def checked_fees(fees: FeeList) -> FeeList:
    """Return a list whose rules can all be worked out, or raise BadFeeRule with `rule`, `field`."""
    _require_currency(fees.currency)
    ids = [rule.id for rule in fees.rules]
    if len(set(ids)) != len(ids):
        raise BadFeeRule("Two rules have one id.", field="id")
    for rule in fees.rules:
        _require_rule(rule)
    return fees


def checked_pay(pay: FeeList) -> FeeList:
    """Return a courier's list, or raise BadFeeRule: as checked_fees, and nothing is free."""
    for rule in pay.rules:
        _require(rule, rule.component is not Component.FREE_OVER, "component")
    return checked_fees(pay)


def half_up(numerator: int, denominator: int) -> int:
    """Divide whole numbers, rounding a half away from zero; none is negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def matches(when: When, facts: FeeFacts) -> bool:
    """Tell whether all that is given holds."""
    spans = (
        (when.subtotal, facts.subtotal),
        (when.distance_m, facts.distance_m),
        (when.weight_g, facts.weight_g),
        (when.volume_ml, facts.volume_ml),
        (when.slot_lead, facts.slot_lead),
        (when.floor, facts.floor),
    )
    return (
        (not when.zone_ids or facts.zone_id in when.zone_ids)
        and (not when.weekday or facts.weekday in when.weekday)
        and (not when.temp or facts.temp in when.temp)
        and (not when.vehicle or facts.vehicle in when.vehicle)
        and when.peak in {None, facts.peak}
        and all(span is None or span.holds(value) for span, value in spans)
    )


def _lines(rules: Iterable[FeeRule], facts: FeeFacts) -> Iterator[Applied]:
    """Yield one line per component that applies: of each the first rule that matches."""
    known = tuple(rules)
    for component in _SUMMED:
        rule = _first(known, component, facts)
        if rule is not None:
            yield Applied(component, _worth(rule, facts), rule.id)


def _first(rules: Iterable[FeeRule], component: Component, facts: FeeFacts) -> FeeRule | None:
    if not _concerns(component, facts):
        return None
    able = (rule for rule in rules if rule.component is component and matches(rule.when, facts))
    return next(able, None)


def _concerns(component: Component, facts: FeeFacts) -> bool:
    """Tell whether a component can apply at all: cash only where one pays cash, and so on."""
    asked = {
        Component.PEAK: facts.peak,
        Component.COD: facts.cod,
        Component.RETURN: facts.returning,
    }
    return asked.get(component, True)


def _worth(rule: FeeRule, facts: FeeFacts) -> int:
    step = rule.per_step
    worth = rule.amount or 0 if step is None else _stepped(rule.component, step, facts)
    return worth if rule.cap is None else min(worth, rule.cap)


def _stepped(component: Component, step: PerStep, facts: FeeFacts) -> int:
    measure: int = getattr(facts, _STEPPED[component])
    return half_up(max(0, measure - step.included) * step.amount, step.step)


def _free(rules: Iterable[FeeRule], facts: FeeFacts, total: int) -> Iterator[Applied]:
    rule = next(
        (
            one
            for one in rules
            if one.component is Component.FREE_OVER
            and facts.subtotal >= (one.amount or 0)
            and matches(one.when, facts)
        ),
        None,
    )
    if rule is not None and total > 0:
        off = total if rule.cap is None else min(total, rule.cap)
        yield Applied(Component.FREE_OVER, -off, rule.id)


def _total(lines: Iterable[Applied]) -> int:
    return sum(line.amount for line in lines)


def _require(rule: FeeRule, holds: bool, name: str) -> None:  # noqa: FBT001
    if not holds:
        raise BadFeeRule(f"{name} of rule {rule.id} cannot stand.", rule=rule.id, field=name)


def _require_currency(currency: str) -> None:
    try:
        minor_digits(currency)
    except InvalidInput:
        raise BadFeeRule(f"{currency!r} is no currency.", field="currency") from None


def _require_rule(rule: FeeRule) -> None:
    _require(rule, (rule.amount is None) != (rule.per_step is None), "amount")
    _require(rule, rule.amount is None or 0 <= rule.amount <= MOST_AMOUNT, "amount")
    _require(rule, rule.cap is None or rule.cap >= 0, "cap")
    step = rule.per_step
    if step is not None:
        _require(rule, rule.component in _STEPPED, "perStep")
        sound = step.step >= 1 and 0 <= step.amount <= MOST_STEP and step.included >= 0
        _require(rule, sound, "perStep")
    for name in ("subtotal", "distance_m", "weight_g", "volume_ml", "slot_lead", "floor"):
        span: Span | None = getattr(rule.when, name)
        _require(rule, span is None or _is_span(span), f"when.{name}")


def _is_span(span: Span) -> bool:
    return span.min is None or span.max is None or span.min < span.max

"""What a delivery costs the shopper and pays the courier: rules as rows, and a way to try them."""

from collections.abc import Mapping, Sequence

from flask import Response, request
from msgspec import Struct, structs
from sqlalchemy import Connection

from connector.model.errors import RegieError
from connector.model.ids import new_id
from connector.model.money import minor_digits
from storefront.fulfillment.errors.zone import BadFeeRule
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.work import promising
from storefront.fulfillment.zone.charge import margin
from storefront.fulfillment.zone.fee import (
    Component,
    FeeList,
    FeeRule,
    PerStep,
    Span,
    When,
)
from storefront.pages import given
from storefront.pages.shell import refused
from storefront.pages.staffed import Deed, Outcome, Visit

_GRAMS = 1000


class Trial(Struct, frozen=True):
    """What the rules come to for one address and basket, or why there is no delivery."""

    price: promising.Price | None
    margin: int | None
    refusal: str


def currency_of(connection: Connection, store: Store) -> str:
    """Return the currency of a store's rules."""
    for pay in (False, True):
        found = places.fees(connection, store.merchant_id, store.id, pay=pay)
        if found is not None:
            return found.currency
    return "EUR"


def draw(visit: Visit, store_id: str) -> Response:
    """Draw both lists and the trial."""
    with visit.floor.database.read() as connection:
        store = visit.store(connection, store_id)
        currency = currency_of(connection, store)
        lists = [
            (name, places.fees(connection, visit.merchant_id, store_id, pay=name == "pay"))
            for name in ("fee", "pay")
        ]
        trial = _trial(visit, connection, store, currency) if "postcode" in request.args else None
        zones = places.zones(connection, visit.merchant_id, store_id)
    return visit.draw(
        "store_fees.html",
        store=store,
        currency=currency,
        lists=[(name, found.rules if found else ()) for name, found in lists],
        components=list(Component),
        zones=zones,
        trial=trial,
        asked=request.args,
        amount_text=given.amount_text,
    )


def _trial(visit: Visit, connection: Connection, store: Store, currency: str) -> Trial:
    """Work a delivery out as a shopper would be told it, from the fields of the address."""
    try:
        ask = promising.Ask(
            country=store.address.country or "",
            postcode=request.args.get("postcode", ""),
            subtotal=_asked("subtotal") * 10 ** minor_digits(currency),
            weight_g=_asked("weight") * _GRAMS,
            cod="cod" in request.args,
        )
        found = promising.price(connection, store, ask, visit.floor.now())
    except RegieError as error:
        return Trial(None, None, refused(visit.rooms, error, visit.language).text)
    same = found.fee.currency == found.pay.currency
    return Trial(found, margin(found.fee, found.pay) if same else None, "")


def _asked(name: str) -> int:
    text = request.args.get(name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0


def _list(here: Floor, store: Store) -> tuple[FeeList, bool]:
    """Return the list that the form is about, and whether it is the courier's."""
    pay = given.text("list") == "pay"
    found = places.fees(here.connection, here.merchant_id, store.id, pay=pay)
    return found or FeeList(store.id, currency_of(here.connection, store)), pay


def _home(store_id: str, done: str = "saved") -> Outcome:
    return Outcome(f"/stores/{store_id}/fees?done={done}")


def _set_rule(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Save one rule: a new one goes to the end."""
    store = visit.store(here.connection, store_id, Role.MANAGER)
    listed, pay = _list(here, store)
    known = {rule.id: rule for rule in listed.rules}
    before = known.get(given.text("id"))
    fresh = _read(before, before.id if before else new_id("fee"), listed.currency)
    known[fresh.id] = fresh
    places.put_fees(here, structs.replace(listed, rules=tuple(known.values())), pay=pay)
    return _home(store_id)


def _read(before: FeeRule | None, rule_id: str, currency: str) -> FeeRule:
    fault = BadFeeRule
    step = given.maybe_whole("step", fault)
    amount = given.minor("amount", currency, fault)
    return FeeRule(
        id=rule_id,
        component=_component(),
        when=_when(before.when if before else When(), currency),
        amount=None if step else amount,
        per_step=PerStep(step, amount, given.maybe_whole("included", fault) or 0) if step else None,
        cap=given.maybe_minor("cap", currency, fault),
    )


def _component() -> Component:
    named = given.text("component")
    if named not in {one.value for one in Component}:
        raise BadFeeRule("There is no such part of a fee.", field="component")
    return Component(named)


def _when(before: When, currency: str) -> When:
    """Read when the rule holds; what the form does not show stays as it is."""
    fault = BadFeeRule
    zones = given.several("zone")
    return structs.replace(
        before,
        zone_ids=tuple(one for one in zones if one),
        subtotal=_span(
            given.maybe_minor("when.subtotal.min", currency, fault),
            given.maybe_minor("when.subtotal.max", currency, fault),
        ),
        distance_m=_span(
            given.maybe_whole("when.distance_m.min", fault),
            given.maybe_whole("when.distance_m.max", fault),
        ),
    )


def _span(least: int | None, most: int | None) -> Span | None:
    return None if least is None and most is None else Span(least, most)


def _drop_rule(visit: Visit, here: Floor, store_id: str) -> Outcome:
    store = visit.store(here.connection, store_id, Role.MANAGER)
    listed, pay = _list(here, store)
    left = tuple(rule for rule in listed.rules if rule.id != given.text("id"))
    places.put_fees(here, structs.replace(listed, rules=left), pay=pay)
    return _home(store_id, "removed")


def _move_rule(visit: Visit, here: Floor, store_id: str) -> Outcome:
    """Put a rule one place nearer to the front: of each part the first that matches counts."""
    store = visit.store(here.connection, store_id, Role.MANAGER)
    listed, pay = _list(here, store)
    places.put_fees(here, structs.replace(listed, rules=_up(listed.rules)), pay=pay)
    return _home(store_id)


def _up(rules: Sequence[FeeRule]) -> tuple[FeeRule, ...]:
    found = list(rules)
    at = next((place for place, rule in enumerate(found) if rule.id == given.text("id")), 0)
    if at:
        found[at - 1], found[at] = found[at], found[at - 1]
    return tuple(found)


DEEDS: Mapping[str, Deed] = {"rule": _set_rule, "drop": _drop_rule, "up": _move_rule}
"""By the value of the button."""

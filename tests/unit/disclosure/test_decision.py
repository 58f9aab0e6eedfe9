"""Deny by default, and what each part of a grant decides."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from connector.store.listing.extent import Extent
from connector.store.product import rows
from storefront.disclosure.agent import Agent, Caller, Kind, Purpose, Tier
from storefront.disclosure.decision import (
    Allowance,
    NotAdmitted,
    OperationNotAllowed,
    allow,
    decide,
)
from storefront.disclosure.field import Group
from storefront.disclosure.grant import (
    PRESETS,
    BadGrant,
    Budget,
    Grant,
    Price,
    ProductSet,
    SafetyWithheld,
    Stock,
    check,
)
from storefront.disclosure.mask import NOWHERE
from storefront.disclosure.term import Terms, TermsRequired

AGENT = Agent("agt_1", "Finder", Kind.ASSISTANT, "mail@finder.example")
CALLER = Caller(AGENT, Tier.CONTRACT, Purpose.SEARCH, "key_1", 2, "NL")
ALL = ProductSet(all=True)
GRANT = Grant("grt_1", "agt_1", frozenset({Group.IDENTITY, Group.MEDIA}), ALL)
TERMS = Terms(2, "Be kind.", 0)
NOW = 1_000_000
OPERATION = "a" * 64


def decided(*grants: Grant, caller: Caller = CALLER, terms: Terms | None = None) -> Any:
    return decide(caller, grants, terms, NOW, OPERATION)


def test_without_a_grant_nothing_is_seen() -> None:
    with pytest.raises(NotAdmitted):
        decided()


def test_a_grant_shows_its_groups_and_no_others() -> None:
    (scope,) = decided(GRANT).scopes

    assert scope.mask.groups == {Group.IDENTITY, Group.MEDIA}
    assert scope.extents == (Extent(everything=True),)


REFUSALS: Mapping[str, Mapping[str, Any]] = {
    "another agent's": {"agent_id": "agt_2"},
    "a purpose not granted": {"purposes": frozenset({Purpose.TRAINING})},
    "another region": {"regions": frozenset({"DE"})},
    "not yet": {"valid_from": NOW + 1},
    "no longer": {"valid_to": NOW},
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_grant_that_does_not_fit_opens_nothing(name: str) -> None:
    with pytest.raises(NotAdmitted):
        decided(structs.replace(GRANT, **REFUSALS[name]))


@pytest.mark.parametrize("tier", [Tier.ANONYMOUS, Tier.CLAIMED, Tier.VERIFIED])
def test_a_lower_tier_than_the_grant_needs_opens_nothing(tier: Tier) -> None:
    with pytest.raises(NotAdmitted):
        decided(GRANT, caller=structs.replace(CALLER, tier=tier))


def test_a_grant_to_everyone_reaches_a_stranger() -> None:
    grant = structs.replace(GRANT, agent_id=None, tier=Tier.ANONYMOUS)

    assert decided(grant, caller=Caller(None, Tier.ANONYMOUS)).scopes


def test_no_region_asked_for_is_not_every_region() -> None:
    grant = structs.replace(GRANT, regions=frozenset({"NL"}))

    with pytest.raises(NotAdmitted):
        decided(grant, caller=structs.replace(CALLER, region=None))


def test_what_was_decided_holds_until_the_next_edge() -> None:
    soon = structs.replace(GRANT, id="grt_2", valid_from=NOW + 5)
    later = structs.replace(GRANT, id="grt_3", valid_to=NOW + 9)

    assert decided(soon, later).until == NOW + 5


@pytest.mark.parametrize(("accepted", "admitted"), [(2, True), (1, False), (None, False)])
def test_who_has_a_contract_must_have_accepted_the_terms_of_now(
    accepted: int | None, *, admitted: bool
) -> None:
    caller = structs.replace(CALLER, terms=accepted)

    if admitted:
        assert decided(GRANT, caller=caller, terms=TERMS).scopes
        return
    with pytest.raises(TermsRequired) as error:
        decided(GRANT, caller=caller, terms=TERMS)
    assert error.value.details()["version"] == 2


def test_a_listed_operation_is_the_only_one() -> None:
    listed = structs.replace(GRANT, operations=frozenset({"b" * 64}))

    with pytest.raises(OperationNotAllowed):
        decided(listed)
    assert decided(structs.replace(GRANT, operations=frozenset({OPERATION}))).scopes


def test_grants_with_one_mask_are_one_scope() -> None:
    brand = ProductSet(brands=("Emalia",))
    found = decided(GRANT, structs.replace(GRANT, id="grt_2", include=brand))

    assert [len(scope.extents) for scope in found.scopes] == [2]


def test_the_largest_budget_holds() -> None:
    more = structs.replace(GRANT, id="grt_2", budget=Budget(500, 1))

    assert allow(CALLER, [GRANT, more], NOW) == Allowance(Budget(500, GRANT.budget.cost), None)


def test_a_budget_does_not_depend_on_the_operation() -> None:
    listed = structs.replace(GRANT, operations=frozenset({"b" * 64}), budget=Budget(7, 8))

    assert allow(CALLER, [listed], NOW).budget == Budget(7, 8)


def test_a_budget_holds_until_the_grants_change_by_themselves() -> None:
    later = structs.replace(GRANT, id="grt_2", budget=Budget(500, 1), valid_from=NOW + 5)

    assert allow(CALLER, [GRANT, later], NOW) == Allowance(GRANT.budget, NOW + 5)
    assert allow(CALLER, [later], NOW) == Allowance(None, NOW + 5)


fields = st.frozensets(st.sampled_from(Group))


@given(st.lists(fields, min_size=1, max_size=4))
def test_equal_grants_in_any_order_make_equal_digests(groups: list[frozenset[Group]]) -> None:
    grants = [structs.replace(GRANT, id=f"g{n}", fields=it) for n, it in enumerate(groups)]

    assert decided(*grants).digest == decided(*reversed(grants)).digest


@given(fields, fields)
def test_different_fields_make_different_digests(
    one: frozenset[Group], other: frozenset[Group]
) -> None:
    first, second = (decided(structs.replace(GRANT, fields=it)) for it in (one, other))

    same = one | {Group.IDENTITY} == other | {Group.IDENTITY}
    assert (first.digest == second.digest) == same


def test_prices_bring_safety_and_policies_with_them() -> None:
    with pytest.raises(SafetyWithheld):
        check(structs.replace(GRANT, fields=frozenset({Group.PRICE})))


BAD: Mapping[str, Mapping[str, Any]] = {
    "names no products": {"include": ProductSet()},
    "names no purpose": {"purposes": frozenset()},
    "leaves everything out": {"exclude": ProductSet(all=True)},
    "has a region that is none": {"regions": frozenset({"Holland"})},
    "ends before it begins": {"valid_from": 2, "valid_to": 2},
    "has no budget": {"budget": Budget(0, 1)},
    "is a contract with nobody": {"agent_id": None},
    "lists what is no hash": {"operations": frozenset({"products"})},
    "names too much": {"include": ProductSet(products=tuple(map(str, range(201))))},
}


@pytest.mark.parametrize("name", BAD)
def test_a_grant_is_refused_that(name: str) -> None:
    with pytest.raises(BadGrant):
        check(structs.replace(GRANT, **BAD[name]))


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_stand(name: str) -> None:
    preset = PRESETS[name]
    grant = Grant(
        "g", "a", preset.fields, ALL, price=preset.price, stock=preset.stock,
        purposes=preset.purposes,
    )  # fmt: skip

    assert check(grant) == grant


def test_no_preset_allows_training() -> None:
    assert all(Purpose.TRAINING not in preset.purposes for preset in PRESETS.values())


def test_a_product_set_is_told_in_the_words_of_the_store() -> None:
    chosen = ProductSet(brands=("Emalia",), tags=("New",), categories=("mugs",))
    grant = structs.replace(GRANT, include=chosen, exclude=ProductSet(connections=("con_2",)))

    assert grant.extent() == Extent(
        facets=tuple(
            sorted((rows.brand_key("emalia"), rows.tag_key("new"), rows.category_key("mugs")))
        ),
        without_connections=("con_2",),
    )


def test_a_rounded_price_and_a_stock_in_words_make_another_mask() -> None:
    exact = structs.replace(GRANT, fields=frozenset(Group))
    rough = structs.replace(exact, price=Price.ROUNDED, stock=Stock.BAND)

    assert (rough.mask().exact_price, rough.mask().counts) == (False, NOWHERE)
    assert decided(exact).digest != decided(rough).digest

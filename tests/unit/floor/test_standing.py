"""What the shop's list says of a courier: invited, joined, at work, stopped."""

import pytest
from msgspec import structs

from storefront.fulfillment.courier.courier import (
    Courier,
    CourierState,
    Membership,
    MembershipState,
)
from storefront.fulfillment.courier.standing import Acquaintance, Standing, standing

NOW = 1_000
INVITED = Courier(
    id="cou_1",
    display_name="Noor",
    merchants=(Membership("mer_1", MembershipState.INVITED),),
)
LINKED = Acquaintance(link_until=NOW + 1)
JOINED = Acquaintance(joined_at=NOW - 1, devices=1, seen_at=NOW)


def where(known: Acquaintance, bond: MembershipState | None = None, **changes: object) -> Standing:
    courier = structs.replace(INVITED, **changes)
    if bond is not None:
        courier = structs.replace(courier, merchants=(Membership("mer_1", bond),))
    return standing(courier, "mer_1", known, NOW)


def test_who_has_a_link_that_works_is_invited() -> None:
    assert where(LINKED) is Standing.INVITED


@pytest.mark.parametrize("known", [Acquaintance(), Acquaintance(link_until=NOW)])
def test_who_let_the_link_grow_old_must_get_another(known: Acquaintance) -> None:
    assert where(known) is Standing.INVITATION_EXPIRED


@pytest.mark.parametrize("state", [CourierState.APPLIED, CourierState.VERIFIED])
def test_who_came_in_waits_for_the_shop(state: CourierState) -> None:
    assert where(JOINED, state=state) is Standing.JOINED


def test_a_link_for_another_phone_makes_nobody_a_stranger() -> None:
    assert where(structs.replace(JOINED, link_until=NOW + 1)) is Standing.JOINED


def test_who_was_approved_is_at_work_whatever_became_of_his_links() -> None:
    active = {"bond": MembershipState.APPROVED, "state": CourierState.ACTIVE}

    assert where(Acquaintance(), **active) is Standing.ACTIVE  # type: ignore[arg-type]  # two kinds


@pytest.mark.parametrize(
    ("state", "told"),
    [(CourierState.SUSPENDED, Standing.SUSPENDED), (CourierState.LEFT, Standing.LEFT)],
)
def test_who_was_stopped_is_shown_as_that(state: CourierState, told: Standing) -> None:
    assert where(JOINED, MembershipState.APPROVED, state=state) is told


def test_who_is_blocked_is_not_shown_as_at_work() -> None:
    assert where(JOINED, MembershipState.BLOCKED, state=CourierState.ACTIVE) is Standing.BLOCKED

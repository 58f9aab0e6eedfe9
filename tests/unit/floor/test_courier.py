"""How a courier joins, works and leaves."""

from typing import Any

import msgspec
import pytest

from storefront.fulfillment.courier import steps
from storefront.fulfillment.courier.courier import (
    Check,
    CheckKind,
    Courier,
    CourierState,
    MembershipState,
    Vehicle,
    VehicleType,
)
from storefront.fulfillment.errors.deed import IllegalTransition
from storefront.fulfillment.errors.job import NotEligible
from storefront.fulfillment.errors.person import RoleRequired
from storefront.fulfillment.order.event import Actor, Event, replay
from tests.kit.floor.order_rules import DAY, MANAGER, NOON, RIDER, STAFF

BIKE = Vehicle("v1", VehicleType.BIKE, 40_000, 15_000)


class Career:
    """A courier and everything that happened."""

    def __init__(self) -> None:
        self.now = NOON
        self.courier, events = steps.apply(Courier(id="cou_1", display_name="Kim"), RIDER, NOON)
        self.events: list[Event] = list(events)

    def do(self, verb: Any, *given: Any, by: Actor = STAFF, **named: Any) -> "Career":
        self.courier, events = verb(self.courier, *given, by, self.now, **named)
        self.events.extend(events)
        return self


def checked(until: int = NOON + 300 * DAY) -> Career:
    career = Career()
    for kind in (CheckKind.IDENTITY, CheckKind.RIGHT_TO_WORK):
        career.do(steps.note_check, Check(kind, NOON, until, "stf_1"))
    return career


def active() -> Career:
    return checked().do(steps.verify).do(steps.add_vehicle, BIKE).do(steps.activate)


def test_nobody_is_verified_without_checks() -> None:
    with pytest.raises(NotEligible):
        Career().do(steps.verify)


def test_nobody_is_verified_with_old_checks() -> None:
    with pytest.raises(NotEligible):
        checked(until=NOON).do(steps.verify)


def test_a_new_check_takes_the_place_of_the_old_one() -> None:
    career = checked(until=NOON)
    for kind in (CheckKind.IDENTITY, CheckKind.RIGHT_TO_WORK):
        career.do(steps.note_check, Check(kind, NOON, NOON + DAY, "stf_1"))

    assert career.do(steps.verify).courier.state is CourierState.VERIFIED
    assert len(career.courier.checks) == 2


def test_nobody_rides_without_a_vehicle() -> None:
    with pytest.raises(NotEligible):
        checked().do(steps.verify).do(steps.activate)


def test_a_verified_courier_with_a_vehicle_is_active() -> None:
    assert active().courier.state is CourierState.ACTIVE


def test_a_vehicle_is_corrected_by_its_id() -> None:
    career = active().do(steps.add_vehicle, Vehicle("v1", VehicleType.EBIKE, 1, 1))

    assert [each.type for each in career.courier.vehicles] == [VehicleType.EBIKE]


def test_a_suspended_courier_is_offline() -> None:
    career = active().do(steps.go_online, "v1", "500.1.1", by=RIDER)

    career.do(steps.suspend, by=MANAGER)

    assert (career.courier.state, career.courier.online) == (CourierState.SUSPENDED, None)


def test_only_a_manager_suspends() -> None:
    with pytest.raises(RoleRequired):
        active().do(steps.suspend)


def test_a_suspended_courier_comes_back() -> None:
    career = active().do(steps.suspend, by=MANAGER).do(steps.resume, by=MANAGER)

    assert career.courier.state is CourierState.ACTIVE


def test_nobody_leaves_with_a_job_in_his_bag() -> None:
    with pytest.raises(IllegalTransition):
        active().do(steps.leave, by=RIDER, open_jobs=1)


def test_who_left_does_not_go_online() -> None:
    career = active().do(steps.leave, by=RIDER, open_jobs=0)

    with pytest.raises(NotEligible):
        career.do(steps.go_online, "v1", "500.1.1", by=RIDER)


def test_nobody_rides_what_is_not_his() -> None:
    with pytest.raises(NotEligible):
        active().do(steps.go_online, "v9", "500.1.1", by=RIDER)


def test_online_counts_from_the_first_moment() -> None:
    career = active().do(steps.go_online, "v1", "500.1.1", by=RIDER)
    career.now += DAY
    career.do(steps.go_online, "v1", "500.1.2", by=RIDER)

    online = career.courier.online
    assert online is not None
    assert (online.since, online.seen_at, online.cell) == (NOON, NOON + DAY, "500.1.2")


def test_a_courier_goes_offline() -> None:
    career = active().do(steps.go_online, "v1", "500.1.1", by=RIDER)

    assert career.do(steps.go_offline, by=RIDER).courier.online is None


def test_a_merchant_invites_approves_and_blocks() -> None:
    career = Career().do(steps.invite, "mer_1")
    seen = [career.courier.membership("mer_1")]

    for event in ("approve", "block", "unblock"):
        career.do(steps.move_bond, "mer_1", event, by=MANAGER)
        seen.append(career.courier.membership("mer_1"))

    assert [each.name for each in seen if each] == ["INVITED", "APPROVED", "BLOCKED", "APPROVED"]


def test_one_merchants_word_is_not_anothers() -> None:
    career = Career().do(steps.invite, "mer_1").do(steps.invite, "mer_2")

    career.do(steps.move_bond, "mer_2", "approve")

    assert career.courier.membership("mer_1") is MembershipState.INVITED
    assert career.courier.membership("mer_3") is None


def test_an_invitation_does_not_undo_a_block() -> None:
    career = Career().do(steps.invite, "mer_1").do(steps.move_bond, "mer_1", "block", by=MANAGER)

    assert career.do(steps.invite, "mer_1").courier.membership("mer_1") is MembershipState.BLOCKED


def test_who_was_never_invited_is_not_approved() -> None:
    with pytest.raises(NotEligible):
        Career().do(steps.move_bond, "mer_1", "approve")


def test_staff_does_not_block() -> None:
    with pytest.raises(RoleRequired):
        Career().do(steps.invite, "mer_1").do(steps.move_bond, "mer_1", "block")


def test_a_story_told_again_is_the_same_courier() -> None:
    career = active().do(steps.invite, "mer_1").do(steps.go_online, "v1", "500.1.1", by=RIDER)
    told = msgspec.json.decode(msgspec.json.encode(career.events), type=list[Event])

    assert replay(Courier, told) == career.courier

"""Whether a courier may take a job: the first reason why not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from storefront.fulfillment.courier import eligibility
from storefront.fulfillment.courier.courier import (
    Check,
    CheckKind,
    CourierState,
    Limits,
    Membership,
    MembershipState,
    Online,
    Skill,
    Vehicle,
    VehicleType,
)
from storefront.fulfillment.courier.eligibility import Circumstances, Reason
from storefront.fulfillment.errors.job import NotEligible
from storefront.fulfillment.job import claiming
from storefront.fulfillment.job.job import DeliveryJob, Requirements
from tests.kit.floor.job_rules import (
    AROUND,
    CASH,
    COLD_PARCEL,
    WINE_PARCEL,
    fresh_job,
    listed,
    parcel,
    rider,
)
from tests.kit.floor.order_rules import HOUR, NOON

SMALL = Vehicle("v1", VehicleType.BIKE, 1000, 1000)


def jobs(count: int, bundle: str | None = None) -> list[DeliveryJob]:
    return [
        fresh_job(
            parcel(1, volume_ml=1, weight_g=1), id=f"open_{bundle}_{number}", bundle_id=bundle
        )
        for number in range(count)
    ]


def around(**fields: Any) -> Circumstances:
    return structs.replace(AROUND, **fields)


FAULTS: dict[Reason, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    Reason.NOT_ACTIVE: ({"state": CourierState.SUSPENDED}, {}, {}),
    Reason.NOT_APPROVED_BY_MERCHANT: (
        {"merchants": (Membership("mer_1", MembershipState.BLOCKED),)},
        {},
        {},
    ),
    Reason.CHECK_EXPIRED: (
        {"checks": (Check(CheckKind.IDENTITY, 0, NOON, "stf_1"),)},
        {},
        {},
    ),
    Reason.VEHICLE: ({}, {"requirements": Requirements(vehicles=(VehicleType.CAR,))}, {}),
    Reason.CAPACITY: ({}, {"parcels": (parcel(1, volume_ml=60_001),)}, {}),
    Reason.COLD: (
        {"vehicles": (Vehicle("v1", VehicleType.CARGO_BIKE, 60_000, 60_000),)},
        {"parcels": (COLD_PARCEL,)},
        {},
    ),
    Reason.SKILL: ({"skills": ()}, {"cod": CASH}, {}),
    Reason.OPEN_LIMIT: ({}, {}, {"open_jobs": jobs(3)}),
    Reason.TOO_FAR: ({}, {}, {"distance_m": 6001}),
    Reason.WINDOW_IMPOSSIBLE: ({}, {}, {"dropoff_eta_at": NOON + 4 * HOUR + 1}),
    Reason.BLOCKED_RELEASES: ({}, {}, {"released_at": (NOON, NOON - HOUR, NOON - 2 * HOUR + 1)}),
}


def build(reasons: list[Reason]) -> tuple[Any, DeliveryJob, Circumstances]:
    """Return a courier, a job and a moment with all these faults."""
    parts: list[dict[str, Any]] = [{}, {}, {}]
    for each in reasons:
        for whole, part in zip(parts, FAULTS[each], strict=True):
            whole.update(part)
    return rider(**parts[0]), structs.replace(fresh_job(), **parts[1]), around(**parts[2])


def test_a_fit_courier_may() -> None:
    assert eligibility.reason(*build([]), NOON) is None


@pytest.mark.parametrize("reason", list(Reason))
def test_each_rule_is_told_by_its_name(reason: Reason) -> None:
    assert eligibility.reason(*build([reason]), NOON) is reason


@given(st.sets(st.sampled_from([each for each in Reason if each is not Reason.COLD]), min_size=1))
def test_the_first_rule_that_fails_is_told(faults: set[Reason]) -> None:
    ordered = [each for each in Reason if each in faults]

    assert eligibility.reason(*build(ordered), NOON) is ordered[0]


@pytest.mark.parametrize("reason", list(Reason))
def test_who_is_not_eligible_cannot_claim_and_learns_the_same_reason(reason: Reason) -> None:
    courier, job, moment = build([reason])
    shown = structs.replace(job, state=listed().job.state)

    with pytest.raises(NotEligible) as error:
        claiming.claim(shown, courier, moment, NOON)

    assert error.value.facts["reason"] == reason.value


def test_the_vehicle_he_is_online_with_counts() -> None:
    courier = rider(online=Online(NOON, "v1", "c", NOON))

    assert eligibility.reason(courier, fresh_job(), around(vehicle_id=None), NOON) is None


@pytest.mark.parametrize("fields", [{"min_volume_ml": 60_001}, {"min_weight_g": 60_001}])
def test_a_vehicle_that_is_too_small_is_the_wrong_vehicle(fields: dict[str, int]) -> None:
    job = fresh_job(requirements=Requirements(**fields))

    assert eligibility.reason(rider(), job, AROUND, NOON) is Reason.VEHICLE


@given(st.lists(st.integers(1, 40_000), max_size=2), st.integers(1, 40_000))
def test_open_jobs_and_the_new_one_fit_the_vehicle_together(held: list[int], more: int) -> None:
    others = [
        fresh_job(parcel(1, volume_ml=each, weight_g=1), id=f"job_{number}")
        for number, each in enumerate(held)
    ]
    job = fresh_job(parcel(1, volume_ml=more, weight_g=1))

    found = eligibility.reason(rider(), job, around(open_jobs=others), NOON)

    assert (found is Reason.CAPACITY) == (sum(held) + more > 60_000)


def test_weight_counts_as_volume_does() -> None:
    job = fresh_job(parcel(1, weight_g=60_001))

    assert eligibility.reason(rider(), job, AROUND, NOON) is Reason.CAPACITY


def test_wine_asks_for_a_courier_who_may_look_at_documents() -> None:
    assert eligibility.needed_skills(fresh_job(WINE_PARCEL)) == {Skill.AGE18}


def test_named_skills_are_asked_for_too() -> None:
    job = fresh_job(requirements=Requirements(skills=(Skill.HEAVY,)))

    assert eligibility.needed_skills(job) == {Skill.HEAVY}


@pytest.mark.parametrize(
    ("held", "units"),
    [
        (jobs(2), 2),
        (jobs(6, "bun_1"), 1),
        (jobs(7, "bun_1"), 7),
        (jobs(2, "bun_1") + jobs(2, "bun_2") + jobs(1), 3),
        ([], 0),
    ],
)
def test_a_bundle_that_fits_counts_once(held: list[DeliveryJob], units: int) -> None:
    assert eligibility.units(rider(), held) == units


def test_a_courier_may_ask_for_less() -> None:
    courier = rider(limits=Limits(max_open_jobs=1))

    assert eligibility.reason(courier, fresh_job(), around(open_jobs=jobs(1)), NOON) is (
        Reason.OPEN_LIMIT
    )


def test_a_job_is_not_counted_twice() -> None:
    job = fresh_job()

    assert eligibility.reason(rider(), job, around(open_jobs=[*jobs(2), job]), NOON) is None


@pytest.mark.parametrize(("ago", "counts"), [(0, 1), (2 * HOUR - 1, 1), (2 * HOUR, 0), (-1, 0)])
def test_releases_count_for_two_hours(ago: int, counts: int) -> None:
    assert eligibility.released([NOON - ago], NOON) == counts


def test_what_is_not_known_stops_nobody() -> None:
    assert eligibility.reason(rider(), fresh_job(), around(distance_m=None), NOON) is None


def test_a_small_vehicle_is_told_before_the_way() -> None:
    found = eligibility.reason(rider(vehicles=(SMALL,)), fresh_job(), around(distance_m=9999), NOON)

    assert found is Reason.CAPACITY

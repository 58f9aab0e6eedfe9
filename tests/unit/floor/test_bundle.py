"""Bundles: jobs that go well together, in an order that works."""

from random import Random
from statistics import mean

import pytest
from msgspec import structs

from connector.model.location import Geo
from storefront.fulfillment.route.bundle import MOST, best_order, suggest
from storefront.fulfillment.route.errand import Errand, StopKind
from storefront.fulfillment.route.insertion import insert, insert_cheaply, without
from storefront.fulfillment.route.planner import Plan, Problem
from storefront.fulfillment.route.schedule import pair, rank, trip
from storefront.fulfillment.route.testing import faults
from storefront.fulfillment.route.travel import Haversine
from tests.kit.floor.oracles import best_by_trying
from tests.kit.floor.oracles_samples import DAM, HOUR, NOON, errand, near, rider

TIMES = Haversine()


def _east(metres: float) -> Geo:
    return Geo(DAM.latitude, DAM.longitude + metres / 67_900)


def _job(name: str, drop: Geo, **changes: object) -> Errand:
    plain = errand(
        Random(name),
        0,
        job_id=name,
        store_id="sto_1",
        pickup=DAM,
        drop=drop,
        pickup_from=NOON,
        pickup_until=NOON + 3 * HOUR,
        drop_from=NOON,
        drop_until=NOON + 3 * HOUR,
        volume_ml=10_000,
        weight_g=1_000,
    )
    return structs.replace(plain, **changes)


def test_two_jobs_of_one_store_are_fetched_together_and_brought_on_the_way() -> None:
    jobs = [_job("far", _east(2000)), _job("near", _east(1000))]

    found = best_order(jobs, rider(), TIMES)

    assert found is not None
    told = [(one.kind.value, one.job_id) for one in found.visits]
    assert told[2:] == [("DROP", "near"), ("DROP", "far")]
    assert found.visits[1].leave_at == found.visits[0].leave_at == NOON + 90_000


def test_a_courier_waits_for_the_window_and_never_comes_late() -> None:
    late = _job("late", _east(500), drop_from=NOON + HOUR, drop_until=NOON + HOUR + 1)

    found = best_order([late], rider(), TIMES)

    assert found is not None
    assert found.visits[1].arrive_at < found.visits[1].begin_at == NOON + HOUR
    missed = structs.replace(late, drop_from=NOON, drop_until=NOON + 60_000)
    assert best_order([missed], rider(), TIMES) is None


def test_a_shift_ends_when_the_last_job_is_done() -> None:
    jobs = [_job("a", _east(1000))]
    whole = best_order(jobs, rider(), TIMES)

    assert whole is not None
    assert best_order(jobs, rider(until=whole.end_at), TIMES) == whole
    assert best_order(jobs, rider(until=whole.end_at - 1), TIMES) is None


def test_room_makes_the_courier_go_twice() -> None:
    jobs = [_job(name, _east(1000), volume_ml=40_000) for name in "ab"]

    found = best_order(jobs, rider(), TIMES)

    assert found is not None
    assert [one.kind for one in found.visits] == [StopKind.PICKUP, StopKind.DROP] * 2
    assert best_order([structs.replace(jobs[0], weight_g=10**6)], rider(), TIMES) is None


@pytest.mark.parametrize("size", [5, 6])
def test_five_and_six_jobs_keep_windows_room_and_order(size: int) -> None:
    found_any = 0
    for number in range(30):
        chance = Random(f"{size}-{number}")
        jobs = tuple(errand(chance, one, volume_ml=8_000, weight_g=900) for one in range(size))

        found = best_order(jobs, rider(), TIMES)

        if found is not None:
            found_any += 1
            problem = Problem(jobs, (rider(),))
            assert faults(problem, Plan((found,), (), "test")) == [], number
            assert len(found.visits) == 2 * size
    assert found_any > 10


def test_five_jobs_fitted_in_end_within_a_twentieth_of_the_best() -> None:
    gaps = []
    for number in range(6):
        chance = Random(f"gap-{number}")
        jobs = [_job(f"j{one}", near(chance, 0.02)) for one in range(5)]
        points = [DAM, *(one.drop for one in jobs)]
        seconds = {
            (one, other): TIMES.between(one, other, rider().vehicle).p50_s
            for one in points
            for other in points
        }
        together = [structs.replace(one, volume_ml=0, weight_g=0) for one in jobs]

        found = best_order(together, rider(), TIMES)

        best = _best_of_one_store(together, seconds)
        assert found is not None
        gaps.append((found.end_at - NOON) / (best - NOON))
    assert min(gaps) >= 1
    assert mean(gaps) < 1.05


def _best_of_one_store(jobs: list[Errand], seconds: dict[tuple[Geo, Geo], int]) -> int:
    """Return the earliest end when all is fetched first: with no room to mind, that is best."""
    fetched = [structs.replace(one, pickup=DAM) for one in jobs]
    best = best_by_trying(fetched[:0], rider(), seconds)
    assert best is not None
    ends = []
    for order in _permutations(fetched):
        at, now = DAM, NOON + 90_000
        for one in order:
            now += (seconds[at, one.drop] + 180) * 1000
            at = one.drop
        ends.append(now)
    return min(ends)


def _permutations(jobs: list[Errand]) -> list[list[Errand]]:
    if not jobs:
        return [[]]
    return [
        [one, *rest]
        for one in jobs
        for rest in _permutations([other for other in jobs if other is not one])
    ]


def test_suggestions_save_riding_and_hold_two_to_six_jobs() -> None:
    chance = Random("suggest")
    jobs = [
        errand(
            chance,
            one,
            volume_ml=5_000,
            weight_g=500,
            pickup_until=NOON + 4 * HOUR,
            drop_until=NOON + 5 * HOUR,
        )
        for one in range(14)
    ]

    found = suggest(jobs, rider(), TIMES)

    assert found
    assert [one.saved_s for one in found] == sorted((one.saved_s for one in found), reverse=True)
    for bundle in found:
        assert 2 <= len(bundle.job_ids) <= MOST
        chosen = tuple(one for one in jobs if one.job_id in bundle.job_ids)
        assert faults(Problem(chosen, (rider(),)), Plan((bundle.route,), (), "test")) == []
        gone = trip(rider(), chosen, TIMES)
        alone = [gone.route(pair(one.job_id)) for one in chosen]
        assert bundle.saved_s == sum(one.travel_s for one in alone if one) - bundle.route.travel_s
    assert len({one.job_ids for one in found}) == len(found)


def test_a_job_of_another_store_joins_only_on_the_way() -> None:
    here = _job("here", _east(1000))
    there = _job("there", _east(1200), store_id="sto_2", pickup=_east(300))
    away = _job("away", _east(-9000), store_id="sto_3", pickup=_east(-8000))

    found = suggest([here, there, away], rider(), TIMES)

    assert [one.job_ids for one in found] == [("here", "there")]


def test_jobs_of_one_store_go_together_however_far_apart_if_that_saves_riding() -> None:
    far = rider(start=_east(-10_000))

    found = suggest([_job("east", _east(3000)), _job("west", _east(-3000))], far, TIMES)

    assert [one.job_ids for one in found] == [("east", "west")]


def test_a_job_of_another_store_adds_ten_minutes_at_most() -> None:
    far = rider(start=_east(-10_000))
    here = _job("here", _east(1000))
    north = [Geo(DAM.latitude + metres / 111_195, DAM.longitude) for metres in (3000, 3500)]
    there = _job("there", north[1], store_id="sto_2", pickup=north[0])

    assert suggest([here, there], far, TIMES) == []
    one_store = suggest([here, structs.replace(there, store_id="sto_1")], far, TIMES)
    assert [one.job_ids for one in one_store] == [("here", "there")]


def test_no_job_of_six_fitted_in_would_stand_better_elsewhere() -> None:
    for number in range(20):
        chance = Random(f"settled-{number}")
        jobs = [_job(f"j{one}", near(chance, 0.03), pickup=near(chance, 0.01)) for one in range(6)]
        whole = rider(volume_ml=10**6, weight_g=10**6)
        gone = trip(whole, jobs, TIMES)

        found = best_order(jobs, whole, TIMES)

        assert found is not None
        for job in jobs:
            again = insert(gone, without(found.stops, job.job_id), job.job_id, rank)
            assert again is not None
            assert rank(again) >= rank(found), number


def test_the_cheapest_place_for_a_job_is_the_one_that_adds_least_riding() -> None:
    for number in range(60):
        chance = Random(f"cheap-{number}")
        jobs = [errand(chance, one, volume_ml=9_000, weight_g=900) for one in range(4)]
        gone = trip(rider(), jobs, TIMES)
        before = best_order(jobs[:3], rider(), TIMES)
        if before is None:
            continue

        found = insert_cheaply(gone, before.stops, "job_3")

        least = insert(gone, before.stops, "job_3", lambda route: (route.travel_s,))
        assert (found is None) is (least is None), number
        if found and least:
            assert found[0] == found[1].travel_s - before.travel_s, number
            assert found[1].travel_s == least.travel_s, number


def test_jobs_that_do_not_fit_together_make_no_bundle() -> None:
    early = _job("early", _east(4000), drop_until=NOON + 25 * 60_000)
    other = _job("other", _east(-4000), drop_until=NOON + 25 * 60_000)

    assert suggest([early, other], rider(), TIMES) == []
    assert suggest([early], rider(), TIMES) == []

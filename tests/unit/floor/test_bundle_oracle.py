"""The best order of up to four jobs is the best of all orders there are."""

from random import Random

import pytest

from storefront.fulfillment.route.bundle import best_order
from storefront.fulfillment.route.errand import Errand
from storefront.fulfillment.route.travel import Haversine
from tests.kit.floor.oracles import CASES, best_by_trying
from tests.kit.floor.oracles_samples import errand, rider

TIMES = Haversine()

pytestmark = pytest.mark.timeout(3600)


def _jobs(chance: Random) -> list[Errand]:
    """Return two to four jobs, often of one store; four less often: they are slow."""
    jobs = [errand(chance, one) for one in range(chance.choice([2, 2, 3, 3, 3, 4]))]
    if chance.random() < 0.5:
        jobs = [
            errand(chance, number, pickup=jobs[0].pickup, store_id="sto_0")
            for number in range(len(jobs))
        ]
    if chance.random() < 0.2:
        jobs[1] = errand(chance, 1, pickup=jobs[0].pickup, drop=jobs[0].drop)
    return jobs


def test_the_best_order_is_the_best_of_all_orders() -> None:
    worked = 0
    for number in range(CASES):
        chance = Random(f"bundle-{number}")
        jobs = _jobs(chance)
        courier = rider(until=chance.choice([None, rider().start_at + 5_400_000]))
        points = [courier.start, *(end for one in jobs for end in (one.pickup, one.drop))]
        seconds = {
            (one, other): TIMES.between(one, other, courier.vehicle).p50_s
            for one in points
            for other in points
        }

        found = best_order(jobs, courier, TIMES)

        expected = best_by_trying(jobs, courier, seconds)
        assert (found and (found.end_at, found.travel_s)) == expected, number
        worked += found is not None
    assert CASES // 5 < worked < CASES

"""A courier is told until when a job is his without a sign of him, and how far he can keep it."""

from datetime import datetime, timedelta
from typing import Any

from tests.kit.courier.world import STORE_AT, Phone, Yard

RENEW = """mutation($job: ID!, $fence: Int!) {
  renewLease(jobId: $job, fence: $fence) { lease { until latest } userErrors { code } } }"""


def at(told: str) -> datetime:
    return datetime.fromisoformat(told)


def mine(phone: Phone) -> Any:
    (found,) = phone.mine()
    return found


def test_before_he_is_at_the_store_it_can_be_kept_as_long_as_it_could_be_claimed(
    yard: Yard, jan: Phone
) -> None:
    jan.claim(yard.job())

    lease, over = mine(jan)["lease"], at(mine(jan)["dropoff"]["endAt"])

    assert at(lease["latest"]) == over
    assert at(lease["until"]) == yard.clock.at + timedelta(minutes=10)


def test_in_the_store_it_can_be_kept_until_a_quarter_past_the_time_to_fetch_it(
    yard: Yard, jan: Phone
) -> None:
    job = yard.job()
    jan.claim(job)
    jan.do("arrive", job, "there", stage="PICKUP", near=STORE_AT)

    lease, fetched_by = mine(jan)["lease"], at(mine(jan)["pickup"]["endAt"])

    assert at(lease["latest"]) == fetched_by + timedelta(minutes=15)


def test_the_last_moment_stays_while_the_claim_is_renewed(yard: Yard, jan: Phone) -> None:
    job = yard.job()
    jan.claim(job)
    before = mine(jan)["lease"]
    yard.clock.move(minutes=3)

    after = jan.data(RENEW, {"job": job, "fence": 1})["renewLease"]["lease"]

    assert after["latest"] == before["latest"]
    assert at(after["until"]) == at(before["until"]) + timedelta(minutes=3)


def test_who_carries_it_has_no_last_moment(yard: Yard, jan: Phone) -> None:
    jan.carry(yard.job())

    assert mine(jan)["lease"]["latest"] is None
